"""Findings against the definitions on `Findings` and the papers that they cite."""

import numpy as np
import pytest

from app.domain.arrays import FloatArray
from app.metrics import overlap
from app.postprocess.agreement import best_cut, centred, find, ramps, rearranged
from tests.postprocess.builders import as_estimate, disc, slice_grid


def _rows(*levels: list[list[float]]) -> FloatArray:
    """Return an estimate of pictures of one row."""
    return np.array(levels, np.float32)[:, :, None, :]


def test_findings_by_hand() -> None:
    """Two levels of two samples on four pixels, one of each level wider than the other."""
    estimate = _rows([[1, 1, 1, 0], [1, 1, 0, 0]], [[1, 1, 0, 0], [1, 0, 0, 0]])
    findings = find(estimate, slice_grid(1, 4))
    np.testing.assert_array_equal(findings.level_maps[:, 0], [[1, 1, 0.5, 0], [1, 0.5, 0, 0]])
    np.testing.assert_array_equal(findings.levels[:, 0], [[1, 1, 1, 0], [1, 1, 0, 0]])  # a tie is inside
    np.testing.assert_array_equal(findings.soft[0], [1, 1, 0.5, 0])
    np.testing.assert_array_equal(findings.agreement[0], [1, 0.75, 0.25, 0])
    np.testing.assert_array_equal(findings.consistent[0], [1, 0, 0, 0])
    np.testing.assert_array_equal(findings.ambiguous[0], [0, 1, 1, 0])
    assert list(findings.level_areas) == [3, 2]
    np.testing.assert_array_equal(findings.sample_areas, [[3, 2], [2, 1]])
    assert findings.ged is None
    assert findings.readers == 0
    assert findings.refined is None


def test_each_level_has_its_own_diversity_and_distance() -> None:
    """Level 1 (1110, 1100): d = 1/3, so E[d] = 1/6; level 2 (1100, 1000): d = 1/2, so 1/4.

    Readers 1110 and 1000: one of them marked 1110, both marked 1000. D^2 = 2 E[d(S, y)] - E[d(S, S')]:
    level 1: 2 * (0 + 1/3) / 2 - 1/6 = 1/6; level 2: 2 * (1/2 + 0) / 2 - 1/4 = 1/4.
    """
    estimate = _rows([[1, 1, 1, 0], [1, 1, 0, 0]], [[1, 1, 0, 0], [1, 0, 0, 0]])
    findings = find(estimate, slice_grid(1, 4), np.array([[[1, 1, 1, 0]], [[1, 0, 0, 0]]], bool))
    assert findings.level_diversities == pytest.approx((1 / 6, 1 / 4))
    assert findings.level_geds == pytest.approx((1 / 6, 1 / 4))
    assert find(estimate, slice_grid(1, 4)).level_geds == ()


def test_level_maps_are_means_of_values_and_counts_are_of_masks() -> None:
    """Amit et al. average the generations and round then; agreement counts masks: .6, .6, .1 is 2 of 3 masks."""
    findings = find(_rows([[0.6], [0.6], [0.1]]), slice_grid(1, 1))
    assert findings.level_maps.item() == pytest.approx(1.3 / 3)
    assert not findings.levels.item()
    assert findings.agreement.item() == pytest.approx(2 / 3)
    assert findings.ambiguous.item()


def test_levels_are_nested_whatever_the_samples_say() -> None:
    estimate = np.random.default_rng(0).random((5, 3, 8, 8), dtype=np.float32)
    findings = find(estimate, slice_grid(8, 8))
    assert (np.diff(findings.level_maps, axis=0) <= 0).all()
    assert not (findings.levels[1:] & ~findings.levels[:-1]).any()
    assert sorted(findings.level_areas, reverse=True) == list(findings.level_areas)


def test_nesting_leaves_the_soft_map_as_it_was() -> None:
    """The paper's sum over levels of rounded means, divided by C, is the same before and after."""
    estimate = np.random.default_rng(1).random((5, 4, 8, 8), dtype=np.float32)
    unnested = (estimate.mean(axis=1) >= 0.5).mean(axis=0)
    np.testing.assert_allclose(find(estimate, slice_grid(8, 8)).soft, unnested, atol=1e-6)


@pytest.mark.parametrize("power", [1, 2, 4])
def test_rearranging_brings_no_map_further_from_a_falling_truth(power: int) -> None:
    """Chernozhukov, Fernandez-Val and Galichon 2009, proposition 1, at each of 1,000 pixels."""
    rng = np.random.default_rng(power)
    truth = np.sort(rng.random((7, 1000, 1)), axis=0)[::-1]
    guess = np.asarray(truth + 0.3 * rng.normal(size=truth.shape), np.float32)
    before = (np.abs(guess - truth) ** power).sum(axis=0)
    after = (np.abs(rearranged(guess) - truth) ** power).sum(axis=0)
    assert (after <= before + 1e-5).all()
    assert after.mean() < 0.95 * before.mean()


def test_rearranging_leaves_nested_maps_alone() -> None:
    maps = np.array([[[0.9, 0.3]], [[0.5, 0.3]], [[0.1, 0.0]]], np.float32)
    np.testing.assert_array_equal(rearranged(maps), maps)


