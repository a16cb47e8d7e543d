"""DICOM pixel data to numbers, by pydicom and the codecs beside it."""

import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from pydicom import Dataset
from pydicom.dataelem import RawDataElement
from pydicom.multival import MultiValue
from pydicom.pixels.processing import apply_color_lut, apply_modality_lut
from pydicom.pixels.utils import pixel_array
from pydicom.uid import UID, ExplicitVRLittleEndian, ImplicitVRLittleEndian, MPEGTransferSyntaxes

from app.domain.arrays import AnyArray, FloatArray
from app.domain.errors import UnreadableFileError
from app.domain.words import tr
from app.imaging.codecs import PLUGIN, SYNTAXES, refuse_endless_boxes
from app.imaging.faults import cut_short, refuse_too_large


def frame_count(dataset: Dataset) -> int:
    """Return the number of frames that a header announces."""
    return int(dataset.get("NumberOfFrames") or 1)


def colour_frames(dataset: Dataset, path: Path) -> AnyArray:
    """Return (frames, rows, columns, 3) uint8 RGB of a colour or palette image."""
    stored = raw_frames(dataset, path)
    if dataset.PhotometricInterpretation == "PALETTE COLOR" and stored.ndim == _GREY_AXES:
        stored = apply_color_lut(stored, dataset)
    if stored.dtype == np.uint8:
        return stored
    bits = 8 * stored.dtype.itemsize if "PALETTE" in dataset.PhotometricInterpretation else dataset.BitsStored
    return (stored.astype(np.int64) >> max(0, bits - 8)).astype(np.uint8)


def grey_frames(dataset: Dataset, path: Path) -> FloatArray:
    """Return (frames, rows, columns) rescaled values that rise with brightness; MONOCHROME1 is turned round."""
    stored = raw_frames(dataset, path)
    frames = np.empty(stored.shape, np.float32)
    with np.errstate(over="ignore", invalid="ignore"):
        for index, values in enumerate(_bright_side_up(stored, dataset)):
            frames[index] = values
    return frames


def raw_frames(dataset: Dataset, path: Path) -> AnyArray:
    """Return (frames, rows, columns[, 3]) as stored; YBR comes as RGB.

    Raises:
        UnreadableFileError: it is too large, cut short, damaged or of an unknown compression.
    """
    refuse_too_large(path.name, dataset.Rows * dataset.Columns * dataset.SamplesPerPixel * frame_count(dataset))
    _refuse_cut_short(dataset, path)
    syntax = UID(dataset.file_meta.TransferSyntaxUID)
    try:
        refuse_endless_boxes(dataset, syntax)
        stored = pixel_array(dataset, decoding_plugin=PLUGIN if syntax in SYNTAXES else "")
    except (NotImplementedError, RuntimeError) as error:
        raise UnreadableFileError(path.name, _why_not_decoded(syntax, error)) from error
    one_frame = stored.ndim == (_GREY_AXES if dataset.SamplesPerPixel > 1 else _GREY_AXES - 1)
    return stored[None] if one_frame else stored


def stored_frames(dataset: Dataset, path: Path) -> tuple[AnyArray, list[tuple[float, float]]] | None:
    """Return (frames, rows, columns) grey as stored and each frame's slope and intercept, free of any loss.

    None where a table makes the values, so that no slope and intercept can tell them.
    """
    if dataset.get("ModalityLUTSequence") or "PixelData" not in dataset:
        return None
    plain = _plain(dataset)
    stored = raw_frames(dataset, path) if plain is None else plain
    limits = stored_limits(dataset, stored)
    scales = [scale(dataset, frame, limits) for frame in range(len(stored))]
    return stored.astype(stored.dtype.newbyteorder("="), copy=False), scales


def plain_kind(dataset: Dataset) -> np.dtype[np.generic] | None:
    """Return the kind of number that grey pixels lie as in their file, or None where they have to be decoded."""
    bits, syntax = dataset.get("BitsAllocated"), dataset.file_meta.get("TransferSyntaxUID")
    is_plain = syntax in {ImplicitVRLittleEndian, ExplicitVRLittleEndian} and bits in {8, 16}
    if not is_plain or dataset.get("SamplesPerPixel") != 1:
        return None
    return np.dtype(f"<{'i' if dataset.get('PixelRepresentation') else 'u'}{bits // _OCTET}")


def scale(dataset: Dataset, frame: int, limits: tuple[int, int]) -> tuple[float, float]:
    """Return the slope and intercept of a frame, for values that rise with brightness.

    Args:
        dataset: without a table of values.
        frame: its index.
        limits: least and greatest number that its stored bits can say.
    """
    slope, intercept = _slope_and_intercept(dataset, frame)
    if not is_turned(dataset):
        return slope, intercept
    ends = _rescaled(np.array(limits), dataset, 0)
    return -slope, float(ends.sum()) - intercept


