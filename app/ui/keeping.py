"""What parts of the window want kept from one start to the next, for session files and recovery."""

from typing import Any, Protocol, TypeAlias

from PySide6.QtCore import QObject, Signal

State: TypeAlias = dict[str, Any]


class Keeps(Protocol):
    """A part of the window whose work on the open study belongs into a session file."""

    def state(self) -> State:
        """Return what is to be kept; asked in the window's thread after every change, so that it must cost nothing.

        Returns:
            JSON's kinds of values and numpy arrays, nested as they like; arrays are not changed afterwards.
        """

    def restore(self, state: State) -> None:
        """Take up what `state` once returned; the study that it belongs to is open.

        Raises:
            ValueError, KeyError, TypeError: it makes no sense to this version of the program; nothing was taken up.
        """


class Keeping(QObject):
    """Who wants something kept.

    Signals:
        changed(): something that is kept has changed.
    """

    changed = Signal()

    def __init__(self) -> None:
        """Start with nobody."""
        super().__init__()
        self._parts: dict[str, Keeps] = {}

    def add(self, name: str, part: Keeps) -> None:
        """Keep a part's work under a name that no later version of the program changes."""
        if name in self._parts:
            raise ValueError(f"two parts want to be kept as {name!r}")
        self._parts[name] = part

    def states(self) -> dict[str, State]:
        """Return what every part wants kept."""
        return {name: part.state() for name, part in self._parts.items()}

    def restore(self, states: dict[str, State]) -> tuple[str, ...]:
        """Give every part its own back and return the names of those that could not take it."""
        lost = []
        for name, state in states.items():
            try:
                self._parts[name].restore(state)
            except (ValueError, KeyError, TypeError):
                lost.append(name)
        return tuple(sorted(lost))
