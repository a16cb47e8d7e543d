"""Small pictures of what a system looked at."""

import numpy as np

from app.domain.grid import Grid
from app.render.thumbnail import thumbnail


def test_a_grey_map_becomes_a_picture_of_the_slice_alone() -> None:
    """A square grid over a slice half as high: the rows above and below it go; 0, 0.5 and 1 are 0, 128 and 255."""
    grid = Grid((8, 8), (-2.5, -0.5), (1.0, 1.0), (4, 8))
    values = np.full((8, 8), 0.5, np.float32)
    values[2, 0], values[2, 1], values[0, 0] = 0, 1, 0.9
    small = thumbnail(values, grid)
    assert (small.shape, small.dtype) == ((4, 8, 3), np.dtype(np.uint8))
    assert small[0, :3].tolist() == [[0, 0, 0], [255, 255, 255], [128, 128, 128]]
    assert small.flags.c_contiguous


def test_a_colour_picture_keeps_its_colours() -> None:
    """Red, green and blue planes become the last axis."""
    grid = Grid((2, 2), (-0.5, -0.5), (1.0, 1.0), (2, 2))
    planes = np.stack([np.full((2, 2), level, np.float32) for level in (1.0, 0.2, 0.0)])
    assert thumbnail(planes, grid)[1, 1].tolist() == [255, 51, 0]
