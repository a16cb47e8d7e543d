"""How simulated readers differ: each has a habit of drawing wide or tight, and wanders along the border."""

from collections.abc import Sequence

import numpy as np

from phantoms.fields import Array, smooth_noise


def stray(
    shape: Sequence[int], habit_px: float, wander_px: float, smooth_px: Sequence[float], rng: np.random.Generator
) -> Array:
    """Draw how far one reader's border lies from the true one, in pixels.

    Args:
        shape: of the picture.
        habit_px: standard deviation over readers of the reader's constant part.
        wander_px: standard deviation along the border of the changing part.
        smooth_px: along each axis, the length over which it changes.
        rng: source of all chance.
    """
    return np.asarray(habit_px * rng.standard_normal() + wander_px * smooth_noise(shape, smooth_px, rng))
