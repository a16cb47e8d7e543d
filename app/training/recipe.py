"""A recipe: everything that makes one file of weights, in one TOML file."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

from app.domain.errors import TrainingError
from app.domain.model import Intake
from app.segmenters.cards import intake_from
from app.training.augment import Augmentation
from app.training.readers import Spread


class Counterparts(Enum):
    """What the counterparts of training pictures are made from."""

    MASKS = "masks"
    GUESSED = "guessed"


@dataclass(frozen=True, slots=True)
class Recipe:
    """What is trained on what, and how.

    Attributes:
        card: facts copied to the model card (name, system, title, task, modality, readers, data, licence ...).
        data: the data set's folder inside the data root.
        intake: how slices are prepared.
        configuration: of the system.
        augmentation: of the training pictures.
        spread: of simulated readers; None uses the readers that the data set has.
        steps: of the optimiser.
        batch: pictures in a batch.
        rate: peak learning rate.
        decay: weight decay.
        average: decay of the exponential moving average of the weights.
        seed: of weights, batches and noise.
        autocast: whether the network computes in bfloat16; the weights stay in float32.
        horizon: number of steps that the learning rate's cosine is laid out for; None takes `steps`.
        opening: number of the first steps, in which only the encoder's first guess is taught; the rate stays at its
            peak until they are over, and the others begin as a training of their own.
        start: name of an installed model whose weights the network starts with where names and sizes are the same; ""
            starts at random.
        imagenet: whether the network's backbone starts at its ImageNet weights.
        gentle: share of the learning rate that a backbone is trained with.
        counterparts: whether the pictures get counterparts without what the readers marked, or without what is guessed
            in place of all readers' masks; None for systems that need none.
        skin: number of squares of healthy skin that are trained on too.
        anneal: step from which the rate falls in a straight line to zero at `steps`; None never leaves the cosine.
        task: number of QUBIQ's task whose masks are trained on; None takes the lowest of each case.
    """

    card: dict[str, Any] = field(repr=False)
    data: str
    intake: Intake
    configuration: dict[str, Any] = field(repr=False)
    augmentation: Augmentation
    spread: Spread | None
    steps: int
    batch: int
    rate: float
    decay: float
    average: float
    seed: int
    autocast: bool = False
    horizon: int | None = None
    anneal: int | None = None
    opening: int = 0
    start: str = ""
    imagenet: bool = False
    gentle: float = 1.0
    counterparts: Counterparts | None = None
    skin: int = 0
    task: int | None = None

    @property
    def readers(self) -> int:
        """Number of readers that the model is trained with."""
        return int(self.card["readers"])


def read_recipe(path: Path, changes: Sequence[str] = ()) -> Recipe:
    """Read a recipe.

    Args:
        path: of the file.
        changes: lines of TOML that replace single values ("configuration.draws = 2"), for ablations.

    Raises:
        TrainingError: the file cannot be read or is not a recipe, or a change is not TOML.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        for change in changes:
            table = _merged(table, tomllib.loads(change))
        return _recipe(table)
    except OSError as error:
        raise TrainingError(f"The recipe {path.name} cannot be read: {error.strerror}.") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:  # a list where a table is due has no `get`
        raise TrainingError(f"The recipe {path.name} does not fit: {type(error).__name__} {error}.") from error


def _merged(table: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    """Put a change over a table, deep where both hold tables."""
    both = {key: _merged(table[key], value) for key, value in change.items() if isinstance(table.get(key), dict)}
    return {**table, **change, **both}


def _recipe(table: dict[str, Any]) -> Recipe:
    data = table["data"]
    task = int(data["task"]) if "task" in data else None
    asked = {"intake": table["intake"], "configuration": table["configuration"]}
    return Recipe(
        card=table["card"] | asked | ({} if task is None else {"mask_task": task}),
        data=data["folder"],
        intake=intake_from(table["intake"]),
        configuration=dict(table["configuration"]),
        augmentation=Augmentation(**table.get("augmentation", {})),
        spread=Spread(**table["simulated_readers"]) if "simulated_readers" in table else None,
        counterparts=Counterparts(data["counterparts"]) if "counterparts" in data else None,
        skin=int(data.get("skin", 0)),
        task=task,
        **table["training"],
    )
