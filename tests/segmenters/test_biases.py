"""Biased readers, by hand."""

import numpy as np
import pytest

from app.segmenters.biases import Bias, biased


def _square(side: int = 32) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    mask = np.zeros((side, side), bool)
    mask[12:19, 12:19] = True
    return mask


def _biased(bias: Bias, amount_px: float, seed: int = 0) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    return biased(_square(), bias, amount_px, np.random.default_rng(seed))


def test_an_outline_moves_out_and_in_by_pixels() -> None:
    """7 x 7, one pixel out: a cross of 7 x 9 and 9 x 7, 77 pixels; one pixel in: 5 x 5."""
    wide, tight = _biased(Bias.DILATED, 1.0), _biased(Bias.ERODED, 1.0)
    assert (wide.sum(), tight.sum()) == (77, 25)
    assert (wide & _square()).sum() == 49
    assert tight[13:18, 13:18].all()


def test_a_small_mask_can_be_eroded_away_and_an_empty_one_stays_empty() -> None:
    assert not _biased(Bias.ERODED, 5.0).any()
    assert not _biased(Bias.EMPTY, 0.0).any()
    empty = np.zeros((32, 32), bool)
    assert not biased(empty, Bias.DILATED, 3.0, np.random.default_rng(0)).any()


@pytest.mark.parametrize("seed", range(5))
def test_a_shift_keeps_the_shape_and_goes_the_whole_way(seed: int) -> None:
    """The centre moves by 6 px in a random direction, rounded to pixels."""
    moved = _biased(Bias.SHIFTED, 6.0, seed)
    assert moved.sum() == 49
    centre = np.argwhere(moved).mean(axis=0)
    assert np.hypot(*(centre - 15)) == pytest.approx(6, abs=0.75)


def test_blobs_are_of_the_masks_size_and_differ() -> None:
    """Within a factor of three of 49 pixels where they lie wholly on the picture."""
    blobs = [_biased(Bias.BLOB, 0.0, seed) for seed in range(12)]
    assert 16 < np.median([blob.sum() for blob in blobs]) < 150
    assert (blobs[0] != blobs[1]).any()
