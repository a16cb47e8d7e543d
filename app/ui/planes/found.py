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
    along, levels = volume[3 - plane.normal], next(iter(finals.values())).findings.level_count
    first, last = max(min(finals) - 1, 0), min(max(finals) + 1, volume[0] - 1)  # an empty slice beyond ends an area
    lines = np.zeros((levels + 2, last - first + 1, along), np.float32)
    for grid in {final.grid for final in finals.values()}:
        alike = {index: final.findings for index, final in finals.items() if final.grid == grid}
        found = [[*each.level_maps, each.agreement, each.soft] for each in alike.values()]
        crossed = lines_of_maps(found, grid, plane.normal - 1, position, along)
        lines[:, [index - first for index in alike]] = crossed.swapaxes(0, 1)
    maps = np.ascontiguousarray(np.moveaxis(laid(np.moveaxis(lines, 0, -1), plane), -1, 0))
    return Frame(0, 1, _findings(maps), _grid(maps, plane, (first, last), volume), samples=0, final=True)


def lines_of_maps(maps: Sequence[Sequence[FloatArray]], grid: Grid, axis: int, index: int, along: int) -> FloatArray:
    """Return one row (axis 0) or column (axis 1) of slices through maps on a network's grid, linear between pixels.

    Args:
        maps: of each slice, as many as any other has, (*grid.shape) each.
        grid: that all of them lie on.
        axis: 0 for a row of the slice, 1 for a column.
        index: of that row or column.
        along: its number of pixels.

    Returns:
        (slices, maps, along); 0 beyond the grid.
    """
    across, places = (
        _network_places(native, grid, way) for native, way in ((np.array([index]), axis), (np.arange(along), 1 - axis))
    )
    inside = _is_on(across, grid.shape[axis]) & _is_on(places, grid.shape[1 - axis])
    low, high, share = _neighbours(across, grid.shape[axis])
    before, after, part = _neighbours(places, grid.shape[1 - axis])
    rows = [[one.take(at, axis) for at in (low[0], high[0])] for single in maps for one in single]
    both = np.array(rows, np.float32).reshape(len(maps), -1, 2, grid.shape[1 - axis])
    between = both[:, :, 0] * (1 - share) + both[:, :, 1] * share
    lines: FloatArray = (between[..., before] * (1 - part) + between[..., after] * part) * inside
    return lines.astype(np.float32)


def _neighbours(places: AnyArray, count: int) -> tuple[AnyArray, AnyArray, AnyArray]:
    """Return which two of so many pixels each place lies between, and the second one's share."""
    held = np.clip(places, 0, count - 1)
    first = held.astype(np.intp)
    return first, np.minimum(first + 1, count - 1), (held - first).astype(np.float32)


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


def _grid(maps: FloatArray, plane: Plane, slices: tuple[int, int], volume: tuple[int, int, int]) -> Grid:
    """Return how maps of some slices, the first and the last of them given, lie on the whole plane."""
    rows, columns = maps.shape[1:]
    is_turned = plane.rises if plane.down == 0 else plane.falls
    start = (volume[0] - 1 - slices[1] if is_turned else slices[0]) - 0.5
    origin = (start, -0.5) if plane.down == 0 else (-0.5, start)
    return Grid((rows, columns), origin, (1.0, 1.0), plane.shape(volume)[1:])


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
