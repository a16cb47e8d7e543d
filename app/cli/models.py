"""`concord models`: what is installed."""

import argparse
import json
from collections.abc import Mapping
from pathlib import Path

from app.domain.model import Intake, ModelCard
from app.places import resources_folder
from app.segmenters.cards import find_card, installed_cards


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("name", nargs="?", help="print this model's whole card")
    parser.add_argument("--models", type=Path, default=resources_folder() / "models", help="folder of models")
    parser.add_argument("--json", action="store_true", help="print as JSON")


def run(chosen: argparse.Namespace) -> int:
    """List the models, or print one card."""
    cards = [find_card(chosen.models, chosen.name)] if chosen.name else list(installed_cards(chosen.models))
    if chosen.json:
        print(json.dumps([dict(card.facts) for card in cards], indent=2, ensure_ascii=False))
    elif chosen.name:
        print(_card(cards[0]))
    else:
        print("\n\n".join(_line(card) for card in cards) or "No models are installed.")
    return 0


def intended_input(intake: Intake) -> str:
    """Describe a model's picture in words."""
    kind = "colour" if intake.channels > 1 else "grey"
    extent = "whole slice" if not intake.needs_region else f"region of {intake.crop_px or intake.crop_mm} px or mm"
    return f"{kind}, {extent}, sampled at {intake.side} x {intake.side}"


def _line(card: ModelCard) -> str:
    readers = f"{card.readers} simulated readers" if card.simulated_readers else f"{card.readers} readers"
    return "\n".join(
        [
            f"{card.name}: {card.title}",
            f"  system  {card.system}",
            f"  task    {card.task}",
            f"  readers {readers}{'; can calibrate the masks of others' if card.takes_readers else ''}",
            f"  input   {card.facts.get('intended_input', card.modality.value)} ({intended_input(card.intake)})",
        ]
    )


def _card(card: ModelCard) -> str:
    facts = ["field_of_view", "data", "licence", "limits", "seed", "trained", "sha256"]
    if "reading" in card.facts:
        facts.insert(0, "reading")
    scores = card.facts.get("metrics", {})
    return "\n".join(
        [
            _line(card),
            *(f"  {fact.replace('_', ' ')}: {card.facts.get(fact, 'not stated')}" for fact in facts),
            *(
                f"  {place}: {', '.join(f'{name} {score}' for name, score in row.items())}"
                for place, row in scores.items()
            ),
        ]
    )


def _scores(row: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {score}" for name, score in row.items())
