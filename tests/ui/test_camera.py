"""Zooming and panning, by hand-made numbers."""

import pytest

from app.ui.camera import fit

SQUARE = fit((100, 100), 1.0, (400, 200))


def test_fit_shows_the_whole_slice_as_large_as_it_goes() -> None:
    assert SQUARE.scale == 2.0  # 200 screen pixels for 100 rows
    assert SQUARE.to_screen(-0.5, -0.5) == (100.0, 0.0)
    assert SQUARE.to_screen(99.5, 99.5) == (300.0, 200.0)


def test_pixels_twice_as_high_as_wide_are_shown_so() -> None:
    camera = fit((50, 100), 2.0, (200, 200))
    assert camera.scale == 2.0
    top, bottom = camera.to_screen(-0.5, 0.0), camera.to_screen(49.5, 0.0)
    assert bottom[1] - top[1] == 200.0


def test_the_place_under_the_pointer_stays_there_while_zooming() -> None:
    before = SQUARE.to_slice(250, 60)
    after = SQUARE.zoomed(1.5, 250, 60)
    assert after.scale == 3.0
    assert after.to_slice(250, 60) == pytest.approx(before)


def test_zooming_has_an_end_both_ways() -> None:
    assert SQUARE.zoomed(1e-6, 200, 100).scale == 0.25
    assert SQUARE.zoomed(1e6, 200, 100).scale == 64.0


def test_a_picture_larger_than_the_screen_can_be_half_its_fit() -> None:
    assert fit((4000, 4000), 1.0, (400, 400)).zoomed(1e-6, 0, 0).scale == 0.05


def test_a_drag_moves_the_picture_with_the_pointer() -> None:
    place = SQUARE.to_slice(200, 100)
    assert SQUARE.panned(30, -20).to_slice(230, 80) == pytest.approx(place)


def test_the_picture_cannot_be_dragged_out_of_sight() -> None:
    lost = SQUARE.panned(10_000, 10_000)
    x, y = lost.to_screen(-0.5, -0.5)
    assert (x, y) == (200.0, 100.0)  # the corner stops in the middle of the screen


def test_another_screen_keeps_centre_and_scale() -> None:
    resized = SQUARE.zoomed(2, 50, 50).resized((800, 800))
    assert resized.to_slice(400, 400) == SQUARE.zoomed(2, 50, 50).centre
    assert resized.scale == 4.0


@pytest.mark.parametrize(
    ("place", "inside"), [((0, 0), True), ((99.5, 99.5), True), ((-1, 5), False), ((5, 100), False)]
)
def test_knows_what_lies_on_the_picture(place: tuple[float, float], inside: bool) -> None:
    assert SQUARE.is_inside(*place) is inside
