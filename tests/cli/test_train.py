"""`concord train` and `concord crossvalidate`: what they train on, what they take up again and what they refuse."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.cli import main
from app.segmenters.cards import find_card
from tests.cli.test_commands import RECIPE
from tests.segmenters.builders import discs
from tests.segmenters.test_diffseg import lesions
from tests.training.layouts import write_arrays

LESIONS = """
[card]
name = "weak"
system = "DiffSeg"
title = "Weak"
task = "brown disc"
modality = "dermoscopy"
readers = 1
simulated_readers = false
steps = 10
samples = 1
sampling = "step"
most_steps = 10
[data]
folder = "skin"
counterparts = "guessed"
skin = 3
[intake]
side = 32
channels = 3
[configuration]
network = { widths = [16, 16, 24, 24], embedding = 32, head = 8 }
[training]
steps = 1
batch = 2
rate = 1e-3
decay = 0.0
average = 0.9
seed = 1
"""


@pytest.fixture(name="root")
def _root(tmp_path: Path) -> Path:
    write_arrays(tmp_path / "data" / "discs", *discs(4, seed=6))
    (tmp_path / "mini.toml").write_text(RECIPE)
    return tmp_path


def _called(root: Path, command: str, *more: str, recipe: str = "mini.toml") -> int:
    common = ["--data", str(root / "data"), "--work", str(root / "runs"), "--device", "cpu", "--threads", "1"]
    return main([command, str(root / recipe), *common, *more])


def test_a_second_seed_does_not_pass_off_the_first_ones_weights(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The finished checkpoint bears the same name; nothing is written, and the sentence names it."""
    assert _called(root, "train", "--out", str(root / "one")) == 0
    assert _called(root, "train", "--out", str(root / "two"), "--set", "training.seed=2") == 2
    said = capsys.readouterr().err.splitlines()[-1]
    assert said.startswith(f"concord: The checkpoint {root / 'runs/mini.pt'} is of another training")
    assert "it differs in: seed" in said
    assert not (root / "two").exists()
    assert _called(root, "train", "--out", str(root / "one")) == 0


def test_folds_cut_otherwise_do_not_go_on_from_the_former_ones(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A fold must never be scored on cases that another cut of the data trained it on."""
    assert _called(root, "crossvalidate", "--split", "train", "--folds", "2") == 0
    assert _called(root, "crossvalidate", "--split", "train", "--folds", "4") == 2
    assert "it differs in: examples" in capsys.readouterr().err
    assert _called(root, "crossvalidate", "--split", "train", "--folds", "2") == 0


def test_parts_that_give_the_same_case_give_it_once(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """All of the data and its training part are the same four cases here; doubled they would be held out of nothing."""
    assert _called(root, "crossvalidate", "--split", "all", "train", "--folds", "2") == 0
    assert "2 folds by group, 4 cases" in capsys.readouterr().out


def test_a_folder_without_parts_is_folded_and_trained_on_whole_which_is_said(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    images, readers = discs(4, seed=6)
    for number, (image, masks) in enumerate(zip(images, readers, strict=True)):
        for place, pixels in (
            (f"images/{number}.png", image[0]),
            *((f"masks/{rater}/{number}.png", mask) for rater, mask in enumerate(masks)),
        ):
            path = root / "data/plain" / place
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray((pixels * 255).astype(np.uint8)).save(path)
    plain = ("--set", 'data.folder="plain"')
    assert _called(root, "crossvalidate", "--folds", "2", *plain) == 0
    assert "2 folds by group, 4 cases" in capsys.readouterr().out
    assert _called(root, "train", "--out", str(root / "m"), *plain) == 0
    assert "plain names no parts: all of it is trained on" in capsys.readouterr().out
    evaluate = ["evaluate", "mini", "--data", str(root / "data/plain"), "--models", str(root / "m"), "--device", "cpu"]
    assert main(evaluate) == 0
    assert "mini on plain, all: 4 cases" in capsys.readouterr().out
    assert main([*evaluate, "--split", "test"]) == 2
    assert "name no parts, so none is test" in capsys.readouterr().err


def test_cases_are_held_out_as_the_readers_drew_them(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A recipe that learns from guesses and squares of skin is scored on the four pictures and their masks.

    Nothing can be guessed in the last picture, which shows skin alone, so it is scored and not trained on.
    """
    folder = root / "data/skin"
    for part in ("images", "masks"):
        (folder / part).mkdir(parents=True)
    images, skin, masks = lesions(4, seed=1)
    images[3] = skin[3].mean(axis=(1, 2), keepdims=True)
    for number in range(4):
        picture = (images[number].clip(0, 1) * 255).astype(np.uint8).transpose(1, 2, 0)
        Image.fromarray(picture).save(folder / f"images/{number}.jpg", quality=95)
        Image.fromarray((masks[number, 0] * 255).astype(np.uint8)).save(folder / f"masks/{number}.png")
    rows = [f"{number},train,{number}" for number in range(4)]
    (folder / "index.csv").write_text("\n".join(["name,split,group", *rows]))
    corners = [f"{number},0,0,5,train" for number in range(4)]
    (folder / "healthy_crops.csv").write_text("\n".join(["name,x,y,side,split", *corners]))
    (root / "weak.toml").write_text(LESIONS)
    assert _called(root, "crossvalidate", "--split", "train", recipe="weak.toml") == 0
    said = capsys.readouterr().out
    assert "4 folds by group, 4 cases" in said


def test_the_task_of_a_recipe_is_kept_in_the_card(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A table names no tasks, which is one sentence."""
    assert _called(root, "train", "--out", str(root / "m"), "--set", "data.task=2") == 2
    assert "in which masks have no tasks" in capsys.readouterr().err
    assert _called(root, "train", "--out", str(root / "m")) == 0
    assert "mask_task" not in find_card(root / "m", "mini").facts
