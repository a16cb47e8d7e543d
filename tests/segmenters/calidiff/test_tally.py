"""What a run says of the readers."""

import numpy as np
import pytest
import torch

from app.networks.committee import Committee
from app.segmenters.calidiff.tally import Tally, overall


def _logits(*shares: float) -> torch.Tensor:
    return torch.logit(torch.tensor(shares))


def test_expertness_counts_where_the_readers_differ() -> None:
    """Three pixels; both mark the first, one the second, none the third: only the second counts."""
    annotations = np.array([[[1, 1, 0]], [[1, 0, 0]]], bool)
    maps = np.array([[[0.9, 0.2, 0.9]], [[0.9, 0.8, 0.9]]], np.float32)
    assert overall(maps, annotations) == pytest.approx((0.2, 0.8))


def test_readers_who_do_not_differ_are_judged_everywhere() -> None:
    annotations = np.zeros((2, 1, 2), bool)
    maps = np.array([[[0.8, 1.0]], [[0.7, 0.9]]], np.float32)
    assert overall(maps, annotations) == pytest.approx((0.9, 0.8))


def test_chunks_of_samples_are_averaged_and_the_consensus_judges_the_readers() -> None:
    """Samples of 0.1, 0.3 and 0.8 have the mean 0.4: who marked is agreed with by 0.4, who did not by 0.6."""
    tally = Tally(np.array([[[True, False]], [[False, False]]]), np.array([[True, False]]))
    for chunk, shares in ((range(2), (0.1, 0.3)), (range(2, 3), (0.8,))):
        masks = _logits(*shares)[:, None, None, None].expand(len(chunk), 2, 1, 2)
        tally.add(1, chunk, Committee(masks, masks, masks[:, 0]))
    samples = np.array([[[True, True]], [[True, False]]])
    found = tally.at(1, samples)
    np.testing.assert_allclose(found.calibrated, [[[0.4, 0]], [[0.4, 0]]], atol=1e-6)
    np.testing.assert_allclose(found.consensus, [[0.4, 0]], atol=1e-6)
    np.testing.assert_array_equal(found.mask, [[True, False]])  # one of two marked something, and it is this pixel
    assert found.expertness == pytest.approx((0.4, 0.6))
    assert found.expertness_maps.dtype == np.float16
    assert found.spreads == pytest.approx((0.5, 0))  # one drew a pixel, one nothing; calibrated both mark nothing
    # Of the samples 11 and 10, d = 1/2 apart, lie from 10: 1/2, 0; from 00: 1, 1. D^2 = 2 E[d(S,Y)] - 1/4 - E[d(Y,Y')].
    assert found.distances == pytest.approx((2 * 2.5 / 4 - 0.25 - 0.5, 2 - 0.25))
    tally.restart()
    with pytest.raises(KeyError):
        tally.at(1, samples)


def test_the_consensus_is_the_mean_over_the_steps_so_far() -> None:
    """One pixel, 0.2 after the first step and 0.8 after the second: 0.2, then 0.5."""
    tally = Tally(np.array([[[True]]]), np.array([[True]]))
    for index, share in enumerate((0.2, 0.8)):
        mask = _logits(share)[:, None, None, None]
        tally.add(index, range(1), Committee(mask, mask, mask[:, 0]))
    drawn = np.array([[[True]]])
    assert [tally.at(index, drawn).consensus.item() for index in (0, 1)] == pytest.approx([0.2, 0.5])
    assert tally.at(1, drawn).calibrated.item() == pytest.approx(0.8)


@pytest.mark.parametrize(("marked", "inside"), [(0, False), (1, False), (2, True), (3, True), (4, True)])
def test_the_consensus_marks_something_if_at_least_half_of_the_readers_do(marked: int, inside: bool) -> None:
    """Four readers, one pixel that the network thinks a further reader marks with 0.7, whoever of them did."""
    annotations = np.zeros((4, 1, 2), bool)
    annotations[:marked, 0, 0] = True
    tally = Tally(annotations, np.ones((1, 2), bool))
    masks = _logits(0.7, 0.01).expand(1, 4, 1, 2)
    tally.add(0, range(1), Committee(masks, masks, masks[:, 0]))
    found = tally.at(0, annotations)
    np.testing.assert_array_equal(found.mask, [[inside, False]])
    assert not found.mask.any() or found.consensus[0, 0] == pytest.approx(0.7)
