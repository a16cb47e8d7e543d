"""On which slice of a case a frame of a segmentation lies, and how it is turned there."""

from dataclasses import dataclass

import numpy as np

from app.domain.arrays import AnyArray
from app.domain.case import Case
from app.imaging.stack import LEEWAY_MM, LEEWAY_SHARE, Plane


@dataclass(frozen=True, slots=True)
class Lie:
    """How a frame lies on a case.

    Attributes:
        slice_index: of the slice that it lies on.
        down: 1, or -1 where the frame's rows run against those of the slice.
        right: the same of its columns.
    """

    slice_index: int
    down: int = 1
    right: int = 1


def lie_on(place: Plane, case: Case, at: int) -> Lie | None:
    """Return how a frame lies on the slice that it names as its source, or None where its own words deny that.

    What frame or case do not say is not compared: the name alone is believed then. A slice may stand as far from where
    the regular grid has it as `lay_out` lets it.
    """
    grid = case.geometry
    if place.position_mm is None or place.orientation is None or not (grid.in_plane_known and grid.orientation_known):
        return Lie(at)
    down, right = _turns(place.orientation, case)
    if not _is_alike(place, case, down, right):
        return None
    across, *beside = np.abs(_away(place, case, down, right, at))
    is_placed = grid.slices_known or at == 0  # elsewhere the place of a slice is not known
    usual = grid.spacing_mm[0]
    is_off = max(beside) > min(grid.spacing_mm[1:]) / 2 + at * LEEWAY_MM
    is_off |= bool(across > usual / 2 + at * max(LEEWAY_MM, LEEWAY_SHARE * usual))
    return None if is_placed and is_off else Lie(at, down, right)


def lie_found(place: Plane, case: Case, *, named: bool) -> Lie | None:
    """Return how a frame lies on the slice that is exactly where the frame is, or None where there is none.

    Args:
        place: of the frame.
        case: that may be it drawn on.
        named: whether the frame names a source, which is none of the case's.
    """
    grid = case.geometry
    if place.position_mm is None or place.orientation is None or place.spacing_mm is None:
        return Lie(0) if case.slices == 1 and not (named and case.sources) else None
    down, right = _turns(place.orientation, case)
    if not (grid.in_plane_known and grid.orientation_known and _is_alike(place, case, down, right)):
        return None
    across = float(_away(place, case, down, right)[0])
    index = round(across / grid.spacing_mm[0]) if grid.slices_known else 0
    off = float(np.linalg.norm(_away(place, case, down, right, index)))
    fits = off < _LEEWAY_PX * min(grid.spacing_mm) and 0 <= index < case.slices
    return Lie(index, down, right) if fits and (grid.slices_known or case.slices == 1) else None


_LEEWAY = 0.01
_LEEWAY_PX = 0.1


def _turns(orientation: tuple[float, ...], case: Case) -> tuple[int, int]:
    """Return 1 for rows and columns that run as those of the case, and -1 for those that run against them."""
    _, down, right = case.geometry.directions
    return (
        -1 if np.dot(orientation[3:], down) < 0 else 1,
        -1 if np.dot(orientation[:3], right) < 0 else 1,
    )


def _is_alike(place: Plane, case: Case, down: int, right: int) -> bool:
    """Tell whether a frame's rows and columns, once they are turned, run as a slice's and are as far apart."""
    grid = case.geometry
    wanted = [*np.multiply(grid.directions[2], right), *np.multiply(grid.directions[1], down)]
    sizes = place.spacing_mm or grid.spacing_mm[1:]
    runs = np.allclose(place.orientation or (), wanted, atol=_LEEWAY)
    return bool(runs and np.allclose(sizes, grid.spacing_mm[1:], rtol=_LEEWAY))


def _away(place: Plane, case: Case, down: int, right: int, at: int = 0) -> AnyArray:
    """Return how far along slice, row and column a frame's first pixel, once it is turned, is from that of a slice."""
    grid, (rows, columns) = case.geometry, case.shape
    directions = np.array(grid.directions)
    first = np.array(place.position_mm)
    first -= (rows - 1) * grid.spacing_mm[1] * directions[1] * (down < 0)
    first -= (columns - 1) * grid.spacing_mm[2] * directions[2] * (right < 0)
    away: AnyArray = directions @ (first - grid.origin_mm) - [at * grid.spacing_mm[0], 0, 0]
    return away
