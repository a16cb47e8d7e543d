"""Lengths, angles and areas by hand, and against scikit-image."""

import json
import math
from typing import Any

import numpy as np
import pytest
from skimage.draw import polygon2mask

from app.domain.measure import (
    Kind,
    Measurement,
    angle_deg,
    distance,
    ellipse_area,
    greys,
    inside_ellipse,
    inside_outline,
    outline_area,
    squared,
)
from app.domain.stack import Packed

SQUARE = (1.0, 1.0)
TALL = (2.0, 0.5)  # pixels of 2 mm by 0.5 mm


def test_a_distance_counts_each_pixels_own_height_and_width() -> None:
    assert distance((0, 0), (3, 4), SQUARE) == 5
    assert distance((0, 0), (3, 16), TALL) == pytest.approx(10)  # 6 mm down, 8 mm across


def test_a_right_angle_of_tall_pixels_is_one_in_millimetres() -> None:
    assert angle_deg((0, 1), (0, 0), (1, 0), SQUARE) == pytest.approx(90)
    assert angle_deg((1, 4), (0, 0), (0, 4), TALL) == pytest.approx(45)  # 2 mm down, 2 mm across
    assert angle_deg((0, -1), (0, 0), (0, 1), SQUARE) == pytest.approx(180)


def test_areas_of_a_triangle_and_of_an_ellipse() -> None:
    assert outline_area([(0, 0), (4, 0), (0, 3)], SQUARE) == pytest.approx(6)
    assert outline_area([(0, 0), (4, 0), (0, 3)], TALL) == pytest.approx(6)  # 8 mm by 1.5 mm, halved
    assert ellipse_area((0, 0), (4, 6), SQUARE) == pytest.approx(math.pi * 2 * 3)
    assert ellipse_area((4, 6), (0, 0), (0.5, 0.5)) == pytest.approx(math.pi * 1 * 1.5)


def test_the_short_diameter_turns_to_a_right_angle_in_millimetres() -> None:
    """The first line runs along the row; from (5, 5) only the way down the column is left of the second."""
    assert squared(((5, 0), (5, 10), (5, 5), (9, 8)), SQUARE) == ((5, 0), (5, 10), (5, 5), (9, 5))
    assert squared(((5, 0), (5, 10), (1, 3), (9, 5)), SQUARE, held=3)[2] == pytest.approx((1, 5))
    slanted = squared(((0, 0), (4, 4), (2, 2), (2, 6)), TALL)
    assert angle_deg(slanted[1], slanted[0], (slanted[3][0] - 2, slanted[3][1] - 2), TALL) == pytest.approx(90)


def test_a_line_without_length_has_no_right_angle() -> None:
    still = ((5.0, 5.0), (5.0, 5.0), (1.0, 1.0), (2.0, 2.0))
    assert squared(still, SQUARE) == still


@pytest.mark.parametrize("seed", range(6))
def test_the_pixels_in_an_outline_are_those_of_scikit_image(seed: int) -> None:
    corners = np.random.default_rng(seed).uniform(2, 38, (7, 2))
    patch = inside_outline([(row, column) for row, column in corners], (40, 50))
    mask = np.zeros((40, 50), np.bool_)
    mask[patch.top : patch.top + patch.mask.shape[0], patch.left : patch.left + patch.mask.shape[1]] = patch.mask
    assert np.array_equal(mask, polygon2mask((40, 50), corners))


def test_an_outline_beyond_the_slice_holds_the_slices_pixels_alone() -> None:
    patch = inside_outline([(-5, -5), (-5, 100), (100, 100), (100, -5)], (4, 6))
    assert (patch.top, patch.left, patch.mask.shape) == (0, 0, (4, 6))
    assert patch.mask.all()
    assert not inside_outline([(-9, -9), (-9, -5), (-5, -5)], (4, 6)).mask.any()


def test_the_pixels_in_an_ellipse_are_those_with_their_centre_in_it() -> None:
    """A circle of radius 2 about (3, 3): 13 pixels, as counted on squared paper."""
    patch = inside_ellipse((1, 1), (5, 5), (10, 10))
    assert (patch.top, patch.left) == (1, 1)
    assert patch.mask.astype(int).tolist() == [
        [0, 0, 1, 0, 0],
        [0, 1, 1, 1, 0],
        [1, 1, 1, 1, 1],
        [0, 1, 1, 1, 0],
        [0, 0, 1, 0, 0],
    ]


