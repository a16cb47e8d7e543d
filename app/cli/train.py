"""`concord train`: a recipe and a data root in, weights and a model card out."""

import argparse
import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import torch
from safetensors.torch import load, save
from torch import Tensor
from tqdm import tqdm

import app
from app.cli.progress import drained
from app.domain.errors import OutputError, TrainingError
from app.domain.result import Device
from app.export.files import save_atomically
from app.places import resources_folder
from app.segmenters.base import Trainable, choose_device, device_name
from app.segmenters.cards import SCHEMA, find_card, verify_weights
from app.segmenters.familiarity import PREFIX
from app.segmenters.store import new_model
from app.training.data import names_parts
from app.training.familiarise import familiar
from app.training.loop import Progress, train
from app.training.pairs import training_examples
from app.training.parts import ALL, TRAIN
from app.training.recipe import Recipe, read_recipe
from app.training.start import IMAGENET, start_at_imagenet, start_from


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("recipe", type=Path, metavar="RECIPE", help="a TOML file as in resources/models/recipes")
    parser.add_argument("--data", required=True, type=Path, metavar="ROOT", help="folder that holds the data sets")
    parser.add_argument("--out", required=True, type=Path, metavar="DIR", help="folder for weights and card")
    add_changes(parser)
    parser.add_argument("--split", default=TRAIN, help="part of the data set to train on (default train; all: all)")
    parser.add_argument("--device", choices=[kind.value for kind in Device], default=Device.AUTO.value)
    parser.add_argument("--threads", type=int, help="CPU threads (default: all)")
    parser.add_argument("--work", type=Path, default=Path("runs"), help="folder for the checkpoint that is resumed")


def run(chosen: argparse.Namespace) -> int:
    """Train, or go on training from the checkpoint."""
    recipe = read_recipe(chosen.recipe, chosen.changes)
    device = choose_device(Device(chosen.device))
    if chosen.threads:
        torch.set_num_threads(chosen.threads)
    examples = training_examples(recipe, chosen.data, chosen.split)
    if chosen.split != ALL and not names_parts(chosen.data / recipe.data, recipe.task):
        print(f"{recipe.data} names no parts: all of it is trained on, so no score on it is one on new pictures.")
    model = untrained(recipe)
    checkpoint = chosen.work / f"{recipe.card['name']}.pt"
    running = train(model, examples, recipe, checkpoint, device)
    print(f"{len(examples)} examples on {device_name(device)}; the state is kept in {checkpoint}")
    bar = tqdm(total=recipe.steps, desc=str(recipe.card["name"]), unit="step")
    weights = drained(running, bar, show_progress)
    weights |= familiar(model, weights, examples, recipe)
    write_model(recipe, weights, chosen.out)
    print(f"Wrote {recipe.card['name']}.safetensors and its card to {chosen.out}")
    return 0


def add_changes(parser: argparse.ArgumentParser) -> None:
    """Declare the argument that changes values of a recipe."""
    parser.add_argument(
        "--set", dest="changes", action="append", default=[], metavar="KEY=VALUE",
        help="change a value of the recipe, as in configuration.draws=2 or 'card.name=\"other\"'; may be repeated",
    )  # fmt: skip


def untrained(recipe: Recipe) -> Trainable:
    """Build the recipe's model with the seed's random weights, those of ImageNet, or those of the model it starts from.

    Raises:
        TrainingError: the configuration does not fit the system, or nothing of the other model fits this one, or
            the weights of ImageNet are not there.
        MissingModelError: that model is not installed.
    """
    try:
        model = new_model(str(recipe.card["system"]), recipe.configuration, recipe.seed)
    except (KeyError, TypeError, ValueError) as error:
        raise TrainingError(f"The recipe's configuration does not fit its system: {error}.") from error
    if recipe.imagenet:
        start_at_imagenet(model.network)
    if recipe.start:
        other = verify_weights(find_card(resources_folder() / "models", recipe.start))
        if not start_from(model.network, load(other)):
            raise TrainingError(f"Nothing of the model {recipe.start} fits the recipe's network.")
    return model


def write_model(recipe: Recipe, weights: dict[str, Tensor], folder: Path) -> None:
    """Write weights and card side by side.

    Raises:
        OutputError: the folder cannot be written to.
    """
    content = save(weights)
    facts: dict[str, Any] = {
        "schema": SCHEMA,
        **recipe.card,
        "seed": recipe.seed,
        **({"backbone": IMAGENET} if recipe.imagenet else {}),
        **({"start": recipe.start} if recipe.start else {}),
        "trained": datetime.now(UTC).date().isoformat(),
        "version": app.__version__,
        "parameters": sum(value.numel() for name, value in weights.items() if not name.startswith(PREFIX)),
        "sha256": hashlib.sha256(content).hexdigest(),
        "metrics": {},
    }
    name = str(recipe.card["name"])
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"Cannot write the model to {folder.name}: {error.strerror}.") from error
    save_atomically(folder / f"{name}.safetensors", lambda file: _fill(file, content), overwrite=True)
    card = json.dumps(facts, indent=2, ensure_ascii=False) + "\n"
    save_atomically(folder / f"{name}.json", lambda file: _fill(file, card.encode()), overwrite=True)


def _fill(file: IO[bytes], content: bytes) -> None:
    file.write(content)


def show_progress(bar: "tqdm[None]", progress: Progress) -> None:
    """Show a training's progress on a bar."""
    bar.update(progress.step - bar.n)
    bar.set_postfix(loss=f"{progress.loss:.4f}")
