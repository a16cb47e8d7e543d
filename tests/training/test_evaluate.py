"""Scores of a data set: whether uncertainty predicts error, and what the dense CRF does."""

from pathlib import Path

import numpy as np
import pytest
import torch

from app.domain.arrays import BoolArray
from app.domain.result import Device, Options
from app.segmenters.diffseg import SYSTEM
from app.segmenters.ensemble import SYSTEM as RIVAL
from app.segmenters.familiarity import fit
from app.segmenters.store import load_segmenter, new_model
from app.training.data import Example
from app.training.evaluate import CaseScores, correlations, evaluate, reliability, score, summarise
from tests.segmenters.builders import GRID, SIDE, discs, install_toy
from tests.segmenters.test_diffseg import CARD, TABLE, lesions
from tests.segmenters.test_ensemble import TABLE as MEMBERS


def _case(dice: float, diversity: float, agreement: float | None) -> CaseScores:
    scores = {"Dice": dice, "diversity": diversity, "ambiguous": -diversity}
    return CaseScores("", scores, samples=4, readers=1, agreement=agreement)


def _rows(*rows: int) -> BoolArray:
    """Mark whole rows of 32 pixels."""
    mask = np.zeros((SIDE, SIDE), np.bool_)
    mask[list(rows)] = True
    return mask


def test_uncertainty_that_orders_the_errors_has_rank_correlation_one() -> None:
    """Whatever the scale; its negative has minus one, and annotators in reverse order have minus one."""
    cases = [_case(1 - (n / 20) ** 3, n / 20, 0.5 + n / 50) for n in range(12)]
    assert correlations(cases) == pytest.approx(
        {"rho(diversity, error)": 1.0, "rho(ambiguous, error)": -1.0, "rho(diversity, annotators)": -1.0}
    )
    assert summarise(cases)["rho(diversity, error)"] == pytest.approx(1.0)


def test_few_cases_or_equal_ones_say_nothing() -> None:
    """Below ten values that differ there is no correlation to speak of; unknown annotators are left out."""
    assert correlations([_case(1 - n / 20, n / 20, None) for n in range(9)]) == {}
    assert "rho(diversity, annotators)" not in correlations([_case(1 - n / 20, n / 20, None) for n in range(12)])


def test_the_ambiguous_share_by_hand() -> None:
    """Two outputs of 16 x 8 and 16 x 12 pixels, one within the other: 64 of 192 pixels are in one of them only."""
    samples = np.zeros((1, 2, SIDE, SIDE), np.float32)
    samples[0, 0, 4:20, 4:12] = 1
    samples[0, 1, 4:20, 4:16] = 1
    scores = score("x", samples, GRID, samples[0, :1] > 0.5).scores
    assert scores["ambiguous"] == pytest.approx(1 / 3)


def test_examples_need_not_have_as_many_readers() -> None:
    """What only several readers have a score for is averaged over the examples with several; Dice 1 and 2/3 over all.

    The second example's output has one row of 32 pixels, its only reader two.
    """
    samples = np.stack([_rows(4), _rows(4)]).astype(np.float32)[None]
    several, single = (
        score("a", samples, GRID, _rows(4)[None].repeat(2, 0)),
        score("b", samples, GRID, _rows(4, 5)[None]),
    )
    assert (several.readers, single.readers) == (2, 1)
    for results in ([several, single], [single, several]):
        means = summarise(results)
        assert (means["soft Dice"], means["HM-IoU"], means["GED"]) == pytest.approx((1, 1, 0))
        assert means["Dice"] == pytest.approx((1 + 2 / 3) / 2)


def test_calibration_errors_by_hand() -> None:
    """The map is 1 on a row, 1/2 on another and 0 on 30; the readers' mean is 1 on the first and 1/2 on one of the 30.

    Rows are off by 0, 1/2 and, of those where the map is 0, together by 1/2. That is (1/2 + 1/2) / 32 over all rows and
    (1/2 + 1/2) / 3 over the three that anybody marks.
    """
    levels = np.stack([_rows(4, 5), _rows(4)]).astype(np.float32)[:, None]
    scores = score("x", levels, GRID, np.stack([_rows(4), _rows(4, 6)])).scores
    assert scores["ECE"] == pytest.approx(1 / 32)
    assert scores["ECE, marked pixels"] == pytest.approx(1 / 3)


def test_an_empty_map_fails_on_the_pixels_that_readers_mark() -> None:
    """Two of three readers mark one row of 32: 2/3 off there, however little that is of all pixels."""
    nothing = np.zeros((2, 3, SIDE, SIDE), np.float32)
    scores = score("x", nothing, GRID, np.stack([_rows(4), _rows(4), _rows()])).scores
    assert scores["ECE"] == pytest.approx(2 / 3 / 32)
    assert scores["ECE, marked pixels"] == pytest.approx(2 / 3)
    assert "ECE, marked pixels" not in score("x", nothing, GRID, np.stack([_rows(), _rows()])).scores


