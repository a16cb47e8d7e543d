"""`concord evaluate`: a model and a data set in, a table of scores out."""

import argparse
import json
from pathlib import Path
from typing import IO

import numpy as np
import torch
from tqdm import tqdm

from app.domain.model import ModelCard
from app.domain.result import Device, Options
from app.export.files import save_atomically
from app.places import resources_folder
from app.segmenters.cards import find_card
from app.segmenters.store import segmenter_from
from app.training.data import load_examples
from app.training.evaluate import DEFINITIONS, CaseScores, evaluate, summarise


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("model", metavar="NAME", help="as listed by `concord models`")
    parser.add_argument("--data", required=True, type=Path, metavar="DIR", help="folder of the data set")
    parser.add_argument("--split", help="rows of the data set's table (default: all)")
    parser.add_argument("--samples", type=int, metavar="N", help="samples for each level")
    parser.add_argument("--steps", type=int, metavar="N", help="diffusion steps")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0], metavar="N", help="of the noise, one run for each")
    parser.add_argument("--device", choices=[kind.value for kind in Device], default=Device.AUTO.value)
    parser.add_argument("--threads", type=int, help="CPU threads (default: all)")
    parser.add_argument("--worst", type=int, default=0, metavar="N", help="also name the N worst cases")
    parser.add_argument("--into-card", action="store_true", help="write the scores into the model's card")
    parser.add_argument("--models", type=Path, default=resources_folder() / "models", help=argparse.SUPPRESS)


def run(chosen: argparse.Namespace) -> int:
    """Score a model once for each seed."""
    if chosen.threads:
        torch.set_num_threads(chosen.threads)
    card = find_card(chosen.models, chosen.model)
    segmenter = segmenter_from(card)
    examples = load_examples(chosen.data, card.intake, chosen.split)
    runs = []
    for seed in chosen.seeds:
        options = Options(chosen.samples or card.samples, chosen.steps or card.steps, seed, Device(chosen.device))
        scored = evaluate(segmenter, examples, options)
        runs.append(list(tqdm(scored, total=len(examples), desc=f"seed {seed}", unit="case")))
    table = _table([summarise(scores) for scores in runs])
    place = f"{chosen.data.resolve().name}, {chosen.split or 'all'}"
    title = f"{card.name} on {place}: {len(examples)} cases, seeds {chosen.seeds}"
    print(title)
    print("\n".join(f"  {name:<10} {value:<16} {DEFINITIONS[name]}" for name, value in table.items()))
    for result in _worst(runs[0], chosen.worst):
        print(f"  worst: {result.name} Dice {result.scores['Dice']:.3f}")
    if chosen.into_card:
        write_scores(card, title, table)
    return 0


def write_scores(card: ModelCard, title: str, table: dict[str, str]) -> None:
    """Add a row of scores to a model's card."""
    path = card.weights.with_suffix(".json")
    facts = json.loads(path.read_text(encoding="utf-8"))
    facts.setdefault("metrics", {})[title] = table
    text = json.dumps(facts, indent=2, ensure_ascii=False) + "\n"

    def write(file: IO[bytes]) -> None:
        file.write(text.encode())

    save_atomically(path, write, overwrite=True)


def _table(runs: list[dict[str, float]]) -> dict[str, str]:
    """Give each score as mean over the runs, with its standard deviation where there are several."""
    table = {}
    for name in runs[0]:
        values = [scores[name] for scores in runs]
        table[name] = f"{np.mean(values):.4f}" + (f" +- {np.std(values):.4f}" if len(values) > 1 else "")
    return table


def _worst(scored: list[CaseScores], count: int) -> list[CaseScores]:
    return sorted(scored, key=lambda result: result.scores["Dice"])[:count]
