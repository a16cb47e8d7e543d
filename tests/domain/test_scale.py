"""A scale from a ruler in the picture."""

from dataclasses import replace

import pytest

from app.domain.scale import MARKED, can_mark, with_scale, without_scale
from tests.ui.studies import photograph, series


def test_ten_millimetres_over_forty_pixels_make_pixels_of_a_quarter() -> None:
    case = with_scale(photograph(), (10, 20), (10, 60), 10)
    assert case.geometry.pixel_mm == (0.25, 0.25)
    assert case.geometry.is_marked
    assert not case.geometry.orientation_known
    assert case.notices == (MARKED,)


def test_pixels_that_are_not_square_stay_so() -> None:
    """Rows twice as high as columns: 30 rows are as long as 60 columns, 6 mm."""
    plain = photograph()
    tall = replace(plain, geometry=replace(plain.geometry, spacing_mm=(1.0, 2.0, 1.0)))
    assert with_scale(tall, (0, 5), (30, 5), 6).geometry.pixel_mm == pytest.approx((0.2, 0.1))


def test_a_scale_can_be_marked_again_and_taken_away() -> None:
    plain = photograph()
    again = with_scale(with_scale(plain, (0, 0), (0, 10), 1), (0, 0), (0, 10), 2)
    assert again.geometry.pixel_mm == (0.2, 0.2)
    assert again.notices == (MARKED,)
    bare = without_scale(again)
    assert (bare.geometry, bare.notices) == (plain.geometry, plain.notices)
    assert without_scale(plain) is plain


def test_a_scale_of_the_files_own_is_never_overruled() -> None:
    assert not can_mark(series())
    with pytest.raises(ValueError, match="no scale"):
        with_scale(series(), (0, 0), (0, 10), 1)


@pytest.mark.parametrize(("column", "length_mm"), [(2.0, 10.0), (40.0, 0.0), (40.0, float("nan"))])
def test_a_dot_or_a_length_of_nothing_is_no_scale(column: float, length_mm: float) -> None:
    with pytest.raises(ValueError, match="no scale"):
        with_scale(photograph(), (0, 0), (0, column), length_mm)
