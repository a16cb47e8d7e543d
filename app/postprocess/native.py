"""Findings on the slice's own pixels, as screen and files count and store them."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from app.domain.arrays import BoolArray, FloatArray
from app.domain.geometry import Geometry
from app.domain.grid import Grid
from app.domain.result import Findings
from app.imaging.prepare import map_to_native
from app.render.scene import CORE_SHARE, OUTER_SHARE


@dataclass(frozen=True, slots=True)
class Area:
    """An area of a slice.

    Attributes:
        px: number of pixels.
        mm2: the same in square millimetres, or None where the pixel spacing is not safe to measure with.
    """

    px: int
    mm2: float | None


@dataclass(frozen=True, slots=True)
class Measurements:
    """The areas of a slice's findings.

    Attributes:
        levels: of each consensus mask.
        level_spreads_px: standard deviation of the samples' areas at each level, in pixels.
        core: what at least 90 % of all samples contain.
        outer: what at least 10 % do.
        consistent: what every sample contains.
        ambiguous: what some samples contain and some do not.
    """

    levels: tuple[Area, ...]
    level_spreads_px: tuple[float, ...]
    core: Area
    outer: Area
    consistent: Area
    ambiguous: Area


def native_mask(values: FloatArray | BoolArray, grid: Grid, share: float = 0.5) -> BoolArray:
    """Return where a map (*grid.shape), linear between its pixels, is at least a share on the slice."""
    mask = np.zeros(grid.native_shape, np.bool_)
    (top, bottom), (left, right) = _reach(values, grid, 0), _reach(values, grid, 1)
    if top < bottom and left < right:
        # Only where there is something: enlarging all of a photograph for each of many samples takes seconds each.
        origin = (grid.origin[0] - top, grid.origin[1] - left)
        part = replace(grid, origin=origin, native_shape=(bottom - top, right - left))
        mask[top:bottom, left:right] = map_to_native(np.asarray(values, np.float32), part) >= share - _ROUNDING
    return mask


def native_levels(findings: Findings, grid: Grid) -> Iterator[BoolArray]:
    """Yield each consensus mask (rows, columns) on the slice, level 1 first; they are nested."""
    for level_map in findings.level_maps:
        yield native_mask(level_map, grid)


def counted(findings: Findings, grid: Grid) -> Findings:
    """Return findings with their areas counted on the slice, as the files give them."""
    measured = measure(findings, grid, Geometry())
    return replace(
        findings,
        level_areas=tuple(float(area.px) for area in measured.levels),
        consistent_area=float(measured.consistent.px),
        ambiguous_area=float(measured.ambiguous.px),
    )


def measure(findings: Findings, grid: Grid, geometry: Geometry, *, is_counted: bool = False) -> Measurements:
    """Count the pixels of a slice that its findings cover.

    Interpolating shares loses corners that interpolating masks keeps; a region that every sample contains belongs to
    the core all the same, and the core to the outer limit.

    Args:
        findings: on the network's grid.
        grid: how that lies on the slice.
        geometry: for the size of a pixel.
        is_counted: whether the findings' own areas were counted on the slice already, as those of a finished result.
    """
    everywhere = native_mask(findings.consistent, grid)
    core = native_mask(findings.agreement, grid, CORE_SHARE) | everywhere
    outer = native_mask(findings.agreement, grid, OUTER_SHARE) | core
    if is_counted:
        levels, ambiguous = [round(area) for area in findings.level_areas], round(findings.ambiguous_area)
    else:
        levels = [int(mask.sum()) for mask in native_levels(findings, grid)]
        marked = native_mask(findings.consistent | findings.ambiguous, grid) | outer
        ambiguous = int(marked.sum()) - int(everywhere.sum())
    return Measurements(
        levels=tuple(sized(px, geometry) for px in levels),
        level_spreads_px=tuple(float(spread) for spread in findings.sample_areas.std(axis=1)),
        core=sized(int(core.sum()), geometry),
        outer=sized(int(outer.sum()), geometry),
        consistent=sized(int(everywhere.sum()), geometry),
        ambiguous=sized(ambiguous, geometry),
    )


def sized(pixels: int, geometry: Geometry) -> Area:
    """Return a number of pixels with its area in square millimetres, where that is safe."""
    per_pixel = geometry.pixel_area_mm2
    return Area(pixels, None if per_pixel is None else pixels * per_pixel)


# Resampling may round a share that is just reached, which counts as inside, down by a few bits.
_ROUNDING = 1e-5


def _reach(values: FloatArray | BoolArray, grid: Grid, axis: int) -> tuple[int, int]:
    """First and one-past-last pixel of the slice, along an axis, that a map's non-zero pixels can reach."""
    filled = np.flatnonzero(values.any(axis=1 - axis))
    if filled.size == 0:
        return 0, 0
    first = grid.origin[axis] + (filled[0] - 0.5) * grid.step[axis]
    last = grid.origin[axis] + (filled[-1] + 1.5) * grid.step[axis]
    return max(0, math.floor(first)), min(grid.native_shape[axis], math.ceil(last) + 1)
