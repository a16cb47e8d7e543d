"""The mouse at places of the slice."""

from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from app.domain.measure import Place
from app.ui.window import MainWindow
from tests.ui.hands import move_with

LEFT = Qt.MouseButton.LeftButton


def at(window: MainWindow, place: Place) -> QPoint:
    """Return where a place of the slice is on the canvas."""
    assert window.canvas.camera is not None
    x, y = window.canvas.camera.to_screen(*place)
    return QPoint(round(x), round(y))


def drag_over(qtbot: QtBot, window: MainWindow, *places: Place) -> None:
    """Drag with the left button from the first place over the others."""
    qtbot.mousePress(window.canvas, LEFT, pos=at(window, places[0]))
    for place in places[1:]:
        move_with(window.canvas, LEFT, at(window, place))
    qtbot.mouseRelease(window.canvas, LEFT, pos=at(window, places[-1]))


def click(qtbot: QtBot, window: MainWindow, place: Place) -> None:
    """Move to a place and click on it."""
    qtbot.mouseMove(window.canvas, at(window, place))
    qtbot.mouseClick(window.canvas, LEFT, pos=at(window, place))
