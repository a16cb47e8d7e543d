"""What has the left button, and what is laid over the picture."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QPainter
from pytestqt.qtbot import QtBot

from app.ui.camera import Camera
from app.ui.canvas import Canvas
from app.ui.tool import Hit
from tests.ui.studies import series


class Notes:
    """A tool that notes what it hears."""

    cursor = Qt.CursorShape.PointingHandCursor

    def __init__(self) -> None:
        self.heard: list[tuple[str, int, int]] = []

    def press(self, hit: Hit) -> None:
        self._note("press", hit)

    def move(self, hit: Hit, down: bool) -> None:
        self._note("drag" if down else "hover", hit)

    def release(self, hit: Hit) -> None:
        self._note("release", hit)

    def double_click(self, hit: Hit) -> None:
        self._note("double", hit)

    def _note(self, what: str, hit: Hit) -> None:
        self.heard.append((what, round(hit.row), round(hit.column)))


@pytest.fixture
def canvas(qtbot: QtBot) -> Canvas:
    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.resize(400, 400)
    canvas.show_case(series())
    canvas.show()
    return canvas


def at(canvas: Canvas, row: float, column: float) -> QPoint:
    assert canvas.camera is not None
    x, y = canvas.camera.to_screen(row, column)
    return QPoint(round(x), round(y))


def test_a_tool_takes_the_left_button_and_the_picture_stays(qtbot: QtBot, canvas: Canvas) -> None:
    tool = Notes()
    canvas.set_tool(tool)
    camera, places = canvas.camera, [at(canvas, 10, 12), at(canvas, 20, 25)]
    with qtbot.assertNotEmitted(canvas.pointed):
        qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=places[0])
        qtbot.mouseMove(canvas, places[1])
        qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=places[1])
    assert tool.heard[0] == ("press", 10, 12)
    assert tool.heard[-1] == ("release", 20, 25)
    assert canvas.camera == camera
    assert canvas.cursor().shape() == Qt.CursorShape.PointingHandCursor


def test_the_right_button_keeps_its_meaning(qtbot: QtBot, canvas: Canvas) -> None:
    tool = Notes()
    canvas.set_tool(tool)
    qtbot.mousePress(canvas, Qt.MouseButton.RightButton, pos=at(canvas, 10, 12))
    qtbot.mouseRelease(canvas, Qt.MouseButton.RightButton, pos=at(canvas, 10, 12))
    assert [what for what, _, _ in tool.heard if what in ("press", "release")] == []


def test_a_double_click_goes_to_the_tool(qtbot: QtBot, canvas: Canvas) -> None:
    tool = Notes()
    canvas.set_tool(tool)
    qtbot.mouseDClick(canvas, Qt.MouseButton.LeftButton, pos=at(canvas, 3, 4))
    assert ("double", 3, 4) in tool.heard


def test_the_left_button_comes_back(qtbot: QtBot, canvas: Canvas) -> None:
    canvas.set_tool(Notes())
    canvas.set_tool(None)
    with qtbot.waitSignal(canvas.pointed):
        qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=at(canvas, 10, 12))


def test_an_overlay_is_painted_in_the_screens_coordinates(canvas: Canvas) -> None:
    def paint(painter: QPainter, camera: Camera) -> None:
        x, y = camera.to_screen(0, 0)
        painter.fillRect(round(x) - 2, round(y) - 2, 5, 5, Qt.GlobalColor.red)

    canvas.overlays.append(paint)
    place = at(canvas, 0, 0)
    ratio = canvas.devicePixelRatioF()
    colour = canvas.grab().toImage().pixelColor(round(place.x() * ratio), round(place.y() * ratio))
    assert (colour.red(), colour.green(), colour.blue()) == (255, 0, 0)
