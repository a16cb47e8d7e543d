"""`concord table`."""

from pathlib import Path

import numpy as np
import pytest

from app.cli import main
from app.segmenters.consensus import SYSTEM
from app.segmenters.store import new_model
from tests.segmenters.builders import CONFIGURATION, discs, install_toy
from tests.training.layouts import write_arrays


@pytest.fixture(name="data")
def _data(tmp_path: Path) -> Path:
    write_arrays(tmp_path / "data" / "discs", *discs(4, seed=6))
    return tmp_path / "data"


def test_the_table_scores_what_the_cards_name(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One row for each evaluation of each card, with 2 samples for each of 3 levels, and every definition."""
    install_toy(tmp_path / "models", evaluations=[{"data": "discs", "split": "train", "samples": 2}])
    arguments = ["--data", str(data), "--models", str(tmp_path / "models"), "--seeds", "0", "--device", "cpu"]
    assert main(["table", *arguments]) == 0
    said = capsys.readouterr().out
    assert "| toy | discs, train | 4 | 6 | 1 |" in said
    assert "D^2 = 2 E[d(S,Y)]" in said


def test_the_table_counts_the_same_model_trained_again(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The mean of two trainings, each scored alone, and their standard deviation."""
    folders = [tmp_path / "first", tmp_path / "second"]
    for seed, folder in enumerate(folders):
        model = new_model(SYSTEM, CONFIGURATION, seed=seed)
        install_toy(folder, model, evaluations=[{"data": "discs", "split": "train", "samples": 2}])
    arguments = ["table", "--data", str(data), "--seeds", "0", "--device", "cpu", "--models"]
    alone = []
    for folder in folders:
        assert main([*arguments, str(folder)]) == 0
        alone.append(float(capsys.readouterr().out.split("| toy |")[1].split("|")[4]))
    assert alone[0] != alone[1]
    assert main([*arguments, *map(str, folders)]) == 0
    row = capsys.readouterr().out.split("| toy |")[1].split("|")
    assert row[3].strip() == "2"
    mean, spread = map(float, row[4].split("±"))
    assert mean == pytest.approx(np.mean(alone), abs=0.001)
    assert spread == pytest.approx(np.std(alone), abs=0.001)
