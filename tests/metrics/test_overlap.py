"""Every metric against a hand computation, an independent library, or a property that its definition implies."""

from collections.abc import Callable

import numpy as np
import pytest
import SimpleITK as sitk
from scipy.spatial.distance import directed_hausdorff
from skimage.metrics import hausdorff_distance

from app.domain.arrays import BoolArray
from app.metrics import matching, overlap

NOTHING = np.zeros((4, 4), np.bool_)


def _mask(*rows: str) -> BoolArray:
    """Draw a mask: # is inside."""
    return np.array([[sign == "#" for sign in row] for row in rows])


def _random_masks(count: int, seed: int, shape: tuple[int, int] = (9, 7)) -> BoolArray:
    return np.random.default_rng(seed).random((count, *shape)) < 0.4


def _disc(radius: float, centre: tuple[float, float] = (32, 30), side: int = 64) -> BoolArray:
    rows, columns = np.mgrid[:side, :side]
    inside: BoolArray = np.hypot(rows - centre[0], columns - centre[1]) <= radius
    return inside


def test_overlap_by_hand() -> None:
    """|a| = 4, |b| = 3, both 2, either 5."""
    a, b = _mask("##..", "##.."), _mask(".##.", ".#..")
    assert overlap.iou(a, b) == pytest.approx(2 / 5)
    assert overlap.dice(a, b) == pytest.approx(4 / 7)
    assert overlap.precision(a, b) == pytest.approx(2 / 4)
    assert overlap.recall(a, b) == pytest.approx(2 / 3)


@pytest.mark.parametrize("measure", [overlap.iou, overlap.dice, overlap.precision, overlap.recall])
def test_two_empty_masks_agree_and_one_does_not(measure: Callable[[BoolArray, BoolArray], float]) -> None:
    assert measure(NOTHING, NOTHING) == 1
    assert measure(NOTHING, ~NOTHING) == 0
    assert measure(~NOTHING, NOTHING) == 0


@pytest.mark.parametrize("seed", range(3))
def test_overlap_agrees_with_simpleitk(seed: int) -> None:
    prediction, reference = _random_masks(2, seed)
    measured = sitk.LabelOverlapMeasuresImageFilter()
    measured.Execute(*(sitk.GetImageFromArray(mask.astype(np.uint8)) for mask in (prediction, reference)))
    assert overlap.dice(prediction, reference) == pytest.approx(measured.GetDiceCoefficient())
    assert overlap.iou(prediction, reference) == pytest.approx(measured.GetJaccardCoefficient())
    assert overlap.recall(prediction, reference) == pytest.approx(
        1 - measured.GetFalseNegativeError()
    )  # |target not source| / |target|


def test_soft_dice_by_hand() -> None:
    """At .1 both hold 3 of 3 pixels; at .3 two and two, one shared; at .5 and .7 one and two; at .9 nothing and one."""
    prediction = np.array([0.2, 0.4, 0.8, 0.0], np.float32)
    reference = np.array([0.4, 0.2, 0.9, 0.0], np.float32)
    # .1: 1   .3: 2*1/(2+2)   .5: 2*1/(1+1)   .7: 1   .9: 0
    assert overlap.soft_dice(prediction, reference) == pytest.approx((1 + 0.5 + 1 + 1 + 0) / 5)


def test_soft_dice_counts_ties_as_inside() -> None:
    """3 of 6 readers reach .5, and 3 of 10 reach .3 though float32 holds neither .3 nor .7 exactly."""
    assert overlap.soft_dice(np.array([3 / 6], np.float32), np.ones(1, np.float32), thresholds=[0.5]) == 1
    for count in range(1, 10):
        share = np.mean([1] * count + [0] * (10 - count), dtype=np.float32)
        assert overlap.soft_dice(np.array([share]), np.ones(1, np.float32), thresholds=[count / 10]) == 1


def test_soft_dice_of_blank_maps_is_one() -> None:
    assert overlap.soft_dice(np.zeros((3, 3), np.float32), np.zeros((3, 3), np.float32)) == 1


