"""DICOM pixel data to numbers, by pydicom and the codecs beside it."""

import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from pydicom import Dataset
from pydicom.pixels.processing import apply_color_lut, apply_modality_lut
from pydicom.pixels.utils import pixel_array
from pydicom.uid import UID, ExplicitVRLittleEndian, ImplicitVRLittleEndian, MPEGTransferSyntaxes

from app.domain.arrays import AnyArray, FloatArray
from app.domain.errors import UnreadableFileError
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
    scales = [_slope_and_intercept(dataset, frame) for frame in range(len(stored))]
    if is_turned(dataset):
        ends = _rescaled(np.array(_stored_limits(dataset, stored)), dataset, 0)
        scales = [(-slope, float(ends.sum()) - intercept) for slope, intercept in scales]
    return stored.astype(stored.dtype.newbyteorder("="), copy=False), scales


def is_turned(dataset: Dataset) -> bool:
    """Whether low stored values are bright."""
    return bool(dataset.PhotometricInterpretation == "MONOCHROME1")


def window_turned(level: float, dataset: Dataset) -> float:
    """Return a window's level after the values were turned round (slope and intercept only)."""
    stored = np.zeros(1, np.int16 if dataset.get("PixelRepresentation") else np.uint16)
    ends = _rescaled(np.array(_stored_limits(dataset, stored), np.float64), dataset, 0)
    return float(ends.sum()) - level


def group(dataset: Dataset, name: str, frame: int) -> Dataset:
    """Return a functional group's item for a frame: its own, else the shared one, else the dataset itself."""
    for sequence, index in (
        ("PerFrameFunctionalGroupsSequence", frame),
        ("SharedFunctionalGroupsSequence", 0),
    ):
        items = dataset.get(sequence) or []
        if index < len(items) and items[index].get(name):
            return items[index][name].value[0]  # type: ignore[no-any-return]
    return dataset


_GREY_AXES = 3
_OCTET = 8


def _why_not_decoded(syntax: UID, error: Exception) -> str:
    if syntax in MPEGTransferSyntaxes:
        return "it is a video, which Concord does not show"
    if isinstance(error, NotImplementedError):
        return f"its compression ({syntax.name}) is not one that Concord can decode"
    return f"its pixel data ({syntax.name}) is damaged"


def _plain(dataset: Dataset) -> AnyArray | None:
    """Return (frames, rows, columns) as they lie in the file, where nothing has to be done to them.

    pydicom's own way gives the same and takes three times as long, which a long series makes felt.
    """
    bits, syntax = dataset.get("BitsAllocated"), dataset.file_meta.get("TransferSyntaxUID")
    if (
        syntax not in {ImplicitVRLittleEndian, ExplicitVRLittleEndian}
        or bits not in {8, 16}
        or dataset.SamplesPerPixel != 1
    ):
        return None
    kind = np.dtype(f"<{'i' if dataset.get('PixelRepresentation') else 'u'}{bits // _OCTET}")
    shape = (frame_count(dataset), int(dataset.Rows), int(dataset.Columns))
    if len(dataset.PixelData) < math.prod(shape) * kind.itemsize:
        return None
    stored = np.frombuffer(dataset.PixelData, kind, math.prod(shape)).reshape(shape)
    low, high = _stored_limits(dataset, stored)
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
    ends = _rescaled(np.array(_stored_limits(dataset, stored)).astype(stored.dtype), dataset, 0)
    for index, frame in enumerate(stored):
        values = _rescaled(frame, dataset, index)
        yield ends.sum() - values if is_turned(dataset) else values


def _stored_limits(dataset: Dataset, stored: AnyArray) -> tuple[int, int]:
    """Return the least and greatest number that the stored bits can say."""
    if stored.dtype.kind == "f":
        return int(stored.min()), int(stored.max())
    bits = int(dataset.BitsStored)
    return (-(1 << bits - 1), (1 << bits - 1) - 1) if dataset.get("PixelRepresentation") else (0, (1 << bits) - 1)


def _rescaled(frame: AnyArray, dataset: Dataset, index: int) -> AnyArray:
    """Apply the modality table, or slope and intercept, of one frame."""
    if dataset.get("ModalityLUTSequence"):
        return apply_modality_lut(frame.astype(np.int32), dataset).astype(np.float64)
    slope, intercept = _slope_and_intercept(dataset, index)
    return frame.astype(np.float64) * slope + intercept


def _slope_and_intercept(dataset: Dataset, frame: int) -> tuple[float, float]:
    source = group(dataset, "PixelValueTransformationSequence", frame)
    slope, intercept = source.get("RescaleSlope"), source.get("RescaleIntercept")
    return float(slope or 1), float(intercept or 0)
