"""What runs on single slices look like where another plane crosses them."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from app.domain.arrays import AnyArray, FloatArray
from app.domain.grid import Grid
from app.domain.plane import Plane
from app.domain.result import INSIDE, Findings
from app.domain.view import LevelStyle, View
from app.ui.choice import majority
from app.ui.frames import Frame, Run
from app.ui.planes.section import laid


def section_frame(runs: Sequence[Run], plane: Plane, position: int, volume: tuple[int, int, int]) -> Frame | None:
    """Return where a plane crosses the findings of finished runs of one model; None where there are none.

    Args:
        runs: at most one on each slice.
        plane: not that of the slices.
        position: of the plane.
        volume: slices, rows and columns.
    """
    finals = {run.slice_index: run.final for run in runs if run.final is not None}
    if not finals:
        return None
    along = volume[3 - plane.normal]
    levels = next(iter(finals.values())).findings.level_count
    lines = np.zeros((levels + 2, volume[0], along), np.float32)
    for index, final in finals.items():
        found = final.findings
        maps = np.concatenate([found.level_maps, found.agreement[None], found.soft[None]])
        lines[:, index] = line_of_maps(maps, final.grid, plane.normal - 1, position, along)
    maps = np.moveaxis(laid(np.moveaxis(lines, 0, -1), plane), -1, 0)
    return Frame(0, 1, _findings(maps), _own_grid(maps.shape[1:]), samples=0, final=True)


def line_of_maps(maps: FloatArray, grid: Grid, axis: int, index: int, along: int) -> FloatArray:
    """Return one row (axis 0) or column (axis 1) of the slice through maps on a network's grid, linear between pixels.

    Args:
        maps: (maps, *grid.shape).
        grid: that they lie on.
        axis: 0 for a row of the slice, 1 for a column.
        index: of that row or column.
        along: its number of pixels.

    Returns:
        (maps, along); 0 beyond the grid.
    """
    other = 1 - axis
    across = _network_places(np.array([index]), grid, axis)
    low = np.clip(np.floor(across), 0, grid.shape[axis] - 1).astype(int)
    high = np.minimum(low + 1, grid.shape[axis] - 1)
    share = np.clip(across - low, 0, 1)
    between = maps.take(low[0], axis + 1) * (1 - share) + maps.take(high[0], axis + 1) * share
    places = _network_places(np.arange(along), grid, other)
    inside = _is_on(across, grid.shape[axis]) & _is_on(places, grid.shape[other])
    lines = np.zeros((len(maps), along), np.float32)
    for line, values in zip(lines, between, strict=True):
        line[inside] = np.interp(places[inside], np.arange(grid.shape[other]), values)
    return lines


def _network_places(native: AnyArray, grid: Grid, axis: int) -> AnyArray:
    """Return the network's coordinates of rows or columns of the slice."""
    places: AnyArray = (native - grid.origin[axis]) / grid.step[axis] - 0.5
    return places


def _is_on(places: AnyArray, count: int) -> AnyArray:
    """Return which places lie on a network's pixels; the first reaches from -0.5 to 0.5."""
    return np.abs(places - (count - 1) / 2) <= count / 2


def section_view(view: View, position: int, level_count: int) -> View:
    """Return how a plane across the slices is shown: levels as areas, since each slice is only a strip of it."""
    levels = view.levels or majority(level_count) if view.band else view.levels
    plain = replace(view, slice_index=position, step=None, band=False, refined=False, measured=False)
    return replace(plain, levels=levels, style=LevelStyle.FILL)


def _own_grid(shape: tuple[int, ...]) -> Grid:
    rows, columns = shape
    return Grid((rows, columns), (-0.5, -0.5), (1.0, 1.0), (rows, columns))


def _findings(maps: FloatArray) -> Findings:
    """Return maps (levels, then agreement and soft map) as findings to draw; nothing is counted on them."""
    level_maps, agreement, soft = maps[:-2], maps[-2], maps[-1]
    nowhere = np.zeros(agreement.shape, np.bool_)
    return Findings(
        level_maps,
        level_maps >= INSIDE,
        soft,
        agreement,
        consistent=nowhere,
        ambiguous=nowhere,
        level_areas=(0.0,) * len(level_maps),
        sample_areas=np.zeros((len(level_maps), 1), np.float32),
        diversity=0.0,
        ged=None,
        readers=0,
    )
