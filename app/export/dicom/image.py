"""The slice itself as a new DICOM image: written anew from its pixels, with nothing of a source's header."""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from pydicom import Dataset
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import (
    UID,
    CTImageStorage,
    ExplicitVRLittleEndian,
    MRImageStorage,
    SecondaryCaptureImageStorage,
    VLPhotographicImageStorage,
)

from app.domain.case import Modality
from app.export.dicom.origin import Origin
from app.export.dicom.privacy import Privacy, name_nobody, stand_in
from app.export.numbers import DISCLAIMER
from app.export.outcome import Sliced
from app.imaging.dicom import plane
from app.imaging.facts import SYNTHETIC_MARK

MAKER = "Concord"


def new_image(outcome: Sliced, origin: Origin | None, privacy: Privacy, *, lossy: bool) -> FileDataset:
    """Return a slice as an image of a study that names nobody.

    Args:
        outcome: the slice.
        origin: its DICOM image, for the stand-ins of its identifiers; None where it came of another file.
        privacy: with the key of the stand-ins.
        lossy: whether the pixels were compressed with loss before they came here.
    """
    image_hash = outcome.pixels_sha256
    dataset = _begun(_kind(outcome, origin), stand_in(privacy, "image", _name(origin, "SOPInstanceUID", image_hash)))
    name_nobody(dataset, origin, privacy, image_hash)
    dataset.SeriesInstanceUID = stand_in(privacy, "series", _name(origin, "SeriesInstanceUID", image_hash))
    dataset.SeriesNumber, dataset.InstanceNumber = 1, outcome.slice_index + 1
    dataset.SeriesDescription = f"Slice read by Concord. {DISCLAIMER}"
    dataset.Manufacturer = SYNTHETIC_MARK if outcome.case.synthetic else MAKER
    dataset.Laterality = ""
    dataset.LossyImageCompression = "01" if lossy else "00"
    _tell_burned_in(dataset, origin)
    if dataset.SOPClassUID in _SPATIAL:
        frame = _name(origin, "FrameOfReferenceUID", image_hash)
        _add_place(dataset, outcome, origin, stand_in(privacy, "frame of reference", frame))
    _add_kind(dataset, outcome)
    _add_pixels(dataset, outcome)
    return dataset


_SPATIAL = frozenset({CTImageStorage, MRImageStorage})
_Values: TypeAlias = tuple[npt.NDArray[np.int16] | npt.NDArray[np.uint16], float, float]


def _name(origin: Origin | None, keyword: str, otherwise: str) -> str:
    """Return what names a thing in the source; a frame of many is named by its number as well."""
    if origin is None or not origin.header.get(keyword):
        return otherwise
    number = f"#{origin.frame}" if keyword == "SOPInstanceUID" and origin.frames > 1 else ""
    return f"{origin.header[keyword].value}{number}"


def _kind(outcome: Sliced, origin: Origin | None) -> UID:
    """Return the class of image that can hold the slice with all that is known of it."""
    case = outcome.case
    if case.is_colour:
        return VLPhotographicImageStorage if case.modality is Modality.DERMOSCOPY else SecondaryCaptureImageStorage
    placed = origin is not None and plane(origin.header, origin.frame).position_mm is not None
    known = case.geometry.orientation_known and (outcome.slices == 1 or case.geometry.slices_known)
    regular = origin is None and known
    if not case.geometry.in_plane_known or not (placed or regular):
        return SecondaryCaptureImageStorage
    spatial = {Modality.CT: CTImageStorage, Modality.MR: MRImageStorage}
    return spatial.get(case.modality, SecondaryCaptureImageStorage)


def _tell_burned_in(dataset: Dataset, origin: Origin | None) -> None:
    """Repeat what the source says of text burned into its pixels; where it says nothing, nobody knows.

    An identity is removed only where it is gone from the pixels, too (PS3.3 C.7.1.1, Patient Identity Removed).
    """
    stated = "" if origin is None else origin.header.get("BurnedInAnnotation")
    if stated in {"YES", "NO"}:
        dataset.BurnedInAnnotation = stated
    if stated == "YES":
        dataset.PatientIdentityRemoved = "NO"


def _begun(kind: UID, instance: UID) -> FileDataset:
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = kind, instance
    dataset = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    dataset.SOPClassUID, dataset.SOPInstanceUID = kind, instance
    return dataset


