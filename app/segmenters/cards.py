"""Model cards on disk: a JSON file beside each file of weights."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.domain.case import Modality, Window
from app.domain.errors import MissingModelError
from app.domain.model import Intake, ModelCard, Sampling, Usual
from app.domain.words import tr

SCHEMA = "concord-model/1"
DEFAULT_LENGTH = 1000


def installed_cards(folder: Path) -> tuple[ModelCard, ...]:
    """Read every model card in a folder, ordered by its place in lists, system and name.

    Raises:
        MissingModelError: a card is damaged.
    """
    cards = [read_card(path) for path in sorted(folder.glob("*.json"))]
    return tuple(sorted(cards, key=lambda card: (card.facts.get("place", 0), card.system, card.name)))


def find_card(folder: Path, name: str) -> ModelCard:
    """Read the card of the model with a name.

    Raises:
        MissingModelError: there is none; the sentence lists those that there are.
    """
    for card in installed_cards(folder):
        if card.name == name:
            return card
    known = ", ".join(card.name for card in installed_cards(folder)) or "none"
    raise MissingModelError(tr("There is no model named {name}; installed: {known}.").format(name=name, known=known))


def read_card(path: Path) -> ModelCard:
    """Read one model card.

    Raises:
        MissingModelError: the file is not a model card.
    """
    try:
        return card_from(json.loads(path.read_text(encoding="utf-8")), path.with_suffix(".safetensors"))
    except OSError as error:
        raise MissingModelError(
            tr("The model card {name} cannot be read: {reason}.").format(name=path.name, reason=error.strerror)
        ) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:  # a list where a table is due has no `get`
        raise MissingModelError(tr("The model card {name} is damaged.").format(name=path.name)) from error


def card_from(facts: Mapping[str, Any], weights: Path) -> ModelCard:
    """Make a card of the facts in its file.

    Raises:
        KeyError, TypeError, ValueError, AttributeError: a fact is missing or of the wrong kind.
    """
    return ModelCard(
        name=facts["name"],
        system=facts["system"],
        title=facts["title"],
        task=facts["task"],
        modality=Modality(facts["modality"]),
        readers=int(facts["readers"]),
        simulated_readers=bool(facts["simulated_readers"]),
        intake=intake_from(facts["intake"]),
        steps=int(facts["steps"]),
        samples=int(facts["samples"]),
        most_steps=int(facts.get("most_steps", facts["configuration"].get("length", DEFAULT_LENGTH))),
        weights=weights,
        sha256=str(facts["sha256"]),
        facts=facts,
        takes_readers=bool(facts.get("takes_readers", False)),
        usual=None if "usual_diversity" not in facts else _usual_from(facts["usual_diversity"]),
        sampling=Sampling(facts.get("sampling", Sampling.LEVEL.value)),
    )


def _usual_from(facts: Mapping[str, Any]) -> Usual:
    """Read the entry that `concord evaluate --into-card` writes.

    Raises:
        KeyError, TypeError, ValueError: a fact is missing or of the wrong kind.
    """
    deciles = tuple(float(value) for value in facts["deciles"])
    if len(deciles) != DECILES:
        raise ValueError(f"a card has {DECILES} deciles of the diversity, not {len(deciles)}")
    return Usual(int(facts["cases"]), deciles)


DECILES = 11


def intake_from(facts: Mapping[str, Any]) -> Intake:
    """Make an intake of a table such as {"side": 128, "channels": 1, "window": {"level": 40, "width": 400}}."""
    window = facts.get("window")
    return Intake(
        side=int(facts["side"]),
        channels=int(facts["channels"]),
        window=None if window is None else Window(float(window["level"]), float(window["width"])),
        crop_px=facts.get("crop_px"),
        crop_mm=facts.get("crop_mm"),
    )


def frozen(table: Mapping[str, Any]) -> dict[str, Any]:
    """Return a card's or recipe's table with its lists as tuples, as the configurations of networks keep them."""
    return {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}


def verify_weights(card: ModelCard) -> bytes:
    """Read a model's weights and check that they are the ones that the card speaks of.

    Raises:
        MissingModelError: the file is absent, unreadable or another one.
    """
    try:
        content = card.weights.read_bytes()
    except OSError as error:
        raise MissingModelError(
            tr("The weights {name} cannot be read: {reason}.").format(name=card.weights.name, reason=error.strerror)
        ) from error
    if hashlib.sha256(content).hexdigest() != card.sha256:
        raise MissingModelError(
            tr("The weights {name} are damaged: their checksum is not the card's.").format(name=card.weights.name)
        )
    return content
