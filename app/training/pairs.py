"""The examples that a recipe trains on, with healthy counterparts where it asks for them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from app.domain.errors import TrainingError
from app.training.crops import healthy_example, read_crops
from app.training.data import Example, load_examples
from app.training.healthy import without_lesion
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
    examples = load_examples(folder, recipe.intake, split)
    if recipe.counterparts is None:
        return examples
    if recipe.counterparts is Counterparts.GUESSED:
        examples = list(guessed(examples, folder, split))
    skin = list(_skin(recipe, folder, split)) if recipe.skin else []
    return [*paired(examples, recipe.seed), *skin]


def paired(examples: Sequence[Example], seed: int) -> Iterator[Example]:
    """Give each example a counterpart without what any reader marked."""
    for number, example in enumerate(examples):
        rng = np.random.default_rng([seed, number])
        marked = np.any(example.readers, axis=0)
        counterpart = without_lesion(example.image, marked, rng, example.grid.on_slice())
        yield replace(example, counterpart=counterpart.astype(np.float16))


def guessed(examples: Sequence[Example], folder: Path, split: str | None) -> Iterator[Example]:
    """Put a guess in the place of the readers' masks, which are not looked at; see `weak`.

    Pictures without a square of healthy skin, or in which nothing stands out from it, are left out.
    """
    crops = read_crops(folder, split)
    for example in examples:
        if example.name in crops:
            skin = crops[example.name].on(example.grid)
            guess = guess_lesion(example.image, skin, example.grid.on_slice())
            if guess.any():
                yield replace(example, readers=guess[None], drawn=None)


def _skin(recipe: Recipe, folder: Path, split: str | None) -> Iterator[Example]:
    crops = list(read_crops(folder, split).values())
    if not crops:
        raise TrainingError(f"The data folder {folder.name} has no healthy skin of {split}.")
    chosen = np.random.default_rng(recipe.seed).permutation(len(crops))[: recipe.skin]
    for place in chosen:
        example = healthy_example(folder, crops[place], recipe.intake)
        yield replace(example, counterpart=example.image)
