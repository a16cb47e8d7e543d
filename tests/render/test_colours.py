"""Colours that can be told apart, over grey and over skin."""

from collections.abc import Callable
from itertools import combinations, pairwise

import numpy as np
import pytest
from skimage.color import deltaE_ciede2000, rgb2lab

from app.domain.arrays import FloatArray
from app.render import colours

difference: Callable[..., float] = deltaE_ciede2000


def lightness(colour: colours.Colour) -> float:
    return float(rgb2lab(np.array(colour) / 255)[0])


@pytest.mark.parametrize("count", [2, 3, 5, 7, 9])
def test_levels_get_darker_so_that_their_order_is_seen(count: int) -> None:
    ramp = [lightness(colours.level_colour(level, count)) for level in range(1, count + 1)]
    assert all(first > second for first, second in pairwise(ramp))


def test_seven_levels_differ_by_more_than_is_just_noticeable() -> None:
    labs = [rgb2lab(np.array(colours.level_colour(level, 7)) / 255) for level in range(1, 8)]
    steps = [difference(first, second) for first, second in pairwise(labs)]
    assert min(steps) > 5


@pytest.mark.parametrize("ground", [(128, 128, 128), (92, 58, 38), (190, 130, 105), (20, 20, 20)])
def test_levels_stand_out_over_grey_and_brown(ground: colours.Colour) -> None:
    """A line is seen if it, or the halo beside it, differs from the ground by far more than a step of the ramp."""
    for level in range(1, 8):
        shades = [rgb2lab(np.array(colour) / 255) for colour in (colours.level_colour(level, 7), colours.HALO, ground)]
        assert max(difference(shades[0], shades[2]), difference(shades[1], shades[2])) > 20
        assert difference(shades[0], shades[1]) > 20


# Machado, Oliveira and Fernandes 2009, table 1: severity 1.0, for linear RGB.
SIMULATED = {
    "normal": np.eye(3),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
}


def seen(colour: colours.Colour, vision: str) -> FloatArray:
    """Return a colour as somebody sees it, in CIELAB."""
    share = np.array(colour) / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    light = np.clip(SIMULATED[vision] @ linear, 0, 1)
    shown: FloatArray = rgb2lab(np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055))
    return shown


@pytest.mark.parametrize("vision", SIMULATED)
def test_lines_of_different_meaning_are_told_apart_by_the_colour_blind(vision: str) -> None:
    """CIEDE2000 above 10 is plain to see; the band's white, the levels, the refined and the fused outline."""
    levels = [colours.level_colour(level, 7) for level in range(1, 8)]
    for colour in (colours.REFINED, colours.FUSED):
        others = [colours.CORE, colours.REFINED if colour == colours.FUSED else colours.FUSED, *levels]
        assert min(difference(seen(colour, vision), seen(other, vision)) for other in others) > 10


@pytest.mark.parametrize("vision", SIMULATED)
def test_readers_and_neighbouring_levels_are_told_apart_by_the_colour_blind(vision: str) -> None:
    readers = [seen(colour, vision) for colour in colours.READERS]
    assert min(difference(first, second) for first, second in combinations(readers, 2)) > 10
    levels = [seen(colours.level_colour(level, 7), vision) for level in range(1, 8)]
    assert min(difference(first, second) for first, second in pairwise(levels)) > 4


def test_a_share_has_the_colour_of_the_level_at_that_place() -> None:
    assert [colours.share_colour(share) for share in (0, 0.5, 1)] == [
        colours.level_colour(level, 3) for level in (1, 2, 3)
    ]


def test_a_single_level_has_a_colour() -> None:
    assert colours.level_colour(1, 1) == colours.level_colour(1, 7)


def test_seven_readers_have_the_seven_colours_of_okabe_and_ito() -> None:
    published = {"#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7"}
    assert {"#{:02X}{:02X}{:02X}".format(*colours.reader_colour(reader)) for reader in range(7)} == published
    assert colours.reader_colour(7) == colours.reader_colour(0)


def test_soft_map_is_cividis_from_blue_to_yellow_and_gets_lighter_throughout() -> None:
    ramp = colours.soft_ramp()
    assert ramp[0].tolist() == [0, 32, 77]  # cividis as published, first and last of 256
    assert ramp[-1].tolist() == [255, 234, 70]
    light = rgb2lab(ramp[None] / 255)[0, :, 0]
    assert (np.diff(light[::8]) > 0).all()
