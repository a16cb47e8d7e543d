"""How far masks agree. Every number is defined here once; print the definition beside the number.

A mask is a boolean array of any shape. Two empty masks agree perfectly. Where a value is compared with a threshold, a
tie counts as reaching it (3 of 6 readers reach 0.5), and rounding errors of float32 do not break the tie.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from app.domain.arrays import AnyArray, BoolArray, FloatArray

QUBIQ_THRESHOLDS = (0.1, 0.3, 0.5, 0.7, 0.9)
QUBIQ_NINE_THRESHOLDS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)


def iou(a: BoolArray, b: BoolArray) -> float:
    """Return |a and b| / |a or b|, the Jaccard index."""
    return _share(_count(a & b), _count(a | b))


def dice(a: BoolArray, b: BoolArray) -> float:
    """Return 2 |a and b| / (|a| + |b|)."""
    return _share(2 * _count(a & b), _count(a) + _count(b))


def precision(prediction: BoolArray, reference: BoolArray) -> float:
    """Return the share of the prediction that lies in the reference; 0 for an empty prediction of something."""
    if not prediction.any():
        return float(not reference.any())
    return _share(_count(prediction & reference), _count(prediction))


def recall(prediction: BoolArray, reference: BoolArray) -> float:
    """Return the share of the reference that the prediction found; 0 for a prediction of what is not there."""
    return precision(reference, prediction)


def soft_dice(prediction: FloatArray, reference: FloatArray, thresholds: Sequence[float] = QUBIQ_THRESHOLDS) -> float:
    """Return the mean over thresholds of the Dice of both maps cut there (QUBIQ challenge 2021).

    Args:
        prediction: share of readers expected to mark each pixel, in [0, 1].
        reference: share of readers who marked it, in [0, 1], same shape.
        thresholds: a pixel is inside where its value is at least this.
    """
    return float(np.mean([dice(reaches(prediction, edge), reaches(reference, edge)) for edge in thresholds]))


def pairwise_iou(a: BoolArray, b: BoolArray) -> npt.NDArray[np.float64]:
    """Return the IoU of every pair of masks.

    Args:
        a: (n, ...) masks.
        b: (m, ...) masks of the same shape.

    Returns:
        (n, m) in [0, 1].
    """
    left, right, always = _differing(a, b)
    shared: npt.NDArray[np.float64] = (left @ right.T).astype(np.float64) + always
    sizes = [masks.sum(axis=1, dtype=np.float64) + always for masks in (left, right)]
    either = np.add.outer(*sizes) - shared
    shares = np.ones_like(shared)
    np.divide(shared, either, out=shares, where=either > 0)
    return shares


def diversity(samples: BoolArray) -> float:
    """Return E[d(S, S')] with d = 1 - IoU over all ordered pairs of samples, each with itself too (V-statistic).

    Args:
        samples: (n, ...) masks.
    """
    return 1 - float(pairwise_iou(samples, samples).mean())


def generalised_energy_distance(samples: BoolArray, references: BoolArray, spread: float | None = None) -> float:
    """Return D^2 = 2 E[d(S, Y)] - E[d(S, S')] - E[d(Y, Y')] with d = 1 - IoU, as a V-statistic.

    Szekely and Rizzo 2013; for segmentation Kohl et al. 2018, eq. 7. It is never negative: 1 - IoU is a metric of
    negative type.

    Args:
        samples: (n, ...) masks drawn by a model.
        references: (m, ...) masks drawn by readers.
        spread: `diversity(samples)`, where it is known already.
    """
    within = diversity(samples) if spread is None else spread
    across = 1 - float(pairwise_iou(samples, references).mean())
    return max(0.0, 2 * across - within - diversity(references))


def expected_calibration_error(prediction: FloatArray, reference_fraction: FloatArray, bins: int = 10) -> float:
    """Return the mean over pixels of |mean prediction - mean reference| within their bin (Guo et al. 2017, eq. 3).

    Args:
        prediction: share of readers expected to mark each pixel, in [0, 1].
        reference_fraction: share of readers who marked it, in [0, 1], same shape.
        bins: number of bins of equal width over the prediction; each holds its lower edge.
    """
    _, predicted, marked = reliability(prediction, reference_fraction, bins)
    return float(np.abs(predicted - marked).sum() / prediction.size)


def reliability(
    prediction: FloatArray, reference_fraction: FloatArray, bins: int = 10
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return for each bin of the prediction its pixels, and the sums of prediction and reference over them.

    Sums of several pictures may be added; arguments are those of `expected_calibration_error`.
    """
    bin_of = np.clip(np.floor(prediction.ravel() * bins + TIE), 0, bins - 1).astype(np.intp)
    count = np.bincount(bin_of, minlength=bins).astype(np.float64)
    predicted, marked = (
        np.bincount(bin_of, weights=value.ravel().astype(np.float64), minlength=bins).astype(np.float64)
        for value in (prediction, reference_fraction)
    )
    return count, predicted, marked


TIE = 1e-6
_EXACT_IN_FLOAT32 = 2**24


def reaches(values: AnyArray, threshold: float) -> BoolArray:
    """Return where values are at least a threshold, whatever rounding did to them."""
    reached: BoolArray = values >= threshold - TIE
    return reached


def _count(mask: BoolArray) -> int:
    return int(np.count_nonzero(mask))


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


def _differing(a: BoolArray, b: BoolArray) -> tuple[AnyArray, AnyArray, int]:
    """Return both sets as (masks, pixels) floats that count exactly, reduced to the pixels on which any two differ.

    The third value is the number of pixels that every mask contains; most of a set of like masks needs no product.
    """
    if a.shape[1:] != b.shape[1:] or not len(a) or not len(b):
        raise ValueError(f"masks must be of one shape and at least one each, got {a.shape} and {b.shape}")
    kind = np.float32 if a[0].size < _EXACT_IN_FLOAT32 else np.float64
    always = np.logical_and(a.all(axis=0), b.all(axis=0))
    pixels = np.flatnonzero((a.any(axis=0) | b.any(axis=0)) & ~always)
    left = a.reshape(len(a), -1).take(pixels, axis=1).astype(kind)
    right = left if b is a else b.reshape(len(b), -1).take(pixels, axis=1).astype(kind)
    return left, right, _count(always)
