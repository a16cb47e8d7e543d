"""What the program remembers from one start to the next."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar

import psutil
from PySide6.QtCore import QSettings

from app.domain.result import Device
from app.places import private_folder
from app.ui.languages import Language
from app.ui.mouse import Mouse, mouse_from
from app.ui.theme import FULL_SCALE, Look

AUDIT_NAME = "audit.jsonl"
SCALES = (100, 115, 130)
SHARE_OF_MEMORY = 4
LEAST_MB = 128

_Kind = TypeVar("_Kind", bound=Enum)


def total_memory_mb() -> int:
    """Return this computer's memory."""
    return int(psutil.virtual_memory().total >> 20)


def default_memory_mb() -> int:
    """Return a quarter of this computer's memory."""
    return max(LEAST_MB, total_memory_mb() // SHARE_OF_MEMORY)


@dataclass(frozen=True, slots=True)
class Preferences:
    """How the user wants the program.

    Attributes:
        look: theme.
        scale: of letters, in per cent.
        language: of the window, from the next start on.
        device: that runs begin with.
        memory_mb: that the slices of a study may take.
        mouse: what each button does.
        keys: of actions that have others than by default, by the action's English caption.
        audit: whether runs and exports are noted.
        recent: whether studies that were opened are remembered.
        first_look: whether results stay hidden until the reader has had a first look.
        toured: whether the tour was shown.
    """

    look: Look = Look.DARK
    scale: int = FULL_SCALE
    language: Language = Language.SYSTEM
    device: Device = Device.AUTO
    memory_mb: int = field(default_factory=default_memory_mb)
    mouse: Mouse = field(default_factory=Mouse)
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    audit: bool = False
    recent: bool = True
    first_look: bool = False
    toured: bool = False


class Settings:
    """Preferences in a file that the user alone may read; without such a file they last for one start."""

    def __init__(self, folder: Path | None = None) -> None:
        """Read the file.

        Args:
            folder: that holds it; None takes the user's own.
        """
        try:
            self._folder: Path | None = folder or private_folder()
        except OSError:
            self._folder = None
        path = (self._folder or Path()) / "settings.ini"
        self._kept = QSettings(str(path), QSettings.Format.IniFormat)  # it replaces its file at once or not at all
        self._unkept: dict[str, Any] = {}

    @property
    def preferences(self) -> Preferences:
        """What is kept now; what is damaged is as it is by default."""
        usual = Preferences()
        return Preferences(
            look=_one_of(Look, self._text("look"), usual.look),
            scale=_number(self._text("scale"), usual.scale, SCALES[0], SCALES[-1]),
            language=_one_of(Language, self._text("language"), usual.language),
            device=_one_of(Device, self._text("device"), usual.device),
            memory_mb=_number(self._text("memory_mb"), usual.memory_mb, LEAST_MB, None),
            mouse=mouse_from(self._text("mouse")),
            keys=_keys(self._text("keys")),
            audit=self._text("audit") == "true",
            recent=self._text("recent") != "false",
            first_look=self._text("first_look") == "true",
            toured=self._text("toured") == "true",
        )

    def keep(self, preferences: Preferences) -> None:
        """Remember preferences."""
        for each in fields(preferences):
            self._put(each.name, _text_of(getattr(preferences, each.name)))
        if self._folder is not None:
            self._kept.sync()

    @property
    def audit_path(self) -> Path | None:
        """Where the audit log lies, or None where it is switched off or there is no place for it."""
        return self._folder / AUDIT_NAME if self.preferences.audit and self._folder is not None else None

    def keep_audit(self, wanted: bool) -> None:
        """Switch the audit log on or off."""
        self.keep(replace(self.preferences, audit=wanted))

    @property
    def remembers_studies(self) -> bool:
        """Whether studies that were opened are listed at the next start."""
        return self.preferences.recent

    def remember_studies(self, wanted: bool) -> None:
        """Switch the list of studies on or off."""
        self.keep(replace(self.preferences, recent=wanted))

    @property
    def first_look(self) -> bool:
        """Whether results stay hidden until the reader has had a first look."""
        return self.preferences.first_look

    def keep_first_look(self, wanted: bool) -> None:
        """Ask for a first look at each case, or no more."""
        self.keep(replace(self.preferences, first_look=wanted))

    def _text(self, name: str) -> str:
        kept = self._unkept if self._folder is None else {name: self._kept.value(name, "")}
        return str(kept.get(name, ""))

    def _put(self, name: str, text: str) -> None:
        if self._folder is None:
            self._unkept[name] = text
        else:
            self._kept.setValue(name, text)


def _text_of(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case Enum():
            return str(value.value)
        case Mouse():
            return value.text
        case Mapping():
            return json.dumps({name: list(keys) for name, keys in value.items()})
        case _:
            return str(value)


def _one_of(kind: type[_Kind], text: str, usual: _Kind) -> _Kind:
    return next((each for each in kind if each.value == text), usual)


def _number(text: str, usual: int, least: int, most: int | None) -> int:
    try:
        number = max(least, int(text))
    except ValueError:
        return usual
    return number if most is None else min(number, most)


def _keys(text: str) -> dict[str, tuple[str, ...]]:
    try:
        return {str(name): tuple(map(str, keys)) for name, keys in json.loads(text).items()}
    except (ValueError, AttributeError, TypeError):
        return {}
