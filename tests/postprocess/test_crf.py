"""Refining follows the picture's edges and invents nothing."""

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from app.domain.arrays import FloatArray
from app.metrics import overlap
from app.postprocess.crf import CrfOptions, refine
from tests.postprocess.builders import disc

SIDE = 96
LESION = disc(25, SIDE)


def _two_tone(channels: int) -> FloatArray:
    """Return a dark disc on a bright ground with a little noise."""
    noise = np.random.default_rng(1).normal(0, 0.01, (channels, SIDE, SIDE))
    return np.asarray(np.clip(np.where(LESION, 0.3, 0.7) + noise, 0, 1), np.float32)


def _wobbly() -> FloatArray:
    """Return a probability whose outline wanders some pixels to both sides of the disc's."""
    noise = gaussian_filter(np.random.default_rng(2).normal(size=(SIDE, SIDE)), 4)
    blurred = gaussian_filter(LESION.astype(np.float64), 3) + 0.2 * noise / noise.std()
    return np.asarray(np.clip(blurred, 0, 1), np.float32)


@pytest.mark.parametrize("channels", [1, 3])
def test_a_wobbly_outline_snaps_to_the_edge(channels: int) -> None:
    before = overlap.dice(_wobbly() >= 0.5, LESION)
    after = overlap.dice(refine(_two_tone(channels), _wobbly()), LESION)
    assert before < 0.96
    assert after > 0.99


def test_a_picture_without_edges_keeps_the_mask() -> None:
    plain = np.full((1, SIDE, SIDE), 0.5, np.float32)
    refined = refine(plain, LESION.astype(np.float32))
    assert overlap.dice(refined, LESION) > 0.98


@pytest.mark.parametrize("probability", [0.0, 0.3])
def test_nothing_stays_nothing(probability: float) -> None:
    refined = refine(_two_tone(3), np.full((SIDE, SIDE), probability, np.float32))
    assert refined.shape == (SIDE, SIDE)
    assert not refined.any()


def test_a_field_that_strays_too_far_is_not_trusted() -> None:
    """Below the least overlap with the mask to begin with, that mask stays as it was."""
    wobbly = _wobbly()
    moved = refine(_two_tone(3), wobbly)
    assert 0.5 < overlap.iou(moved, wobbly >= 0.5) < 0.999
    np.testing.assert_array_equal(refine(_two_tone(3), wobbly, CrfOptions(least_overlap=0.5)), moved)
    np.testing.assert_array_equal(refine(_two_tone(3), wobbly, CrfOptions(least_overlap=0.999)), wobbly >= 0.5)


def test_refining_is_deterministic() -> None:
    first, second = (refine(_two_tone(3), _wobbly()) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_rows_and_columns_are_not_exchanged() -> None:
    """A picture twice as wide as high, its mask in the right half."""
    mask = np.zeros((40, 80), np.bool_)
    mask[10:30, 50:70] = True
    image = np.where(mask, 0.2, 0.8).astype(np.float32)[None]
    np.testing.assert_array_equal(refine(image, np.where(mask, 0.9, 0.1).astype(np.float32)), mask)


def test_a_picture_that_cannot_be_written_to_is_taken() -> None:
    """A view of a photograph's bytes is read-only and already in the library's order."""
    image = np.moveaxis(np.ascontiguousarray(np.moveaxis(_two_tone(3), 0, -1)), -1, 0)
    image.setflags(write=False)
    assert overlap.dice(refine(image, _wobbly()), LESION) > 0.99


def test_without_pairwise_terms_the_mask_is_the_probability_cut() -> None:
    """With both weights zero only the unary term is left."""
    alone = CrfOptions(colour_weight=0, smooth_weight=0)
    np.testing.assert_array_equal(refine(_two_tone(1), _wobbly(), alone), _wobbly() >= 0.5)


def test_the_reach_grows_with_the_picture() -> None:
    """A picture and its double in size, refined with the same options, give like masks."""
    twice = refine(_two_tone(1).repeat(2, axis=1).repeat(2, axis=2), _wobbly().repeat(2, axis=0).repeat(2, axis=1))
    assert overlap.dice(twice[::2, ::2], refine(_two_tone(1), _wobbly())) > 0.99
