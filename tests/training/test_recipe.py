"""Recipes in TOML."""

from pathlib import Path

import pytest

from app.domain.errors import TrainingError
from app.places import resources_folder
from app.training.recipe import read_recipe

RECIPES = sorted((resources_folder() / "models" / "recipes").glob("**/*.toml"))


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_every_recipe_of_the_project_is_one(path: Path) -> None:
    """It names itself, its readers and its limits."""
    recipe = read_recipe(path)
    assert recipe.card["name"] == ("rival-" if path.parent.name == "rivals" else "") + path.stem
    assert recipe.readers >= (1 if recipe.counterparts else 2)
    assert recipe.card["simulated_readers"] is (recipe.spread is not None)
    assert "not for diagnostic use" in recipe.card["limits"]


@pytest.mark.parametrize(
    "text",
    [
        "=",
        "[card]\nname = 'x'",
        "[card]\n[data]\nfolder = 'x'\n[intake]\nside = 1\n",
        "configuration = []\nintake = []\n[card]\n[data]\nfolder = 'x'",
    ],
)
def test_what_is_no_recipe_is_refused(tmp_path: Path, text: str) -> None:
    """The sentence names the file."""
    (tmp_path / "bad.toml").write_text(text)
    with pytest.raises(TrainingError, match=r"bad\.toml does not fit"):
        read_recipe(tmp_path / "bad.toml")


def test_single_values_of_a_recipe_can_be_changed() -> None:
    """What is not named stays, within the same table too."""
    path = next(path for path in RECIPES if path.stem == "kidney")
    plain, changed = read_recipe(path), read_recipe(path, ["configuration.draws = 1", 'card.name = "other"'])
    assert changed.configuration == plain.configuration | {"draws": 1}
    assert changed.card["name"] == "other"
    assert changed.card["configuration"]["draws"] == 1
    assert changed.card["title"] == plain.card["title"]
    with pytest.raises(TrainingError, match="does not fit"):
        read_recipe(path, ["no toml"])


def test_a_recipe_may_choose_the_task_of_the_masks() -> None:
    """QUBIQ's second task; the card keeps it, for scoring on the same structure. Otherwise it is the lowest."""
    path = next(path for path in RECIPES if path.stem == "kidney")
    plain, second = read_recipe(path), read_recipe(path, ["data.task = 2"])
    assert (plain.task, second.task) == (None, 2)
    assert second.card["mask_task"] == 2
    assert "mask_task" not in plain.card
    with pytest.raises(TrainingError, match=r"kidney\.toml does not fit"):
        read_recipe(path, ['data.task = "second"'])


def test_an_absent_recipe_is_named(tmp_path: Path) -> None:
    """No such file."""
    with pytest.raises(TrainingError, match=r"none\.toml cannot be read"):
        read_recipe(tmp_path / "none.toml")
