"""`concord crossvalidate`: a recipe trained once for each fold and scored on what that fold left out."""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

import torch
from tqdm import tqdm

from app.cli.calibration import table
from app.cli.progress import drained
from app.cli.scoring import Scored, scored
from app.cli.train import add_changes, show_progress, untrained
from app.domain.errors import TrainingError
from app.domain.result import Device, Options
from app.segmenters.base import Calibrator, Segmenter, choose_device
from app.segmenters.cards import card_from
from app.segmenters.store import trained
from app.training.calibration import CalibrationScores, evaluate_calibration
from app.training.data import Example, load_examples, names_parts
from app.training.evaluate import DEFINITIONS
from app.training.loop import train
from app.training.pairs import fold_examples, squares
from app.training.parts import ALL, TRAIN, VAL
from app.training.recipe import Recipe, read_recipe


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("recipe", type=Path, metavar="RECIPE", help="a TOML file as in resources/models/recipes")
    parser.add_argument("--data", required=True, type=Path, metavar="ROOT", help="folder that holds the data sets")
    add_changes(parser)
    parser.add_argument(
        "--split",
        nargs="+",
        help="parts of the data set that are folded (default: train and val; all if none is named)",
    )
    parser.add_argument("--folds", type=int, help="number of folds (default: one for each group)")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0], metavar="N", help="of the noise, one run for each")
    parser.add_argument("--samples", type=int, metavar="N", help="samples for each level")
    parser.add_argument("--device", choices=[kind.value for kind in Device], default=Device.AUTO.value)
    parser.add_argument("--threads", type=int, help="CPU threads (default: all)")
    parser.add_argument("--work", type=Path, default=Path("runs"), help="folder for the checkpoints that are resumed")


def run(chosen: argparse.Namespace) -> int:
    """Train and score every fold."""
    if chosen.threads:
        torch.set_num_threads(chosen.threads)
    recipe = read_recipe(chosen.recipe, chosen.changes)
    if recipe.start:
        raise TrainingError(
            f"{recipe.start}, which this recipe starts from, may have seen the cases held out; "
            "--set 'training.start=\"\"' starts at random."
        )
    folder = chosen.data / recipe.data
    examples, crops = cases(recipe, folder, chosen.split), squares(recipe, folder, ALL)
    results, calibrations = [], list[CalibrationScores]()
    for number, (rest, held_out) in enumerate(folds(examples, chosen.folds), start=1):
        checkpoint = chosen.work / f"{recipe.card['name']}.fold{number}.pt"
        segmenter, how = _trained_fold(recipe, fold_examples(recipe, folder, rest, crops), checkpoint, chosen)
        results.append(scored(segmenter, held_out, checkpoint.stem, chosen.seeds, how))
        print(results[-1].title, results[-1].table(), sep="\n  ")
        if isinstance(segmenter, Calibrator):
            calibrations.extend(evaluate_calibration(segmenter, held_out, how))
    whole = _gathered(results)
    print(f"{recipe.card['name']}, {len(results)} folds by group, {len(examples)} cases, seeds {chosen.seeds}")
    print("\n".join(f"  {name:<27} {value:<16} {DEFINITIONS[name]}" for name, value in whole.table().items()))
    if calibrations:
        print("\n".join(["readers calibrated", *table([calibrations])]))
    return 0


def cases(recipe: Recipe, folder: Path, splits: Sequence[str] | None) -> list[Example]:
    """Load the pictures that are folded, with the masks that their readers drew and each only once.

    Args:
        recipe: of the training.
        folder: of the data set.
        splits: parts that are folded; None takes train and val, or everything where nothing names parts.
    """
    found: list[Example] = []
    for split in splits or ((TRAIN, VAL) if names_parts(folder, recipe.task) else (ALL,)):
        known = {(example.group, example.name) for example in found}
        loaded = load_examples(folder, recipe.intake, split, recipe.task)
        found.extend(example for example in loaded if (example.group, example.name) not in known)
    return found


def folds(examples: Sequence[Example], count: int | None) -> Iterator[tuple[list[Example], list[Example]]]:
    """Yield (training, held out) examples; a group is held out whole, and each one exactly once.

    Args:
        examples: to fold.
        count: number of folds; None takes one for each group.

    Raises:
        TrainingError: there are fewer groups than folds, or fewer than two folds.
    """
    groups = sorted({example.group for example in examples})
    count = count or len(groups)
    if not 2 <= count <= len(groups):  # noqa: PLR2004 - one fold would leave nothing to train on
        raise TrainingError(f"{len(groups)} groups cannot be cut into {count} folds.")
    for fold in range(count):
        out = set(groups[fold::count])
        yield (
            [example for example in examples if example.group not in out],
            [example for example in examples if example.group in out],
        )


def _trained_fold(
    recipe: Recipe, rest: Sequence[Example], checkpoint: Path, chosen: argparse.Namespace
) -> tuple[Segmenter, Options]:
    model, device = untrained(recipe), choose_device(Device(chosen.device))
    bar = tqdm(total=recipe.steps, desc=checkpoint.stem, unit="step")
    model.network.load_state_dict(drained(train(model, rest, recipe, checkpoint, device), bar, show_progress))
    card = card_from({**recipe.card, "sha256": ""}, Path())
    return trained(card, model), Options(chosen.samples or card.samples, card.steps, device=Device(chosen.device))


def _gathered(results: Sequence[Scored]) -> Scored:
    """Put the cases of all folds together, seed by seed."""
    seeds = zip(*(result.runs for result in results), strict=True)
    return Scored("", "", tuple(tuple(case for fold in runs for case in fold) for runs in seeds), results[0].samples)
