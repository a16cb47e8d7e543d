"""Simulated readers: several plausible outlines made of the one that an expert drew.

Where only one outline exists, readers are simulated by moving it along its normals: a bias of each reader's own (some
draw wide, some tight; the expert's outline is their median) and a smooth wander along the border, both in units of the
lesion's size. How much they differ
varies from image to image with a heavy tail, as real annotators do. `Spread` is calibrated against the pairwise Dice of
real annotators (their mean, median and 10th percentile), never against a model.
"""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from app.domain.arrays import BoolArray, FloatArray

CELLS = 6


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


def simulate_readers(mask: BoolArray, count: int, spread: Spread, rng: np.random.Generator) -> BoolArray:
    """Draw the outlines of several simulated readers.

    Args:
        mask: (rows, columns) of the expert.
        count: number of readers.
        spread: how much they differ.
        rng: source of all chance.

    Returns:
        (count, rows, columns); all empty if the expert's is.
    """
    if not mask.any():
        return np.zeros((count, *mask.shape), bool)
    distance = signed_distance(mask)
    radius = np.sqrt(mask.sum() / np.pi)
    stray = radius * min(spread.typical * np.exp(spread.tail * rng.standard_normal()), 0.6)
    biases = rng.standard_normal(count)
    own = (biases - np.median(biases))[:, None, None] * np.sqrt(spread.bias)
    wander = np.stack([_smooth_field(mask.shape, rng) for _ in range(count)]) * np.sqrt(1 - spread.bias)
    drawn: BoolArray = distance + stray * (own + wander) > 0
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
