"""Drawing in the real window, with the mouse and keys."""

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from app.ui.editing.feature import Editing
from app.ui.window import MainWindow
from tests.ui.hands import move_with

SHIFT = Qt.KeyboardModifier.ShiftModifier
LEFT = Qt.MouseButton.LeftButton


def editing_of(window: MainWindow) -> Editing:
    return next(feature for feature in window.features if isinstance(feature, Editing))


def at(window: MainWindow, row: float, column: float) -> QPoint:
    assert window.canvas.camera is not None
    x, y = window.canvas.camera.to_screen(row, column)
    return QPoint(round(x), round(y))


def drag(
    qtbot: QtBot, window: MainWindow, *places: tuple[float, float], held: Qt.KeyboardModifier | None = None
) -> None:
    """Drag over places of the slice."""
    held = held or Qt.KeyboardModifier.NoModifier
    qtbot.mousePress(window.canvas, LEFT, held, at(window, *places[0]))
    for place in places[1:]:
        move_with(window.canvas, LEFT, at(window, *place))
    qtbot.mouseRelease(window.canvas, LEFT, held, at(window, *places[-1]))


def marked(editing: Editing) -> np.ndarray:
    mask = editing.edits.mask
    assert mask is not None
    return mask


@pytest.fixture(name="drawing")
def _drawing(window: MainWindow, open_series: Callable[[], None]) -> MainWindow:
    open_series()
    return window


def test_a_key_takes_the_brush_and_a_drag_paints(qtbot: QtBot, drawing: MainWindow) -> None:
    qtbot.keyClick(drawing.canvas, Qt.Key.Key_B, SHIFT)
    editing = editing_of(drawing)
    editing.edits.set_radius(2.3)
    drag(qtbot, drawing, (20, 20), (20, 30))
    mask = marked(editing)
    assert mask[20, 18:33].all()
    assert mask[18, 20:31].all()
    assert not mask[17].any()
    assert not mask[20, :18].any()
