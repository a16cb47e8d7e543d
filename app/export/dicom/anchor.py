"""The image that every DICOM object of one export refers to."""

import re
from copy import deepcopy

from pydicom import Dataset
from pydicom.sequence import Sequence as Items
from pydicom.uid import CTImageStorage, MRImageStorage, SecondaryCaptureImageStorage, VLPhotographicImageStorage

from app.domain.errors import OutputError
from app.domain.words import mark, tr
from app.export.dicom.origin import Origin
from app.export.dicom.privacy import Privacy, stand_in
from app.imaging.decode import group
from app.imaging.dicom import plane


def anchor_of(origin: Origin, privacy: Privacy) -> Dataset:
    """Return the header of the source's own image with what others need to refer to it, its patient and its study.

    Raises:
        OutputError: it lacks the identifiers that others could refer to, or does not say where the slice lies.
    """
    header = origin.header
    lost = [name for name in _IDENTIFIERS if not header.get(name)]
    if lost:
        raise OutputError(
            tr("The source has no {lost}, so that nothing can refer to it; {instead}.").format(
                lost=lost[0], instead=tr(_INSTEAD)
            )
        )
    anchor = Dataset()
    for name in (*_IDENTIFIERS, *_PATIENT_AND_STUDY, *_IMAGE):
        if header.get(name):
            anchor[name] = deepcopy(header[name])  # a dataset changes its elements in place
    for name in _PATIENT_AND_STUDY:
        if not _is_sound(anchor, name):
            setattr(anchor, name, None)
    if anchor.get("Modality") in _NO_PICTURES:
        raise OutputError(
            tr("The source is no picture but a {modality}, to which no result can refer.").format(
                modality=anchor.Modality
            )
        )
    if needs_renaming(origin):
        anchor.SOPClassUID = _ALIKE.get(anchor.get("Modality"), SecondaryCaptureImageStorage)
    _add_place(anchor, origin, privacy)
    return anchor


def needs_renaming(origin: Origin) -> bool:
    """Tell whether highdicom is shown the source's one frame as another, plainer class of image than it is.

    It knows no retired classes, and wants whole stacks of those that hold their places in functional groups.
    """
    return origin.header.SOPClassUID not in _PLAIN


def rename(dataset: Dataset, origin: Origin) -> None:
    """Name the true class, and of many frames the one, wherever a dataset refers to a renamed source."""
    for element in dataset:
        for item in element.value if element.VR == "SQ" else ():
            if item.get("ReferencedSOPInstanceUID") == origin.header.SOPInstanceUID:
                item.ReferencedSOPClassUID = origin.header.SOPClassUID
                if element.keyword in _OF_FRAMES and "NumberOfFrames" in origin.header:
                    item.ReferencedFrameNumber = origin.frame + 1
            rename(item, origin)


def source_reference(anchor: Dataset) -> Items:
    """Return the item by which an image names the one that it was made from."""
    item = Dataset()
    item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = anchor.SOPClassUID, anchor.SOPInstanceUID
    return Items([item])


_IDENTIFIERS = ("SOPClassUID", "SOPInstanceUID", "SeriesInstanceUID", "StudyInstanceUID")
_PATIENT_AND_STUDY = (
    "PatientName", "PatientID", "PatientBirthDate", "PatientSex", "StudyDate", "StudyTime", "StudyID",
    "AccessionNumber", "ReferringPhysicianName",
)  # fmt: skip
_IMAGE = (
    "SpecificCharacterSet", "Modality", "ImageType", "Rows", "Columns", "SamplesPerPixel", "PhotometricInterpretation",
    "BitsAllocated", "BitsStored", "HighBit", "PixelRepresentation", "FrameOfReferenceUID",
    "PositionReferenceIndicator", "IssuerOfPatientID", "StudyDescription", "PatientAge", "LossyImageCompression",
    "LossyImageCompressionRatio", "LossyImageCompressionMethod", "SliceThickness",
)  # fmt: skip
_OF_FRAMES = frozenset({"SourceImageSequence", "ReferencedSOPSequence"})
_PLACES = {
    "PlanePositionSequence": ("ImagePositionPatient",),
    "PlaneOrientationSequence": ("ImageOrientationPatient",),
    "PixelMeasuresSequence": ("PixelSpacing", "SliceThickness"),
}


def _is_sound(anchor: Dataset, name: str) -> bool:
    """Tell whether a value may be handed on; old programs wrote times such as 11:20:00, which no reader need take."""
    if name not in anchor:
        return False
    kind = _STRICT.get(anchor[name].VR)
    if name == "PatientSex":
        return str(anchor.PatientSex) in {"M", "F", "O"}
    return kind is None or re.fullmatch(kind, str(anchor[name].value)) is not None


def _add_place(anchor: Dataset, origin: Origin, privacy: Privacy) -> None:
    """Take the plane of the one frame; a series without a frame of reference gets one of its own."""
    for sequence, names in _PLACES.items():
        source = group(origin.header, sequence, origin.frame)
        for name in names:
            if source.get(name) is not None:
                anchor[name] = deepcopy(source[name])
    if all(anchor.get(name) for name in ("ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing")):
        if not anchor.get("SliceThickness"):
            anchor.SliceThickness = plane(origin.header, origin.frame).thickness_mm or 1.0
        if not anchor.get("FrameOfReferenceUID"):
            anchor.FrameOfReferenceUID = stand_in(privacy, "frame of reference", str(anchor.SeriesInstanceUID))
    elif anchor.Modality in _SPATIAL:
        raise OutputError(tr("The source does not say where its slice lies; {instead}.").format(instead=tr(_INSTEAD)))
    else:
        anchor.pop("FrameOfReferenceUID", None)


_SPATIAL = frozenset({"CT", "MR", "PT"})
_NO_PICTURES = frozenset({"SEG", "SR", "PR", "KO", "RTSTRUCT", "RTPLAN"})
_PLAIN = frozenset({CTImageStorage, MRImageStorage, SecondaryCaptureImageStorage, VLPhotographicImageStorage})
_ALIKE = {"CT": CTImageStorage, "MR": MRImageStorage}
_STRICT = {"DA": r"\d{8}", "TM": r"\d{2}(\d{2}(\d{2}(\.\d{1,6})?)?)?"}
_INSTEAD = mark("export it de-identified instead, which writes the slice anew")
