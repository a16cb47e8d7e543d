"""Outlines as lines finer than a pixel."""

import math
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from PIL import Image
from skimage.measure import find_contours

from app.domain.arrays import BoolArray, FloatArray
from app.domain.grid import Grid
from app.domain.result import Calibration
from app.domain.view import LevelStyle, View
from app.render import colours
from app.render.colours import Colour
from app.render.scene import CORE_SHARE, MAJORITY, OUTER_SHARE, Scene

Points: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Stroke:
    """One line to paint over a slice, light over a dark halo.

    Attributes:
        points: (n, 2) row and column on the slice; the last point repeats the first.
        colour: of the line.
        width_px: on the screen, whatever the zoom.
        dashed: whether the line is broken into dashes.
    """

    points: Points = field(repr=False)
    colour: Colour
    width_px: float
    dashed: bool = False


def strokes(scene: Scene, view: View) -> tuple[Stroke, ...]:
    """Return the outlines that a view asks for, in painting order.

    Every outline is where the map, linear between the centres of the network's pixels, crosses its threshold; it is
    closed along the slice's border. The readers' own outlines stay when everything that a model made is hidden.
    """
    lines: list[Stroke] = []
    if not view.hidden:
        lines += _level_strokes(scene, view)
        lines += _band_strokes(scene) if view.band else []
        lines += _share_strokes(scene, view.share) if view.share is not None else []
        lines += _refined_strokes(scene) if view.refined else []
        lines += _fused_strokes(scene) if view.fused else []
    if view.references:
        after = scene.calibrated(view)
        lines += _reader_strokes(scene, view) if after is None else _calibrated_strokes(after, scene.grid, view)
    return tuple(lines)


def outlines(values: FloatArray, threshold: float, grid: Grid) -> list[Points]:
    """Return the closed lines on the slice where a map on a grid crosses a threshold.

    Args:
        values: (*grid.shape), in [0, 1]; 0 is assumed around it.
        threshold: above 0 and below 1.
        grid: that the map lies on.

    Returns:
        (n, 2) row and column each, none beyond the slice's border.
    """
    raw = crossings(values, threshold)
    edge = np.array(grid.native_shape) - 0.5
    moved = [np.array(grid.origin) + (points + 0.5) * np.array(grid.step) for points in raw]
    clipped = [np.clip(points, -0.5, edge) for points in moved]
    return [points for points in clipped if np.ptp(points, axis=0).all()]


def mask_outlines(mask: BoolArray) -> list[Points]:
    """Outline a mask on the slice itself, at most at the fineness of a screen."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if rows.size == 0:
        return []
    top, left = int(rows[0]), int(columns[0])
    inside = mask[top : rows[-1] + 1, left : columns[-1] + 1]
    factor = -(-max(inside.shape) // _FINEST_MASK)
    shares = np.asarray(Image.fromarray(inside.astype(np.float32)).reduce(factor))
    grid = Grid(shares.shape, (top - 0.5, left - 0.5), (factor, factor), (mask.shape[0], mask.shape[1]))
    return outlines(shares, MAJORITY, grid)


def crossings(values: FloatArray, threshold: float) -> list[Points]:
    """Return the closed lines (n, 2) on a map's own grid where it, taken as 0 around itself, crosses a threshold."""
    return [points - 1 for points in find_contours(np.pad(values, 1), threshold)]


_LEVEL_WIDTH = 1.75
_CORE_WIDTH = 2.25
_OUTER_WIDTH = 1.75
_REFINED_WIDTH = 2.0
_SHARE_WIDTH = 2.5
_FUSED_WIDTH = 3.0
_READER_WIDTH = 1.25
_FINEST_MASK = 768  # pixels; more of a reader's mask cannot be told apart on a screen and costs time


def _level_strokes(scene: Scene, view: View) -> list[Stroke]:
    if view.style is not LevelStyle.CONTOUR:
        return []
    findings = scene.findings
    return [
        Stroke(points, colours.level_colour(level, findings.level_count), _LEVEL_WIDTH)
        for level in scene.shown_levels(view.levels)
        for points in outlines(findings.level_maps[level - 1], MAJORITY, scene.grid)
    ]


def _band_strokes(scene: Scene) -> list[Stroke]:
    outer = outlines(scene.findings.agreement, OUTER_SHARE, scene.grid)
    core = outlines(scene.findings.agreement, CORE_SHARE, scene.grid)
    return [
        *(Stroke(points, colours.OUTER, _OUTER_WIDTH, dashed=True) for points in outer),
        *(Stroke(points, colours.CORE, _CORE_WIDTH) for points in core),
    ]


def _refined_strokes(scene: Scene) -> list[Stroke]:
    if scene.findings.refined is None:
        return []
    mask = scene.findings.refined.astype(np.float32)
    return [Stroke(points, colours.REFINED, _REFINED_WIDTH) for points in outlines(mask, MAJORITY, scene.grid)]


def _share_strokes(scene: Scene, share: float) -> list[Stroke]:
    """Outline what k of n samples contain; the threshold lies midway between k - 1 and k of them, on pixels' edges."""
    least = math.ceil(share * scene.samples - _ROUNDING)
    edges = outlines(scene.findings.agreement, (least - 0.5) / scene.samples, scene.grid)
    return [Stroke(points, colours.share_colour(share), _SHARE_WIDTH) for points in edges]


_ROUNDING = 1e-5


def _fused_strokes(scene: Scene) -> list[Stroke]:
    found = scene.calibration
    if found is None:
        return []
    return [Stroke(points, colours.FUSED, _FUSED_WIDTH) for points in outlines(found.consensus, found.cut, scene.grid)]


def _calibrated_strokes(found: Calibration, grid: Grid, view: View) -> list[Stroke]:
    return [
        Stroke(points, colours.reader_colour(reader), _READER_WIDTH)
        for reader, mask in enumerate(found.calibrated)
        if view.draws_reader(reader + 1)
        for points in outlines(mask, MAJORITY, grid)
    ]


def _reader_strokes(scene: Scene, view: View) -> list[Stroke]:
    if scene.references is None:
        return []
    return [
        Stroke(points, colours.reader_colour(reader), _READER_WIDTH, dashed=True)
        for reader, mask in enumerate(scene.references)
        if view.draws_reader(reader + 1)
        for points in mask_outlines(mask)
    ]
