"""The examples that a recipe trains on, with healthy counterparts where it asks for them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from app.domain.errors import TrainingError
from app.training.crops import Crop, healthy_example, read_crops
from app.training.data import Example, read_examples
from app.training.healthy import without_lesion
from app.training.parts import ALL
from app.training.recipe import Counterparts, Recipe
from app.training.weak import guess_lesion


def training_examples(recipe: Recipe, root: Path, split: str | None) -> list[Example]:
    """Load what a recipe trains on.

    Args:
        recipe: of the training.
        root: folder that holds the data sets.
        split: part of the data set.

    Raises:
        TrainingError: the data set is not there or lacks what the recipe needs.
    """
    folder = root / recipe.data
    read = read_examples(folder, recipe.intake, split, recipe.task)
    examples = [replace(example, drawn=None) for example in read]  # large, and only scoring needs them
    return _prepared(recipe, folder, examples, squares(recipe, folder, split))


def fold_examples(
    recipe: Recipe, folder: Path, examples: Sequence[Example], crops: Mapping[str, Crop]
) -> list[Example]:
    """Make of the training side of a fold what a recipe trains on; nothing is taken from other pictures.

    Args:
        recipe: of the training.
        folder: of the data set.
        examples: of the training side, as the data set has them.
        crops: squares of healthy skin, by the names of the pictures that they are parts of.
    """
    return _prepared(recipe, folder, [replace(example, drawn=None) for example in examples], crops)


def squares(recipe: Recipe, folder: Path, split: str | None) -> dict[str, Crop]:
    """Read the squares of healthy skin that a recipe needs, by their pictures' names.

    Raises:
        TrainingError: the data set has none.
    """
    guesses = recipe.counterparts is Counterparts.GUESSED
    if recipe.counterparts is None or not (guesses or recipe.skin):
        return {}
    crops = read_crops(folder, split)
    if recipe.skin and not crops:
        raise TrainingError(f"The data folder {folder.name} has no healthy skin of {split or ALL}.")
    return crops


def _prepared(recipe: Recipe, folder: Path, examples: Sequence[Example], crops: Mapping[str, Crop]) -> list[Example]:
    """Add what the recipe asks for; skin comes from these pictures alone, whatever part the table of skin calls it."""
    if recipe.counterparts is None:
        return list(examples)
    names = {example.name for example in examples}
    crops = {name: crop for name, crop in crops.items() if name in names}
    if recipe.counterparts is Counterparts.GUESSED:
        examples = list(guessed(examples, crops))
    return [*paired(examples, recipe.seed), *_skin(recipe, folder, list(crops.values()))]


def paired(examples: Sequence[Example], seed: int) -> Iterator[Example]:
    """Give each example a counterpart without what any reader marked."""
    for number, example in enumerate(examples):
        rng = np.random.default_rng([seed, number])
        marked = np.any(example.readers, axis=0)
        counterpart = without_lesion(example.image, marked, rng, example.grid.on_slice())
        yield replace(example, counterpart=counterpart.astype(np.float16))


def guessed(examples: Sequence[Example], crops: Mapping[str, Crop]) -> Iterator[Example]:
    """Put a guess in the place of the readers' masks, which are not looked at; see `weak`.

    Pictures without a square of healthy skin, or in which nothing stands out from it, are left out.
    """
    for example in examples:
        if example.name in crops:
            skin = crops[example.name].on(example.grid)
            guess = guess_lesion(example.image, skin, example.grid.on_slice())
            if guess.any():
                yield replace(example, readers=guess[None], drawn=None)


def _skin(recipe: Recipe, folder: Path, crops: Sequence[Crop]) -> Iterator[Example]:
    chosen = np.random.default_rng(recipe.seed).permutation(len(crops))[: recipe.skin]
    for place in chosen:
        example = healthy_example(folder, crops[place], recipe.intake)
        yield replace(example, counterpart=example.image, drawn=None)