def _add_place(dataset: Dataset, outcome: Sliced, origin: Origin | None, frame_of_reference: UID) -> None:
    """Say where the slice lies: as the source's own header has it, or else as the case's regular grid has it."""
    geometry = outcome.case.geometry
    place = np.array(geometry.origin_mm)
    place = place + outcome.slice_index * geometry.spacing_mm[0] * np.array(geometry.directions[0])
    said = None if origin is None else plane(origin.header, origin.frame)
    position = place if said is None or said.position_mm is None else said.position_mm
    ours = (*geometry.directions[2], *geometry.directions[1])
    orientation = ours if said is None or said.orientation is None else said.orientation
    dataset.FrameOfReferenceUID, dataset.PositionReferenceIndicator = frame_of_reference, ""
    dataset.ImagePositionPatient = [_decimal(value) for value in position]
    dataset.ImageOrientationPatient = [_decimal(value) for value in orientation]
    dataset.PixelSpacing = [_decimal(value) for value in geometry.spacing_mm[1:]]
    dataset.SliceThickness = _decimal((said and said.thickness_mm) or geometry.spacing_mm[0])


def _add_kind(dataset: Dataset, outcome: Sliced) -> None:
    """Add what each class of image must say; what is not known stays empty."""
    match dataset.SOPClassUID:
        case kind if kind == CTImageStorage:
            dataset.Modality, dataset.ImageType = "CT", ["DERIVED", "PRIMARY", "AXIAL"]
            dataset.KVP = dataset.AcquisitionNumber = dataset.PatientPosition = ""
        case kind if kind == MRImageStorage:
            dataset.Modality, dataset.ImageType = "MR", ["DERIVED", "PRIMARY", "OTHER"]
            dataset.ScanningSequence, dataset.SequenceVariant = "RM", "NONE"
            dataset.ScanOptions = dataset.MRAcquisitionType = dataset.PatientPosition = ""
            dataset.EchoTime = dataset.EchoTrainLength = dataset.RepetitionTime = ""
        case kind if kind == VLPhotographicImageStorage:
            dataset.Modality, dataset.ImageType = "XC", ["DERIVED", "PRIMARY"]
            dataset.AcquisitionContextSequence = []
            dataset.PatientOrientation = ""
        case _:
            photograph = outcome.case.modality is Modality.DERMOSCOPY
            dataset.Modality, dataset.ImageType = ("XC" if photograph else "OT"), ["DERIVED", "SECONDARY"]
            dataset.ConversionType = "WSD"
            dataset.PatientOrientation = ""


def _add_pixels(dataset: Dataset, outcome: Sliced) -> None:
    dataset.Rows, dataset.Columns = outcome.case.shape
    if outcome.case.is_colour:
        dataset.SamplesPerPixel, dataset.PlanarConfiguration, dataset.PhotometricInterpretation = 3, 0, "RGB"
        _add_layout(dataset, np.ascontiguousarray(outcome.pixels))
        return
    stored, slope, intercept = stored_values(outcome.pixels[..., 0])
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    dataset.RescaleSlope, dataset.RescaleIntercept = _decimal(slope), _decimal(intercept)
    dataset.RescaleType = outcome.case.unit or "US"
    if outcome.case.window is not None:
        dataset.WindowCenter = _decimal(outcome.case.window.level)
        dataset.WindowWidth = _decimal(max(outcome.case.window.width, 1))
    _add_layout(dataset, stored)


def stored_values(values: npt.NDArray[np.float32]) -> _Values:
    """Return grey values as 16-bit integers with slope and intercept; whole numbers that fit are kept exactly."""
    low, high = float(values.min()), float(values.max())
    limits = np.iinfo(np.int16)
    if limits.min <= low and high <= limits.max and bool((values == np.rint(values)).all()):
        return values.astype(np.int16), 1.0, 0.0
    slope = float(_decimal((high - low) / np.iinfo(np.uint16).max or 1.0))
    intercept = float(_decimal(low))
    steps = np.rint((values.astype(np.float64) - intercept) / slope)
    return np.clip(steps, 0, np.iinfo(np.uint16).max).astype(np.uint16), slope, intercept


def _add_layout(dataset: Dataset, stored: npt.NDArray[np.integer]) -> None:
    dataset.BitsAllocated = dataset.BitsStored = 8 * stored.dtype.itemsize
    dataset.HighBit = dataset.BitsStored - 1
    dataset.PixelRepresentation = int(stored.dtype.kind == "i")
    content = np.ascontiguousarray(stored).tobytes()
    dataset.PixelData = content + b"\0" * (len(content) % 2)


def _decimal(value: float) -> str:
    """Return a number in the sixteen characters that DICOM allows it."""
    text = repr(float(value))
    if len(text) <= _LONGEST:
        return text
    return next(text for digits in range(15, 0, -1) if len(text := f"{value:.{digits}g}") <= _LONGEST)


_LONGEST = 16
