"""How far two outlined areas agree, in numbers and in words."""

import numpy as np
import pytest

from app.domain.arrays import BoolArray
from app.domain.geometry import Geometry
from app.ui.comparing.overlap import Overlap, difference_text, drawn, overlap_sentence, overlapping
from app.ui.jobs import drained


def block(rows: int) -> BoolArray:
    """Return a mask of 10 x 10 whose first rows are marked."""
    mask = np.zeros((10, 10), np.bool_)
    mask[:rows] = True
    return mask


def test_overlap_is_counted_on_the_slices_own_pixels() -> None:
    """20 and 30 pixels share 20: Dice = 2 * 20 / (20 + 30)."""
    assert drained(overlapping(drawn(block(2)), drawn(block(3)))) == Overlap(0.8, 20.0, 30.0)


def test_the_sentence_has_square_millimetres_where_the_spacing_is_known() -> None:
    """Pixels of 0.5 mm x 0.5 mm are a quarter of a square millimetre."""
    known = Geometry(spacing_mm=(1.0, 0.5, 0.5), in_plane_known=True)
    assert overlap_sentence(Overlap(0.8, 20.0, 30.0), known) == (
        "Overlap (Dice) 0.80, 1 is identical.\nLeft 5 mm², right 7.5 mm²: the right is 50 % larger."
    )


def test_the_sentence_has_pixels_where_it_is_not() -> None:
    assert "Left 20 px, right 30 px" in overlap_sentence(Overlap(0.8, 20.0, 30.0), Geometry())


def test_nothing_on_one_side_is_said_rather_than_divided_by() -> None:
    assert overlap_sentence(Overlap(0.0, 0.0, 30.0), Geometry()) == (
        "Nothing to overlap: 0 px on the left, 30 px on the right."
    )


@pytest.mark.parametrize(
    ("left", "right", "words"),
    [
        (100, 75, "the right is 25 % smaller"),
        (100, 125, "the right is 25 % larger"),
        (1000, 1004, "the same size"),
    ],
)
def test_the_difference_is_taken_from_the_left(left: float, right: float, words: str) -> None:
    assert difference_text(left, right) == words
