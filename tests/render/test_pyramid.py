"""A large slice is averaged, cut out, and never moved against its own coordinates."""

import numpy as np
import pytest
from skimage.measure import block_reduce

from app.render.pyramid import Box, Pyramid, factor_for, is_large


@pytest.mark.parametrize(("scale", "factor"), [(3.0, 1), (0.5, 1), (0.49, 2), (0.2, 4), (0.06, 16)])
def test_no_pixel_is_painted_smaller_than_half_of_the_screens(scale: float, factor: int) -> None:
    assert factor_for(scale) == factor


@pytest.mark.parametrize("channels", [1, 3])
def test_levels_are_means_of_squares(channels: int) -> None:
    values = np.random.default_rng(0).integers(0, 256, (16, 24, channels))
    given = values.astype(np.float32 if channels == 1 else np.uint8)
    level = Pyramid(given).level(4)
    assert level.shape == (4, 6, channels)
    np.testing.assert_allclose(level, block_reduce(values, (4, 4, 1), np.mean), atol=1.01)  # rounded twice for bytes


def test_an_edge_takes_what_is_left() -> None:
    values = np.arange(15, dtype=np.float32).reshape(3, 5, 1)
    assert Pyramid(values).level(2)[..., 0].tolist() == [[3, 5, 6.5], [10.5, 12.5, 14]]


def test_a_small_picture_is_returned_whole() -> None:
    values = np.zeros((512, 512, 1), np.float32)
    part = Pyramid(values).part(1.0, Box(10, 20, 10, 20))
    assert part.values is values
    assert part.box == Box(0, 512, 0, 512)


def test_of_a_large_picture_only_what_is_seen_is_returned() -> None:
    rows, columns = np.mgrid[:2000, :3000]
    values = (rows * 3000 + columns).astype(np.float32)[..., None]
    pyramid = Pyramid(values)
    assert is_large(values)
    part = pyramid.part(1.0, Box(100, 140, 200, 260))
    assert (part.factor, part.box) == (1, Box(100, 140, 200, 260))
    assert part.values[0, 0, 0] == 100 * 3000 + 200
    pyramid.fill(0.3)
    half = pyramid.part(0.3, Box(101, 139, 201, 259))  # squares of two pixels that hold it
    assert (half.factor, half.box) == (2, Box(50, 70, 100, 130))


def test_a_rectangle_beyond_the_picture_is_cut_to_it() -> None:
    values = np.zeros((1100, 1100, 1), np.float32)
    pyramid = Pyramid(values)
    assert pyramid.part(1.0, Box(-50, 30, 1090, 2000)).box == Box(0, 30, 1090, 1100)
    assert pyramid.part(1.0, Box(-50, -30, 1200, 1300)).box == Box(0, 1, 1099, 1100)
    assert not is_large(values)


def test_what_is_averaged_already_is_never_taken_for_finer_than_it_is() -> None:
    values = np.arange(15, dtype=np.float32).reshape(3, 5, 1)
    pyramid = Pyramid(values, finest=4)  # of a slice of about 12 x 20 pixels
    part = pyramid.part(1.0, Box(0, 12, 0, 20))
    assert (part.factor, part.box) == (4, Box(0, 3, 0, 5))
    pyramid.fill(1.0)
    assert pyramid.part(0.1, Box(0, 12, 0, 20)).values[..., 0].tolist() == [[3, 5, 6.5], [10.5, 12.5, 14]]
    with pytest.raises(ValueError, match="finest squares have 4 pixels, got 2"):
        pyramid.level(2)
