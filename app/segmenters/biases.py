"""How a reader may err on purpose: for training against biased readers, and for testing what they do to a consensus."""

from enum import Enum
from typing import assert_never

import numpy as np
from scipy import ndimage

from app.domain.arrays import BoolArray

BLOB_CORNERS = 4
LEAST_BLOB_RADIUS = 3.0


class Bias(Enum):
    """What is wrong with a biased reader."""

    DILATED = "dilated"
    ERODED = "eroded"
    SHIFTED = "shifted"
    BLOB = "random blob"
    EMPTY = "empty"


def biased(mask: BoolArray, bias: Bias, amount_px: float, rng: np.random.Generator) -> BoolArray:
    """Return a biased reader's mask.

    Args:
        mask: (rows, columns), as the reader drew it.
        bias: what is wrong.
        amount_px: by how much the outline is moved, or the mask shifted; a blob takes the mask's size.
        rng: for the shift's direction and the blob.
    """
    match bias:
        case Bias.DILATED:
            return _dilated(mask, amount_px)
        case Bias.ERODED:
            return ~_dilated(~mask, amount_px)
        case Bias.SHIFTED:
            return _shifted(mask, amount_px, rng)
        case Bias.BLOB:
            return _blob(mask, rng)
        case Bias.EMPTY:
            return np.zeros_like(mask)
        case _:
            assert_never(bias)


def _dilated(mask: BoolArray, amount_px: float) -> BoolArray:
    if not mask.any():
        return mask.copy()
    near: BoolArray = ndimage.distance_transform_edt(~mask) <= amount_px
    return near


def _shifted(mask: BoolArray, amount_px: float, rng: np.random.Generator) -> BoolArray:
    angle = rng.uniform(0, 2 * np.pi)
    offset = np.rint([amount_px * np.sin(angle), amount_px * np.cos(angle)]).astype(int)
    moved: BoolArray = ndimage.shift(mask, offset, order=0, mode="constant", cval=False)
    return moved


def _blob(mask: BoolArray, rng: np.random.Generator) -> BoolArray:
    """A rounded star of about the mask's area anywhere on the picture."""
    radius = max(LEAST_BLOB_RADIUS, np.sqrt(mask.sum() / np.pi))
    centre = rng.uniform(0.15, 0.85, 2) * mask.shape
    rows, columns = np.ogrid[: mask.shape[0], : mask.shape[1]]
    angle = np.arctan2(rows - centre[0], columns - centre[1])
    waves = sum(
        rng.normal(0, 0.3 / corner) * np.cos(corner * angle + rng.uniform(0, 2 * np.pi))
        for corner in range(1, BLOB_CORNERS)
    )
    inside: BoolArray = np.hypot(rows - centre[0], columns - centre[1]) <= radius * np.exp(waves)
    return inside
