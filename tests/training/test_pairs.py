"""What a recipe trains on: counterparts from masks, from guesses, and squares of healthy skin."""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.domain.errors import TrainingError
from app.domain.model import Intake
from app.metrics import overlap
from app.places import resources_folder
from app.training.data import load_examples
from app.training.pairs import fold_examples, squares, training_examples
from app.training.recipe import Counterparts, Recipe, read_recipe
from app.training.weak import guess_lesion

ROWS, COLUMNS = 48, 64


def _photographs(root: Path, crops: bool = True) -> None:
    """Write two pictures of a brown disc on skin; the second's mask is drawn in a corner, where nothing is."""
    folder, rng = root / "skin", np.random.default_rng(0)
    for part in ("images", "masks"):
        (folder / part).mkdir(parents=True)
    rows, columns = np.mgrid[:ROWS, :COLUMNS]
    disc = np.hypot(rows - 24, columns - 32) <= 10
    for name, mask in (("a", disc), ("b", (rows < 6) & (columns < 6))):
        pixels = np.where(disc[..., None], (110, 70, 50), (215, 170, 150)) + rng.normal(0, 4, (ROWS, COLUMNS, 1))
        Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(folder / f"images/{name}.jpg", quality=95)
        Image.fromarray((mask * 255).astype(np.uint8)).save(folder / f"masks/{name}.png")
    _table(folder / "index.csv", [("name", "split", "group"), ("a", "train", "a"), ("b", "train", "b")])
    if crops:
        columns_of = ("name", "x", "y", "side", "split")
        _table(folder / "healthy_crops.csv", [columns_of, ("a", 2, 4, 16, "train"), ("b", 46, 20, 16, "train")])


def _table(path: Path, rows: list[tuple[object, ...]]) -> None:
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(rows)


def _recipe(counterparts: Counterparts | None, skin: int = 0) -> Recipe:
    path = resources_folder() / "models/recipes/diffseg.toml"
    intake = Intake(side=32, channels=3)
    return replace(read_recipe(path), data="skin", intake=intake, counterparts=counterparts, skin=skin)


def test_a_recipe_without_counterparts_loads_the_data_set(tmp_path: Path) -> None:
    _photographs(tmp_path)
    assert [example.counterpart for example in training_examples(_recipe(None), tmp_path, "train")] == [None, None]


def test_what_is_trained_on_keeps_no_masks_of_the_slice_s_own_size(tmp_path: Path) -> None:
    """Only scoring needs them; of ISIC 2018 at its own size they would take 17 GB."""
    _photographs(tmp_path)
    for kind, skin in ((None, 0), (Counterparts.MASKS, 1), (Counterparts.GUESSED, 1)):
        taught = training_examples(_recipe(kind, skin), tmp_path, "train")
        assert taught
        assert all(example.drawn is None for example in taught)
    assert all(example.drawn is not None for example in load_examples(tmp_path / "skin", _recipe(None).intake))


def test_squares_of_skin_of_pictures_held_out_are_not_taught(tmp_path: Path) -> None:
    """Of two pictures with a square each, a fold that trains on the first has the first one's square alone."""
    _photographs(tmp_path)
    recipe = _recipe(Counterparts.MASKS, skin=2)
    first, _ = load_examples(tmp_path / "skin", recipe.intake, "train")
    whole = [example.name for example in training_examples(recipe, tmp_path, "all")]
    assert sorted(whole) == ["a", "a, skin", "b", "b, skin"]
    crops = squares(recipe, tmp_path / "skin", None)
    assert [example.name for example in fold_examples(recipe, tmp_path / "skin", [first], crops)] == ["a", "a, skin"]


def test_the_data_sets_parts_decide_whose_skin_is_taught(tmp_path: Path) -> None:
    """The table of skin calls both squares training; the second picture is another clinic's, kept for testing."""
    _photographs(tmp_path)
    table = tmp_path / "skin/index.csv"
    rows = [line.split(",") for line in table.read_text().splitlines()]
    place = rows[0].index("split")
    rows[2][place] = "external"
    _table(table, [tuple(row) for row in rows])
    taught = training_examples(_recipe(Counterparts.MASKS, skin=2), tmp_path, "train")
    assert sorted(example.name for example in taught) == ["a", "a, skin"]


