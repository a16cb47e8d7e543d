"""Areas over a slice as one translucent picture: level fills, soft map, the hatched ambiguous band."""

import math
from collections.abc import Iterator
from functools import reduce
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from PIL import Image

from app.domain.arrays import ByteArray, FloatArray
from app.domain.grid import Grid
from app.domain.result import Calibration
from app.domain.view import LevelStyle, View
from app.render import colours
from app.render.colours import Colour
from app.render.scene import CORE_SHARE, MAJORITY, OUTER_SHARE, SCREEN_SIDE, Scene
from app.render.strokes import Stroke, strokes

__all__ = ["Scene", "Stroke", "layer", "strokes"]

_Range: TypeAlias = tuple[int, int]
_Indices: TypeAlias = npt.NDArray[np.intp]
_ROWS_AT_A_TIME = 64


def layer(scene: Scene, view: View, shape: tuple[int, int]) -> ByteArray:
    """Return the areas that a view asks for.

    Args:
        scene: what there is to draw.
        view: what of it is drawn.
        shape: rows and columns of the picture, which covers the whole slice.

    Returns:
        (rows, columns, 4) uint8 RGBA, premultiplied.
    """
    areas = [] if view.hidden else list(_areas(scene, view, _raster(scene.grid, shape)))
    picture = reduce(lambda below, above: _over(above, below), areas) if areas else np.zeros(shape, np.uint32)
    return np.ascontiguousarray(picture).view(np.uint8).reshape(*shape, 4)


def resample(values: FloatArray, raster: Grid) -> FloatArray:
    """Return a map, linear between the centres of its pixels, on the slice it lies on; 0 beyond the map."""
    (top, bottom), (left, right) = _covered(raster, 0), _covered(raster, 1)
    if top >= bottom or left >= right:
        return np.zeros(raster.native_shape, np.float32)
    resized = _between if min(raster.step) >= 1 else _averaged
    covered = resized(np.asarray(values, np.float32), raster, (top, bottom), (left, right))
    if covered.shape == raster.native_shape:
        return covered
    picture = np.zeros(raster.native_shape, np.float32)
    picture[top:bottom, left:right] = covered
    return picture


def _between(values: FloatArray, raster: Grid, rows: _Range, columns: _Range) -> FloatArray:
    """Enlarge a map, a few rows at a time, which stay in the processor's cache: a tenth of the time of Pillow's way."""
    (before, after, right), (above, below, down) = (_neighbours(raster, 1, columns), _neighbours(raster, 0, rows))
    wide = np.ascontiguousarray(values[:, before] * (1 - right) + values[:, after] * right)
    mixed = np.empty((len(down), len(right)), np.float32)
    for start in range(0, len(down), _ROWS_AT_A_TIME):
        some = slice(start, start + _ROWS_AT_A_TIME)
        share = down[some, None]
        np.multiply(wide[above[some]], 1 - share, out=mixed[some])
        mixed[some] += wide[below[some]] * share
    return mixed


def _neighbours(raster: Grid, axis: int, pixels: _Range) -> tuple[_Indices, _Indices, FloatArray]:
    """Return which two of the map's pixels each of the raster's lies between, and the second one's share."""
    end = raster.shape[axis] - 1
    place = np.clip((np.arange(*pixels) - raster.origin[axis]) / raster.step[axis] - 0.5, 0, end)
    first = place.astype(np.intp)
    return first, np.minimum(first + 1, end), (place - first).astype(np.float32)


def _averaged(values: FloatArray, raster: Grid, rows: _Range, columns: _Range) -> FloatArray:
    """Reduce a map, with every pixel of it having its part."""
    # A pixel whose centre lies on the map may reach beyond it: the map's edge is repeated as far.
    margin = math.ceil(max(0.5 / step for step in raster.step))
    source = Image.fromarray(np.pad(values, margin, mode="edge"))
    (top, bottom), (left, right) = rows, columns
    first, last = (raster.from_native(*corner) for corner in ((top - 0.5, left - 0.5), (bottom - 0.5, right - 0.5)))
    shift = margin + 0.5
    box = (first[1] + shift, first[0] + shift, last[1] + shift, last[0] + shift)
    return np.asarray(source.resize((right - left, bottom - top), Image.Resampling.BILINEAR, box=box))


# A pixel's four bytes travel as one 32-bit number: tables and masks then cost a quarter.
_Packed = npt.NDArray[np.uint32]

_HATCH_LINES = 48
_HATCH_PITCH = (7.0, 14.0)
_SMALLEST_SCREEN = 700
_LINE_WIDTH = 1.3
_HALO_WIDTH = 2.9


def _raster(grid: Grid, shape: tuple[int, int]) -> Grid:
    """Return how the network's grid lies on a picture of another size of the same slice."""
    scale = shape[0] / grid.native_shape[0], shape[1] / grid.native_shape[1]
    return Grid(
        shape=grid.shape,
        origin=((grid.origin[0] + 0.5) * scale[0] - 0.5, (grid.origin[1] + 0.5) * scale[1] - 0.5),
        step=(grid.step[0] * scale[0], grid.step[1] * scale[1]),
        native_shape=shape,
    )


def _covered(raster: Grid, axis: int) -> tuple[int, int]:
    """First and one-past-last pixel of the raster whose centre lies on the map."""
    end = raster.origin[axis] + raster.shape[axis] * raster.step[axis]
    return max(0, int(np.ceil(raster.origin[axis]))), min(raster.native_shape[axis], int(np.floor(end)) + 1)


