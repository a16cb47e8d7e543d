"""What drawing tools mark, against hand counts, scikit-image and SciPy."""

import numpy as np
import pytest
from scipy import ndimage
from skimage.draw import disk, polygon2mask

from app.domain.arrays import AnyArray, BoolArray
from app.domain.box import Box, Spot, whole
from app.postprocess.brush import grey_range, greys, polygon, strokes, within_range
from app.postprocess.flood import filled, flood, largest_piece, like, smoothed

SHAPE = (60, 80)


def painted(*spots: Spot, shape: tuple[int, int] = SHAPE) -> BoolArray:
    mask = np.zeros(shape, np.bool_)
    for spot in spots:
        mask[spot.box.slices] |= spot.inside
    return mask


def test_a_dab_is_a_disc_of_pixel_centres() -> None:
    expected = np.zeros(SHAPE, np.bool_)
    expected[disk((30.2, 40.6), 7.5, shape=SHAPE)] = True
    assert np.array_equal(painted(*strokes((30.2, 40.6), (30.2, 40.6), 7.5, 1.0, SHAPE)), expected)


def test_the_smallest_brush_marks_the_pixel_under_it() -> None:
    mask = painted(*strokes((10.4, 20.45), (10.4, 20.45), 0.1, 1.0, SHAPE))
    assert np.argwhere(mask).tolist() == [[10, 20]]


def test_a_fast_stroke_has_no_gaps() -> None:
    """Pixels no further than the radius from the line, by the distance of each."""
    start, end, radius = (5.0, 6.0), (50.0, 70.0), 3.0
    rows, columns = np.mgrid[: SHAPE[0], : SHAPE[1]]
    way = np.subtract(end, start)
    along = np.clip(((rows - start[0]) * way[0] + (columns - start[1]) * way[1]) / (way @ way), 0, 1)
    distance = np.hypot(rows - start[0] - along * way[0], columns - start[1] - along * way[1])
    assert np.array_equal(painted(*strokes(start, end, radius, 1.0, SHAPE)), distance <= radius)


def test_the_brush_is_round_in_millimetres() -> None:
    """Rows twice as high as columns are wide: half as many of them."""
    mask = painted(*strokes((30, 40), (30, 40), 8.0, 2.0, SHAPE))
    assert mask[:, 40].sum() == 9
    assert mask[30].sum() == 17


def test_beyond_the_slice_nothing_is_marked() -> None:
    assert list(strokes((-50, -50), (-40, -40), 3.0, 1.0, SHAPE)) == []
    assert painted(*strokes((-1, -1), (-1, -1), 3.0, 1.0, SHAPE))[0, 0]


@pytest.mark.parametrize("seed", range(10))
def test_a_polygon_holds_what_scikit_image_says(seed: int) -> None:
    corners = np.random.default_rng(seed).uniform(-10, 90, (7, 2))
    spot = polygon([(row, column) for row, column in corners.tolist()], SHAPE)
    assert np.array_equal(painted(spot), polygon2mask(SHAPE, corners))


def test_a_polygon_beside_the_slice_is_empty() -> None:
    assert polygon([(-9, -9), (-9, -3), (-3, -3)], SHAPE).box.is_empty


def test_the_threshold_brush_knows_the_median_under_its_first_touch() -> None:
    values = np.array([[10, 20], [30, 1000]], np.float32)[..., None]
    spot = Spot(Box(0, 2, 0, 2), np.array([[True, True], [True, False]]))
    assert grey_range(values, spot, 5) == (15, 25)
    assert within_range(values, whole(np.ones((2, 2), np.bool_)), (15, 30)).inside.tolist() == [
        [False, True],
        [True, False],
    ]


def test_colour_counts_as_its_luma() -> None:
    """ITU-R BT.601: 0.299 R + 0.587 G + 0.114 B."""
    assert greys(np.array([[[100, 200, 50]]], np.uint8))[0, 0] == pytest.approx(29.9 + 117.4 + 5.7)


@pytest.mark.parametrize("seed", range(10))
def test_a_flood_reaches_what_hangs_together(seed: int) -> None:
    allowed = np.random.default_rng(seed).random(SHAPE) > 0.4
    labels, _ = ndimage.label(allowed)
    place = tuple(np.argwhere(allowed)[len(np.argwhere(allowed)) // 2].tolist())
    assert np.array_equal(painted(flood(allowed, (place[0], place[1]))), labels == labels[place])


@pytest.mark.parametrize("seed", range(8))
def test_the_largest_piece_is_that_of_scipy(seed: int) -> None:
    mask = np.random.default_rng(seed).random((30, 41)) < 0.55
    pieces, count = ndimage.label(mask)
    largest = pieces == 1 + np.bincount(pieces.ravel())[1:].argmax()
    found, number = largest_piece(mask)
    assert number == count
    np.testing.assert_array_equal(found, largest)


def test_of_nothing_there_is_no_piece() -> None:
    found, number = largest_piece(np.zeros((3, 4), np.bool_))
    assert (found.shape, int(found.sum()), number) == ((3, 4), 0, 0)


def test_a_flood_from_a_forbidden_pixel_is_nothing() -> None:
    assert flood(np.zeros(SHAPE, np.bool_), (3, 3)).box.is_empty


def test_a_flood_does_not_run_round_the_edge_of_the_picture() -> None:
    allowed = np.zeros((2, 4), np.bool_)
    allowed[0, 3] = allowed[1, 0] = True
    assert painted(flood(allowed, (0, 3)), shape=(2, 4)).tolist() == [[False, False, False, True], [False] * 4]


def test_like_values_of_a_tall_picture() -> None:
    values = np.arange(600, dtype=np.float32)[:, None, None] * np.ones((1, 2, 1), np.float32)
    assert np.flatnonzero(like(values, (250, 260))[:, 0]).tolist() == list(range(250, 261))


def test_an_outline_is_filled_up_to_itself() -> None:
    ring = np.zeros(SHAPE, np.bool_)
    ring[10:20, 10:20] = True
    ring[11:19, 11:19] = False
    assert filled(ring, (15, 15)).box == Box(11, 19, 11, 19)
    assert filled(ring, (15, 15)).inside.all()
    assert filled(ring, (0, 0)).box == Box(0, 60, 0, 80)


def test_smoothing_takes_spikes_and_holes_and_keeps_the_rest() -> None:
    mask = np.zeros(SHAPE, np.bool_)
    mask[20:40, 20:50] = True
    mask[30, 50:60] = True  # a spike
    mask[28, 30] = False  # a hole
    spot = smoothed(whole(mask).trimmed, 1.5, SHAPE)
    smooth: AnyArray = painted(spot)
    assert not smooth[30, 53:].any()
    assert smooth[28, 30]
    reference = ndimage.gaussian_filter(mask.astype(float), 1.5) > 0.5
    assert (smooth != reference).sum() < 10  # Pillow's Gaussian is made of three boxes
    assert spot.box.shape >= (20, 30)


def test_a_mask_at_the_border_stays_there() -> None:
    mask = np.zeros(SHAPE, np.bool_)
    mask[:10] = True
    assert np.array_equal(painted(smoothed(whole(mask).trimmed, 2, SHAPE)), mask)
