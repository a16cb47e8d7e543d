"""Read-outs of a lesion against discs and ellipses by hand."""

import math

import numpy as np
import pytest

from app.domain.arrays import BoolArray, FloatArray
from app.domain.lesion import Readout
from app.postprocess.dermatology import asymmetry, read_lesion

SIDE = 160


def _ellipse(half_rows: float, half_columns: float, turn: float = 0.0) -> BoolArray:
    rows, columns = np.mgrid[:SIDE, :SIDE] - (SIDE - 1) / 2
    along = rows * math.cos(turn) + columns * math.sin(turn)
    across = columns * math.cos(turn) - rows * math.sin(turn)
    inside: BoolArray = (along / half_rows) ** 2 + (across / half_columns) ** 2 <= 1
    return inside


def _plain() -> FloatArray:
    return np.full((3, SIDE, SIDE), 0.5, np.float32)


def _read(mask: BoolArray, image: FloatArray | None = None) -> Readout:
    measured = read_lesion(_plain() if image is None else image, mask)
    assert measured is not None
    return measured.value


def test_a_disc() -> None:
    """Radius 40: area pi r^2, both diameters 80, symmetric, border index 1, one colour."""
    disc = _read(_ellipse(40, 40))
    assert disc.area == pytest.approx(math.pi * 40**2, rel=0.01)
    assert disc.equivalent_diameter == pytest.approx(80, rel=0.01)
    assert disc.largest_diameter == pytest.approx(80, abs=1.5)
    assert disc.asymmetry_major < 0.02
    assert disc.asymmetry_minor < 0.02
    assert disc.border_irregularity == pytest.approx(1, abs=0.05)
    assert disc.colour_variegation == pytest.approx(0, abs=0.01)


@pytest.mark.parametrize("turn", [0.0, 0.5, 1.2])
def test_an_ellipse_however_it_lies(turn: float) -> None:
    """Half axes 60 and 30: equivalent diameter 2 sqrt(60 * 30), largest 120; perimeter 290.65 after Ramanujan."""
    ellipse = _read(_ellipse(60, 30, turn))
    assert ellipse.equivalent_diameter == pytest.approx(2 * math.sqrt(1800), rel=0.01)
    assert ellipse.largest_diameter == pytest.approx(120, abs=1.5)
    assert max(ellipse.asymmetry_major, ellipse.asymmetry_minor) < 0.03
    assert ellipse.border_irregularity == pytest.approx(290.65**2 / (4 * math.pi * math.pi * 1800), rel=0.06)


def test_asymmetry_is_of_one_axis_or_the_other() -> None:
    """A triangle with its tip to the right mirrors up and down, not left and right.

    With its tip at u = 1 and its base at u = 0 its width is 1 - u and its centre of mass at 1/3. Mirrored there, a
    point at u lands at 2/3 - u, where the width is 1/3 + u: the integral of min(1 - u, 1/3 + u) over 0..2/3 is 1/3 of
    an area of 1/2, so that a third of the triangle is unmatched.
    """
    rows, columns = np.mgrid[:SIDE, :SIDE]
    triangle = (columns >= 20) & (columns < 140) & (np.abs(rows - 79.5) <= 30 * (140 - columns) / 120)
    along, across = asymmetry(triangle)
    assert along < 0.03
    assert across == pytest.approx(1 / 3, abs=0.02)


def test_a_notched_border_is_less_regular_than_a_smooth_one() -> None:
    """Twelve lobes of a tenth of the radius."""
    rows, columns = np.mgrid[:SIDE, :SIDE] - (SIDE - 1) / 2
    lobed = np.hypot(rows, columns) <= 50 * (1 + 0.1 * np.sin(12 * np.arctan2(rows, columns)))
    assert _read(lobed).border_irregularity > 1.3


def test_two_colours_lie_half_their_distance_from_their_mean() -> None:
    """Half black (L* = 0), half white (L* = 100): each 50 from the mean grey."""
    image = np.zeros((3, SIDE, SIDE), np.float32)
    image[:, :, SIDE // 2 :] = 1
    assert _read(_ellipse(40, 40), image).colour_variegation == pytest.approx(50, abs=0.5)


def test_the_spread_is_over_the_outputs_that_outline_anything() -> None:
    """Discs of radius 30 and 50: equivalent diameters 60 and 100, 20 to either side of their mean."""
    outputs = [_ellipse(30, 30), _ellipse(50, 50), np.zeros((SIDE, SIDE), bool)]
    measured = read_lesion(_plain(), _ellipse(40, 40), outputs)
    assert measured is not None
    assert measured.spread.equivalent_diameter == pytest.approx(20, abs=0.3)
    alone = read_lesion(_plain(), _ellipse(40, 40))
    assert alone is not None
    assert alone.spread == Readout(0, 0, 0, 0, 0, 0, 0)


def test_the_largest_piece_is_the_lesion() -> None:
    """A speck in the corner counts for nothing; no mask has no read-out."""
    disc = _ellipse(30, 30)
    specked = disc.copy()
    specked[:3, :3] = True
    assert _read(specked) == _read(disc)
    assert read_lesion(_plain(), np.zeros((SIDE, SIDE), bool)) is None
