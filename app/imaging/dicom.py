"""DICOM files to cases. No word about the patient leaves the header."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from pydicom import Dataset, dcmread
from pydicom.uid import UID, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from app.domain.arrays import AnyArray
from app.domain.case import Case, Modality, Window
from app.domain.errors import UnreadableFileError
from app.domain.stack import Packed, Stack, pack
from app.imaging.decode import colour_frames, frame_count, grey_frames, group, is_turned, stored_frames, window_turned
from app.imaging.faults import decoding
from app.imaging.stack import Plane, lay_out
from app.imaging.values import finite, first_window


@dataclass(frozen=True, slots=True, eq=False)
class Frames:
    """The decoded content of one DICOM file.

    Attributes:
        pixels: (frames, rows, columns, 3) uint8 RGB, or (frames, rows, columns, 1) rescaled values.
        planes: where each frame lies.
        modality: how the picture was made.
        unit: of the values.
        window: that the header asks for, if it does.
        synthetic: whether the header says that the data are synthetic.
        notices: sentences about this file.
    """

    pixels: AnyArray = field(repr=False)
    planes: tuple[Plane, ...]
    modality: Modality
    unit: str
    window: Window | None
    synthetic: bool
    notices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """What a header says of its image as a whole.

    Attributes:
        is_colour: whether the pixels are colour, direct or by a palette.
        modality: how the picture was made.
        unit: of the values.
        window: that the header asks for, if it does.
        synthetic: whether the header says that the data are synthetic.
        notices: sentences about this file.
    """

    is_colour: bool
    modality: Modality
    unit: str
    window: Window | None
    synthetic: bool
    notices: tuple[str, ...]


def facts_of(dataset: Dataset) -> Facts:
    """Return what a header says; the pixels need not have been read."""
    colour = is_colour(dataset)
    modality = _modality(dataset, colour=colour)
    return Facts(
        is_colour=colour,
        modality=modality,
        unit="HU" if modality is Modality.CT and _in_hounsfield(dataset) else "",
        window=None if colour else _window(dataset),
        synthetic=is_synthetic(dataset),
        notices=notices_of(dataset),
    )


def read_dicom(path: Path) -> Case:
    """Read one DICOM file of one or more frames.

    Raises:
        UnreadableFileError: it is damaged, cut short, or holds no image.
    """
    return to_case(path.name, [load_frames(path)])


def load_frames(path: Path) -> Frames:
    """Decode one DICOM file.

    Raises:
        UnreadableFileError: it is damaged, cut short, or holds no image.
    """
    with decoding(path.name):
        dataset = _read(path)
        facts = facts_of(dataset)
        pixels = colour_frames(dataset, path) if facts.is_colour else grey_frames(dataset, path)[..., None]
        return Frames(
            pixels=pixels,
            planes=tuple(plane(dataset, frame) for frame in range(len(pixels))),
            modality=facts.modality,
            unit=facts.unit,
            window=facts.window,
            synthetic=facts.synthetic,
            notices=facts.notices,
        )


def facts_in(path: Path) -> Facts:
    """Return what a file's header says.

    Raises:
        UnreadableFileError: it cannot be read.
    """
    with decoding(path.name):
        return facts_of(dcmread(path, stop_before_pixels=True, force=True))


def load_slice(path: Path) -> Packed:
    """Decode the first frame of one DICOM file, without a table or a fraction as it is stored.

    Raises:
        UnreadableFileError: it is damaged, cut short, or holds no image.
    """
    with decoding(path.name):
        dataset = _read(path)
        if is_colour(dataset):
            return pack(colour_frames(dataset, path)[0])
        kept = stored_frames(dataset, path)
        if kept is None or kept[0].dtype.kind == "f":
            return pack(finite(grey_frames(dataset, path)[0])[0][..., None])
        return Packed(kept[0][0][..., None], *kept[1][0])


def to_case(name: str, loaded: Sequence[Frames], notices: tuple[str, ...] = ()) -> Case:
    """Put decoded files of one shape together in the order in which they lie.

    Args:
        name: fit to show.
        loaded: one or more files' frames.
        notices: to be put before those of the files.
    """
    first = loaded[0]
    order, geometry = lay_out([plane for frames in loaded for plane in frames.planes])
    stack = np.concatenate([frames.pixels for frames in loaded])[order]
    colour = stack.shape[-1] == _COLOUR
    pixels, broken = (stack, ()) if colour else finite(stack)
    # A colour photograph seldom has a spacing; that is no fault of the file to be warned of.
    faults = () if colour else geometry.faults
    said = tuple(dict.fromkeys(notice for frames in loaded for notice in frames.notices))
    return Case(
        name=name,
        pixels=Stack.of(pixels),
        modality=first.modality,
        geometry=geometry,
        unit=first.unit,
        window=None if colour else first.window or first_window(pixels),
        synthetic=all(frames.synthetic for frames in loaded),
        notices=notices + faults + said + broken,
    )


def why_no_image(header: Dataset) -> str:
    """Return why a DICOM file cannot be opened as an image, or "" where its header announces one."""
    kind = _kind_name(header)
    if "Whole Slide" in kind:
        return "it is a whole-slide image, which Concord does not show"
    if not header.get("Rows") or not header.get("Columns"):
        if "Image Storage" in kind:
            return "it is cut short: it ends before its image"
        return f"it is a DICOM file without an image ({kind})" if kind else "it is a DICOM file without an image"
    return ""


def plane(dataset: Dataset, frame: int) -> Plane:
    """Return where a frame says it lies."""
    position = group(dataset, "PlanePositionSequence", frame).get("ImagePositionPatient")
    orientation = group(dataset, "PlaneOrientationSequence", frame).get("ImageOrientationPatient")
    measures = group(dataset, "PixelMeasuresSequence", frame)
    spacing = _numbers(measures.get("PixelSpacing"), 2)
    thickness = measures.get("SpacingBetweenSlices") or measures.get("SliceThickness")
    return Plane(
        position_mm=_numbers(position, 3),
        orientation=_numbers(orientation, 6),
        spacing_mm=(spacing[0], spacing[1]) if spacing and min(spacing) > 0 else None,
        thickness_mm=float(thickness) if thickness else None,
        number=frame if frame_count(dataset) > 1 else int(dataset.get("InstanceNumber") or 0),
    )


SYNTHETIC_MARK = "Concord phantom"
_COLOUR = 3
_PIXEL_ELEMENTS = ("PixelData", "FloatPixelData", "DoubleFloatPixelData")
_PHOTOGRAPHED = frozenset({"XC", "DMS", "GM"})  # external camera, dermoscopy, general microscopy


def _read(path: Path) -> Dataset:
    """Return a whole file that holds an image."""
    dataset = dcmread(path, force=True)
    refusal = why_no_image(dataset) or _why_no_pixels(dataset)
    if refusal:
        raise UnreadableFileError(path.name, refusal)
    _name_syntax(dataset)
    return dataset


def _why_no_pixels(dataset: Dataset) -> str:
    return "" if any(name in dataset for name in _PIXEL_ELEMENTS) else "its pixel data is missing or cut short"


def _name_syntax(dataset: Dataset) -> None:
    """Name the transfer syntax of a file without the header that would; only the plain ones come without it."""
    implicit, _ = dataset.original_encoding
    dataset.file_meta.setdefault("TransferSyntaxUID", ImplicitVRLittleEndian if implicit else ExplicitVRLittleEndian)


def _kind_name(dataset: Dataset) -> str:
    """Return the name of what the file stores ("Enhanced SR Storage"), or ""."""
    uid = dataset.get("SOPClassUID") or dataset.file_meta.get("MediaStorageSOPClassUID") or ""
    name = UID(uid).name
    return "" if name == uid else name


def _numbers(value: Sequence[float] | None, count: int) -> tuple[float, ...] | None:
    """Return exactly `count` finite numbers, or None."""
    if not value or len(value) != count or not np.isfinite([float(number) for number in value]).all():
        return None
    return tuple(float(number) for number in value)


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
        photographed = word in _PHOTOGRAPHED or "Dermoscopic" in _kind_name(dataset)
        return Modality.DERMOSCOPY if photographed else Modality.OTHER
    return {"CT": Modality.CT, "MR": Modality.MR}.get(word, Modality.OTHER)


def _in_hounsfield(dataset: Dataset) -> bool:
    source = group(dataset, "PixelValueTransformationSequence", 0)
    stated = source.get("RescaleType") or "HU"
    return "RescaleIntercept" in source and stated == "HU" and not is_turned(dataset)


def _window(dataset: Dataset) -> Window | None:
    """Return the header's first window."""
    source = group(dataset, "FrameVOILUTSequence", 0)
    level, width = _first(source.get("WindowCenter")), _first(source.get("WindowWidth"))
    if level is None or width is None or width <= 0:
        return None
    return Window(level=window_turned(level, dataset) if is_turned(dataset) else level, width=width)


def _first(value: Any) -> float | None:
    """Return the first of one or several numbers."""
    several = value if isinstance(value, Sequence) and not isinstance(value, str) else [value]
    try:
        number = float(several[0])
    except (TypeError, ValueError, IndexError):
        return None
    return number if np.isfinite(number) else None


def notices_of(dataset: Dataset) -> tuple[str, ...]:
    """Return sentences that whoever looks at the image must see."""
    checks = (
        (is_turned(dataset), "Stored with low values bright (MONOCHROME1): the values shown are turned round."),
        (dataset.get("LossyImageCompression") == "01", "The pixels were compressed with loss before they came here."),
        (dataset.get("BurnedInAnnotation") == "YES", "Names or other text may be burned into the picture."),
    )
    return tuple(sentence for said, sentence in checks if said)
