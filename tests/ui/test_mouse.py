"""What a drag does, by the button and the user's habit."""

from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from pytestqt.qtbot import QtBot

from app.domain.case import Window
from app.ui.camera import Camera
from app.ui.mouse import PRESETS, Drag, Mouse, Way, effect, mouse_from
from app.ui.window import MainWindow
from tests.ui.hands import drag
from tests.ui.studies import series

CAMERA = Camera((64, 64), 1.0, (640.0, 640.0), 10.0, (31.5, 31.5))
UP = Way(QPointF(300, 300), QPointF(300, 300), QPointF(300, 200))


def test_a_pan_moves_by_as_many_pixels_as_the_mouse() -> None:
    way = Way(QPointF(0, 0), QPointF(10, 10), QPointF(30, 20))
    moved = effect(Drag.PAN, way, CAMERA, None, None)
    assert isinstance(moved, Camera)
    assert moved.centre == (31.5 - 1.0, 31.5 - 2.0)  # 10 px down and 20 px right, at 10 px for a pixel


def test_a_drag_upwards_zooms_in_about_where_it_began() -> None:
    zoomed = effect(Drag.ZOOM, UP, CAMERA, None, None)
    assert isinstance(zoomed, Camera)
    assert zoomed.scale == pytest.approx(10 * 1.008**100)
    assert zoomed.to_slice(300, 300) == pytest.approx(CAMERA.to_slice(300, 300))


def test_every_ten_pixels_are_a_slice_however_fast_the_mouse_moves() -> None:
    places = [QPointF(0, y) for y in (100, 103, 109, 130, 128, 160)]
    steps = [effect(Drag.SCROLL, Way(places[0], a, b), CAMERA, None, None) for a, b in pairwise(places)]
    assert sum(step for step in steps if isinstance(step, int)) == 6


def test_the_window_of_a_picture_without_one_stays() -> None:
    assert effect(Drag.WINDOW, UP, CAMERA, None, None) is None
    darker = effect(Drag.WINDOW, Way(QPointF(), QPointF(), QPointF(40, 20)), CAMERA, Window(40, 400), series())
    assert darker == Window(60, 440)  # 400 wide: 1 unit for a pixel of the screen


@pytest.mark.parametrize("mouse", [*PRESETS.values(), Mouse(Drag.ZOOM, Drag.SCROLL, Drag.ZOOM)])
def test_a_mouse_comes_back_from_its_text(mouse: Mouse) -> None:
    assert mouse_from(mouse.text) == mouse


@pytest.mark.parametrize("text", ["", "pan", "pan,pan", "pan,pan,fly", "pan,pan,pan,pan"])
def test_a_damaged_text_is_the_usual_mouse(text: str) -> None:
    assert mouse_from(text) == Mouse() or text == "pan,pan"


def test_the_left_button_scrolls_as_in_a_pacs(qtbot: QtBot, window: MainWindow, open_series: object) -> None:
    assert callable(open_series)
    open_series()
    window.canvas.mouse = PRESETS["PACS"]
    camera = window.canvas.camera
    drag(qtbot, window, Qt.MouseButton.LeftButton, QPoint(0, 20))
    assert window.session.view.slice_index == 4  # of five, from the middle one
    assert window.canvas.camera == camera
    drag(qtbot, window, Qt.MouseButton.MiddleButton, QPoint(40, 0))
    assert window.session.view.window == Window(40, 440)
