"""The network's sampling of a slice, and how its pixels lie on the slice's own."""

from dataclasses import dataclass

import numpy as np

from app.domain.arrays import BoolArray


@dataclass(frozen=True, slots=True)
class Grid:
    """A rectangle of a slice sampled regularly for a network.

    Attributes:
        shape: rows and columns of the network's picture.
        origin: (row, column) of the rectangle's upper left edge on the slice; the slice's first pixel reaches from
            -0.5 to 0.5, so a grid equal to the slice has its origin at (-0.5, -0.5).
        step: height and width of a network pixel in pixels of the slice.
        native_shape: rows and columns of the slice.
    """

    shape: tuple[int, int]
    origin: tuple[float, float]
    step: tuple[float, float]
    native_shape: tuple[int, int]

    @property
    def pixel_area(self) -> float:
        """Area of a network pixel in pixels of the slice."""
        return self.step[0] * self.step[1]

    def on_slice(self) -> BoolArray:
        """Tell which network pixels have their centre on the slice: (*shape); a grid may reach beyond it."""
        rows, columns = (
            (place + 0.5 >= 0) & (place + 0.5 <= size)
            for place, size in (
                (self.origin[axis] + (np.arange(self.shape[axis]) + 0.5) * self.step[axis], self.native_shape[axis])
                for axis in (0, 1)
            )
        )
        return rows[:, None] & columns

    def to_native(self, row: float, column: float) -> tuple[float, float]:
        """Return the slice's coordinate of a network pixel's centre coordinate."""
        return (self.origin[0] + (row + 0.5) * self.step[0], self.origin[1] + (column + 0.5) * self.step[1])

    def from_native(self, row: float, column: float) -> tuple[float, float]:
        """Return the network's coordinate of a slice's centre coordinate; the inverse of `to_native`."""
        return ((row - self.origin[0]) / self.step[0] - 0.5, (column - self.origin[1]) / self.step[1] - 0.5)
