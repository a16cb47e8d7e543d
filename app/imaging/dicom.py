"""DICOM files to cases. No word about the patient leaves the header."""

import math
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from pydicom import Dataset, dcmread
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
)

from app.domain.arrays import AnyArray
from app.domain.case import Case, Modality, Preset
from app.domain.errors import UnreadableFileError
from app.domain.reading import Place
from app.domain.stack import Packed, Stack, pack
from app.imaging.decode import colour_frames, decimals, frame_count, grey_frames, group, stored_frames
from app.imaging.facts import Facts, facts_of, is_colour, kind_name
from app.imaging.faults import bounded, decoding, refuse_too_large, unpacked_size
from app.imaging.plain import load_plain, place_in
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
        presets: the windows that the header proposes.
        synthetic: whether the header says that the data are synthetic.
        notices: sentences about this file.
        sources: which image of its archive each frame is, as `Case.sources` says.
    """

    pixels: AnyArray = field(repr=False)
    planes: tuple[Plane, ...]
    modality: Modality
    unit: str
    presets: tuple[Preset, ...]
    synthetic: bool
    notices: tuple[str, ...]
    sources: tuple[str, ...] = field(default=(), repr=False)


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
            presets=facts.presets,
            synthetic=facts.synthetic,
            notices=facts.notices,
            sources=_sources(dataset),
        )


def facts_in(path: Path) -> Facts:
    """Return what a file's header says.

    Raises:
        UnreadableFileError: it cannot be read.
    """
    with decoding(path.name):
        return facts_of(header(path)[0])


def load_slice(path: Path, place: Place | None = None) -> Packed:
    """Read the first frame of one DICOM file, without a table or a fraction as it is stored.

    Args:
        path: of the file.
        place: of its pixels, if they are known to be plain numbers.

    Raises:
        UnreadableFileError: it is damaged, cut short, or holds no image.
    """
    plain = None if place is None else load_plain(path, place)
    if plain is not None:
        return plain
    with decoding(path.name):
        dataset = _read(path)
        if is_colour(dataset):
            return pack(colour_frames(dataset, path)[0])
        kept = stored_frames(dataset, path)
        if kept is None or kept[0].dtype.kind == "f":
            return pack(finite(grey_frames(dataset, path)[0])[0][..., None])
        return Packed(kept[0][0][..., None], *kept[1][0])


def _refuse_bomb(path: Path) -> None:
    """Refuse deflated elements that unpack to more than the largest image; pydicom unpacks them without a limit."""
    with path.open("rb") as file:
        head = file.read(1024)
        if _DEFLATED not in head:
            return
        file.seek(_DATA_AFTER + int.from_bytes(head[_DATA_AFTER - 4 : _DATA_AFTER], "little"))
        refuse_too_large(path.name, unpacked_size(file, zlib.decompressobj(-zlib.MAX_WBITS)))


def opened(path: Path) -> Dataset:
    """Return a file's elements; call it within `decoding`.

    Raises:
        UnreadableFileError: it unpacks to more than a memory should hold.
    """
    _refuse_bomb(path)
    with bounded(path) as file:
        return _named(dcmread(file, force=True))


def header(path: Path) -> tuple[Dataset, Place | None]:
    """Return a file's elements before its pixels, and where these lie, if they are plain; call it within `decoding`.

    Raises:
        UnreadableFileError: it unpacks to more than a memory should hold.
    """
    _refuse_bomb(path)
    with bounded(path) as file:
        dataset = _named(dcmread(file, force=True, stop_before_pixels=True))
        return dataset, place_in(file, dataset)


def _named(dataset: Dataset) -> Dataset:
    """Return elements with a transfer syntax, whatever the file says of it."""
    # A file without the header that names its transfer syntax is one of the plain ones.
    implicit, little = dataset.original_encoding
    plain = ExplicitVRLittleEndian if little else ExplicitVRBigEndian
    dataset.file_meta.setdefault("TransferSyntaxUID", ImplicitVRLittleEndian if implicit else plain)
    return dataset


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
        window=None if colour else first.presets[0].window if first.presets else first_window(pixels),
        presets=first.presets,
        synthetic=all(frames.synthetic for frames in loaded),
        notices=notices + faults + said + broken,
        sources=_in_order([source for frames in loaded for source in frames.sources], order),
    )


def why_no_image(dataset: Dataset) -> str:
    """Return why a DICOM file cannot be opened as an image, or "" where its header announces one."""
    kind = kind_name(dataset)
    if "Whole Slide" in kind:
        return "it is a whole-slide image, which Concord does not show"
    if "Directory" in kind:
        return "it is a DICOMDIR, a list of images; open the folder in which it lies"
    if not dataset.get("Rows") or not dataset.get("Columns"):
        if "Image Storage" in kind:
            return "it is cut short: it ends before its image"
        return f"it is a DICOM file without an image ({kind})" if kind else "it is a DICOM file without an image"
    return ""


def plane(dataset: Dataset, frame: int) -> Plane:
    """Return where a frame says it lies."""
    measures = group(dataset, "PixelMeasuresSequence", frame)
    spacing = _finite(decimals(measures, "PixelSpacing"), 2)
    steps = decimals(measures, "SpacingBetweenSlices")[:1] + decimals(measures, "SliceThickness")[:1]
    return Plane(
        position_mm=_finite(decimals(group(dataset, "PlanePositionSequence", frame), "ImagePositionPatient"), 3),
        orientation=_finite(decimals(group(dataset, "PlaneOrientationSequence", frame), "ImageOrientationPatient"), 6),
        spacing_mm=(spacing[0], spacing[1]) if spacing and min(spacing) > 0 else None,
        thickness_mm=next((step for step in steps if step), None),
        number=frame if frame_count(dataset) > 1 else int(dataset.get("InstanceNumber") or 0),
    )


_COLOUR = 3
_PIXEL_ELEMENTS = ("PixelData", "FloatPixelData", "DoubleFloatPixelData")
_DEFLATED = str(DeflatedExplicitVRLittleEndian).encode()
_DATA_AFTER = 144  # preamble, "DICM" and the element that tells the length of the rest of the meta header


def _read(path: Path) -> Dataset:
    """Return a whole file that holds an image."""
    dataset = opened(path)
    refusal = why_no_image(dataset) or _why_no_pixels(dataset)
    if refusal:
        raise UnreadableFileError(path.name, refusal)
    return dataset


def _why_no_pixels(dataset: Dataset) -> str:
    return "" if any(name in dataset for name in _PIXEL_ELEMENTS) else "its pixel data is missing or cut short"


def _finite(numbers: tuple[float, ...], count: int) -> tuple[float, ...] | None:
    """Return exactly `count` finite numbers, or None."""
    return numbers if len(numbers) == count and all(map(math.isfinite, numbers)) else None


def _sources(dataset: Dataset) -> tuple[str, ...]:
    uid, frames = str(dataset.get("SOPInstanceUID", "")), frame_count(dataset)
    return (uid,) if frames == 1 else tuple(f"{uid}/{frame + 1}" for frame in range(frames))


def _in_order(sources: Sequence[str], order: Sequence[int]) -> tuple[str, ...]:
    """Return each slice's source, or nothing where not every slice has its own."""
    return tuple(sources[index] for index in order) if len(set(sources) - {""}) == len(order) else ()
