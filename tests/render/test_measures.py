"""What a measurement comes to in words, by hand, and where its lines run."""

from dataclasses import replace

import numpy as np
import pytest

from app.domain.case import Case, Modality
from app.domain.geometry import Geometry
from app.domain.measure import Kind, Measurement, Place
from app.domain.stack import Stack
from app.render.measures import anchor, measure_strokes, measure_words, sample_words
from app.render.scene import Scene
from tests.render.scenes import disc, findings_of, same_grid

SIDE = 20


def ct(geometry: Geometry | None = None) -> Case:
    """Return a slice of 20 x 20 pixels of 0.5 mm whose value is its row."""
    values = np.repeat(np.arange(SIDE, dtype=np.float32), SIDE).reshape(1, SIDE, SIDE, 1)
    known = Geometry(spacing_mm=(1.0, 0.5, 0.5), in_plane_known=True)
    return Case("slice", Stack.of(values), Modality.CT, geometry or known, unit="HU")


def said(kind: Kind, *places: Place, case: Case | None = None) -> tuple[str, ...]:
    case = case or ct()
    return measure_words(Measurement(kind, 0, places), case, case.pixels.packed(0))


def test_lengths_are_in_millimetres_where_those_are_safe_and_else_in_pixels() -> None:
    assert said(Kind.DISTANCE, (0, 0), (3, 4)) == ("2.5 mm",)
    assert said(Kind.DISTANCE, (0, 0), (3, 4), case=ct(Geometry())) == ("5.0 px",)
    assert said(Kind.DISTANCE, (0, 0), (0, 0.5)) == ("0.25 mm",)


def test_an_angle_needs_no_millimetres_but_the_pixels_shape() -> None:
    tall = Geometry(spacing_mm=(1.0, 2.0, 1.0))  # how large is not known, but that rows are twice as high is
    assert said(Kind.ANGLE, (0, 2), (0, 0), (1, 0)) == ("90.0°",)
    assert said(Kind.ANGLE, (1, 2), (0, 0), (0, 2), case=ct(tall)) == ("45.0°",)


def test_two_diameters_have_one_unit() -> None:
    assert said(Kind.DIAMETERS, (5, 0), (5, 19), (2, 5), (8, 5)) == ("9.5 × 3.0 mm",)


def test_a_region_tells_its_area_and_its_grey_values() -> None:
    """Rows 2 … 5 of columns 3 … 8: 24 pixels of 0.25 mm², values 2, 3, 4, 5: mean 3.5, standard deviation 1.118."""
    corners = ((1.5, 2.5), (1.5, 8.5), (5.5, 8.5), (5.5, 2.5))
    assert said(Kind.OUTLINE, *corners) == ("6.0 mm²", "mean 3.5 ± 1.1 HU", "n = 24 pixels")


def test_an_ellipse_without_a_scale_is_measured_in_pixels() -> None:
    """A circle of radius 2: 12.57 px, 13 pixels with their centre in it, standard deviation sqrt(14 / 13)."""
    assert said(Kind.ELLIPSE, (1, 1), (5, 5), case=ct(Geometry())) == (
        "12.6 px",
        "mean 3.0 ± 1.0 HU",
        "n = 13 pixels",
    )


def test_nothing_is_said_of_grey_values_where_there_are_none() -> None:
    corners = ((1.5, 2.5), (1.5, 8.5), (5.5, 8.5), (5.5, 2.5))
    assert measure_words(Measurement(Kind.OUTLINE, 0, corners), ct(), None) == ("6.0 mm²",)
    between = said(Kind.ELLIPSE, (1.2, 1.2), (1.4, 1.4))
    assert len(between) == 1
    colour = Case("skin", Stack.of(np.full((1, 9, 9, 3), 7, np.uint8)), Modality.DERMOSCOPY)
    assert said(Kind.OUTLINE, (0, 0), (0, 4), (4, 4), case=colour) == ("8.0 px",)


