"""DICOM files to cases. No word about the patient leaves the header."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import numpy as np
from pydicom import Dataset

from app.domain.arrays import AnyArray
from app.domain.case import Case, Modality, Preset
from app.domain.errors import UnreadableFileError
from app.domain.reading import Place, invalid_sentence
from app.domain.stack import Packed, Stack, pack
from app.domain.words import tr
from app.imaging.decode import colour_frames, decimals, frame_count, grey_frames, group, stored_frames
from app.imaging.elements import header, opened, why_no_image
from app.imaging.facts import Facts, facts_of, is_colour
from app.imaging.faults import decoding
from app.imaging.film import Film, open_film
from app.imaging.plain import load_plain
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


def read_dicom(path: Path, limit_bytes: int | None = None) -> Case:
    """Read one DICOM file of one or more frames.

    Args:
        path: of the file.
        limit_bytes: of memory; where decoding all frames takes more they are read when they are asked for.

    Raises:
        UnreadableFileError: it is damaged, cut short, or holds no image.
    """
    if limit_bytes is not None:
        with decoding(path.name):
            film = open_film(path)
            if film is not None and film.stored_bytes * _AT_ONCE > limit_bytes:
                return _unrolled(film)
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


def _unrolled(film: Film) -> Case:
    """Return a case whose frames are read when they are asked for; call it within `decoding`."""
    dataset = film.dataset
    facts = facts_of(dataset)
    order, geometry = lay_out([plane(dataset, frame) for frame in range(film.frames)])

    def load(index: int) -> Packed:
        with decoding(film.path.name):
            return _first_frame(film.frame(order[index]), film.path)

    middle = load(film.frames // 2)
    return Case(
        name=film.path.name,
        pixels=Stack((film.frames, *middle.stored.shape), limit_bytes=0, source=load),
        modality=facts.modality,
        geometry=geometry,
        unit=facts.unit,
        window=None if middle.is_colour else facts.window or first_window(middle.values),
        presets=facts.presets,
        synthetic=facts.synthetic,
        notices=(() if middle.is_colour else geometry.faults) + facts.notices,
        sources=_in_order(_sources(dataset), order),
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
        return _first_frame(_read(path), path)


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
    pixels, invalid = (stack, 0) if colour else finite(stack)
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
        notices=notices + faults + said + ((invalid_sentence(invalid),) if invalid else ()),
        sources=_in_order([source for frames in loaded for source in frames.sources], order),
    )


def plane(dataset: Dataset, frame: int) -> Plane:
    """Return where a frame says it lies."""
    measures = group(dataset, "PixelMeasuresSequence", frame)
    spacing = _pair(measures, "PixelSpacing")
    imager = _pair(dataset, "ImagerPixelSpacing")
    orientation = _finite(decimals(group(dataset, "PlaneOrientationSequence", frame), "ImageOrientationPatient"), 6)
    high, wide = spacing or imager or _pair(dataset, "PixelAspectRatio") or (1.0, 1.0)
    on_detector = orientation is None and _is_on_detector(dataset, spacing, imager)
    steps = decimals(measures, "SpacingBetweenSlices")[:1] + decimals(measures, "SliceThickness")[:1]
    return Plane(
        position_mm=_finite(decimals(group(dataset, "PlanePositionSequence", frame), "ImagePositionPatient"), 3),
        orientation=orientation,
        spacing_mm=None if on_detector else spacing,
        thickness_mm=next((step for step in steps if step), None),
        number=frame if frame_count(dataset) > 1 else int(dataset.get("InstanceNumber") or 0),
        aspect=high / wide,
    )


_COLOUR = 3
_AT_ONCE = 4  # as much memory as the pixels themselves take is needed to decode all frames together
_PIXEL_ELEMENTS = ("PixelData", "FloatPixelData", "DoubleFloatPixelData")


def _read(path: Path) -> Dataset:
    """Return a whole file that holds an image."""
    dataset = opened(path)
    refusal = why_no_image(dataset) or _why_no_pixels(dataset)
    if refusal:
        raise UnreadableFileError(path.name, refusal)
    return dataset


def _first_frame(dataset: Dataset, path: Path) -> Packed:
    if is_colour(dataset):
        return pack(colour_frames(dataset, path)[0])
    kept = stored_frames(dataset, path)
    if kept is None or kept[0].dtype.kind == "f":
        values, invalid = finite(grey_frames(dataset, path)[0])
        return pack(values[..., None], invalid)
    return Packed(kept[0][0][..., None], *kept[1][0])


def _why_no_pixels(dataset: Dataset) -> str:
    return "" if any(name in dataset for name in _PIXEL_ELEMENTS) else tr("its pixel data is missing or cut short")


_Pair: TypeAlias = tuple[float, float]
_PROJECTIONS = frozenset({"CR", "DX", "IO", "MG", "PX", "RF", "RG", "XA"})


def _is_on_detector(dataset: Dataset, spacing: _Pair | None, imager: _Pair | None) -> bool:
    """Tell whether a projection's spacing is that on its detector, where all is larger than in the patient.

    PS3.3 10.7.1: what is not calibrated repeats Imager Pixel Spacing, and by Pixel Spacing Calibration Type a file says
    what its spacing was corrected by. What was reconstructed of projections has an orientation, and is none.
    """
    calibrated = bool(dataset.get("PixelSpacingCalibrationType")) and (
        spacing is None or imager is None or not np.allclose(spacing, imager, rtol=_SLIGHT, atol=0)
    )
    return dataset.get("Modality") in _PROJECTIONS and not calibrated


def _pair(dataset: Dataset, keyword: str) -> _Pair | None:
    """Return the sizes that a pixel has down and across, or None where they are none."""
    sizes = _finite(decimals(dataset, keyword), 2)
    return (sizes[0], sizes[1]) if sizes and min(sizes) > 0 else None


_SLIGHT = 1e-3


def _finite(numbers: tuple[float, ...], count: int) -> tuple[float, ...] | None:
    """Return exactly `count` finite numbers, or None."""
    return numbers if len(numbers) == count and all(map(math.isfinite, numbers)) else None


def _sources(dataset: Dataset) -> tuple[str, ...]:
    uid, frames = str(dataset.get("SOPInstanceUID", "")), frame_count(dataset)
    return (uid,) if frames == 1 else tuple(f"{uid}/{frame + 1}" for frame in range(frames))


def _in_order(sources: Sequence[str], order: Sequence[int]) -> tuple[str, ...]:
    """Return each slice's source, or nothing where not every slice has its own."""
    return tuple(sources[index] for index in order) if len(set(sources) - {""}) == len(order) else ()