def test_soft_dice_of_identical_maps_is_one_with_nine_thresholds_too() -> None:
    share = np.asarray(np.random.default_rng(0).integers(0, 8, (5, 5)) / 7, np.float32)
    assert overlap.soft_dice(share, share, overlap.QUBIQ_NINE_THRESHOLDS) == 1


def test_pairwise_iou_is_the_iou_of_each_pair() -> None:
    a, b = _random_masks(5, 1), _random_masks(3, 2)
    b[1] = False
    a[0] = False
    a[4] = True
    expected = [[overlap.iou(one, other) for other in b] for one in a]
    np.testing.assert_allclose(overlap.pairwise_iou(a, b), expected, rtol=1e-12)


def test_pairwise_iou_counts_pixels_that_all_contain() -> None:
    """Masks 1111, 1110 share 3 of 4 pixels, all of which each contains."""
    masks = np.array([[True] * 4, [True] * 3 + [False]])
    np.testing.assert_allclose(overlap.pairwise_iou(masks, masks), [[1, 0.75], [0.75, 1]])


def test_pairwise_iou_counts_exactly_beyond_float32() -> None:
    """2^24 + 1 pixels cannot be counted in float32; all but one shared."""
    masks = np.ones((2, 2**24 + 2), np.bool_)
    masks[0, 0] = False
    assert overlap.pairwise_iou(masks[:1], masks[1:])[0, 0] == (2**24 + 1) / (2**24 + 2)


@pytest.mark.parametrize("shape", [(2, 4, 5), (0, 4, 4)])
def test_masks_that_cannot_be_compared_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="one shape"):
        overlap.pairwise_iou(np.zeros((2, 4, 4), np.bool_), np.zeros(shape, np.bool_))


def test_diversity_by_hand() -> None:
    """Two masks of IoU 1/3: distances 0, 2/3, 2/3, 0 over the four ordered pairs."""
    masks = np.stack([_mask("##.."), _mask(".##.")])
    assert overlap.diversity(masks) == pytest.approx((0 + 2 / 3 + 2 / 3 + 0) / 4)


def test_diversity_is_zero_for_like_samples() -> None:
    assert overlap.diversity(np.stack([_disc(9)] * 4)) == pytest.approx(0, abs=1e-12)
    assert overlap.diversity(np.stack([NOTHING] * 4)) == pytest.approx(0, abs=1e-12)


def test_generalised_energy_distance_by_hand() -> None:
    """S = {A, B}, Y = {A}, IoU(A, B) = 1/3: E[d(S,Y)] = 1/3, E[d(S,S')] = 1/3, E[d(Y,Y')] = 0, so D^2 = 1/3."""
    samples = np.stack([_mask("##.."), _mask(".##.")])
    assert overlap.generalised_energy_distance(samples, samples[:1]) == pytest.approx(2 / 3 - 1 / 3 - 0)


def test_generalised_energy_distance_of_a_set_to_itself_is_zero() -> None:
    masks = _random_masks(6, 3)
    assert overlap.generalised_energy_distance(masks, masks) == pytest.approx(0, abs=1e-12)
    assert overlap.generalised_energy_distance(masks, masks[::-1]) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_generalised_energy_distance_is_symmetric_and_never_negative(seed: int) -> None:
    samples, references = _random_masks(8, seed), _random_masks(3, seed + 100)
    there = overlap.generalised_energy_distance(samples, references)
    assert there == pytest.approx(overlap.generalised_energy_distance(references, samples))
    assert there > 0


def test_generalised_energy_distance_of_one_empty_set_is_two() -> None:
    """All samples empty, all references not: d = 1 across, 0 within; the largest value there is."""
    assert overlap.generalised_energy_distance(np.stack([NOTHING] * 3), np.stack([~NOTHING] * 2)) == pytest.approx(2)


def test_generalised_energy_distance_takes_a_known_spread() -> None:
    samples, references = _random_masks(8, 1), _random_masks(3, 2)
    assert overlap.generalised_energy_distance(
        samples, references, overlap.diversity(samples)
    ) == overlap.generalised_energy_distance(samples, references)


