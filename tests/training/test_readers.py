"""Simulated readers, against a disc by hand and against real annotators' numbers."""

import csv
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.domain.arrays import BoolArray
from app.training.readers import Spread, signed_distance, simulate_readers


def _disc(side: int = 128, radius: float = 30) -> BoolArray:
    row, column = np.mgrid[:side, :side]
    inside: BoolArray = np.hypot(row - side / 2, column - side / 2) <= radius
    return inside


def _mean_pairwise_dice(masks: BoolArray) -> float:
    return float(np.mean([2 * (a & b).sum() / max(1, a.sum() + b.sum()) for a, b in combinations(masks, 2)]))


def test_distance_is_counted_from_the_outline() -> None:
    """Along a row of three marked pixels: the outline runs half a pixel beyond each end."""
    mask = np.zeros((5, 9), bool)
    mask[:, 3:6] = True
    assert signed_distance(mask)[2].tolist() == [-2.5, -1.5, -0.5, 0.5, 1.5, 0.5, -0.5, -1.5, -2.5]


def test_the_experts_outline_is_the_readers_median() -> None:
    """With constant biases only, three of five readers contain exactly the expert's mask."""
    mask = _disc()
    drawn = simulate_readers(mask, 5, Spread(bias=1.0), np.random.default_rng(1))
    np.testing.assert_array_equal(drawn.sum(axis=0) >= 3, mask)
    areas = drawn.sum(axis=(1, 2))
    assert len(set(areas.tolist())) > 1


def test_an_empty_mask_stays_empty() -> None:
    """Where the expert marked nothing, neither does anyone."""
    assert not simulate_readers(np.zeros((8, 8), bool), 3, Spread(), np.random.default_rng(0)).any()


def test_chance_comes_from_the_generator_alone() -> None:
    """Same state, same readers."""
    first, again = (simulate_readers(_disc(), 3, Spread(), np.random.default_rng(7)) for _ in range(2))
    np.testing.assert_array_equal(first, again)


def test_readers_differ_as_real_annotators_do(data_folder: Path) -> None:
    """Pairwise Dice over training images: mean, median and 10th percentile near those of 2,394 ISIC images."""
    with (data_folder / "dermoscopy/annotator_agreement.csv").open() as file:
        real = [float(row["mean_pairwise_dice"]) for row in csv.DictReader(file)]
    with (data_folder / "dermoscopy/index.csv").open() as file:
        names = [row["name"] for row in csv.DictReader(file) if row["split"] == "train"]
    rng = np.random.default_rng(0)
    simulated = []
    for name in rng.choice(names, 300, replace=False):
        with Image.open(data_folder / f"dermoscopy/masks/{name}.png") as picture:
            mask = np.asarray(picture.resize((128, 96))) > 127
        simulated.append(_mean_pairwise_dice(simulate_readers(mask, 5, Spread(), rng)))
    assert np.mean(simulated) == pytest.approx(np.mean(real), abs=0.04)
    assert np.median(simulated) == pytest.approx(np.median(real), abs=0.04)
    assert np.percentile(simulated, 10) == pytest.approx(np.percentile(real, 10), abs=0.1)