def stored_limits(dataset: Dataset, stored: AnyArray) -> tuple[int, int]:
    """Return the least and greatest number that the stored bits can say."""
    if stored.dtype.kind == "f":
        numbers = stored[np.isfinite(stored)]
        return (int(numbers.min()), int(numbers.max())) if numbers.size else (0, 0)
    bits = int(dataset.BitsStored)
    return (-(1 << bits - 1), (1 << bits - 1) - 1) if dataset.get("PixelRepresentation") else (0, (1 << bits) - 1)


def is_turned(dataset: Dataset) -> bool:
    """Whether low stored values are bright."""
    return bool(dataset.PhotometricInterpretation == "MONOCHROME1")


def window_turned(level: float, dataset: Dataset) -> float:
    """Return a window's level after the values were turned round (slope and intercept only)."""
    stored = np.zeros(1, np.int16 if dataset.get("PixelRepresentation") else np.uint16)
    ends = _rescaled(np.array(stored_limits(dataset, stored), np.float64), dataset, 0)
    return float(ends.sum()) - level


def group(dataset: Dataset, name: str, frame: int) -> Dataset:
    """Return a functional group's item for a frame: its own, else the shared one, else the dataset itself."""
    for sequence, index in (
        ("PerFrameFunctionalGroupsSequence", frame),
        ("SharedFunctionalGroupsSequence", 0),
    ):
        items = (dataset[sequence].value or []) if sequence in dataset else []
        if index < len(items) and items[index].get(name):
            return items[index][name].value[0]  # type: ignore[no-any-return]
    return dataset


def decimals(dataset: Dataset, keyword: str) -> tuple[float, ...]:
    """Return the numbers of an element that holds a decimal string; none where there is no such element.

    pydicom makes an object of each and looks at how it is written, which took a third of the time of a header.
    """
    element: object = dataset.get_item(keyword)
    if isinstance(element, RawDataElement) and element.VR in {None, "DS"} and isinstance(element.value, bytes):
        return tuple(float(number) for number in element.value.strip(b" \0").split(b"\\") if number)
    value = dataset.get(keyword)
    several = value if isinstance(value, MultiValue) else [value]
    return tuple(float(number) for number in several if number is not None)


_GREY_AXES = 3
_OCTET = 8


def _why_not_decoded(syntax: UID, error: Exception) -> str:
    if syntax in MPEGTransferSyntaxes:
        return tr("it is a video, which Concord does not show")
    if isinstance(error, NotImplementedError):
        return tr("its compression ({syntax}) is not one that Concord can decode").format(syntax=syntax.name)
    return tr("its pixel data ({syntax}) is damaged").format(syntax=syntax.name)


def _plain(dataset: Dataset) -> AnyArray | None:
    """Return (frames, rows, columns) as they lie in the file, where nothing has to be done to them.

    pydicom's own way gives the same and takes three times as long, which a long series makes felt.
    """
    kind, shape = plain_kind(dataset), (frame_count(dataset), int(dataset.Rows), int(dataset.Columns))
    if kind is None or len(dataset.PixelData) < math.prod(shape) * kind.itemsize:
        return None
    stored = np.frombuffer(dataset.PixelData, kind, math.prod(shape)).reshape(shape)
    low, high = stored_limits(dataset, stored)
    return stored if low <= stored.min() and stored.max() <= high else None


def _refuse_cut_short(dataset: Dataset, path: Path) -> None:
    """Check the length of pixel data that is not compressed; compressed data is its decoder's to judge."""
    if "PixelData" not in dataset or UID(dataset.file_meta.TransferSyntaxUID).is_encapsulated:
        return
    pixels = dataset.Rows * dataset.Columns * frame_count(dataset)
    samples = 2 if dataset.PhotometricInterpretation == "YBR_FULL_422" else dataset.SamplesPerPixel
    expected = (pixels * samples * dataset.BitsAllocated + _OCTET - 1) // _OCTET
    if len(dataset.PixelData) < expected:
        raise cut_short(path.name, len(dataset.PixelData), expected)


def _bright_side_up(stored: AnyArray, dataset: Dataset) -> Iterator[AnyArray]:
    """Yield each frame's rescaled values, turned round for MONOCHROME1 within the range of its bits, as GDCM does."""
    ends = _rescaled(np.array(stored_limits(dataset, stored)).astype(stored.dtype), dataset, 0)
    for index, frame in enumerate(stored):
        values = _rescaled(frame, dataset, index)
        yield ends.sum() - values if is_turned(dataset) else values


def _rescaled(frame: AnyArray, dataset: Dataset, index: int) -> AnyArray:
    """Apply the modality table, or slope and intercept, of one frame."""
    if dataset.get("ModalityLUTSequence"):
        return apply_modality_lut(frame.astype(np.int32), dataset).astype(np.float64)
    slope, intercept = _slope_and_intercept(dataset, index)
    return frame.astype(np.float64) * slope + intercept


def _slope_and_intercept(dataset: Dataset, frame: int) -> tuple[float, float]:
    source = group(dataset, "PixelValueTransformationSequence", frame)
    slope, intercept = decimals(source, "RescaleSlope"), decimals(source, "RescaleIntercept")
    return (slope[0] if slope else 0.0) or 1.0, intercept[0] if intercept else 0.0