def test_a_counterpart_shows_skin_where_the_readers_mask_lies(tmp_path: Path) -> None:
    """The first picture's disc is gone; the second's, which no one marked, is still there."""
    _photographs(tmp_path)
    first, second = training_examples(_recipe(Counterparts.MASKS), tmp_path, "train")
    assert first.counterpart is not None
    assert second.counterpart is not None
    assert first.image[0, 16, 16] < 0.5
    assert first.counterpart[0, 16, 16] > 0.75
    assert second.counterpart[0, 16, 16] < 0.5


def test_a_guess_needs_no_mask(tmp_path: Path) -> None:
    """Both discs are found (Dice > 0.8 with the first one's mask), also the one whose mask is somewhere else."""
    _photographs(tmp_path)
    drawn = training_examples(_recipe(None), tmp_path, "train")[0].readers[0]
    first, second = training_examples(_recipe(Counterparts.GUESSED), tmp_path, "train")
    assert overlap.dice(first.readers[0], drawn) > 0.8
    assert overlap.dice(second.readers[0], drawn) > 0.8


def test_pictures_of_which_too_little_is_known_are_left_out(tmp_path: Path) -> None:
    """The second has no square of healthy skin; the first, where its square covers the disc, shows nothing else."""
    _photographs(tmp_path)
    columns_of = ("name", "x", "y", "side", "split")
    _table(tmp_path / "skin/healthy_crops.csv", [columns_of, ("a", 2, 4, 16, "train")])
    assert [example.name for example in training_examples(_recipe(Counterparts.GUESSED), tmp_path, "train")] == ["a"]
    Image.fromarray(np.full((ROWS, COLUMNS, 3), (215, 170, 150), np.uint8)).save(tmp_path / "skin/images/a.jpg")
    assert training_examples(_recipe(Counterparts.GUESSED), tmp_path, "train") == []


def test_squares_of_skin_are_pictures_without_a_lesion(tmp_path: Path) -> None:
    """No reader marked anything there, and picture and counterpart are one."""
    _photographs(tmp_path)
    *_, skin = training_examples(_recipe(Counterparts.MASKS, skin=1), tmp_path, "train")
    assert not skin.readers.any()
    assert skin.counterpart is skin.image
    assert skin.image[0].min() > 0.7


def test_a_data_set_without_squares_of_skin_is_named(tmp_path: Path) -> None:
    """No table, or none of the split."""
    _photographs(tmp_path, crops=False)
    with pytest.raises(TrainingError, match=r"no table healthy_crops\.csv"):
        training_examples(_recipe(Counterparts.GUESSED), tmp_path, "train")
    _table(tmp_path / "skin/healthy_crops.csv", [("name", "x", "y", "side", "split"), ("a", 2, 4, 16, "val")])
    with pytest.raises(TrainingError, match="no healthy skin of train"):
        training_examples(_recipe(Counterparts.MASKS, skin=1), tmp_path, "train")
    _table(tmp_path / "skin/healthy_crops.csv", [("name", "x", "y", "side"), ("a", 2, 4, 16)])
    with pytest.raises(TrainingError, match=r"healthy_crops\.csv of skin has no column split"):
        training_examples(_recipe(Counterparts.MASKS, skin=1), tmp_path, "train")
    _table(tmp_path / "skin/healthy_crops.csv", [("name", "x", "y", "side", "split"), ("a", 2, "?", 16, "train")])
    with pytest.raises(TrainingError, match=r"healthy_crops\.csv of skin has a row of a that is no square"):
        training_examples(_recipe(Counterparts.MASKS, skin=1), tmp_path, "train")


def test_nothing_is_guessed_where_nothing_stands_out() -> None:
    """Specks smaller than the opening are no lesion."""
    image = np.full((3, 32, 32), 0.7, np.float32)
    image[:, ::9, ::9] = 0.2
    everywhere, skin = np.ones((32, 32), bool), np.zeros((32, 32), bool)
    skin[1:8, 1:8] = True
    assert not guess_lesion(image, skin, everywhere).any()