def test_hungarian_iou_finds_the_matching() -> None:
    """The samples are the references in another order, twice: every match is perfect."""
    references = _random_masks(3, 4)
    samples = np.concatenate([references[[2, 0, 1]], references[[1, 0, 2]]])
    assert matching.hungarian_iou(samples, references) == pytest.approx(1)


def test_hungarian_iou_by_hand() -> None:
    """IoUs A-X 1, A-Y 1/3, B-X 1/3, B-Y 1/4: A-X, B-Y (5/8) beats A-Y, B-X (1/3)."""
    a, b = _mask("##...."), _mask(".##...")
    x, y = _mask("##...."), _mask(".#.##.")
    expected = (1 + overlap.iou(b, y)) / 2
    assert overlap.iou(b, y) == pytest.approx(1 / 4)
    assert matching.hungarian_iou(np.stack([a, b]), np.stack([y, x])) == pytest.approx(expected)


def test_hungarian_iou_gives_each_mask_the_same_weight() -> None:
    """Two samples and three references: both repeated to six, so one empty reference of three weighs a third."""
    samples = np.stack([~NOTHING] * 2)
    references = np.stack([~NOTHING, ~NOTHING, NOTHING])
    assert matching.hungarian_iou(samples, references) == pytest.approx(2 / 3)


def test_hausdorff_by_hand() -> None:
    """Two single pixels, 3 rows and 4 columns apart: 5 pixels, or 2.5 mm at 0.5 mm; rows count double at (2, 1)."""
    a, b = np.zeros((8, 8), np.bool_), np.zeros((8, 8), np.bool_)
    a[1, 1], b[4, 5] = True, True
    assert matching.hausdorff_95(a, b, (1, 1)) == pytest.approx(5)
    assert matching.hausdorff_95(a, b, (0.5, 0.5)) == pytest.approx(2.5)
    assert matching.hausdorff_95(a, b, (2, 1)) == pytest.approx(np.hypot(6, 4))


def test_hausdorff_of_shifted_discs_lies_below_the_full_distance() -> None:
    """The whole distance, by scikit-image and scipy, bounds the 95th percentile; a shift by 6 is felt by both."""
    a, b = _disc(12), _disc(12, centre=(32, 36))
    whole = hausdorff_distance(a, b)
    assert whole == max(directed_hausdorff(np.argwhere(a), np.argwhere(b))[0], 6)
    assert 4 < matching.hausdorff_95(a, b, (1, 1)) <= whole


def test_hausdorff_forgives_few_pixels() -> None:
    """One stray pixel among more than twenty border pixels is not in the 95 %."""
    a, b = _disc(12), _disc(12)
    b[2, 2] = True
    assert matching.hausdorff_95(a, b, (1, 1)) == 0
    assert hausdorff_distance(a, b) > 20


def test_hausdorff_of_empty_masks() -> None:
    assert matching.hausdorff_95(NOTHING, NOTHING, (1, 1)) == 0
    assert matching.hausdorff_95(NOTHING, ~NOTHING, (1, 1)) == np.inf
    assert matching.hausdorff_95(~NOTHING, NOTHING, (1, 1)) == np.inf


def test_calibration_error_by_hand() -> None:
    """Bin .2-.3 (two pixels): |.25 - 0| * 2/4; bin .9-1 (two): |.95 - 1| * 2/4."""
    prediction = np.array([0.25, 0.25, 0.9, 1.0], np.float32)
    reference = np.array([0.0, 0.0, 1.0, 1.0], np.float32)
    expected = 0.5 * 0.25 + 0.5 * 0.05
    assert overlap.expected_calibration_error(prediction, reference) == pytest.approx(expected)


def test_calibration_is_perfect_where_the_mean_in_each_bin_is_right() -> None:
    """A prediction of one half for pixels of which half are marked is calibrated, though wrong about each."""
    prediction = np.full(10, 0.5, np.float32)
    reference = np.array([0, 1] * 5, np.float32)
    assert overlap.expected_calibration_error(prediction, reference) == pytest.approx(0)
    assert overlap.expected_calibration_error(1 - reference, reference) == pytest.approx(1)
