"""A physical scale for a picture without one: its reader marks a ruler that lies in it."""

import math
from dataclasses import replace

from app.domain.case import Case
from app.domain.measure import Place, distance
from app.domain.words import mark

MARKED = mark("The scale was marked by the reader on a ruler in the picture.")
SHORTEST_PX = 5.0


def can_mark(case: Case) -> bool:
    """Whether a reader may set a case's scale: it is a single picture that gives none of its own."""
    geometry = case.geometry
    return case.slices == 1 and (geometry.is_marked or not geometry.in_plane_known)


def with_scale(case: Case, first: Place, second: Place, length_mm: float) -> Case:
    """Return a case whose pixels are as large as a line over a ruler says.

    Args:
        case: that may be marked.
        first: one end of the line.
        second: the other end.
        length_mm: between the ruler's marks at the two ends.
    """
    aspect = case.geometry.pixel_aspect
    columns = distance(first, second, (aspect, 1.0))
    if not can_mark(case) or not 0 < length_mm < math.inf or columns < SHORTEST_PX:
        raise ValueError(f"no scale can come of {length_mm} mm over {columns} pixels")
    width = length_mm / columns
    geometry = replace(
        case.geometry,
        spacing_mm=(case.geometry.spacing_mm[0], width * aspect, width),
        in_plane_known=True,
        is_marked=True,
    )
    return replace(case, geometry=geometry, notices=(*_others(case), MARKED))


def without_scale(case: Case) -> Case:
    """Return a case without the scale that its reader marked."""
    if not case.geometry.is_marked:
        return case
    spacing = (case.geometry.spacing_mm[0], case.geometry.pixel_aspect, 1.0)
    geometry = replace(case.geometry, spacing_mm=spacing, in_plane_known=False, is_marked=False)
    return replace(case, geometry=geometry, notices=_others(case))


def _others(case: Case) -> tuple[str, ...]:
    return tuple(notice for notice in case.notices if notice != MARKED)