def test_areas_are_in_pixels_of_the_slice() -> None:
    """A grid pixel of 2.5 x 2.5 pixels of the slice has an area of 6.25."""
    findings = find(as_estimate([disc(10)]), slice_grid(64, 64, step=2.5))
    assert list(findings.level_areas) == [disc(10).sum() * 6.25]
    assert findings.sample_areas.item() == disc(10).sum() * 6.25


def test_diversity_and_ged_are_over_all_samples_of_all_levels() -> None:
    masks = [disc(radius) for radius in (20, 19, 15, 14)]
    references = np.stack([disc(18), disc(16)])
    findings = find(as_estimate(masks[:2], masks[2:]), slice_grid(64, 64), references)
    assert findings.diversity == pytest.approx(overlap.diversity(np.stack(masks)))
    assert findings.ged == pytest.approx(overlap.generalised_energy_distance(np.stack(masks), references))
    assert findings.readers == 2


def test_samples_that_are_the_readers_have_no_distance_to_them() -> None:
    readers = [disc(20), disc(15), disc(10)]
    findings = find(as_estimate(*([mask] for mask in readers)), slice_grid(64, 64), np.stack(readers))
    assert findings.ged == pytest.approx(0, abs=1e-9)
    np.testing.assert_allclose(findings.soft, np.mean(readers, axis=0), atol=1e-6)


def test_one_sample_of_one_level() -> None:
    findings = find(as_estimate([disc(5)]), slice_grid(64, 64))
    np.testing.assert_array_equal(findings.consistent, disc(5))
    assert not findings.ambiguous.any()
    assert findings.diversity == 0
    assert findings.level_count == findings.majority == 1


def test_blank_samples_agree() -> None:
    findings = find(np.zeros((2, 3, 8, 8), np.float32), slice_grid(8, 8), np.zeros((2, 8, 8), np.bool_))
    assert list(findings.level_areas) == [0, 0]
    assert findings.diversity == 0
    assert findings.ged == 0
    assert not findings.consistent.any()


def test_consistent_and_ambiguous_share_out_what_any_sample_contains() -> None:
    estimate = np.random.default_rng(3).random((3, 4, 16, 16), dtype=np.float32) + disc(6, 16) * 0.5
    findings = find(np.clip(estimate, 0, 1), slice_grid(16, 16))
    assert not (findings.consistent & findings.ambiguous).any()
    np.testing.assert_array_equal(findings.consistent | findings.ambiguous, findings.agreement > 0)
    np.testing.assert_array_equal(findings.consistent, findings.agreement == 1)


@pytest.mark.parametrize(
    ("ring", "pixels"),
    [
        (0.4, 10),  # the inner ten alone: 0.4 * 20/30 + 0.6 = 0.87; with the ring: 0.4 + 0.6 * 20/30 = 0.80
        (0.6, 20),  # alone: 0.6 * 20/30 + 0.4 = 0.80; with the ring: 0.6 + 0.4 * 20/30 = 0.87
    ],
)
def test_a_ring_is_taken_in_where_that_agrees_better(ring: float, pixels: int) -> None:
    """Ten pixels that every reader marks, and ten more that a reader marks all or none of."""
    shares = np.array([[1.0] * 10 + [ring] * 10 + [0.0] * 80], np.float32)
    assert (shares >= best_cut(shares)).sum() == pixels


def test_where_readers_may_mark_nothing_the_cut_comes_down() -> None:
    """An outline is drawn with probability 0.3, and its ring by two in three of those who draw: 0.2 < 1/2, yet inside.

    By hand, of 10 inner and 10 ring pixels, for a reader who draws: inner alone 1/3 * 1 + 2/3 * 20/30 = 0.78; both
    1/3 * 20/30 + 2/3 * 1 = 0.89.
    """
    shares = np.array([[0.3] * 10 + [0.2] * 10 + [0.0] * 10], np.float32)
    assert (shares >= best_cut(shares)).sum() == 20


def test_a_map_of_zeros_marks_nothing() -> None:
    empty = np.zeros((2, 2), np.float32)
    assert not (empty >= best_cut(empty)).any()


def test_a_soft_map_reaches_each_level_in_turn() -> None:
    """By hand, three levels: 1/6, 1/2 and 5/6 are where levels 1, 2 and 3 pass one half; their mean is the map."""
    soft = np.array([[0.0, 1 / 6, 0.5, 5 / 6, 1.0]], np.float32)
    maps = ramps(soft, 3)
    np.testing.assert_allclose(maps[:, 0, 1:4].diagonal(), 0.5, atol=1e-6)
    np.testing.assert_allclose(maps.mean(axis=0), soft, atol=1e-6)
    np.testing.assert_allclose(maps[:, 0, 2], [1, 0.5, 0], atol=1e-6)
    np.testing.assert_allclose(maps[:, 0, 4], 1, atol=1e-6)


def test_the_threshold_comes_to_lie_at_one_half() -> None:
    """0, half the threshold, the threshold, half way up to one, one."""
    values = np.array([0, 0.15, 0.3, 0.65, 1.0], np.float32)
    np.testing.assert_allclose(centred(values, 0.3), [0, 0.25, 0.5, 0.75, 1], atol=1e-6)
