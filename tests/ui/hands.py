"""A user's hands: wheel, drags and drops, as Qt delivers them."""

from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.ui.window import MainWindow


def turn(window: MainWindow, notches: int, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Turn the wheel over the middle of the image; away from the user is positive."""
    middle = QPointF(window.canvas.rect().center())
    place = window.canvas.mapToGlobal(middle)
    turn = QWheelEvent(
        middle, place, QPoint(), QPoint(0, 120 * notches), Qt.MouseButton.NoButton, modifiers,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(window.canvas, turn)


def drag(qtbot: QtBot, window: MainWindow, button: Qt.MouseButton, by: QPoint) -> None:
    """Drag from the middle of the image."""
    start = window.canvas.rect().center()
    qtbot.mousePress(window.canvas, button, pos=start)
    qtbot.mouseMove(window.canvas, start + by / 2)
    move_with(window.canvas, button, start + by)
    qtbot.mouseRelease(window.canvas, button, pos=start + by)


def move_with(canvas: QWidget, button: Qt.MouseButton, place: QPoint) -> None:
    """Move the mouse with a button held; qtbot's own move says that none is."""
    there = QPointF(place)
    move = QMouseEvent(
        QEvent.Type.MouseMove, there, canvas.mapToGlobal(there), Qt.MouseButton.NoButton, button,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    QApplication.sendEvent(canvas, move)


def drop(window: MainWindow, *names: str, folder: str = "/study") -> None:
    """Drop files of a folder, which by itself is not there."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(f"{folder}/{name}") for name in names])
    held = (Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    enter = QDragEnterEvent(QPoint(50, 50), Qt.DropAction.CopyAction, data, *held)
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(window, QDropEvent(QPointF(50, 50), Qt.DropAction.CopyAction, data, *held))


def sentences(window: MainWindow) -> list[str]:
    """Return what the message bar says."""
    return [row.message.text for row in window.messages.rows]