def _areas(scene: Scene, view: View, raster: Grid) -> Iterator[_Packed]:
    """Yield what a view asks for, the lowest first."""
    if view.soft:
        yield _soft_area(scene, view, raster)
    if view.style is LevelStyle.FILL:
        yield _level_areas(scene, view, raster)
    if view.band:
        yield _band_areas(scene, view, raster)
    if view.expertness is not None and scene.calibration is not None:
        yield _expertness_area(scene.calibration, view.expertness, view.opacity, raster)


def _soft_area(scene: Scene, view: View, raster: Grid) -> _Packed:
    """Colour the soft map; it fades out below half of the lowest level's share."""
    table = np.empty((256, 4), np.float64)
    table[:, :3] = colours.soft_ramp()
    fade = np.arange(256) / 255 * 2 * scene.findings.level_count
    table[:, 3] = view.opacity * np.clip(fade, 0, 1)
    index = np.rint(resample(scene.findings.soft, raster) * 255).astype(np.uint8)
    return _packed(table)[index]


def _expertness_area(calibration: Calibration, reader: int, opacity: float, raster: Grid) -> _Packed:
    """Colour a reader's expertness on the soft map's scale; it fades out where a further reader would surely agree."""
    if reader >= len(calibration.expertness_maps):
        return np.zeros(raster.native_shape, np.uint32)
    table = np.empty((256, 4), np.float64)
    table[:, :3] = colours.soft_ramp()[::-1]
    table[:, 3] = opacity * np.clip(np.arange(256) / 255 / _FADED_DOUBT - 1, 0, 1)
    doubt = resample(1 - calibration.expertness_maps[reader].astype(np.float32), raster)
    return _packed(table)[np.rint(doubt * 255).astype(np.uint8)]


_FADED_DOUBT = 0.1


def _level_areas(scene: Scene, view: View, raster: Grid) -> _Packed:
    """Colour each pixel with the highest of the shown levels that holds it."""
    findings = scene.findings
    shown = scene.shown_levels(view.levels)
    top = np.zeros(raster.native_shape, np.uint8)
    for level in shown:
        top += resample(findings.level_maps[level - 1], raster) >= MAJORITY
    tints = [(*colours.level_colour(level, findings.level_count), view.opacity) for level in shown]
    return _packed(np.array([(0, 0, 0, 0.0), *tints]))[top]


def _band_areas(scene: Scene, view: View, raster: Grid) -> _Packed:
    """Hatch what lies between the core and the outer limit."""
    agreement = resample(scene.findings.agreement, raster)
    ambiguous = (agreement >= OUTER_SHARE) & (agreement < CORE_SHARE)
    return np.where(ambiguous, _hatching(raster, view.opacity), np.uint32(0))


def _hatching(raster: Grid, opacity: float) -> _Packed:
    """Cover the raster with diagonal lines; only the sum of row and column matters, so one diagonal is computed."""
    rows, columns = raster.native_shape
    extent = max(raster.shape[0] * raster.step[0], raster.shape[1] * raster.step[1])
    unit = max(rows, columns, _SMALLEST_SCREEN) / SCREEN_SIDE
    pitch = float(np.clip(extent / _HATCH_LINES, _HATCH_PITCH[0] * unit, _HATCH_PITCH[1] * unit))
    along = np.arange(rows + columns - 1) / np.sqrt(2)
    distance = np.abs((along + pitch / 2) % pitch - pitch / 2)
    strength = np.sqrt(opacity)
    line = np.clip(_LINE_WIDTH / 2 * unit + 0.5 - distance, 0, 1) * strength
    halo = np.clip(_HALO_WIDTH / 2 * unit + 0.5 - distance, 0, 1) * strength * colours.HALO_OPACITY
    diagonal = _mixed(colours.HATCH, line, colours.HALO, halo)
    return np.lib.stride_tricks.sliding_window_view(diagonal, columns)[:rows]


def _mixed(top: Colour, top_alpha: npt.NDArray[np.float64], bottom: Colour, alpha: npt.NDArray[np.float64]) -> _Packed:
    """Return one colour over another."""
    rest = alpha * (1 - top_alpha)
    both = top_alpha + rest
    mixed = np.outer(top_alpha, top) + np.outer(rest, bottom)
    straight = mixed / np.where(both > 0, both, 1)[:, None]
    return _packed(np.column_stack([straight, both]))


def _packed(straight: npt.NDArray[np.float64]) -> _Packed:
    """Return colours (n, 4), RGB in 0..255 and alpha in 0..1, as premultiplied bytes."""
    alpha = straight[:, 3:]
    premultiplied = np.hstack([straight[:, :3] * alpha, 255 * alpha])
    return np.rint(premultiplied).astype(np.uint8).view(np.uint32)[:, 0]


def _over(top: _Packed, bottom: _Packed) -> _Packed:
    """Lay one premultiplied picture over another."""
    both = np.flatnonzero((top != 0) & (bottom != 0))
    result = np.where(top != 0, top, bottom)
    if both.size:
        upper = top.ravel()[both].view(np.uint8).reshape(-1, 4).astype(np.uint16)
        lower = bottom.ravel()[both].view(np.uint8).reshape(-1, 4).astype(np.uint16)
        mixed = upper + (lower * (255 - upper[:, 3:]) + 127) // 255
        result.ravel()[both] = mixed.astype(np.uint8).view(np.uint32)[:, 0]
    return result
