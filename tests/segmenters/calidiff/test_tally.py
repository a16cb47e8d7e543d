"""What a run says of the readers."""

import numpy as np
import pytest
import torch

from app.domain.grid import Grid
from app.networks.committee import Committee
from app.segmenters.calidiff.tally import Tally, fused, overall


def _grid(rows: int, columns: int, on_slice: tuple[int, int] | None = None) -> Grid:
    return Grid((rows, columns), (-0.5, -0.5), (1.0, 1.0), on_slice or (rows, columns))


def _logits(*shares: float) -> torch.Tensor:
    return torch.logit(torch.tensor(shares))


def test_expertness_counts_where_the_readers_differ() -> None:
    """Three pixels; both mark the first, one the second, none the third: only the second counts."""
    annotations = np.array([[[1, 1, 0]], [[1, 0, 0]]], bool)
    maps = np.array([[[0.9, 0.2, 0.9]], [[0.9, 0.8, 0.9]]], np.float32)
    assert overall(maps, annotations, np.ones((1, 3), bool)) == pytest.approx((0.2, 0.8))


def test_readers_who_do_not_differ_are_judged_on_the_whole_slice() -> None:
    """The third pixel lies beyond the slice."""
    annotations = np.zeros((2, 1, 3), bool)
    maps = np.array([[[0.8, 1.0, 0.0]], [[0.7, 0.9, 0.0]]], np.float32)
    assert overall(maps, annotations, np.array([[True, True, False]])) == pytest.approx((0.9, 0.8))


def test_chunks_of_samples_are_averaged_and_the_consensus_judges_the_readers() -> None:
    """Samples of 0.1, 0.3 and 0.8 have the mean 0.4: who marked is agreed with by 0.4, who did not by 0.6."""
    tally = Tally(np.array([[[True, False]], [[False, False]]]), _grid(1, 2, on_slice=(1, 1)))
    for chunk, shares in ((range(2), (0.1, 0.3)), (range(2, 3), (0.8,))):
        masks = _logits(*shares)[:, None, None, None].expand(len(chunk), 2, 1, 2)
        tally.add(1, chunk, Committee(masks, masks, masks[:, 0], masks[:, :0]))
    samples = np.array([[[True, True]], [[True, False]]])
    found = tally.at(1, samples)
    np.testing.assert_allclose(found.calibrated, [[[0.4, 0]], [[0.4, 0]]], atol=1e-6)
    np.testing.assert_allclose(found.consensus, [[0.4, 0]], atol=1e-6)
    np.testing.assert_array_equal(found.mask, [[True, False]])  # one of two marked something, and it is this pixel
    assert found.expertness == pytest.approx((0.4, 0.6))
    assert found.expertness_maps.dtype == np.float16
    np.testing.assert_array_equal(found.given, tally.annotations)
    assert (found.drawn_areas, found.fused_area) == ((1.0, 0.0), 1.0)
    assert found.spreads == pytest.approx((0.5, 0))  # one drew a pixel, one nothing; calibrated both mark nothing
    # Of the samples 11 and 10, d = 1/2 apart, lie from 10: 1/2, 0; from 00: 1, 1. D^2 = 2 E[d(S,Y)] - 1/4 - E[d(Y,Y')].
    assert found.distances == pytest.approx((2 * 2.5 / 4 - 0.25 - 0.5, 2 - 0.25))
    tally.restart()
    with pytest.raises(KeyError):
        tally.at(1, samples)


def test_the_consensus_is_the_mean_over_the_steps_so_far() -> None:
    """One pixel, 0.2 after the first step and 0.8 after the second: 0.2, then 0.5."""
    tally = Tally(np.array([[[True]]]), _grid(1, 1))
    for index, share in enumerate((0.2, 0.8)):
        mask = _logits(share)[:, None, None, None]
        tally.add(index, range(1), Committee(mask, mask, mask[:, 0], mask[:, :0]))
    drawn = np.array([[[True]]])
    assert [tally.at(index, drawn).consensus.item() for index in (0, 1)] == pytest.approx([0.2, 0.5])
    assert tally.at(1, drawn).calibrated.item() == pytest.approx(0.8)


@pytest.mark.parametrize(("marked", "inside"), [(0, False), (1, False), (2, True), (3, True), (4, True)])
def test_the_consensus_marks_something_if_at_least_half_of_the_readers_do(marked: int, inside: bool) -> None:
    """Four readers, one pixel that the network thinks a further reader marks with 0.7, whoever of them did."""
    annotations = np.zeros((4, 1, 2), bool)
    annotations[:marked, 0, 0] = True
    tally = Tally(annotations, _grid(1, 2))
    masks = _logits(0.7, 0.01).expand(1, 4, 1, 2)
    tally.add(0, range(1), Committee(masks, masks, masks[:, 0], masks[:, :0]))
    found = tally.at(0, annotations)
    np.testing.assert_array_equal(found.mask, [[inside, False]])
    assert not found.mask.any() or found.consensus[0, 0] == pytest.approx(0.7)


def test_a_piece_that_no_reader_drew_does_not_decide_where_the_consensus_is_cut() -> None:
    """Four readers mark one square, given 0.4 by the network, which gives 0.9 to another square that nobody marked."""
    annotations, likely = np.zeros((4, 32, 32), bool), np.full((32, 32), 0.01, np.float32)
    annotations[:, 2:12, 2:12] = True
    likely[2:12, 2:12], likely[20:30, 20:30] = 0.4, 0.9
    consensus, cut = fused(likely, annotations)
    np.testing.assert_array_equal(consensus >= cut, annotations[0])
    assert consensus[25, 25] == 0
    assert consensus[5, 5] == pytest.approx(0.4)


def test_expertness_outside_of_the_fused_mask_is_what_the_network_said() -> None:
    """Of a piece that no reader drew and that is taken away, a further reader would still mark 0.9."""
    annotations = np.zeros((2, 1, 5), bool)
    annotations[:, 0, 0] = True
    tally = Tally(annotations, _grid(1, 5))
    masks = _logits(0.8, 0.01, 0.01, 0.01, 0.9).expand(1, 2, 1, 5)
    tally.add(0, range(1), Committee(masks, masks, masks[:, 0], masks[:, :0]))
    found = tally.at(0, annotations)
    np.testing.assert_array_equal(found.mask, [[True, False, False, False, False]])
    np.testing.assert_allclose(found.expertness_maps[0, 0], [0.8, 0.99, 0.99, 0.99, 0.1], atol=2e-3)