def test_a_point_tells_its_value() -> None:
    assert said(Kind.POINT, (7.3, 2)) == ("7 HU",)
    assert said(Kind.POINT, (70, 2)) == ("no value",)
    colour = Case("skin", Stack.of(np.full((1, 9, 9, 3), 7, np.uint8)), Modality.DERMOSCOPY)
    assert said(Kind.POINT, (1, 1), case=colour) == ("RGB 7 7 7",)
    assert measure_words(Measurement(Kind.POINT, 0, ((1, 1),)), ct(), None) == ("no value",)


def test_a_point_tells_how_many_samples_contain_it() -> None:
    samples = np.stack([disc(SIDE, SIDE, (10, 10), radius) for radius in (2, 4, 6)])[None]
    grid = same_grid(SIDE, SIDE)
    scene = Scene(findings_of(samples, grid), grid)
    assert sample_words((10, 15), scene) == "inside 1 of 3 samples"
    assert sample_words((10, 10), scene) == "inside 3 of 3 samples"
    assert sample_words((-3, 10), scene) == ""


@pytest.mark.parametrize(
    ("kind", "places", "lines"),
    [
        (Kind.DISTANCE, ((0, 0), (3, 4)), [[(0, 0), (3, 4)]]),
        (Kind.ANGLE, ((0, 2), (0, 0), (2, 0)), [[(0, 2), (0, 0), (2, 0)]]),
        (Kind.DIAMETERS, ((5, 0), (5, 9), (2, 5), (8, 5)), [[(5, 0), (5, 9)], [(2, 5), (8, 5)]]),
        (Kind.OUTLINE, ((0, 0), (0, 4), (4, 4)), [[(0, 0), (0, 4), (4, 4), (0, 0)]]),
        (Kind.POINT, ((50, 50),), [[(48.8, 50), (51.2, 50)], [(50, 48.8), (50, 51.2)]]),
    ],
)
def test_lines_run_where_the_places_are(kind: Kind, places: tuple[Place, ...], lines: list[list[Place]]) -> None:
    strokes = measure_strokes(Measurement(kind, 0, places), (100, 80))
    assert [stroke.points.tolist() for stroke in strokes] == [[list(place) for place in line] for line in lines]


def test_an_ellipse_touches_the_sides_of_its_box() -> None:
    (stroke,) = measure_strokes(Measurement(Kind.ELLIPSE, 0, ((2, 10), (8, 4))), (100, 80))
    assert stroke.points.min(axis=0) == pytest.approx((2, 4))
    assert stroke.points.max(axis=0) == pytest.approx((8, 10))


def test_words_stand_at_the_right_of_what_they_are_about() -> None:
    assert anchor(Measurement(Kind.DISTANCE, 0, ((3, 9), (5, 2)))) == (3, 9)
    assert anchor(Measurement(Kind.ANGLE, 0, ((3, 9), (5, 2), (9, 9)))) == (5, 2)
    assert anchor(Measurement(Kind.ELLIPSE, 0, ((2, 10), (8, 4)))) == (5, 10)


def test_words_follow_a_scale_that_was_found_later() -> None:
    later = replace(ct(Geometry()), geometry=Geometry(spacing_mm=(1.0, 0.2, 0.2), in_plane_known=True, is_marked=True))
    assert said(Kind.DISTANCE, (0, 0), (3, 4), case=later) == ("1.0 mm",)


def test_means_of_hundreds_need_no_decimals() -> None:
    """Rows 0 … 19 times 100 less 1000: -800 … -500 in rows 2 … 5, mean -650, standard deviation 111.8."""
    bright = Case("slice", Stack.of(ct().pixels.whole() * 100 - 1000), Modality.CT, Geometry(), unit="HU")
    corners = ((1.5, 2.5), (1.5, 8.5), (5.5, 8.5), (5.5, 2.5))
    assert said(Kind.OUTLINE, *corners, case=bright)[1] == "mean -650 ± 112 HU"


def test_thousands_are_grouped_and_need_no_decimals() -> None:
    assert said(Kind.DISTANCE, (0, 0), (0, 2345), case=ct(Geometry())) == ("2,345 px",)
