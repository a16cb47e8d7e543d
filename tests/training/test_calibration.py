"""Baselines on masks drawn by hand, and what the scores of a calibration mean."""

from collections.abc import Iterator

import numpy as np
import pytest

from app.domain.arrays import BoolArray, FloatArray
from app.domain.grid import Grid
from app.domain.result import Calibration, Device, Options, Step
from app.segmenters.biases import Bias
from app.training.calibration import (
    MAJORITY,
    METHODS,
    STAPLE,
    evaluate_calibration,
    found_share,
    majority_vote,
    staple,
    summarise_calibration,
)
from app.training.data import Example
from tests.segmenters.builders import GRID, SIDE


def _readers(*columns: int) -> BoolArray:
    """Bars of 8 rows and so many columns, all from the same corner."""
    masks = np.zeros((len(columns), SIDE, SIDE), bool)
    for mask, width in zip(masks, columns, strict=True):
        mask[8:16, 8 : 8 + width] = True
    return masks


def test_a_majority_needs_half_of_the_readers() -> None:
    """Widths 2, 4, 8: two of three reach 4. With a fourth of width 6, half of them reach 6."""
    assert majority_vote(_readers(2, 4, 8))[8].sum() == 4
    assert majority_vote(_readers(2, 4, 6, 8))[8].sum() == 6


def test_staple_follows_the_readers_who_agree() -> None:
    """Four like readers and one far off: STAPLE (Warfield et al. 2004) gives the four's mask."""
    masks = _readers(6, 6, 6, 6, 2)
    np.testing.assert_array_equal(staple(masks), masks[0])


@pytest.mark.parametrize("width", [0, 5])
def test_staple_of_readers_who_all_agree_is_what_they_drew(width: int) -> None:
    """Empty masks too, for which SimpleITK gives no number."""
    np.testing.assert_array_equal(staple(_readers(width, width, width)), _readers(width)[0])


class _Voter:
    """A calibrator that takes the median reader: a true rule, whose scores can be worked out by hand."""

    def calibrate(
        self,
        image: FloatArray,  # noqa: ARG002 - a vote needs no image
        grid: Grid,
        options: Options,  # noqa: ARG002 - nor any chance
        annotations: BoolArray,
    ) -> Iterator[Step]:
        """Vote; a reader's expertness is the share of marked pixels on which it agrees with the vote."""
        vote = majority_vote(annotations)
        marked = annotations.any(axis=0)
        expertness = tuple(float((reader == vote)[marked].mean()) for reader in annotations)
        maps = (annotations == vote).astype(np.float16)
        calibration = Calibration(
            annotations.astype(np.float32), vote.astype(np.float32), 0.5, expertness, maps, (0.125, 0.25), (0, 0)
        )
        yield Step(0, 1, vote[None, None].astype(np.float32), 1.0, grid, calibration=calibration)


def _example(readers: BoolArray) -> Example:
    return Example("bars", "g", np.zeros((1, SIDE, SIDE), np.float32), readers, GRID)


OPTIONS = Options(1, 1, 0, Device.CPU)


def test_the_reader_left_out_is_compared_with_the_others() -> None:
    """Widths 4, 4, 8. Without the last the vote is 4: Dice 2*4/12; without a 4, half reach 8: Dice 2*4/12 too."""
    (scores,) = evaluate_calibration(_Voter(), [_example(_readers(4, 4, 8))], OPTIONS)
    assert scores.left_out[MAJORITY] == pytest.approx(2 / 3)
    assert scores.left_out["calibrated"] == scores.left_out[MAJORITY]


def test_a_vote_of_five_is_not_moved_by_one_biased_reader() -> None:
    """Four readers who agree outvote the fifth, whatever it draws, and it is found; STAPLE finds the same."""
    results = list(evaluate_calibration(_Voter(), [_example(_readers(9, 9, 9, 9, 9))], OPTIONS))
    summary = summarise_calibration(results)
    for bias in (Bias.DILATED, Bias.ERODED, Bias.SHIFTED, Bias.BLOB):
        assert summary[f"fall, {bias.value}"] == pytest.approx(dict.fromkeys(METHODS, 0.0))
        assert summary[f"found, {bias.value}"]["calibrated"] == 1
    assert summary["left out"][STAPLE] == 1


def test_what_calibrating_does_to_the_biased_reader_is_told() -> None:
    """The voter gives each reader back what it drew, as far from the truth as before, and spreads made up here."""
    (scores,) = evaluate_calibration(_Voter(), [_example(_readers(4, 8, 8))], OPTIONS)
    summary = summarise_calibration([scores])
    shifted = summary[f"mended, {Bias.SHIFTED.value}"]
    assert shifted["calibrated"] == shifted["as drawn"] < 1
    assert summary["between readers"] == {"calibrated": 0.25, "as drawn": 0.125}


def test_cases_that_cannot_be_scored_are_left_out() -> None:
    """Two readers leave one to vote; readers who marked nothing cannot be biased."""
    examples = [_example(_readers(4, 4)), _example(_readers(0, 0, 0))]
    assert not list(evaluate_calibration(_Voter(), examples, OPTIONS))


def test_readers_who_share_the_lowest_expertness_share_being_found() -> None:
    """Whoever stands first among masks that are the same is not found by that."""
    assert [found_share((0.9, 0.4, 0.7), reader) for reader in range(3)] == [0, 1, 0]
    assert [found_share((0.3, 0.9, 0.3), reader) for reader in range(3)] == [0.5, 0, 0.5]
