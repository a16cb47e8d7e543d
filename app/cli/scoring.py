"""Scoring a model on a data set: shared by the commands that print scores."""

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, assert_never

import numpy as np
from tqdm import tqdm

from app.domain.model import ModelCard, Sampling
from app.domain.result import Device, Options, between_different
from app.export.files import save_atomically
from app.places import resources_folder
from app.segmenters.base import Segmenter
from app.segmenters.cards import DECILES
from app.training.data import Example, load_examples
from app.training.evaluate import CaseScores, evaluate, reliability, summarise


@dataclass(frozen=True, slots=True)
class Scored:
    """A model's scores on a data set.

    Attributes:
        title: model, data, number of cases, samples and readers, seeds.
        place: data and split, as in the title ("qubiq_kidney, val").
        runs: the scores of every case, for each seed of the noise.
        samples: drawn for each case, over all levels or noise steps.
    """

    title: str
    place: str
    runs: tuple[tuple[CaseScores, ...], ...]
    samples: int

    def table(self) -> dict[str, str]:
        """Give each score as mean over the runs, with its standard deviation where there are several."""
        return {name: shown(values) for name, values in self.values().items()}

    def values(self) -> dict[str, list[float]]:
        """Give each score for each run that has it."""
        means = [summarise(run) for run in self.runs]
        names = dict.fromkeys(name for mean in means for name in mean)
        return {name: [mean[name] for mean in means if name in mean] for name in names}

    def reliability(self) -> list[tuple[float, float, float]]:
        """Give the reliability diagram of the first run; see `training.evaluate.reliability`."""
        return reliability(self.runs[0])


def add_model_and_data(parser: argparse.ArgumentParser, split: str | None = None) -> None:
    """Declare the arguments of every command that runs a model on a data set.

    Args:
        parser: of the command.
        split: part of the data set where none is named; None takes all.
    """
    parser.add_argument("model", metavar="NAME", help="as listed by `concord models`")
    parser.add_argument("--data", required=True, type=Path, metavar="DIR", help="folder of the data set")
    parser.add_argument("--split", default=split, help=f"part of the data set (default: {split or 'all'})")
    parser.add_argument("--samples", type=int, metavar="N", help="samples for each level, or draws of the noise")
    parser.add_argument("--device", choices=[kind.value for kind in Device], default=Device.AUTO.value)
    parser.add_argument("--threads", type=int, help="CPU threads (default: all)")
    parser.add_argument("--models", type=Path, default=resources_folder() / "models", help="folder of models")


def loaded(card: ModelCard, folder: Path, split: str | None) -> list[Example]:
    """Load what a model is scored on: of a data set with several tasks the one that it was trained for.

    Raises:
        TrainingError: there is nothing to score on.
    """
    return load_examples(folder, card.intake, split, card.facts.get("mask_task"))


def scored(segmenter: Segmenter, examples: Sequence[Example], place: str, seeds: Sequence[int], how: Options) -> Scored:
    """Score a model once for each seed of the noise.

    Args:
        segmenter: the model.
        examples: to score it on.
        place: what they are, for the title ("qubiq_kidney, val").
        seeds: of the noise.
        how: samples, steps and device.
    """
    runs = []
    for seed in seeds:
        options = Options(how.samples, how.steps, seed, how.device)
        bar = tqdm(evaluate(segmenter, examples, options), total=len(examples), desc=f"seed {seed}", unit="case")
        runs.append(tuple(bar))
    card, samples = segmenter.card, runs[0][0].samples
    drawn = _drawn(card, samples, how.steps)
    title = f"{card.name} on {place}: {len(examples)} cases, {drawn}, {how.steps} steps, seeds {list(seeds)}"
    return Scored(title, place, tuple(runs), samples)


def _drawn(card: ModelCard, samples: int, steps: int) -> str:
    """Say how many samples a case has for each level or noise step; those of an ensemble are its members."""
    match card.sampling:
        case Sampling.LEVEL:
            return f"{samples // card.readers} samples a level"
        case Sampling.STEP:
            return f"{samples // steps} samples a noise step"
        case _:
            assert_never(card.sampling)


def shown(values: Sequence[float]) -> str:
    """Write a mean with its standard deviation, where there is one."""
    spread = f" ± {np.std(values):.3f}" if len(values) > 1 else ""
    return f"{np.mean(values):.3f}{spread}"


def usual_diversity(result: Scored) -> dict[str, Any]:
    """Return the entry `usual_diversity` of a model's card: deciles over the cases, freed of the number of samples."""
    values = [between_different(case.scores["diversity"], case.samples) for case in result.runs[0]]
    deciles = np.percentile(values, np.linspace(0, 100, DECILES))
    return {"on": result.title, "cases": len(values), "deciles": [round(float(value), 5) for value in deciles]}


def write_scores(card: ModelCard, result: Scored) -> None:
    """Add scores to a model's card, and of its own test set a reliability diagram and the usual diversity."""
    title, table, bins = result.title, result.table(), result.reliability()
    facts: dict[str, Any] = json.loads(_path(card).read_text(encoding="utf-8"))
    facts.setdefault("metrics", {})[title] = table
    if is_own_test(card, result.place):
        facts["usual_diversity"] = usual_diversity(result)
        if bins:
            rows = [[round(value, 5) for value in row] for row in bins]
            facts["reliability"] = {"on": title, "against": set_against(card, result.runs[0]), "bins": rows}
    write_facts(card, facts)


def set_against(card: ModelCard, cases: Sequence[CaseScores]) -> str:
    """Say whose masks a reliability diagram is set against; simulated readers are not those who drew them."""
    fewest, most = min(case.readers for case in cases), max(case.readers for case in cases)
    readers = "one reader" if most == 1 else f"{most} readers" if fewest == most else f"{fewest} to {most} readers"
    return f"{readers}; the model predicts {card.readers} simulated ones" if card.simulated_readers else readers


def is_own_test(card: ModelCard, place: str) -> bool:
    """Tell whether data and split ("qubiq_kidney, val") are the first that the card is to be scored on, if any are."""
    own = next(iter(card.facts.get("evaluations", ())), None)
    return own is None or place == f"{own['data']}, {own['split']}"


def write_facts(card: ModelCard, facts: Mapping[str, Any]) -> None:
    """Write a model's card anew."""
    text = json.dumps(facts, indent=2, ensure_ascii=False) + "\n"
    save_atomically(_path(card), lambda file: _fill(file, text.encode()), overwrite=True)


def plot_beside(card: ModelCard) -> Path:
    """Return where a model's reliability plot lies."""
    return card.weights.with_suffix(".reliability.svg")


def _path(card: ModelCard) -> Path:
    return card.weights.with_suffix(".json")


def _fill(file: IO[bytes], content: bytes) -> None:
    file.write(content)
