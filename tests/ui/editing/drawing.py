"""A reader who draws: the mouse on the slice's own pixels."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from app.domain.arrays import BoolArray
from app.ui.editing.feature import Editing
from app.ui.window import MainWindow
from tests.ui.hands import move_with

SHIFT = Qt.KeyboardModifier.ShiftModifier
NONE = Qt.KeyboardModifier.NoModifier
LEFT = Qt.MouseButton.LeftButton
PATIENCE_MS = 60_000


def wait(qtbot: QtBot, holds: Callable[[], bool]) -> None:
    """Let the window work until something holds; a busy machine may take long."""
    qtbot.waitUntil(holds, timeout=PATIENCE_MS)


def editing_of(window: MainWindow) -> Editing:
    """Return the part of the window that draws."""
    return next(feature for feature in window.features if isinstance(feature, Editing))


def at(window: MainWindow, row: float, column: float) -> QPoint:
    """Return where a place of the slice is on screen."""
    assert window.canvas.camera is not None
    x, y = window.canvas.camera.to_screen(row, column)
    return QPoint(round(x), round(y))


def drag(qtbot: QtBot, window: MainWindow, *places: tuple[float, float], held: Qt.KeyboardModifier = NONE) -> None:
    """Drag over places of the slice with the left button."""
    qtbot.mousePress(window.canvas, LEFT, held, at(window, *places[0]))
    for place in places[1:]:
        move_with(window.canvas, LEFT, at(window, *place))
    qtbot.mouseRelease(window.canvas, LEFT, held, at(window, *places[-1]))


def click(qtbot: QtBot, window: MainWindow, row: float, column: float, held: Qt.KeyboardModifier = NONE) -> None:
    """Click on a place of the slice."""
    qtbot.mouseClick(window.canvas, LEFT, held, at(window, row, column))


def marked(window: MainWindow) -> BoolArray:
    """Return what the layer in hand marks of the shown slice."""
    mask = editing_of(window).edits.mask
    return np.zeros((1, 1), np.bool_) if mask is None else mask


def box(mask: BoolArray) -> tuple[int, int, int, int]:
    """Return the first and last marked row and column."""
    rows, columns = np.nonzero(mask)
    return int(rows.min()), int(rows.max()), int(columns.min()), int(columns.max())
