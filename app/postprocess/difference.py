"""From the difference of two reconstructions to a mask, by a rule with few numbers.

The rule follows DiffEdit (Couairon et al., ICLR 2023, section 3.2), which clamps the mean absolute difference from
above and scales it to [0, 1]. Here the scale begins at what the two reconstructions differ by on plain skin, and ends
at a high quantile; it is never stretched further than a least difference, so that two like pictures give no mask.
"""

from dataclasses import dataclass

import numpy as np

from app.domain.arrays import FloatArray
from app.domain.result import INSIDE


@dataclass(frozen=True, slots=True)
class Cut:
    """The numbers of the rule; chosen on validation images and kept in a model's card.

    Attributes:
        threshold: of the scaled difference, or of a learnt probability, from which on a pixel is inside.
        plain: quantile of the difference that stands for plain skin.
        highest: quantile of the difference that stands for the lesion.
        least: smallest difference between them that counts, in the pictures' own units of [0, 1].
    """

    threshold: float = 0.4
    plain: float = 0.25
    highest: float = 0.99
    least: float = 0.05

    def __post_init__(self) -> None:
        """Refuse thresholds that no value, or every value, would reach."""
        if not 0 < self.threshold < 1:
            raise ValueError(f"threshold must lie between 0 and 1, got {self.threshold}")


def grey_difference(first: FloatArray, second: FloatArray) -> FloatArray:
    """Return the mean over colours of |first - second|: (..., channels, rows, columns) to (..., rows, columns)."""
    return np.asarray(np.abs(first - second).mean(axis=-3), np.float32)


def scaled(difference: FloatArray, cut: Cut) -> FloatArray:
    """Scale one grey difference (rows, columns) to [0, 1], from plain skin to lesion."""
    plain, highest = (float(edge) for edge in np.quantile(difference, (cut.plain, cut.highest)))
    return np.asarray(np.clip((difference - plain) / max(highest - plain, cut.least), 0, 1), np.float32)


def centred(values: FloatArray, threshold: float) -> FloatArray:
    """Bend values in [0, 1] along two lines so that the threshold comes to lie at one half, where masks are cut.

    Args:
        values: of any shape.
        threshold: strictly between 0 and 1.
    """
    return np.interp(values, (0, threshold, 1), (0, INSIDE, 1)).astype(np.float32)
