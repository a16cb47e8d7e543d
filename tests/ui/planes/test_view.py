"""Three planes in the real window, by keys and mouse."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.domain.geometry import Geometry
from app.domain.stack import Stack
from app.ui.canvas import Canvas
from app.ui.planes.view import ThreePlanes
from app.ui.window import MainWindow
from tests.ui.hands import move_with, sentences
from tests.ui.studies import HandWork, is_whole

SHIFT = Qt.KeyboardModifier.ShiftModifier
BOTH = SHIFT | Qt.KeyboardModifier.ControlModifier


def planes(window: MainWindow) -> ThreePlanes:
    return next(feature for feature in window.features if isinstance(feature, ThreePlanes))


@pytest.fixture
def three(qtbot: QtBot, window: MainWindow, open_series: Callable[[], None]) -> MainWindow:
    """Return the window with three planes of an axial series of 5 slices of 64 x 64."""
    open_series()
    qtbot.keyClick(window.canvas, Qt.Key.Key_P, SHIFT)
    qtbot.waitUntil(lambda: planes(window).others[1].height() > 150)
    return window


def at(canvas: Canvas, row: float, column: float) -> QPoint:
    assert canvas.camera is not None
    x, y = canvas.camera.to_screen(row, column)
    return QPoint(round(x), round(y))


def click(qtbot: QtBot, canvas: Canvas, row: float, column: float) -> None:
    qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=at(canvas, row, column))


def wheel(canvas: Canvas, notches: int) -> None:
    middle = QPointF(canvas.rect().center())
    turn = QWheelEvent(
        middle, canvas.mapToGlobal(middle), QPoint(), QPoint(0, 120 * notches), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(canvas, turn)


def test_the_crosshair_begins_in_the_middle_of_the_shown_slice(three: MainWindow) -> None:
    coronal, sagittal = planes(three).others
    assert planes(three).voxel == (2, 31.5, 31.5)
    assert coronal.case is not None
    assert sagittal.case is not None
    assert (coronal.case.slices, coronal.case.shape) == (64, (5, 64))
    assert sagittal.case.geometry.pixel_mm == (3.0, 0.5)
    assert coronal.isVisible()
    assert sagittal.isVisible()


def test_a_click_on_the_slice_moves_both_other_planes(qtbot: QtBot, three: MainWindow) -> None:
    click(qtbot, three.canvas, 10, 50)
    coronal, sagittal = planes(three).others
    assert (coronal.view.slice_index, sagittal.view.slice_index) == (10, 50)


def test_a_click_on_the_coronal_plane_goes_to_the_slice(qtbot: QtBot, three: MainWindow) -> None:
    """The slices rise to the head, which is at the top: the uppermost row is slice 5 of 5."""
    coronal, sagittal = planes(three).others
    click(qtbot, coronal, 0, 20)
    assert three.session.view.slice_index == 4
    assert sagittal.view.slice_index == 20


def test_the_crosshair_follows_a_drag_and_stops_at_the_edge(qtbot: QtBot, three: MainWindow) -> None:
    canvas = three.canvas
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=at(canvas, 30, 30))
    move_with(canvas, Qt.MouseButton.LeftButton, at(canvas, 40, 20))
    assert planes(three).voxel[1:] == pytest.approx((40, 20), abs=0.2)
    move_with(canvas, Qt.MouseButton.LeftButton, at(canvas, 40, 90))
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=at(canvas, 40, 90))
    assert planes(three).voxel[2] == 63


def test_the_wheel_scrolls_the_plane_below_it(three: MainWindow) -> None:
    coronal, sagittal = planes(three).others
    wheel(coronal, -3)
    assert coronal.view.slice_index == round(31.5 + 3)
    wheel(sagittal, 1)
    assert sagittal.view.slice_index == round(31.5 - 1)
    wheel(three.canvas, -1)
    assert planes(three).voxel[0] == 3


def test_keys_move_the_crosshair(qtbot: QtBot, three: MainWindow) -> None:
    qtbot.keyClick(three.canvas, Qt.Key.Key_Up, BOTH)
    qtbot.keyClick(three.canvas, Qt.Key.Key_Right, BOTH)
    assert planes(three).voxel == (2, 30.5, 32.5)


def test_a_double_click_enlarges_a_plane_and_brings_all_back(qtbot: QtBot, three: MainWindow) -> None:
    canvases = planes(three).canvases
    qtbot.mouseDClick(canvases[1], Qt.MouseButton.LeftButton)
    assert [canvas.isVisible() for canvas in canvases] == [False, True, False]
    qtbot.mouseDClick(canvases[1], Qt.MouseButton.LeftButton)
    assert all(canvas.isVisible() for canvas in canvases)


def test_a_key_enlarges_one_plane_after_the_other(qtbot: QtBot, three: MainWindow) -> None:
    canvases, seen = planes(three).canvases, []
    for _ in range(4):
        qtbot.keyClick(three, Qt.Key.Key_E, SHIFT)
        seen.append([canvas.isVisible() for canvas in canvases])
    assert seen == [[True, False, False], [False, True, False], [False, False, True], [True, True, True]]


def test_the_window_and_hiding_are_the_same_in_every_plane(qtbot: QtBot, three: MainWindow) -> None:
    qtbot.keyClick(three.canvas, Qt.Key.Key_I)
    assert all(canvas.view.inverted for canvas in planes(three).canvases)


def test_findings_are_drawn_in_the_other_planes_where_a_slice_was_run(qtbot: QtBot, three: MainWindow) -> None:
    """The made-up model marks 20 x 20 network pixels about the middle of slice 3: 40 pixels of the slice."""
    with qtbot.waitSignal(three.session.run_finished):
        qtbot.keyClick(three.canvas, Qt.Key.Key_R)
    coronal, _ = planes(three).others
    assert coronal.frame is not None
    rows, columns = np.nonzero(coronal.frame.findings.levels[1])
    assert set((rows + coronal.frame.grid.origin[0] + 0.5).tolist()) == {2}
    assert (columns.min(), columns.max()) == (12, 51)
    assert planes(three).note.text() == "AI has run on 1 of 5 slices."
    qtbot.mouseMove(coronal, at(coronal, 4, 30))
    assert "samples" not in coronal.pixel_text


def test_slices_still_to_come_are_said_and_filled_in(qtbot: QtBot, window: MainWindow, work: HandWork) -> None:
    work.holds_slices = True
    with qtbot.waitSignal(window.session.case_changed):
        window.session.open_study(Path("series"))
    qtbot.keyClick(window.canvas, Qt.Key.Key_P, SHIFT)
    parts = planes(window)
    assert parts.note.text() == "4 of 5 slices are not here: hatched."
    work.slices.release(4)
    qtbot.waitUntil(lambda: is_whole(window.session))
    qtbot.waitUntil(lambda: not parts.note.isVisible())
    coronal = parts.others[0].case
    assert coronal is not None
    assert coronal.pixels[7][:, 0, 0].tolist() == [4, 3, 2, 1, 0]


def test_an_unknown_distance_of_the_slices_is_said(qtbot: QtBot, window: MainWindow, work: HandWork) -> None:
    work.cases["odd"] = replace(work.cases["series"], name="odd", geometry=Geometry(in_plane_known=True))
    with qtbot.waitSignal(window.session.case_changed):
        window.session.open_study(Path("odd"))
    qtbot.waitUntil(lambda: is_whole(window.session))
    qtbot.keyClick(window.canvas, Qt.Key.Key_P, SHIFT)
    assert "not to scale" in planes(window).note.text()
    coronal = planes(window).others[0].case
    assert coronal is not None
    assert coronal.geometry.pixel_mm is None


def test_a_single_picture_has_no_planes(qtbot: QtBot, three: MainWindow) -> None:
    with qtbot.waitSignal(three.session.case_changed):
        three.session.open_study(Path("lesion.jpg"))
    assert not planes(three).is_on
    assert not planes(three).column.isVisible()
    assert three.canvas.isVisible()
    qtbot.keyClick(three.canvas, Qt.Key.Key_P, SHIFT)
    assert not planes(three).action.isChecked()
    assert sentences(three)[-1] == "Three planes need a stack of slices."


def test_another_volume_is_cut_anew(qtbot: QtBot, three: MainWindow, work: HandWork) -> None:
    other = replace(work.cases["series"], name="other", pixels=Stack.of(np.zeros((3, 20, 30, 1), np.float32)))
    work.cases["other"] = other
    with qtbot.waitSignal(three.session.case_changed):
        three.session.open_study(Path("other"))
    assert planes(three).voxel == (1, 9.5, 14.5)
    coronal = planes(three).others[0].case
    assert coronal is not None
    assert coronal.shape == (3, 30)


def test_the_crosshair_is_in_hand_again_after_a_measurement(qtbot: QtBot, three: MainWindow) -> None:
    """And after a brush is laid down."""
    crosshair, camera = three.canvas.tool, three.canvas.camera
    qtbot.keyClick(three.canvas, Qt.Key.Key_V)
    in_hand = three.canvas.tool
    click(qtbot, three.canvas, 20, 30)
    after = three.canvas.tool
    qtbot.keyClick(three.canvas, Qt.Key.Key_B, SHIFT)
    qtbot.keyClick(three.canvas, Qt.Key.Key_Escape)
    assert crosshair is not None
    assert in_hand is not crosshair
    assert after is three.canvas.tool is crosshair
    click(qtbot, three.canvas, 40, 30)
    assert planes(three).voxel[1] == pytest.approx(40, abs=1)
    assert three.canvas.camera == camera


def test_leaving_gives_the_left_button_back(qtbot: QtBot, three: MainWindow) -> None:
    had = three.canvas.tool
    qtbot.keyClick(three.canvas, Qt.Key.Key_P, SHIFT)
    assert had is not None
    assert all(other.case is None for other in planes(three).others)
    assert three.canvas.tool is None
    assert not planes(three).column.isVisible()
    qtbot.keyClick(three.canvas, Qt.Key.Key_Up, BOTH)
    assert planes(three).voxel == (2, 31.5, 31.5)


def test_the_crosshair_is_drawn_through_its_place(qtbot: QtBot, three: MainWindow) -> None:
    click(qtbot, three.canvas, 10, 50)
    image, ratio = three.canvas.grab().toImage(), three.canvas.devicePixelRatioF()
    place = at(three.canvas, 10, 20)
    colours = [image.pixelColor(round(place.x() * ratio), round((place.y() + dy) * ratio)) for dy in range(-2, 3)]
    assert any(colour.saturation() > 60 for colour in colours)
