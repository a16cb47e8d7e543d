"""What a part of the window may build on."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout

from app.ui.canvas import Canvas
from app.ui.controls import Panel
from app.ui.exports import Exports
from app.ui.keeping import Keeping
from app.ui.menus import Menus
from app.ui.session import Session


@dataclass(frozen=True, slots=True)
class Workplace:
    """The window's places and what they show.

    Attributes:
        window: parent of dialogs.
        session: state of the whole window.
        canvas: the picture; takes tools and overlays.
        menus: the menu bar and the toolbar.
        left: panel of the model and its findings.
        right: panel of the display.
        beside: row of the picture, which is its first, and what stands at its right.
        middle: column of the picture and the bars below it.
        place: what is in the picture's place, the picture being the first.
        exports: what writes results.
        keeping: takes whom session files keep something of.
        before_closing: whom the window asks whether it may close, before any part of it is closed.
    """

    window: QMainWindow
    session: Session
    canvas: Canvas
    menus: Menus
    left: Panel
    right: Panel
    beside: QHBoxLayout
    middle: QVBoxLayout
    place: QStackedWidget
    exports: Exports
    keeping: Keeping = field(default_factory=Keeping)
    before_closing: list[Callable[[], bool]] = field(default_factory=list)


class Feature(Protocol):
    """A part of the window that furnishes itself with menus, tools, overlays and panels."""

    def close(self) -> None:
        """End what runs in the background; the window is about to go."""
