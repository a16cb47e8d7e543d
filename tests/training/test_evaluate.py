"""Scores of a data set: whether uncertainty predicts error, and what the dense CRF does."""

from pathlib import Path

import numpy as np
import pytest
import torch

from app.domain.result import Device, Options
from app.segmenters.diffseg import SYSTEM
from app.segmenters.familiarity import fit
from app.segmenters.store import load_segmenter, new_model
from app.training.data import Example
from app.training.evaluate import CaseScores, correlations, evaluate, score, summarise
from tests.segmenters.builders import GRID, SIDE, install_toy
from tests.segmenters.test_diffseg import CARD, TABLE, lesions


def _case(dice: float, diversity: float, agreement: float | None) -> CaseScores:
    return CaseScores("", {"Dice": dice, "diversity": diversity, "ambiguous": -diversity}, agreement=agreement)


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
