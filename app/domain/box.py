"""Rectangles of a picture, and the pixels in them."""

from dataclasses import dataclass, field

import numpy as np

from app.domain.arrays import BoolArray


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of a picture: first and one-past-last row and column."""

    top: int
    bottom: int
    left: int
    right: int

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns; none is below zero."""
        return max(0, self.bottom - self.top), max(0, self.right - self.left)

    @property
    def is_empty(self) -> bool:
        """Whether no pixel lies in it."""
        return 0 in self.shape

    @property
    def slices(self) -> tuple[slice, slice]:
        """What takes the rectangle out of an array (rows, columns)."""
        return slice(self.top, self.bottom), slice(self.left, self.right)

    def within(self, shape: tuple[int, int]) -> "Box":
        """Return what of it lies on a picture of so many rows and columns."""
        return self.common(Box(0, shape[0], 0, shape[1]))

    def common(self, other: "Box") -> "Box":
        """Return what both hold."""
        return Box(
            max(self.top, other.top),
            min(self.bottom, other.bottom),
            max(self.left, other.left),
            min(self.right, other.right),
        )

    def grown(self, by: int) -> "Box":
        """Return it with a margin on every side."""
        return Box(self.top - by, self.bottom + by, self.left - by, self.right + by)

    def united(self, other: "Box") -> "Box":
        """Return the smallest rectangle that holds both."""
        return Box(
            min(self.top, other.top),
            max(self.bottom, other.bottom),
            min(self.left, other.left),
            max(self.right, other.right),
        )

    def seen_from(self, other: "Box") -> "Box":
        """Return it counted from another rectangle's upper left corner."""
        return Box(self.top - other.top, self.bottom - other.top, self.left - other.left, self.right - other.left)


@dataclass(frozen=True, slots=True, eq=False)
class Spot:
    """Some pixels of a picture.

    Attributes:
        box: that holds them all.
        inside: (*box.shape), True for those pixels.
    """

    box: Box
    inside: BoolArray = field(repr=False)

    @property
    def trimmed(self) -> "Spot":
        """The same pixels in the smallest box that holds them; an empty one where there are none."""
        rows, columns = (np.flatnonzero(self.inside.any(axis=axis)) for axis in (1, 0))
        if rows.size == 0:
            return Spot(Box(0, 0, 0, 0), np.zeros((0, 0), np.bool_))
        part = Box(int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1)
        top, left = self.box.top, self.box.left
        box = Box(part.top + top, part.bottom + top, part.left + left, part.right + left)
        return Spot(box, self.inside[part.slices])


def whole(mask: BoolArray) -> Spot:
    """Return the pixels that a mask of a whole picture marks."""
    return Spot(Box(0, mask.shape[0], 0, mask.shape[1]), mask)
