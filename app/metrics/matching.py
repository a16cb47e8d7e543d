"""Metrics that need SciPy, which the window must not load."""

from collections.abc import Sequence

import numpy as np
from scipy.ndimage import binary_erosion, distance_transform_edt, generate_binary_structure
from scipy.optimize import linear_sum_assignment

from app.domain.arrays import BoolArray
from app.metrics.overlap import pairwise_iou


def hungarian_iou(samples: BoolArray, references: BoolArray) -> float:
    """Return the mean IoU of the best one-to-one matching of samples and references (HM-IoU).

    Both sets are repeated to their least common multiple, so each counts equally often; where the number of samples is
    a multiple of the number of references, this repeats the references alone.

    Args:
        samples: (n, ...) masks drawn by a model.
        references: (m, ...) masks drawn by readers.
    """
    pairs = pairwise_iou(samples, references)
    count = np.lcm(*pairs.shape)
    repeated = pairs.repeat(count // pairs.shape[0], axis=0).repeat(count // pairs.shape[1], axis=1)
    return float(repeated[linear_sum_assignment(repeated, maximize=True)].mean())


def hausdorff_95(a: BoolArray, b: BoolArray, spacing: Sequence[float]) -> float:
    """Return the larger of the two directed 95th percentiles of the distances from border to border.

    A border pixel is a pixel of the mask with a face neighbour outside it; beyond the picture is outside.

    Args:
        a: one mask.
        b: the other.
        spacing: of the pixels along each axis; the result is in its unit.

    Returns:
        0 for two empty masks, infinity where only one is empty.
    """
    if not a.any() or not b.any():
        return 0.0 if a.any() == b.any() else float("inf")
    return max(_directed_95(_border(a), _border(b), spacing), _directed_95(_border(b), _border(a), spacing))


def _border(mask: BoolArray) -> BoolArray:
    inner: BoolArray = binary_erosion(mask, generate_binary_structure(mask.ndim, 1))
    return mask & ~inner


def _directed_95(start: BoolArray, end: BoolArray, spacing: Sequence[float]) -> float:
    """95th percentile over `start` of the distance to the nearest pixel of `end`."""
    return float(np.percentile(distance_transform_edt(~end, sampling=spacing)[start], 95))
