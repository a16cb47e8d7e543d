"""A stack of slices cut along another plane, one cut at a time."""

from dataclasses import replace

import numpy as np

from app.domain.arrays import AnyArray
from app.domain.case import Case
from app.domain.plane import Plane
from app.domain.stack import Packed, Stack


class Section(Stack):
    """Looks at the slices of another stack and holds no more than the cut that was asked for last.

    Slices that are not here leave the stack's darkest value.
    """

    def __init__(self, source: Stack, plane: Plane) -> None:
        """Cut a stack.

        Args:
            source: whose slices are cut.
            plane: across them.
        """
        slices, rows, columns, channels = source.shape
        super().__init__((*plane.shape((slices, rows, columns)), channels))
        self.plane = plane
        self._volume = source
        self._cut: tuple[int, Packed] | None = None

    def renew(self) -> None:
        """Cut anew, since slices have come or gone."""
        self._cut = None

    def has(self, index: int) -> bool:
        """Whether there is such a cut."""
        return 0 <= index < len(self)

    def take(self, index: int) -> Packed | None:
        """Return a cut; slices that are not here are dark."""
        if self._cut is None or self._cut[0] != index:
            self._cut = index, Packed(np.ascontiguousarray(self._turned(self._lines(index))))
        return self._cut[1]

    def _lines(self, index: int) -> AnyArray:
        """Return (slices, pixels, channels): one row or column of every slice."""
        along = self._volume.shape[3 - self.plane.normal]
        kind = np.uint8 if self._volume.is_colour else np.float32
        lines = np.zeros((len(self._volume), along, self.shape[3]), kind)
        peeked = {place: self._volume.peek(place) for place in range(len(lines))}
        here = {place: single for place, single in peeked.items() if single is not None}
        for alike in _alike(here):
            some = [here[place] for place in alike]
            cut = [one.stored[index] if self.plane.normal == 1 else one.stored[:, index] for one in some]
            lines[alike] = replace(some[0], stored=np.stack(cut)).values
        if 0 < len(here) < len(lines):
            lines[sorted(set(peeked) - set(here))] = lines[list(here)].min()
        return lines

    def _turned(self, lines: AnyArray) -> AnyArray:
        """Return lines (slices, pixels, channels) as (rows, columns, channels) of the plane."""
        return laid(lines, self.plane)


def _alike(slices: dict[int, Packed]) -> list[list[int]]:
    """Return the places of slices that are kept in one way together, so that their numbers are scaled at once."""
    ways: dict[tuple[object, ...], list[int]] = {}
    for place, single in slices.items():
        ways.setdefault((single.stored.dtype, single.slope, single.intercept), []).append(place)
    return list(ways.values())


def laid(lines: AnyArray, plane: Plane) -> AnyArray:
    """Return lines (slices, pixels, ...) as the plane has them, (rows, columns, ...)."""
    upright = lines if plane.down == 0 else lines.swapaxes(0, 1)
    return upright[:: -1 if plane.rises else 1, :: -1 if plane.falls else 1]


def section_case(case: Case, plane: Plane) -> Case:
    """Return a case as another plane shows it; readers' masks are looked at, not copied."""
    volume = (case.slices, *case.shape)
    masks = case.references and replace(case.references, masks=plane.turned(case.references.masks))
    geometry = plane.geometry(case.geometry, volume)
    return replace(case, pixels=Section(case.pixels, plane), geometry=geometry, references=masks, sources=())
