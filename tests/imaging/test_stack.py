"""Grids checked as a clinician needs them: what is not safe to measure with is not measured with."""

from math import cos, radians, sin

import pytest

from app.imaging.stack import NO_POSITION, NO_SPACING, NOT_PARALLEL, UNEQUAL_SPACING, Plane, lay_out

AXIAL = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
TILT_RAD = radians(20)


def plane(
    z: float | None = 0.0, number: int = 0, y: float = 0.0, orientation: tuple[float, ...] | None = AXIAL
) -> Plane:
    return Plane(None if z is None else (0.0, y, z), orientation, (0.5, 0.5), 3.0, number)


def test_slices_are_sorted_along_the_normal_whatever_their_numbers_say() -> None:
    order, geometry = lay_out([plane(4.0, 1), plane(0.0, 2), plane(2.0, 3)])
    assert order == [1, 2, 0]
    assert geometry.spacing_mm == (2.0, 0.5, 0.5)
    assert geometry.slices_known
    assert geometry.in_plane_known
    assert geometry.orientation_known
    assert geometry.faults == ()


def test_feet_first_slices_still_rise_along_the_normal() -> None:
    flipped = (-1.0, 0.0, 0.0, 0.0, 1.0, 0.0)  # normal (0, 0, -1)
    order, geometry = lay_out([plane(z, orientation=flipped) for z in (0.0, 2.0, 4.0)])
    assert order == [2, 1, 0]
    assert geometry.directions == ((0.0, 0.0, -1.0), (0.0, 1.0, 0.0), (-1.0, 0.0, 0.0))
    assert geometry.origin_mm == (0.0, 0.0, 4.0)


@pytest.mark.parametrize(
    ("heights", "known"),
    [
        ((0.0, 2.0, 4.0, 6.019), True),  # 0.019 mm off a step of 2 mm: within 1 %
        ((0.0, 2.0, 4.0, 6.021), False),
        ((0.0, 0.5, 1.0, 1.509), True),  # within 0.01 mm, though more than 1 % of 0.5 mm
        ((0.0, 0.5, 1.0, 1.511), False),
    ],
)
def test_steps_may_differ_by_a_hundredth_of_a_millimetre_or_one_percent(
    heights: tuple[float, ...], *, known: bool
) -> None:
    assert lay_out([plane(z) for z in heights])[1].slices_known is known


def test_a_missing_slice_takes_the_slice_distance_away_and_keeps_the_pixel_size() -> None:
    _, geometry = lay_out([plane(z) for z in (0.0, 2.0, 4.0, 8.0, 10.0)])
    assert not geometry.slices_known
    assert geometry.in_plane_known
    assert geometry.spacing_mm[0] == 2.0
    assert "2.00 to 4.00 mm" in geometry.faults[0]
    assert "missing" in geometry.faults[0]


def test_two_slices_at_one_place_are_told() -> None:
    _, geometry = lay_out([plane(z) for z in (0.0, 2.0, 2.0, 4.0)])
    assert not geometry.slices_known
    assert geometry.faults[0].startswith("1 slices lie at the same place")


def test_a_tilted_gantry_is_told_with_its_angle() -> None:
    tilted = [plane(2 * k * cos(TILT_RAD), y=-2 * k * sin(TILT_RAD)) for k in range(5)]
    _, geometry = lay_out(tilted)
    assert not geometry.slices_known
    assert "20.0 degrees" in geometry.faults[0]


def test_an_oblique_stack_along_its_own_normal_has_no_fault() -> None:
    orientation = (1.0, 0.0, 0.0, 0.0, cos(TILT_RAD), sin(TILT_RAD))  # normal (0, -sin, cos)
    planes = [plane(3 * k * cos(TILT_RAD), y=-3 * k * sin(TILT_RAD), orientation=orientation) for k in range(4)]
    _, geometry = lay_out(planes)
    assert geometry.faults == ()
    assert geometry.spacing_mm[0] == pytest.approx(3.0)
    assert geometry.directions[0] == pytest.approx((0.0, -sin(TILT_RAD), cos(TILT_RAD)))


def test_without_positions_the_numbers_order_and_nothing_is_measured_between_slices() -> None:
    order, geometry = lay_out([plane(None, 3), plane(None, 1), plane(None, 2)])
    assert order == [1, 2, 0]
    assert geometry.faults == (NO_POSITION,)
    assert not geometry.slices_known
    assert not geometry.orientation_known
    assert geometry.in_plane_known


def test_slices_without_an_orientation_have_a_pixel_size_and_no_side() -> None:
    _, geometry = lay_out([plane(z, orientation=None) for z in (0.0, 2.0)])
    assert geometry.in_plane_known
    assert not geometry.orientation_known


def test_an_orientation_is_known_where_distances_are_not() -> None:
    _, geometry = lay_out([plane(z) for z in (0.0, 2.0, 6.0)])
    assert not geometry.slices_known
    assert geometry.orientation_known


@pytest.mark.parametrize("other", [(0.0, 1.0, 0.0, 0.0, 0.0, 1.0), (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)])
def test_slices_that_are_not_parallel_are_told(other: tuple[float, ...]) -> None:
    planes = [plane(0.0, 1, orientation=other), plane(2.0, 2)]
    assert lay_out(planes)[1].faults == (NOT_PARALLEL,)


def test_a_single_slice_has_no_distance_to_measure_but_keeps_its_thickness() -> None:
    _, geometry = lay_out([plane(7.0)])
    assert geometry.spacing_mm == (3.0, 0.5, 0.5)
    assert geometry.origin_mm == (0.0, 0.0, 7.0)
    assert not geometry.slices_known
    assert geometry.faults == ()


def test_no_pixel_spacing_is_never_taken_for_a_millimetre() -> None:
    _, geometry = lay_out([Plane((0.0, 0.0, 0.0), AXIAL, None, None, 0)])
    assert geometry.pixel_mm is None
    assert geometry.faults == (NO_SPACING,)


def test_slices_of_different_pixel_size_are_told() -> None:
    planes = [Plane((0.0, 0.0, z), AXIAL, (size, size), 2.0, 0) for z, size in ((0.0, 0.5), (2.0, 0.6))]
    _, geometry = lay_out(planes)
    assert geometry.pixel_mm is None
    assert geometry.faults == (UNEQUAL_SPACING,)