def test_one_reader_gives_a_reliability_diagram() -> None:
    """All four samples contain row 4, one of them rows 5 and 6 too; the reader marked rows 4 and 5.

    The predicted share is that of the samples, 1, 1/4 and 0, and not the mean of their values.
    """
    samples = 0.6 * np.stack([_rows(4, 5, 6), _rows(4), _rows(4), _rows(4)]).astype(np.float32)[None]
    case = score("x", samples, GRID, _rows(4, 5)[None])
    found = [(0, 0, 29 / 32), (1 / 4, 1 / 2, 2 / 32), (1, 1, 1 / 32)]
    np.testing.assert_allclose(reliability([case]), found, atol=1e-9)
    assert case.scores["ECE"] == pytest.approx(2 / 32 * 1 / 4)
    assert case.scores["ECE, marked pixels"] == pytest.approx(2 / 3 * 1 / 4)
    assert not {"soft Dice", "GED", "HM-IoU"} & set(case.scores)


def test_the_gain_of_a_crf_is_scored_where_the_card_has_one(tmp_path: Path) -> None:
    """A field that may change nothing (it must overlap wholly) gains nothing."""
    image, _, masks = lesions(1, seed=2)
    example = Example("x", "x", image[0], masks[0], GRID, agreement=0.8)
    options = Options(1, 1, 0, Device.CPU)
    for crf, expected in (({"least_overlap": 1.0}, 0.0), ({}, None)):
        install_toy(tmp_path, model=new_model(SYSTEM, TABLE, 1), configuration=TABLE, **CARD, crf=crf)
        (case,) = evaluate(load_segmenter(tmp_path, "toy"), [example], options)
        assert case.scores.get("CRF gain") == expected
        assert case.agreement == 0.8


def test_the_share_of_unfamiliar_cases_is_scored(tmp_path: Path) -> None:
    """One of two pictures is a chessboard, which no lesion that was trained on looks like."""
    model = new_model(SYSTEM, TABLE, 1)
    seen = fit(model.describe(torch.from_numpy(lesions(200, seed=1)[0])))
    install_toy(tmp_path, model=model, extra=seen.tensors(), configuration=TABLE, **CARD)
    image, _, masks = lesions(1, seed=2)
    checks = np.indices((SIDE, SIDE)).sum(axis=0) % 2 * np.ones((3, 1, 1), np.float32)
    examples = [Example("x", "x", picture.astype(np.float32), masks[0], GRID) for picture in (image[0], checks)]
    cases = list(evaluate(load_segmenter(tmp_path, "toy"), examples, Options(1, 1, 0, Device.CPU)))
    assert [case.scores["unfamiliar"] for case in cases] == [0, 1]
    assert summarise(cases)["unfamiliar"] == 0.5


def test_a_model_that_cannot_warn_is_not_said_to_find_all_familiar(tmp_path: Path) -> None:
    """Neither one whose weights come without what its training images look like, nor an ensemble, which has no such."""
    image, _, masks = lesions(1, seed=2)
    install_toy(tmp_path, model=new_model(SYSTEM, TABLE, 1), configuration=TABLE, **CARD)
    grey, readers = discs(1, seed=2)
    install_toy(tmp_path / "rival", model=new_model(RIVAL, MEMBERS, 1), configuration=MEMBERS, system=RIVAL)
    for folder, example in (
        (tmp_path, Example("x", "x", image[0], masks[0], GRID)),
        (tmp_path / "rival", Example("x", "x", grey[0], readers[0], GRID)),
    ):
        (case,) = evaluate(load_segmenter(folder, "toy"), [example], Options(1, 1, 0, Device.CPU))
        assert "Dice" in case.scores
        assert "unfamiliar" not in case.scores


def test_nine_cuts_and_the_distance_of_outlines_by_hand() -> None:
    """One of two readers marks the model's row, the other nothing: five of nine cuts, three of five, lie up to 1/2.

    Against a single reader two rows below, borders are two pixels apart; against an empty mask there is no distance.
    """
    row = _rows(4).astype(np.float32)[None, None]
    half = score("a", row, GRID, np.stack([_rows(4), _rows()])).scores
    assert (half["soft Dice, 9 cuts"], half["soft Dice"]) == pytest.approx((5 / 9, 3 / 5))
    assert half["HD95"] == 0
    assert score("b", row, GRID, _rows(6)[None]).scores["HD95"] == pytest.approx(2)
    assert "HD95" not in score("c", row, GRID, _rows()[None]).scores
