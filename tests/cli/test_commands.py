"""The other commands of the command line."""

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import torch
from safetensors.torch import load

from app.cli import main
from app.cli.scoring import Scored, write_scores
from app.domain.errors import MissingModelError
from app.places import resources_folder
from app.segmenters.cards import find_card, read_card, verify_weights
from app.training.evaluate import CaseScores
from tests.segmenters.builders import CONFIGURATION, discs, install_toy
from tests.training.layouts import write_arrays

RECIPE = """
[card]
name = "mini"
system = "consensus diffusion"
title = "Mini"
task = "bright disc"
modality = "MR"
readers = 3
simulated_readers = true
steps = 2
samples = 2
limits = "a test; not for diagnostic use"
[data]
folder = "discs"
[intake]
side = 32
channels = 1
[configuration]
draws = 2
[configuration.network]
channels = 1
image_widths = [8, 16, 16, 16, 16]
mask_widths = [8, 16, 16]
embedding = 32
[training]
steps = 3
batch = 2
rate = 1e-3
decay = 0.0
average = 0.9
seed = 1
"""


@pytest.fixture(name="data")
def _data(tmp_path: Path) -> Path:
    write_arrays(tmp_path / "data" / "discs", *discs(4, seed=6))
    return tmp_path / "data"


def test_models_are_listed_with_readers_and_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    install_toy(tmp_path)
    assert main(["models", "--models", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert "toy: Toy discs" in said
    assert "3 simulated readers" in said
    assert "32 x 32" in said


def test_one_models_card_is_printed_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    install_toy(tmp_path, licence="Apache-2.0", metrics={"on discs": {"Dice": "0.9"}})
    assert main(["models", "toy", "--models", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert "licence: Apache-2.0" in said
    assert "on discs: Dice 0.9" in said
    assert main(["models", "toy", "--json", "--models", str(tmp_path)]) == 0
    assert json.loads(capsys.readouterr().out)[0]["configuration"] == CONFIGURATION


def test_without_models_it_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "--models", str(tmp_path)]) == 0
    assert "No models are installed" in capsys.readouterr().out


def test_training_writes_a_model_that_can_be_evaluated(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One command makes weights and card; another scores them and writes the scores into the card."""
    recipe, out = tmp_path / "mini.toml", tmp_path / "models"
    recipe.write_text(RECIPE)
    common = ["--device", "cpu", "--threads", "1"]
    train = ["train", str(recipe), "--data", str(data), "--out", str(out), "--work", str(tmp_path / "runs"), *common]
    assert main(train) == 0
    card = find_card(out, "mini")
    assert verify_weights(card)
    assert card.facts["seed"] == tomllib.loads(RECIPE)["training"]["seed"]
    assert card.facts["parameters"] > 1000
    evaluate = ["evaluate", "mini", "--data", str(data / "discs"), "--models", str(out), *common]
    assert main([*evaluate, "--split", "train", "--seeds", "0", "1", "--worst", "1", "--into-card"]) == 0
    said = capsys.readouterr().out
    assert "soft Dice" in said
    assert "worst:" in said
    (row,) = find_card(out, "mini").facts["metrics"].values()
    assert "±" in row["GED"]
    assert (out / "mini.reliability.svg").read_text().startswith("<?xml")
    diagram = find_card(out, "mini").facts["reliability"]
    assert diagram["bins"]
    assert diagram["against"] == "3 readers; the model predicts 3 simulated ones"
    assert "set against 3 readers" in said
    usual = find_card(out, "mini").usual
    assert usual is not None
    assert list(usual.deciles) == sorted(usual.deciles)


@pytest.mark.parametrize(("split", "kept"), [("test", False), ("external", True)])
def test_only_its_own_test_set_says_what_is_usual(tmp_path: Path, split: str, kept: bool) -> None:
    """Scores of another clinic's images stand in the card too; the reader is compared with the first set there."""
    deciles = [round(0.1 * tenth, 5) for tenth in range(11)]
    planned = [{"data": "discs", "split": "test"}, {"data": "discs", "split": "external"}]
    usual = {"on": "toy, test", "cases": 40, "deciles": deciles}
    card = read_card(install_toy(tmp_path, usual_diversity=usual, evaluations=planned))
    case = CaseScores("one", {"Dice": 0.9, "diversity": 0.5, "ambiguous": 0.4}, samples=4, readers=1)
    write_scores(card, Scored("toy again", f"discs, {split}", ((case,),), samples=4))
    facts = find_card(tmp_path, card.name).facts
    assert facts["metrics"]["toy again"]["Dice"] == "0.900"
    assert (facts["usual_diversity"]["deciles"] == deciles) is kept


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("readers = 3", "readers = 3\nsystem2 = 1"), None),
        (('system = "consensus diffusion"', 'system = "magic"'), "does not fit its system"),
        (('folder = "discs"', 'folder = "cubes"'), "no data folder cubes"),
        (("draws = 2", "drawz = 2"), "does not fit its system"),
    ],
)
def test_a_recipe_that_does_not_fit_is_one_sentence(
    data: Path, tmp_path: Path, change: tuple[str, str], words: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    recipe = tmp_path / "mini.toml"
    recipe.write_text(RECIPE.replace(*change))
    arguments = ["--data", str(data), "--out", str(tmp_path / "m"), "--work", str(tmp_path / "r"), "--device", "cpu"]
    assert main(["train", str(recipe), *arguments]) == (0 if words is None else 2)
    assert words is None or words in capsys.readouterr().err


def test_weights_cannot_be_written_over_a_file(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    recipe = tmp_path / "mini.toml"
    recipe.write_text(RECIPE)
    arguments = ["--data", str(data), "--out", str(recipe), "--work", str(tmp_path / "r"), "--device", "cpu"]
    assert main(["train", str(recipe), *arguments]) == 2
    assert "Cannot write the model to mini.toml" in capsys.readouterr().err


FULL_DISK = """
import resource, signal, sys
from app.cli import main
from app.cli.scoring import Scored, write_scores
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on a process's files")
def test_a_full_disk_in_training_is_one_sentence_and_nothing_half_written(data: Path, tmp_path: Path) -> None:
    """The process may write no file above 20 kB, as on a disk with no more room."""
    recipe = tmp_path / "mini.toml"
    recipe.write_text(RECIPE)
    arguments = ["--data", str(data), "--out", str(tmp_path / "m"), "--work", str(tmp_path / "r"), "--device", "cpu"]
    command = [sys.executable, "-c", FULL_DISK, "train", str(recipe), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert (
        done.stderr.strip().splitlines()[-1] == "concord: The checkpoint mini.pt cannot be written: is the disk full?"
    )
    assert not list((tmp_path / "r").iterdir())


def test_a_command_that_does_not_exist_lists_those_that_do(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["fly"])
    assert "segment" in capsys.readouterr().err


@pytest.mark.parametrize("error", [KeyboardInterrupt(), MissingModelError("no such model")])
def test_the_end_of_a_command_is_an_exit_code(
    error: BaseException, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An interruption is 130, a refusal 2; neither prints a traceback."""

    def fail(_folder: Path) -> None:
        raise error

    monkeypatch.setattr("app.cli.models.installed_cards", fail)
    assert main(["models"]) == (130 if isinstance(error, KeyboardInterrupt) else 2)
    assert "Traceback" not in capsys.readouterr().err


def test_the_models_of_the_project_are_whole() -> None:
    """Every card's weights are there, are the ones it speaks of, and fit into 16 MB."""
    folder = resources_folder() / "models"
    cards = [find_card(folder, path.stem) for path in sorted(folder.glob("*.json"))]
    assert {card.name for card in cards} >= {"brain-growth", "dermoscopy"}
    for card in cards:
        assert len(verify_weights(card)) <= 16e6
        assert {"data", "licence", "intended_input", "field_of_view", "limits", "seed", "trained"} <= set(card.facts)
        assert card.facts["metrics"]


def test_folds_hold_each_group_out_once(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Four groups in two folds: two trainings, four cases scored."""
    recipe = tmp_path / "mini.toml"
    recipe.write_text(RECIPE)
    arguments = ["--data", str(data), "--split", "train", "--work", str(tmp_path / "r"), "--device", "cpu"]
    assert main(["crossvalidate", str(recipe), "--folds", "2", *arguments]) == 0
    said = capsys.readouterr().out
    assert "2 folds by group, 4 cases" in said
    assert len(list((tmp_path / "r").glob("mini.fold*.pt"))) == 2
    assert main(["crossvalidate", str(recipe), "--folds", "5", *arguments]) == 2
    assert "4 groups cannot be cut into 5 folds" in capsys.readouterr().err


CALIDIFF = [
    ("system = \"consensus diffusion\"", "system = \"CaliDiff\"\ntakes_readers = true"), ("draws = 2", "draws = 1"),
]  # fmt: skip


def test_a_model_that_takes_readers_is_scored_beside_the_votes(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Trained, scored on readers left out and on biased ones; a part of it can be switched off for an ablation."""
    recipe, out = tmp_path / "mini.toml", tmp_path / "models"
    text = RECIPE
    for change in CALIDIFF:
        text = text.replace(*change)
    recipe.write_text(text)
    common = ["--data", str(data), "--work", str(tmp_path / "r"), "--device", "cpu", "--threads", "1"]
    assert main(["train", str(recipe), "--out", str(out), *common]) == 0
    assert find_card(out, "mini").takes_readers
    score = ["calibration", "mini", "--data", str(data / "discs"), "--models", str(out), "--device", "cpu"]
    assert main([*score, "--cases", "2", "--seeds", "0", "1", "--threads", "1"]) == 0
    said = capsys.readouterr().out
    assert "mini on discs, all: 2 cases" in said
    assert "majority vote" in said
    assert "found, shifted" in said
    ablation = ["--folds", "2", "--split", "train", "--set", "configuration.fusion=false", "--set", 'card.name="alone"']
    assert main(["crossvalidate", str(recipe), *ablation, *common]) == 0
    said = capsys.readouterr().out
    assert "alone, 2 folds by group, 4 cases" in said
    assert "readers calibrated" in said


def test_a_model_can_start_from_another(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """At a rate of nothing it keeps what it took over; folds, whose cases the other may have seen, are refused."""
    recipe, out = tmp_path / "mini.toml", tmp_path / "models"
    text = RECIPE.replace("rate = 1e-3", 'rate = 0.0\nstart = "brain-growth"').replace("\nembedding = 32", "")
    text = text.replace("[8, 16, 16, 16, 16]", "[16, 32, 64, 96, 128]").replace("[8, 16, 16]", "[16, 32, 64]")
    for change in CALIDIFF:
        text = text.replace(*change)
    recipe.write_text(text)
    common = ["--data", str(data), "--work", str(tmp_path / "r"), "--device", "cpu", "--threads", "1"]
    assert main(["train", str(recipe), "--out", str(out), *common]) == 0
    other = load(verify_weights(find_card(resources_folder() / "models", "brain-growth")))
    weights = load(verify_weights(find_card(out, "mini")))
    names = [name for name in other if name.startswith(("encoder.", "denoiser.", "time.", "level."))]
    assert len(names) > 100
    for name in names:
        torch.testing.assert_close(weights[f"committee.shared.{name}"], other[name])
    assert find_card(out, "mini").facts["start"] == "brain-growth"
    assert main(["crossvalidate", str(recipe), "--folds", "2", "--split", "train", *common]) == 2
    assert "brain-growth, which this recipe starts from, may have seen" in capsys.readouterr().err
    recipe.write_text(text.replace("brain-growth", "nobody"))
    assert main(["train", str(recipe), "--out", str(out), *common]) == 2
    assert "nobody" in capsys.readouterr().err


def test_a_model_that_takes_no_readers_cannot_be_scored_so(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    install_toy(tmp_path / "models")
    arguments = ["calibration", "toy", "--data", str(data / "discs"), "--models", str(tmp_path / "models")]
    assert main(arguments) == 2
    assert "toy cannot calibrate" in capsys.readouterr().err


def test_a_models_cut_and_crf_are_chosen_and_kept(
    tmp_path: Path, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The card then holds a CRF, and the model runs on with it."""
    install_toy(tmp_path)
    called = ["tune", "toy", "--models", str(tmp_path), "--data", str(data / "discs"), "--split", "train"]
    assert main([*called, "--samples", "2"]) == 0
    assert "gain" in capsys.readouterr().out
    assert find_card(tmp_path, "toy").crf
