"""`concord table`: every installed model scored on the data that its card names, as a table in Markdown."""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import torch

from app.cli.scoring import Scored, loaded, scored, shown
from app.domain.model import ModelCard
from app.domain.result import Device, Options
from app.places import resources_folder
from app.segmenters.cards import installed_cards
from app.segmenters.store import segmenter_from
from app.training.evaluate import DEFINITIONS

ABSENT = ""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("--data", required=True, type=Path, metavar="ROOT", help="folder that holds the data sets")
    parser.add_argument(
        "--models",
        type=Path,
        nargs="+",
        default=[resources_folder() / "models"],
        metavar="DIR",
        help="folder of models; further ones hold the same models trained with other seeds, counted together",
    )
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2], metavar="N", help="of the noise")
    parser.add_argument("--device", choices=[kind.value for kind in Device], default=Device.AUTO.value)
    parser.add_argument("--threads", type=int, help="CPU threads (default: all)")


def run(chosen: argparse.Namespace) -> int:
    """Print a row for each model and data set."""
    if chosen.threads:
        torch.set_num_threads(chosen.threads)
    first, *others = [{card.name: card for card in installed_cards(folder)} for folder in chosen.models]
    rows = []
    for name, card in first.items():
        again = [folder[name] for folder in others if name in folder]
        rows.extend(_rows([card, *again], chosen))
    print(
        "\n".join(
            [
                _line(["model", "data", "cases", "samples", "trainings", *DEFINITIONS]),
                _line(["---"] * (5 + len(DEFINITIONS))),
                *rows,
            ]
        )
    )
    print("\n".join(f"\n*{name}*: {definition}." for name, definition in DEFINITIONS.items()))
    return 0


def _rows(trained: Sequence[ModelCard], chosen: argparse.Namespace) -> list[str]:
    """Score a model, trained so often, as its card says: {"data": FOLDER, "split": NAME, "samples": N}."""
    card, rows = trained[0], list[str]()
    for planned in card.facts.get("evaluations", ()):
        examples = loaded(card, chosen.data / planned["data"], planned["split"])
        how = Options(planned.get("samples", card.samples), card.steps, device=Device(chosen.device))
        place = f"{planned['data']}, {planned['split']}"
        found = [scored(segmenter_from(each), examples, place, chosen.seeds, how) for each in trained]
        result = replace(found[0], runs=tuple(run for each in found for run in each.runs))
        told = (card.name, place, len(examples), result.samples, len(trained))
        rows.append(_line([*map(str, told), *_scores(result)]))
    return rows


def _scores(result: Scored) -> list[str]:
    values = result.values()
    return [shown(values[name]) if name in values else ABSENT for name in DEFINITIONS]


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
