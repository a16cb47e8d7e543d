"""What a DICOM header says of its image as a whole. No word about the patient leaves it."""

from dataclasses import dataclass

from pydicom import Dataset
from pydicom.uid import UID, SegmentationStorage

from app.domain.case import Modality, Preset, Window
from app.domain.words import tr
from app.imaging.decode import group, is_turned
from app.imaging.presets import TABLE_AS_WINDOW, has_tables_only, presets_of


@dataclass(frozen=True, slots=True)
class Facts:
    """What a header says of its image as a whole.

    Attributes:
        is_colour: whether the pixels are colour, direct or by a palette.
        modality: how the picture was made.
        unit: of the values.
        presets: the windows that the header proposes.
        synthetic: whether the header says that the data are synthetic.
        notices: sentences about this file.
    """

    is_colour: bool
    modality: Modality
    unit: str
    presets: tuple[Preset, ...]
    synthetic: bool
    notices: tuple[str, ...]

    @property
    def window(self) -> Window | None:
        """The first window that the header proposes, if there is one."""
        return self.presets[0].window if self.presets else None


def facts_of(dataset: Dataset) -> Facts:
    """Return what a header says; the pixels need not have been read."""
    colour = is_colour(dataset)
    modality = _modality(dataset, colour=colour)
    return Facts(
        is_colour=colour,
        modality=modality,
        unit="HU" if modality is Modality.CT and _in_hounsfield(dataset) else "",
        presets=() if colour else presets_of(dataset),
        synthetic=is_synthetic(dataset),
        notices=notices_of(dataset),
    )


def is_segmentation(dataset: Dataset) -> bool:
    """Whether a file holds masks rather than an image."""
    return dataset.get("SOPClassUID") in _SEGMENTATIONS


def kind_name(dataset: Dataset) -> str:
    """Return the name of what the file stores ("Enhanced SR Storage"), or ""."""
    uid = dataset.get("SOPClassUID") or dataset.file_meta.get("MediaStorageSOPClassUID") or ""
    name = UID(uid).name
    return "" if name == uid else name


def is_synthetic(dataset: Dataset) -> bool:
    """Whether the file is a phantom: ours by its maker, another's by the attribute that DICOM has for it."""
    ours = str(dataset.get("Manufacturer", "")).startswith(SYNTHETIC_MARK)
    return ours or dataset.get("SyntheticData") == "YES"


def is_colour(dataset: Dataset) -> bool:
    """Whether the pixels are colour, direct or by a palette."""
    return bool(dataset.get("SamplesPerPixel", 1) > 1 or dataset.PhotometricInterpretation == "PALETTE COLOR")


def _modality(dataset: Dataset, *, colour: bool) -> Modality:
    word = dataset.get("Modality")
    if colour:
        photographed = word in _PHOTOGRAPHED or "Dermoscopic" in kind_name(dataset)
        return Modality.DERMOSCOPY if photographed else Modality.OTHER
    return {"CT": Modality.CT, "MR": Modality.MR}.get(word, Modality.OTHER)


def _in_hounsfield(dataset: Dataset) -> bool:
    source = group(dataset, "PixelValueTransformationSequence", 0)
    stated = source.get("RescaleType") or "HU"
    return "RescaleIntercept" in source and stated == "HU" and not is_turned(dataset)


def notices_of(dataset: Dataset) -> tuple[str, ...]:
    """Return sentences that whoever looks at the image must see."""
    overlays = sum((group, 0x0010) in dataset for group in _OVERLAY_GROUPS)
    checks = (
        (
            is_segmentation(dataset),
            tr("This is a segmentation: to see it on its image, open the image and drop this on it."),
        ),
        (is_turned(dataset), tr("Stored with low values bright (MONOCHROME1): the values shown are turned round.")),
        (not is_colour(dataset) and has_tables_only(dataset), TABLE_AS_WINDOW),
        (
            overlays,
            tr("Drawings or text that the file keeps apart from the image are not shown ({overlays} overlays).").format(
                overlays=overlays
            ),
        ),
        (
            dataset.get("LossyImageCompression") == "01",
            tr("The pixels were compressed with loss before they came here."),
        ),
        (dataset.get("BurnedInAnnotation") == "YES", tr("Names or other text may be burned into the picture.")),
    )
    return tuple(sentence for said, sentence in checks if said)


SYNTHETIC_MARK = "Concord phantom"
_PHOTOGRAPHED = frozenset({"XC", "DMS"})  # external camera, dermoscopy
_SEGMENTATIONS = frozenset({SegmentationStorage, "1.2.840.10008.5.1.4.1.1.66.7"})  # the latter holds label maps
_OVERLAY_GROUPS = range(0x6000, 0x6020, 2)
