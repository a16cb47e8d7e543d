"""Diameters by hand, and against scikit-image's."""

import numpy as np
import pytest
from scipy.ndimage import label
from scipy.spatial import ConvexHull
from scipy.spatial.distance import pdist
from skimage.measure import regionprops

from app.domain.arrays import BoolArray
from app.postprocess.diameters import diameters
from tests.render.scenes import disc


def largest_of(mask: BoolArray) -> BoolArray:
    """Return scipy's largest piece."""
    pieces, _ = label(mask)
    largest: BoolArray = pieces == 1 + np.bincount(pieces.ravel())[1:].argmax()
    return largest


def test_two_lesions_are_not_measured_as_one() -> None:
    """Squares of 10 and of 9 pixels, 350 pixels apart: the larger one's diagonals are 10 x sqrt(2)."""
    mask = np.zeros((40, 400), np.bool_)
    mask[5:15, 10:20] = True
    mask[5:14, 360:369] = True
    found = diameters(mask)
    assert found is not None
    assert (found.largest, found.perpendicular) == pytest.approx((200**0.5, 200**0.5))
    assert found.pieces == 2
    assert max(column for _, column in found.ends) < 20


def test_one_piece_is_one_and_corners_do_not_join() -> None:
    mask = np.zeros((8, 8), np.bool_)
    mask[1:3, 1:3] = mask[3:6, 3:6] = True
    found, whole = diameters(mask), diameters(disc(40, 40, (20, 20), 9))
    assert found is not None
    assert whole is not None
    assert (found.pieces, whole.pieces) == (2, 1)
    assert found.largest == pytest.approx(18**0.5)


def test_a_rectangle_is_as_long_as_its_diagonal() -> None:
    """3 x 4 pixels: the diagonal is 5, and the other two corners lie 2 x (3 x 4 / 5) apart across it."""
    mask = np.zeros((10, 10), np.bool_)
    mask[2:5, 3:7] = True
    found = diameters(mask)
    assert found is not None
    assert found.largest == pytest.approx(5.0)
    assert found.perpendicular == pytest.approx(4.8)


def test_pixels_that_are_not_square_are_measured_in_millimetres() -> None:
    """One pixel of 3 x 4 mm."""
    mask = np.zeros((3, 3), np.bool_)
    mask[1, 1] = True
    found = diameters(mask, (3.0, 4.0))
    assert found is not None
    assert (found.largest, found.perpendicular) == pytest.approx((5.0, 4.8))


def test_a_disc_has_its_diameter_both_ways() -> None:
    found = diameters(disc(100, 100, (50, 50), 30))
    assert found is not None
    assert found.largest == pytest.approx(61, abs=1)
    assert found.perpendicular == pytest.approx(61, abs=1)


def test_the_largest_one_is_that_of_scikit_image() -> None:
    """scikit-image takes the hull of pixel centres' outlines: the two may differ by a pixel's diagonal."""
    random = np.random.default_rng(4)
    for _ in range(5):
        mask = np.zeros((60, 80), np.bool_)
        for row, column in random.integers(15, 45, (4, 2)):
            mask |= disc(60, 80, (row, column), int(random.integers(3, 12)))
        found = diameters(mask)
        assert found is not None
        feret = regionprops(largest_of(mask).astype(np.uint8))[0].feret_diameter_max
        assert found.largest == pytest.approx(feret, abs=2**0.5)


def test_an_empty_mask_has_none() -> None:
    assert diameters(np.zeros((5, 5), np.bool_)) is None


def test_the_ends_lie_on_the_pixels_edges() -> None:
    """One pixel at row 1, column 1 reaches from 0.5 to 1.5; its diagonals are its diameters."""
    mask = np.zeros((3, 3), np.bool_)
    mask[1, 1] = True
    found = diameters(mask)
    assert found is not None
    assert sorted(found.ends[:2]) in ([(0.5, 0.5), (1.5, 1.5)], [(0.5, 1.5), (1.5, 0.5)])
    rows, columns = np.array(found.ends[2:]).T
    assert np.hypot(np.ptp(rows), np.ptp(columns)) == pytest.approx(2**0.5)


def test_the_two_lines_are_as_long_as_said_and_at_right_angles_in_millimetres() -> None:
    random = np.random.default_rng(7)
    for _ in range(5):
        mask = np.zeros((40, 60), np.bool_)
        for row, column in random.integers(12, 28, (3, 2)):
            mask |= disc(40, 60, (row, column), int(random.integers(2, 9)))
        found = diameters(mask, (0.7, 0.4))
        assert found is not None
        places = np.array(found.ends) * (0.7, 0.4)
        long, short = places[1] - places[0], places[3] - places[2]
        assert np.hypot(*long) == pytest.approx(found.largest)
        assert np.hypot(*short) == pytest.approx(found.perpendicular)
        assert long @ short == pytest.approx(0, abs=1e-9)


def test_the_hull_is_that_of_scipy() -> None:
    random = np.random.default_rng(11)
    for _ in range(5):
        mask = random.random((9, 12)) < 0.6
        rows, columns = np.nonzero(largest_of(mask))
        corners = np.array(
            [
                (row + down, column + right)
                for row, column in zip(rows, columns, strict=True)
                for down in (0, 1)
                for right in (0, 1)
            ]
        )
        hull = corners[ConvexHull(corners).vertices]
        found = diameters(mask)
        assert found is not None
        assert found.largest == pytest.approx(pdist(hull).max())
