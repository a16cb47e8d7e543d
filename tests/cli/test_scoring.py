"""What the commands that score a model count, average, refuse and say."""

from pathlib import Path
from typing import Any

import pytest

from app.cli import main
from app.cli.scoring import Scored, scored, set_against, usual_diversity
from app.domain.result import Device, Options
from app.segmenters.cards import read_card
from app.segmenters.diffseg import SYSTEM
from app.segmenters.ensemble import SYSTEM as RIVAL
from app.segmenters.store import load_segmenter, new_model
from app.training.data import Example
from app.training.evaluate import CaseScores
from tests.segmenters.builders import GRID, discs, install_toy
from tests.segmenters.test_diffseg import CARD, TABLE, lesions
from tests.segmenters.test_ensemble import TABLE as MEMBERS
from tests.training.layouts import write_arrays


def _case(dice: float, diversity: float, samples: int = 40, readers: int = 1) -> CaseScores:
    return CaseScores("", {"Dice": dice, "diversity": diversity, "ambiguous": diversity}, samples, readers)


def test_samples_are_those_of_all_noise_steps(tmp_path: Path) -> None:
    """Two draws at each of ten noise steps are twenty samples."""
    install_toy(tmp_path, model=new_model(SYSTEM, TABLE, 1), configuration=TABLE, **CARD, sampling="step")
    image, _, masks = lesions(1, seed=2)
    example = Example("x", "x", image[0], masks[0], GRID)
    found = scored(load_segmenter(tmp_path, "toy"), [example], "skin", [0], Options(2, 10, 0, Device.CPU))
    assert found.title == "toy on skin: 1 cases, 2 samples a noise step, 10 steps, seeds [0]"
    assert found.samples == 20
    assert found.runs[0][0].samples == 20


@pytest.mark.parametrize(
    ("changes", "said"),
    [({}, "4 samples a level, 1 steps"), ({"system": RIVAL, "configuration": MEMBERS}, "2 samples a level, 1 steps")],
)
def test_samples_are_those_that_were_drawn(tmp_path: Path, changes: dict[str, Any], said: str) -> None:
    """A diffusion model draws four for each of three levels in one step too; an ensemble of two has no more to give."""
    model = new_model(RIVAL, MEMBERS, 1) if changes else None
    install_toy(tmp_path, model=model, **changes)
    images, readers = discs(1, seed=2)
    example = Example("x", "x", images[0], readers[0], GRID)
    found = scored(load_segmenter(tmp_path, "toy"), [example], "discs", [0], Options(4, 1, 0, Device.CPU))
    assert said in found.title
    assert found.samples == 3 * int(said[0])


def test_the_usual_diversity_is_freed_of_the_samples_drawn() -> None:
    """39 of 40 samples differ from any one: a mean over all pairs of 0.39 is 0.4 over those of different samples."""
    found = Scored("", "", ((_case(0.9, 0.39), _case(0.8, 0.39)),), samples=40)
    assert usual_diversity(found)["deciles"] == [0.4] * 11


def test_a_score_that_a_seed_lacks_is_averaged_over_the_others() -> None:
    """Samples that differ alike in every case have no rank correlation with the error."""
    first = tuple(_case(1 - n / 20, n / 20) for n in range(12))
    second = tuple(_case(1 - n / 20, 0.5) for n in range(12))
    for runs in ((first, second), (second, first)):
        values = Scored("", "", runs, samples=40).values()
        assert values["rho(diversity, error)"] == pytest.approx([1])
        assert len(values["Dice"]) == 2


@pytest.mark.parametrize(
    ("changes", "asked", "words"),
    [
        ({}, ["--steps", "2000"], "concord: The model toy was trained with 1000 diffusion steps; ask for fewer."),
        ({"most_steps": 10}, ["--steps", "20"], "concord: The model toy was trained with 10 diffusion steps"),
        ({}, ["--steps", "0"], "concord: A run needs at least one sample and one diffusion step."),
        ({}, ["--samples", "0"], "concord: A run needs at least one sample and one diffusion step."),
    ],
)
def test_steps_that_a_model_does_not_have_are_one_sentence(
    tmp_path: Path, changes: dict[str, Any], asked: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    install_toy(tmp_path / "models", **changes)
    write_arrays(tmp_path / "discs", *discs(1, seed=6))
    where = ["--data", str(tmp_path / "discs"), "--models", str(tmp_path / "models"), "--device", "cpu"]
    assert main(["evaluate", "toy", *where, *asked]) == 2
    assert capsys.readouterr().err.startswith(words)


@pytest.mark.parametrize(
    ("simulated", "counts", "said"),
    [
        (False, (1, 1), "one reader"),
        (False, (4, 4), "4 readers"),
        (False, (4, 1, 3), "1 to 4 readers"),
        (True, (1, 1), "one reader; the model predicts 3 simulated ones"),
    ],
)
def test_a_diagram_says_whose_masks_it_is_set_against(
    tmp_path: Path, simulated: bool, counts: tuple[int, ...], said: str
) -> None:
    card = read_card(install_toy(tmp_path, simulated_readers=simulated))
    assert set_against(card, [_case(0.9, 0.1, readers=count) for count in counts]) == said
