"""Simulated readers: several plausible outlines made of the one that an expert drew.

Where only one outline exists, readers are simulated by moving it along its normals: a bias of each reader's own (some
draw wide, some tight; the expert's outline is their median) and a smooth wander along the border, both in units of the
lesion's size. How much they differ
varies from image to image with a heavy tail, as real annotators do. `Spread` is calibrated against the pairwise Dice of
real annotators (their mean, median and 10th percentile), never against a model. Where real annotators' agreement on the
very image is known, the simulated readers differ as much as they did.
"""

from dataclasses import dataclass
from functools import cache
from itertools import combinations

import numpy as np
from scipy import ndimage

from app.domain.arrays import BoolArray, FloatArray
from app.metrics import overlap

CELLS = 6
MOST = 0.6


@dataclass(frozen=True, slots=True)
class Spread:
    """How far simulated readers stray from the expert's outline.

    Attributes:
        typical: median over images of the stray, as a share of the lesion's radius.
        tail: standard deviation over images of the stray's logarithm.
        bias: share of the stray that is a reader's own constant; the rest wanders along the border.
    """

    typical: float = 0.12
    tail: float = 1.0
    bias: float = 0.7


def simulate_readers(
    mask: BoolArray, count: int, spread: Spread, rng: np.random.Generator, agreement: float | None = None
) -> BoolArray:
    """Draw the outlines of several simulated readers.

    Args:
        mask: (rows, columns) of the expert.
        count: number of readers.
        spread: how much they differ.
        rng: source of all chance.
        agreement: mean pairwise Dice of real annotators of this image; None draws a stray from the spread.

    Returns:
        (count, rows, columns); all empty if the expert's is.
    """
    if not mask.any():
        return np.zeros((count, *mask.shape), bool)
    if agreement is None:
        stray = min(spread.typical * np.exp(spread.tail * rng.standard_normal()), MOST)
    else:
        stray = stray_of(agreement, spread.bias)
    return _strayed(mask, count, stray, spread.bias, rng)


def stray_of(agreement: float, bias: float) -> float:
    """Return the stray, as a share of the lesion's radius, at which readers of a disc agree so much.

    Args:
        agreement: mean pairwise Dice.
        bias: as in `Spread`.
    """
    strays, dices = _agreement_on_a_disc(bias)
    return float(np.interp(-agreement, -np.array(dices), strays))


@cache
def _agreement_on_a_disc(bias: float) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Measure the mean pairwise Dice of pairs of readers for strays from 0 up to the largest."""
    rows, columns = np.ogrid[:96, :96]
    disc = (rows - 48) ** 2 + (columns - 48) ** 2 < _DISC_RADIUS**2
    strays = tuple(np.linspace(0, MOST, 16))
    rng = np.random.default_rng(0)
    dices = []
    for stray in strays:
        drawn = [_strayed(disc, 3, stray, bias, rng) for _ in range(_DISC_DRAWS)]
        dices.append(float(np.mean([overlap.dice(a, b) for readers in drawn for a, b in combinations(readers, 2)])))
    return strays, tuple(np.minimum.accumulate(dices))


_DISC_RADIUS = 24
_DISC_DRAWS = 40


def _strayed(mask: BoolArray, count: int, stray: float, bias: float, rng: np.random.Generator) -> BoolArray:
    radius = np.sqrt(mask.sum() / np.pi)
    biases = rng.standard_normal(count)
    own = (biases - np.median(biases))[:, None, None] * np.sqrt(bias)
    wander = np.stack([_smooth_field(mask.shape, rng) for _ in range(count)]) * np.sqrt(1 - bias)
    drawn: BoolArray = signed_distance(mask) + radius * stray * (own + wander) > 0
    return drawn


def signed_distance(mask: BoolArray) -> FloatArray:
    """Distance to the outline in pixels, above zero inside."""
    inside = ndimage.distance_transform_edt(mask)
    outside = ndimage.distance_transform_edt(~mask)
    distance: FloatArray = np.where(mask, inside - 0.5, 0.5 - outside).astype(np.float32)
    return distance


def _smooth_field(shape: tuple[int, int], rng: np.random.Generator) -> FloatArray:
    """A smooth random field of unit variance, about `CELLS` bumps across."""
    coarse = rng.standard_normal((CELLS, CELLS)).astype(np.float32)
    field = ndimage.zoom(coarse, (shape[0] / CELLS, shape[1] / CELLS), order=1, mode="nearest", grid_mode=True)
    return np.asarray(field[: shape[0], : shape[1]] * 1.5, np.float32)
