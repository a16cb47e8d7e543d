"""Drawn masks at the fineness of a screen."""

import numpy as np

from app.render.colours import DRAWN, drawn_colour
from app.render.tint import AREA_OPACITY, cover, tints


def test_deep_inside_is_full_and_well_outside_is_nothing() -> None:
    mask = np.zeros((40, 40), np.bool_)
    mask[10:30, 10:30] = True
    places = np.arange(40)
    depth = cover(mask, places, places)
    assert (depth[14:26, 14:26] == 255).all()
    assert (depth[:7] == 0).all()
    edge = (depth[20, 9].astype(int) + depth[20, 10]) / 2
    assert abs(edge - 127.5) < 1  # the edge lies between the two


def test_each_pixel_of_the_slice_is_a_square_when_near() -> None:
    mask = np.zeros((3, 3), np.bool_)
    mask[1, 1] = True
    depth = cover(mask, np.repeat(np.arange(3), 20), np.repeat(np.arange(3), 20), ratio=2)
    inside = depth > 127
    assert inside[20:40, 30].all()
    assert inside[30, 20:40].all()
    assert not inside[:20].any()


def test_beyond_the_slice_is_empty() -> None:
    mask = np.ones((5, 5), np.bool_)
    depth = cover(mask, np.arange(-10, 15), np.arange(-10, 15))
    assert depth[12, 12] == 255
    assert depth[0, 0] == 0
    assert cover(mask, np.arange(10, 20), np.arange(10, 20)).max() == 0


def test_a_table_goes_from_nothing_over_the_line_to_the_area() -> None:
    table = tints((164, 255, 64))
    assert table[0, 3] == 0
    assert table[127].tolist() == [164, 255, 64, 255]
    assert table[255].tolist() == [164, 255, 64, round(255 * AREA_OPACITY)]
    assert 0 < table[10, 3] < 255
    assert table[10, :3].max() < 60  # the halo is dark


def test_colours_repeat() -> None:
    assert drawn_colour(len(DRAWN)) == drawn_colour(0)
