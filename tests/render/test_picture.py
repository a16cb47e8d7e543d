"""Overlays burnt into a picture."""

import numpy as np
import pytest

from app.render import colours
from app.render.picture import compose, line_cover, paint
from app.render.strokes import Stroke

CLEAR = np.zeros((900, 900, 4), np.uint8)


def circle(radius: float, middle: float = 50.0) -> np.ndarray:
    angle = np.linspace(0, 2 * np.pi, 200)
    return np.column_stack([middle + radius * np.sin(angle), middle + radius * np.cos(angle)])


def test_without_overlays_the_slice_is_only_enlarged() -> None:
    base = np.random.default_rng(0).integers(0, 255, (40, 60, 3), np.uint8)
    assert (compose(base, np.zeros((40, 60, 4), np.uint8), ()) == base).all()
    assert compose(base, np.zeros((80, 120, 4), np.uint8), ()).shape == (80, 120, 3)


def test_a_premultiplied_layer_is_laid_over() -> None:
    base = np.full((10, 10, 3), 100, np.uint8)
    layer = np.zeros((10, 10, 4), np.uint8)
    layer[2, 3] = (128, 0, 64, 128)
    picture = compose(base, layer, ())
    assert picture[2, 3].tolist() == [178, 50, 114]  # 128 + 100 * 127 / 255, and so on
    assert picture[0, 0].tolist() == [100, 100, 100]


def test_a_line_lies_at_its_place_in_its_colour_with_a_darker_halo() -> None:
    base = np.full((100, 100, 3), 150, np.uint8)
    stroke = Stroke(circle(30), (255, 255, 0), width_px=6.0)
    picture = compose(base, CLEAR, (stroke,)).astype(int)
    assert picture[454, 724].tolist() == [255, 255, 0]  # (50, 80) on the slice, nine times enlarged
    assert picture[454, 728].max() < 130
    assert picture[454, 454].tolist() == [150, 150, 150]


def test_lines_are_antialiased_and_as_wide_as_they_should_be() -> None:
    line = np.array([[10.25, -5.0], [10.25, 45.0]])
    cover = line_cover((20, 40), [line], 3.0)
    assert cover.sum(axis=0) == pytest.approx(np.full(40, 3.0), abs=0.3)
    slanted = line_cover((20, 40), [np.array([[2.0, 0.0], [17.0, 40.0]])], 3.0)
    assert ((slanted > 0) & (slanted < 1)).any()


def test_dashes_cover_three_fifths_of_a_line() -> None:
    base = np.zeros((300, 300, 3), np.uint8)
    covered = []
    for dashed in (False, True):
        picture = base.copy()
        paint(picture, circle(100, 150), Stroke(circle(100, 150), (255, 255, 255), 3.0, dashed), 3.0)
        covered.append((picture[..., 0] > 128).sum())
    assert covered[1] / covered[0] == pytest.approx(0.6, abs=0.06)


def test_a_line_over_many_tiles_has_no_seams() -> None:
    """The picture is painted in tiles of 512 pixels; a straight line across them must be even."""
    picture = np.zeros((40, 1400, 3), np.uint8)
    line = np.array([[20.0, -10.0], [20.0, 1410.0]])
    paint(picture, line, Stroke(line, (255, 255, 255), 3.0), 3.0)
    assert (picture[:, 100:1300] == picture[:, 100:101]).all()


def test_a_dash_far_from_a_tile_is_not_drawn_in_it() -> None:
    picture = np.zeros((30, 1200, 3), np.uint8)
    line = np.array([[15.0, 5.0], [15.0, 1195.0], [15.0, 5.0]])
    paint(picture, line, Stroke(line, colours.CORE, 2.0, dashed=True), 200.0)
    assert picture.any()


def test_an_empty_tile_is_left_alone() -> None:
    """The bounding box of a large dashed circle holds tiles that no dash touches."""
    picture = np.zeros((1600, 1600, 3), np.uint8)
    paint(picture, circle(780, 800), Stroke(circle(780, 800), colours.CORE, 2.0, dashed=True), 2.0)
    assert not picture[600:1000, 600:1000].any()
    assert picture.any()
