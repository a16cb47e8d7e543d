"""`concord calibration`: how well a model calibrates readers, beside majority vote and STAPLE."""

import argparse
from collections.abc import Sequence

import numpy as np
import torch
from tqdm import tqdm

from app.cli.scoring import add_model_and_data, loaded, shown
from app.domain.errors import TrainingError, UnfitInputError
from app.domain.result import Device, Options
from app.segmenters.base import Calibrator
from app.segmenters.cards import find_card
from app.segmenters.store import segmenter_from
from app.training.calibration import (
    DEFINITIONS,
    DRAWN,
    FEWEST,
    METHODS,
    CalibrationScores,
    evaluate_calibration,
    summarise_calibration,
)
from app.training.data import Example

ABSENT = "-"
COLUMNS = (*METHODS, DRAWN)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add_model_and_data(parser)
    parser.add_argument("--cases", type=int, metavar="N", help="only N cases, evenly spaced (default: all)")
    parser.add_argument("--steps", type=int, metavar="N", help="diffusion steps")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0], metavar="N", help="of the noise, one run for each")


def run(chosen: argparse.Namespace) -> int:
    """Score a model once for each seed."""
    if chosen.threads:
        torch.set_num_threads(chosen.threads)
    card = find_card(chosen.models, chosen.model)
    segmenter = segmenter_from(card)
    if not isinstance(segmenter, Calibrator):
        raise UnfitInputError(f"The model {card.name} cannot calibrate readers' masks.")
    examples = _spaced(loaded(card, chosen.data, chosen.split), chosen.cases)
    samples, steps = chosen.samples or card.samples, chosen.steps or card.steps
    how = [Options(samples, steps, seed, Device(chosen.device)) for seed in chosen.seeds]
    runs = [calibrated(segmenter, examples, options) for options in how]
    place = f"{chosen.data.resolve().name}, {chosen.split or 'all'}"
    print(f"{card.name} on {place}: {len(runs[0])} cases, {samples} samples, {steps} steps, seeds {chosen.seeds}")
    print("\n".join(table(runs)))
    return 0


def calibrated(segmenter: Calibrator, examples: Sequence[Example], options: Options) -> list[CalibrationScores]:
    """Score a model on examples, with a bar.

    Raises:
        TrainingError: there is no example with enough readers.
    """
    running = evaluate_calibration(segmenter, examples, options)
    results = list(tqdm(running, total=len(examples), desc=f"seed {options.seed}", unit="case"))
    if not results:
        raise TrainingError(f"Scoring a calibration needs cases that at least {FEWEST} readers drew on.")
    return results


def table(runs: Sequence[Sequence[CalibrationScores]]) -> list[str]:
    """Lay out the means over runs, with their standard deviation where there are several, and what they mean."""
    summaries = [summarise_calibration(results) for results in runs]
    lines = [_line("", COLUMNS)]
    for row in summaries[0]:
        values = [[summary[row][method] for summary in summaries if method in summary[row]] for method in COLUMNS]
        lines.append(_line(row, [shown(value) if value else ABSENT for value in values]))
    return lines + [f"  {name}: {definition}" for name, definition in DEFINITIONS.items()]


def _line(name: str, cells: Sequence[str]) -> str:
    return f"  {name:<20}" + "".join(f"{cell:<18}" for cell in cells).rstrip()


def _spaced(examples: list[Example], count: int | None) -> list[Example]:
    if not count or count >= len(examples):
        return examples
    return [examples[int(index)] for index in np.linspace(0, len(examples) - 1, count)]
