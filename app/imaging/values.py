"""Grey values made safe and given a first window."""

import numpy as np

from app.domain.arrays import AnyArray, FloatArray
from app.domain.case import Window

WINDOW_PERCENTILES = (0.5, 99.5)


def finite(values: AnyArray) -> tuple[FloatArray, int]:
    """Return values as float32 without NaN or infinity, and how many of these were replaced by the smallest value."""
    with np.errstate(over="ignore"):
        grey = np.array(values, np.float32)
    broken = ~np.isfinite(grey)
    count = int(np.count_nonzero(broken))
    if count:
        grey[broken] = grey[~broken].min() if count < grey.size else 0
    return grey, count


def first_window(values: FloatArray) -> Window:
    """Return the window from the 0.5th to the 99.5th percentile, taken on at most about a million values.

    Where these are equal, as in a sparse mask, it reaches from the least to the greatest value.
    """
    flat = values.reshape(-1)
    few = flat[:: max(1, flat.size // _ENOUGH)].astype(np.float64)
    low, high = (float(edge) for edge in np.percentile(few, WINDOW_PERCENTILES))
    if low == high:
        low, high = float(values.min()), float(values.max())
    return Window(level=(low + high) / 2, width=high - low if high > low else 1.0)


_ENOUGH = 1_000_000
