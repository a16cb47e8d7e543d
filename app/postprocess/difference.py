"""From the difference of two reconstructions to a mask, by a rule with few numbers.

The rule follows DiffEdit (Couairon et al., ICLR 2023, section 3.2), which clamps the mean absolute difference from
above and scales it to [0, 1]. Here the scale begins at what the two reconstructions differ by on plain skin, and ends
at a high quantile; it is never stretched further than a least difference, so that two like pictures give no mask.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from app.domain.arrays import FloatArray
from app.domain.result import INSIDE
from app.domain.words import mark


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


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """What some draws of noise show of one picture; all (draws, channels, rows, columns) but the last.

    Attributes:
        diseased: reconstruction with the lesion, in [-1, 1].
        healthy: reconstruction without, in [-1, 1].
        noise_diseased: noise that the diseased semantic sees.
        noise_healthy: noise that the healthy semantic sees.
        outputs: (draws, rows, columns) in [0, 1]; 1/2 and more is inside.
    """

    diseased: FloatArray = field(repr=False)
    healthy: FloatArray = field(repr=False)
    noise_diseased: FloatArray = field(repr=False)
    noise_healthy: FloatArray = field(repr=False)
    outputs: FloatArray = field(repr=False)


def figure(image: FloatArray, looks: Sequence[Look], cut: Cut) -> dict[str, FloatArray]:
    """Return what Figure 2 of DiffSeg shows, by what it is; means over all draws, but the noises, of the first one.

    Args:
        image: (channels, rows, columns) in [0, 1].
        looks: at it, all at one noise step.
        cut: by which the difference is scaled.
    """
    diseased = _mean([look.diseased for look in looks])
    healthy = _mean([look.healthy for look in looks])
    outputs = np.concatenate([look.outputs for look in looks])
    return {
        mark("original"): image,
        mark("noise, diseased"): _as_picture(looks[0].noise_diseased[0]),
        mark("noise, healthy"): _as_picture(looks[0].noise_healthy[0]),
        mark("healthy skin"): np.clip(healthy, 0, 1),
        mark("difference"): scaled(grey_difference(diseased, healthy), cut),
        mark("output"): (outputs.mean(axis=0) >= INSIDE).astype(np.float32),
    }


_NOISE_RANGE = 6.0  # standard deviations from black to white


def _as_picture(noise: FloatArray) -> FloatArray:
    return np.asarray(np.clip(noise / _NOISE_RANGE + 0.5, 0, 1), np.float32)


def _mean(parts: Sequence[FloatArray]) -> FloatArray:
    """Average (draws, channels, rows, columns) in [-1, 1] over all draws; the result is in [0, 1]."""
    mean: FloatArray = (np.concatenate(parts).mean(axis=0, dtype=np.float32) + 1) / 2
    return mean
