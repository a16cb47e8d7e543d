"""How a picture is asked for: its size, the part of the slice, and whether a page is composed round it."""

from dataclasses import dataclass, field

LEAST_SIDE, MOST_SIDE = 64, 16000
"""Between these lies the long side of every printed slice; smaller ones have no room for letters."""

LEAST_SCALE, MOST_SCALE = 0.01, 100.0


@dataclass(frozen=True, slots=True)
class Size:
    """How large a slice is printed; without a choice small ones are enlarged and large ones reduced.

    Attributes:
        factor: printed pixels for a pixel of the slice; 1 is native.
        long_side: printed pixels of the long side.
    """

    factor: float | None = None
    long_side: int | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A rectangle of a slice, in whole pixels; the ends are excluded."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.bottom - self.top, self.right - self.left


@dataclass(frozen=True, slots=True)
class Look:
    """How a picture is laid out.

    Attributes:
        composed: with title, legend, areas and origin beside it; else the picture alone, as seen.
        size: of the slice in it.
        part: of the slice that is shown; None shows all of it.
    """

    composed: bool = True
    size: Size = field(default_factory=Size)
    part: Part | None = None