def test_grey_values_are_told_in_the_files_unit() -> None:
    """Stored 0, 1, 2, 3 with slope 2 and intercept -10 are -10, -8, -6, -4: mean -7, standard deviation sqrt(5)."""
    single = Packed(np.arange(4, dtype=np.uint8).reshape(2, 2, 1), 2, -10)
    found = greys(single, inside_outline([(-0.5, -0.5), (-0.5, 1.5), (1.5, 1.5), (1.5, -0.5)], (2, 2)))
    assert found is not None
    assert (found.mean, found.spread, found.count) == pytest.approx((-7, 5**0.5, 4))


def test_colour_and_a_region_between_pixels_have_no_grey_values() -> None:
    colour = Packed(np.zeros((4, 4, 3), np.uint8))
    assert greys(colour, inside_ellipse((0, 0), (3, 3), (4, 4))) is None
    grey = Packed(np.zeros((4, 4, 1), np.uint8))
    assert greys(grey, inside_ellipse((0.2, 0.2), (0.4, 0.4), (4, 4))) is None


@pytest.mark.parametrize(("kind", "places"), [(Kind.DISTANCE, 1), (Kind.ANGLE, 2), (Kind.OUTLINE, 2), (Kind.POINT, 0)])
def test_too_few_places_measure_nothing(kind: Kind, places: int) -> None:
    with pytest.raises(ValueError, match="cannot have"):
        Measurement(kind, 0, ((0.0, 0.0),) * places)


def test_a_measurement_moves_as_a_whole_or_by_a_handle() -> None:
    line = Measurement(Kind.DISTANCE, 2, ((0, 0), (0, 10)), of="at least 4 of 7 readers")
    assert line.shifted(1, 2) == Measurement(Kind.DISTANCE, 2, ((1, 2), (1, 12)))
    assert line.with_place(1, (5, 5), SQUARE) == Measurement(Kind.DISTANCE, 2, ((0, 0), (5, 5)))


def test_the_diameters_stay_at_right_angles_whichever_handle_moves() -> None:
    crossed = Measurement(Kind.DIAMETERS, 0, ((5, 0), (5, 10), (2, 5), (8, 5)))
    wider = crossed.with_place(3, (9, 7), SQUARE)
    assert list(wider.places) == [(5, 0), (5, 10), (2, 7), (9, 7)]
    narrower = crossed.with_place(2, (4, 3), SQUARE)
    assert list(narrower.places) == [(5, 0), (5, 10), (4, 3), (8, 3)]
    turned = crossed.with_place(1, (15, 0), SQUARE)
    assert set(turned.places[2:]) == {(5, 2), (5, 8)}  # as long as before, about the same middle
    still = crossed.with_place(1, (5, 0), SQUARE)
    assert still.places[2:] == crossed.places[2:]  # there is no direction to be at right angles to


def test_a_measurement_survives_being_written_as_json() -> None:
    found = Measurement(Kind.ANGLE, 4, ((0.5, 1), (2, 3.25), (4, 5)), of="all 7 readers", run="kidney 5")
    assert Measurement.unpacked(json.loads(json.dumps(found.packed()))) == found


def test_an_older_file_does_not_know_the_run_and_still_opens() -> None:
    packed = {"kind": "POINT", "slice": 4, "places": [[1, 2]], "of": "all 7 readers"}
    assert Measurement.unpacked(packed) == Measurement(Kind.POINT, 4, ((1, 2),), of="all 7 readers")


def test_what_is_moved_was_not_taken_from_a_result_any_more() -> None:
    found = Measurement(Kind.DISTANCE, 0, ((0, 0), (3, 4)), of="all 7 readers", run="kidney 5")
    moved = found.shifted(1, 1), found.with_place(0, (1, 1), (1.0, 1.0))
    assert [(each.of, each.run) for each in moved] == [("", ""), ("", "")]


@pytest.mark.parametrize(
    "changed",
    [{"kind": "VOLUME"}, {"places": [[1, 2]]}, {"places": [[1, 2], [3, "x"]]}, {"places": [[1, 2], [3, math.nan]]}],
)
def test_what_makes_no_sense_is_refused(changed: dict[str, Any]) -> None:
    packed = Measurement(Kind.DISTANCE, 0, ((0, 0), (3, 4))).packed()
    with pytest.raises((ValueError, KeyError)):
        Measurement.unpacked(packed | changed)
