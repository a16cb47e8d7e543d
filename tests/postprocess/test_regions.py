"""A reader is warned of masks that cannot be right, and of no others."""

import numpy as np
import pytest

from app.domain.arrays import BoolArray
from app.domain.grid import Grid
from app.postprocess.agreement import find
from app.postprocess.regions import degenerate, upheld
from tests.postprocess.builders import as_estimate, disc, slice_grid

GRID = slice_grid(64, 64)
NOTHING = np.zeros((64, 64), np.bool_)


WIDE = Grid((64, 64), (-40.5, -0.5), (5.0, 5.0), (240, 320))
"""Over a slice of 240 rows and 320 columns: 8 of the grid's 64 rows lie above it, 8 below, 48 on it."""


def _warnings(*levels: BoolArray, grid: Grid = GRID) -> tuple[str, ...]:
    return degenerate(find(as_estimate(*([mask] for mask in levels)), grid), grid)


def test_an_ordinary_lesion_gives_no_warning() -> None:
    assert _warnings(disc(20), disc(15), disc(10)) == ()


@pytest.mark.parametrize(
    ("mask", "word"),
    [
        (NOTHING, "nothing"),
        (~NOTHING, "almost the whole picture"),
        (np.random.default_rng(0).random((64, 64)) < 0.2, "small pieces"),
    ],
    ids=["blank", "full", "noise"],
)
def test_a_mask_that_cannot_be_right_gives_one_warning(mask: BoolArray, word: str) -> None:
    warnings = _warnings(mask)
    assert len(warnings) == 1
    assert word in warnings[0]


def test_a_slice_that_is_no_square_can_be_marked_whole_too() -> None:
    """All of a 4:3 photograph is three quarters of the grid; without 3 of its 48 rows 94 % of it is marked."""
    whole = WIDE.on_slice()
    assert whole.mean() == pytest.approx(0.75)
    (warning,) = _warnings(whole, grid=WIDE)
    assert "almost the whole picture" in warning
    whole[8:11] = False
    assert _warnings(whole, grid=WIDE) == ()


def test_a_lesion_with_stray_pixels_is_no_speckle() -> None:
    """Thirty specks round a disc of some 1,250 pixels: the disc is the main piece."""
    mask = disc(20)
    mask[1, 1:61:2] = True
    assert _warnings(mask) == ()


def test_a_few_lesions_are_no_speckle() -> None:
    """Nine equal pieces: fewer than ten."""
    mask = NOTHING.copy()
    for row in (5, 25, 45):
        mask[row : row + 8, 5:13] = mask[row : row + 8, 25:33] = mask[row : row + 8, 45:53] = True
    assert _warnings(mask) == ()


def test_a_small_structure_at_the_widest_level_alone_is_not_blank() -> None:
    """Some expert would mark it: that is a finding and no failure."""
    assert _warnings(disc(8), NOTHING, NOTHING) == ()


def test_a_piece_that_no_reader_drew_is_taken_away() -> None:
    """Of three pieces at 0.6 a reader touched the first; what lies below the cut stays."""
    shares = np.array([[0.7, 0.6, 0.1, 0.6, 0.1, 0.9]], np.float32)
    drawn = np.array([[False, True, True, False, False, False]])
    np.testing.assert_allclose(upheld(shares, 0.6, drawn), [[0.7, 0.6, 0.1, 0, 0.1, 0]])
    np.testing.assert_allclose(upheld(shares, 0.6, np.zeros_like(drawn)), [[0, 0, 0.1, 0, 0.1, 0]])
    np.testing.assert_allclose(upheld(shares, 0.95, drawn), shares)
