"""The parts of a view that are simply on or off."""

from dataclasses import replace
from enum import Enum
from typing import assert_never

from app.domain.view import View
from app.domain.words import mark


class Switch(Enum):
    """What can be drawn or not, with its caption and key."""

    BAND = (mark("Agreement of the samples"), "B")
    SOFT = (mark("Soft map"), "S")
    REFERENCES = (mark("Readers' own outlines"), "O")
    REFINED = (mark("Refined outline"), "C")

    @property
    def caption(self) -> str:
        """What it is called, in English."""
        return self.value[0]

    @property
    def key(self) -> str:
        """The key that switches it."""
        return self.value[1]


def is_on(view: View, switch: Switch) -> bool:
    """Return whether a view draws something."""
    match switch:
        case Switch.BAND:
            return view.band
        case Switch.SOFT:
            return view.soft
        case Switch.REFERENCES:
            return view.references
        case Switch.REFINED:
            return view.refined
        case _:
            assert_never(switch)


def switched(view: View, switch: Switch, on: bool) -> View:
    """Return a view that draws something or does not."""
    match switch:
        case Switch.BAND:
            return replace(view, band=on)
        case Switch.SOFT:
            return replace(view, soft=on)
        case Switch.REFERENCES:
            return replace(view, references=on)
        case Switch.REFINED:
            return replace(view, refined=on)
        case _:
            assert_never(switch)
