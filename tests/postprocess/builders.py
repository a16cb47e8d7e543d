"""Samples with shapes known by hand."""

import numpy as np

from app.domain.arrays import BoolArray, FloatArray
from app.domain.grid import Grid


def slice_grid(rows: int, columns: int, step: float = 1.0) -> Grid:
    """Return a grid over a slice that is `step` times as fine."""
    return Grid((rows, columns), (-0.5, -0.5), (step, step), (int(rows * step), int(columns * step)))


def disc(radius: float, side: int = 64, centre: tuple[float, float] | None = None) -> BoolArray:
    """Return a disc, in the middle unless told where."""
    middle = centre or ((side - 1) / 2, (side - 1) / 2)
    rows, columns = np.mgrid[:side, :side]
    inside: BoolArray = np.hypot(rows - middle[0], columns - middle[1]) <= radius
    return inside


def as_estimate(*levels: list[BoolArray]) -> FloatArray:
    """Return (levels, samples, rows, columns) in {0, 1} from one list of masks for each level."""
    return np.array(levels, np.float32)
