"""`concord table`: every installed model scored on the data that its card names, as a table in Markdown."""

import argparse
from pathlib import Path

import torch

from app.cli.scoring import Scored, scored, shown
from app.domain.model import ModelCard
from app.domain.result import Device, Options
from app.places import resources_folder
from app.segmenters.cards import installed_cards
from app.segmenters.store import segmenter_from
from app.training.data import load_examples
from app.training.evaluate import DEFINITIONS

ABSENT = ""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("--data", required=True, type=Path, metavar="ROOT", help="folder that holds the data sets")
    parser.add_argument("--models", type=Path, default=resources_folder() / "models", help="folder of models")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2], metavar="N", help="of the noise")
    parser.add_argument("--device", choices=[kind.value for kind in Device], default=Device.AUTO.value)
    parser.add_argument("--threads", type=int, help="CPU threads (default: all)")


def run(chosen: argparse.Namespace) -> int:
    """Print a row for each model and data set."""
    if chosen.threads:
        torch.set_num_threads(chosen.threads)
    rows = [row for card in installed_cards(chosen.models) for row in _rows(card, chosen)]
    print(
        "\n".join(
            [
                _line(["model", "data", "cases", "samples a level", *DEFINITIONS]),
                _line(["---"] * (4 + len(DEFINITIONS))),
                *rows,
            ]
        )
    )
    print("\n".join(f"\n*{name}*: {definition}." for name, definition in DEFINITIONS.items()))
    return 0


def _rows(card: ModelCard, chosen: argparse.Namespace) -> list[str]:
    """Score one model on each of its card's evaluations: {"data": FOLDER, "split": NAME, "samples": N}."""
    rows = []
    for planned in card.facts.get("evaluations", ()):
        examples = load_examples(chosen.data / planned["data"], card.intake, planned["split"])
        how = Options(planned.get("samples", card.samples), card.steps, device=Device(chosen.device))
        place = f"{planned['data']}, {planned['split']}"
        result = scored(segmenter_from(card), examples, place, chosen.seeds, how)
        rows.append(_line([card.name, place, str(len(examples)), str(how.samples), *_scores(result)]))
    return rows


def _scores(result: Scored) -> list[str]:
    values = result.values()
    return [shown(values[name]) if name in values else ABSENT for name in DEFINITIONS]


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
