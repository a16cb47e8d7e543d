"""A slice at full size and averaged down, so that a large one is never scaled as a whole while it is looked at."""

from dataclasses import dataclass, field

import numpy as np
from PIL import Image

from app.domain.arrays import AnyArray

COARSEST_SCALE = 0.5
SMALL_PX = 1 << 20


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of a picture: first and one-past-last row and column."""

    top: int
    bottom: int
    left: int
    right: int


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """What of a slice has to be painted.

    Attributes:
        values: (rows, columns, channels) of the slice, averaged over squares of `factor` pixels.
        factor: side of those squares.
        box: where the values lie, in such squares.
    """

    values: AnyArray = field(repr=False)
    factor: int
    box: Box


class Pyramid:
    """The sizes of one slice, each half of the last; one that is not asked for is not made."""

    def __init__(self, values: AnyArray, finest: int = 1) -> None:
        """Take a slice.

        Args:
            values: (rows, columns, channels), uint8 RGB or float32 grey.
            finest: side of the squares of pixels that these are averaged over already, a power of two.
        """
        self.finest = finest
        self._levels = {finest: values}

    def level(self, factor: int) -> AnyArray:
        """Return the slice averaged over squares of so many pixels, a power of two; edges take what is left.

        Raises:
            ValueError: it is not there as fine as that.
        """
        if factor < self.finest:
            raise ValueError(f"the finest squares have {self.finest} pixels, got {factor}")
        if factor not in self._levels:
            self._levels[factor] = _halved(self.level(factor // 2))
        return self._levels[factor]

    def fill(self, scale: float) -> None:
        """Make what will be needed down to `scale` screen pixels for a pixel."""
        self.level(max(factor_for(scale), self.finest))

    def part(self, scale: float, wanted: Box) -> Part:
        """Return what covers a rectangle of the slice at `scale` screen pixels for a pixel.

        A picture of up to about a million pixels is returned whole, so that moving over it costs nothing.
        """
        factor = max(factor_for(scale), self.finest)
        values = self.level(factor)
        rows, columns = values.shape[:2]
        if rows * columns <= SMALL_PX:
            return Part(values, factor, Box(0, rows, 0, columns))
        box = Box(
            top=min(max(wanted.top // factor, 0), rows - 1),
            bottom=min(max(-(-wanted.bottom // factor), 1), rows),
            left=min(max(wanted.left // factor, 0), columns - 1),
            right=min(max(-(-wanted.right // factor), 1), columns),
        )
        return Part(values[box.top : box.bottom, box.left : box.right], factor, box)


def is_large(values: AnyArray) -> bool:
    """Whether averaging a slice (rows, columns, channels) takes so long that it is done in the background."""
    return bool(values.shape[0] * values.shape[1] > 4 * SMALL_PX)


def factor_for(scale: float) -> int:
    """Return the power of two by which a slice is averaged, so that no pixel is smaller than half of a screen's."""
    factor = 1
    while factor * scale < COARSEST_SCALE:
        factor *= 2
    return factor


def _halved(values: AnyArray) -> AnyArray:
    """Average squares of two by two pixels."""
    single = values[..., 0] if values.shape[2] == 1 else values
    small = np.asarray(Image.fromarray(np.ascontiguousarray(single)).reduce(2))
    return small.reshape(*small.shape[:2], values.shape[2])
