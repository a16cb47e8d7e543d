"""What makes one training another one, to be kept beside its state."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Final

from app.training.data import Example
from app.training.recipe import Recipe

_NOT_COMPARED: Final = {"card", "rate", "steps", "horizon", "anneal"}
"""Of a recipe: the card only speaks of the training, and the others are in the learning rates of its steps."""


def fingerprint(recipe: Recipe, examples: Sequence[Example], rates: Iterable[float]) -> dict[str, str]:
    """Describe a training up to some step, so that it can be compared with another one.

    Args:
        recipe: of the training.
        examples: that it trains on, in their order.
        rates: learning rate of every step done so far.

    Returns:
        what two states must share to be of one training, by names fit to show.
    """
    values = {entry.name: repr(getattr(recipe, entry.name)) for entry in fields(recipe)}
    return {
        **{name: value for name, value in values.items() if name not in _NOT_COMPARED},
        "system": str(recipe.card["system"]),
        "readers": str(recipe.readers),
        "examples": _digest(part for example in examples for part in (example.name, example.group)),
        "learning rates so far": _digest(f"{rate:.9g}" for rate in rates),
    }


def differences(one: Mapping[str, str], other: Mapping[str, str]) -> list[str]:
    """Name what differs between two fingerprints; what one of them does not speak of is passed over."""
    return [name for name in one if name in other and one[name] != other[name]]


def _digest(words: Iterable[str]) -> str:
    return hashlib.sha256("\0".join(words).encode()).hexdigest()
