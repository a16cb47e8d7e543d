"""Looking at images with wheel, drags and keys."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.domain.case import Window
from app.ui.window import MainWindow
from tests.ui.hands import drag, move_with, sentences, turn
from tests.ui.studies import HandWork

Open = Callable[[], None]


def test_digits_toggle_the_consensus_levels(qtbot: QtBot, ran: MainWindow) -> None:
    qtbot.keyClick(ran.canvas, Qt.Key.Key_3)
    assert ran.session.view.levels == {2, 3}
    assert [row.check.isChecked() for row in ran.levels.rows] == [False, True, True]
    qtbot.keyClick(ran.canvas, Qt.Key.Key_2)
    assert ran.session.view.levels == {3}
    qtbot.keyClick(ran.canvas, Qt.Key.Key_0)
    assert ran.session.view.levels == {1, 2, 3}
    qtbot.keyClick(ran.canvas, Qt.Key.Key_0)
    assert ran.session.view.levels == set()


def test_level_rows_answer_the_mouse_and_say_their_area(qtbot: QtBot, ran: MainWindow) -> None:
    row = ran.levels.rows[0]
    qtbot.mouseClick(row.check, Qt.MouseButton.LeftButton, pos=QPoint(10, row.check.height() // 2))
    assert ran.session.view.levels == {1, 2}
    # the last step's square of 20 x 20 network pixels of 2 x 2 pixels of 0.5 x 0.5 mm
    assert row.area.text() == "400 mm²"


def test_holding_h_hides_the_models_work_until_it_is_let_go(qtbot: QtBot, ran: MainWindow) -> None:
    with_ai = ran.canvas.grab().toImage()
    qtbot.keyPress(ran.canvas, Qt.Key.Key_H)
    hidden = ran.session.view.hidden
    assert ran.show_panel.hide_button.isChecked()
    assert ran.canvas.grab().toImage() != with_ai
    qtbot.keyRelease(ran.canvas, Qt.Key.Key_H)
    assert (hidden, ran.session.view.hidden) == (True, False)
    assert ran.canvas.grab().toImage() == with_ai


def test_holding_h_hides_the_numbers_too_and_nothing_jumps(qtbot: QtBot, ran: MainWindow) -> None:
    """Findings and plot are gone while the key is held, the levels have no areas; all keep their places."""
    parts = ran.findings, ran.chart
    groups = (ran.model, ran.levels, ran.show_panel, *parts)
    places = [group.geometry() for group in groups]
    area = ran.levels.rows[0].area
    said = area.text()
    assert said
    qtbot.keyPress(ran.canvas, Qt.Key.Key_H)
    assert not any(part.isVisible() for part in parts)
    assert not area.text()
    QApplication.processEvents()
    assert [group.geometry() for group in groups] == places
    qtbot.keyRelease(ran.canvas, Qt.Key.Key_H)
    assert all(part.isVisible() for part in parts)
    assert area.text() == said


def test_h_works_wherever_the_focus_is(qtbot: QtBot, ran: MainWindow) -> None:
    ran.model.seed.setFocus()
    qtbot.keyPress(ran.model.seed, Qt.Key.Key_H)
    hidden = ran.session.view.hidden
    qtbot.keyRelease(ran.model.seed, Qt.Key.Key_H)
    assert (hidden, ran.session.view.hidden) == (True, False)


def test_the_wheel_scrolls_a_stack_and_its_overlay_stays_behind(ran: MainWindow) -> None:
    turn(ran, -1)
    assert ran.session.view.slice_index == 3
    elsewhere = ran.canvas.frame
    assert ran.findings.sentence.text() == "Run a model to see where its samples agree."
    turn(ran, 1)
    assert elsewhere is None
    assert ran.canvas.frame is not None
    assert ran.slice_bar.slider.value() == 2


def test_fine_wheels_add_up_to_a_notch(window: MainWindow, open_series: Open) -> None:
    open_series()
    middle = QPointF(window.canvas.rect().center())
    for _ in range(4):
        turn = QWheelEvent(
            middle, middle, QPoint(), QPoint(0, -30), Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(window.canvas, turn)
    assert window.session.view.slice_index == 3


def test_ctrl_and_wheel_zoom_a_stack(window: MainWindow, open_series: Open) -> None:
    open_series()
    assert window.canvas.camera is not None
    before = window.canvas.camera.scale
    turn(window, 1, Qt.KeyboardModifier.ControlModifier)
    assert window.canvas.camera.scale == pytest.approx(before * 1.2)
    assert window.session.view.slice_index == 2


def test_the_wheel_zooms_a_single_picture(qtbot: QtBot, window: MainWindow) -> None:
    with qtbot.waitSignal(window.session.case_changed):
        window.session.open_study(Path("lesion.jpg"))
    assert window.canvas.camera is not None
    before = window.canvas.camera.scale
    turn(window, 1)
    assert window.canvas.camera.scale > before
    assert not window.slice_bar.isVisible()


@pytest.mark.parametrize(
    ("key", "slice_index"),
    [
        (Qt.Key.Key_Down, 3),
        (Qt.Key.Key_PageDown, 3),
        (Qt.Key.Key_Up, 1),
        (Qt.Key.Key_PageUp, 1),
        (Qt.Key.Key_Home, 0),
        (Qt.Key.Key_End, 4),
    ],
)
def test_keys_walk_through_the_stack(
    qtbot: QtBot, window: MainWindow, open_series: Open, key: Qt.Key, slice_index: int
) -> None:
    open_series()
    qtbot.keyClick(window.canvas, key)
    assert window.session.view.slice_index == slice_index


def test_a_right_drag_sets_the_grey_window(qtbot: QtBot, window: MainWindow, open_series: Open) -> None:
    open_series()
    drag(qtbot, window, Qt.MouseButton.RightButton, QPoint(40, 20))
    # a pixel is a 400th of the file's width of 400: 40 to the right widen by 40, 20 down raise the level by 20
    assert window.session.view.window == Window(60, 440)
    qtbot.keyClick(window.canvas, Qt.Key.Key_W)
    assert window.session.view.window == Window(40, 400)


def test_the_window_never_becomes_empty(qtbot: QtBot, window: MainWindow, open_series: Open) -> None:
    open_series()
    drag(qtbot, window, Qt.MouseButton.RightButton, QPoint(-2000, 0))
    assert window.session.view.window == Window(40, 4)


def test_a_right_drag_leaves_a_colour_picture_alone(qtbot: QtBot, window: MainWindow) -> None:
    with qtbot.waitSignal(window.session.case_changed):
        window.session.open_study(Path("lesion.jpg"))
    drag(qtbot, window, Qt.MouseButton.RightButton, QPoint(40, 20))
    assert window.session.view.window is None


@pytest.mark.parametrize("button", [Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton])
def test_a_drag_moves_the_picture_and_a_double_click_fits_it(
    qtbot: QtBot, window: MainWindow, open_series: Open, button: Qt.MouseButton
) -> None:
    open_series()
    fitted = window.canvas.camera
    drag(qtbot, window, button, QPoint(30, 10))
    assert window.canvas.camera != fitted
    qtbot.mouseDClick(window.canvas, Qt.MouseButton.LeftButton)
    assert window.canvas.camera == fitted


def test_z_shows_one_pixel_on_one_pixel_and_f_fits(qtbot: QtBot, window: MainWindow, open_series: Open) -> None:
    open_series()
    fitted = window.canvas.camera
    qtbot.keyClick(window.canvas, Qt.Key.Key_Z)
    assert window.canvas.camera is not None
    assert window.canvas.camera.scale == pytest.approx(1 / window.devicePixelRatioF())
    qtbot.keyClick(window.canvas, Qt.Key.Key_F)
    assert window.canvas.camera == fitted


def test_the_pixel_below_the_pointer_is_read(window: MainWindow, open_series: Open) -> None:
    open_series()
    assert window.canvas.camera is not None
    x, y = window.canvas.camera.to_screen(40, 10)
    move_with(window.canvas, Qt.MouseButton.NoButton, QPoint(round(x), round(y)))
    assert window.canvas.pixel_text == "row 41, column 11   ·   2 HU   ·   L 5.0  P 20.0  S 6.0 mm"


def test_the_step_slider_shows_intermediate_steps_as_such(qtbot: QtBot, ran: MainWindow) -> None:
    assert ran.step_bar.state.text() == "Final result (3 steps)"
    final = ran.canvas.grab().toImage().pixelColor(2, 200)
    ran.step_bar.slider.setFocus()
    qtbot.keyClick(ran.step_bar.slider, Qt.Key.Key_Left)
    assert ran.session.view.step == 1
    assert ran.step_bar.state.text() == "Step 2 of 3: intermediate, not a result"
    frame = ran.canvas.grab().toImage().pixelColor(2, 200)
    assert frame == QColor("#b4bcc6") != final  # the grey frame
    qtbot.keyClick(ran.canvas, Qt.Key.Key_Period)
    assert ran.session.view.step is None


def test_play_walks_through_the_steps_to_the_result(qtbot: QtBot, ran: MainWindow) -> None:
    qtbot.mouseClick(ran.step_bar.play_button, Qt.MouseButton.LeftButton)
    assert ran.session.view.step == 0
    qtbot.waitUntil(lambda: ran.session.view.step == 1)
    qtbot.waitUntil(lambda: ran.session.view.step is None)


def test_a_run_can_be_cancelled_by_escape(qtbot: QtBot, window: MainWindow, open_series: Open, work: HandWork) -> None:
    open_series()
    work.is_free = False
    qtbot.mouseClick(window.model.run_button, Qt.MouseButton.LeftButton)
    work.steps.release()
    qtbot.waitUntil(lambda: window.canvas.frame is not None)
    assert window.model.status.text().startswith("Step 1 of 3")
    assert window.step_bar.state.text() == "Step 1 of 3, computing …"
    qtbot.keyClick(window.canvas, Qt.Key.Key_Escape)
    assert window.canvas.frame is None
    assert window.model.run_button.isEnabled()
    assert not window.model.cancel_button.isEnabled()
    work.is_free = True
    qtbot.wait(60)
    assert window.canvas.frame is None
    assert sentences(window) == ["The run was cancelled."]


def test_escape_stops_an_export_and_a_run_one_after_the_other(
    qtbot: QtBot, ran: MainWindow, work: HandWork, tmp_path: Path
) -> None:
    work.is_free = False
    ran.exports.write_picture(tmp_path / "a.png")
    ran.session.run()
    qtbot.keyClick(ran.canvas, Qt.Key.Key_Escape)
    is_running = ran.session.is_running
    qtbot.keyClick(ran.canvas, Qt.Key.Key_Escape)
    assert is_running
    assert not ran.session.is_running
    assert sentences(ran) == ["The export was cancelled; nothing of it was kept.", "The run was cancelled."]


def test_what_is_under_the_pointer_is_read_anew_when_something_else_is_shown(qtbot: QtBot, ran: MainWindow) -> None:
    """A slice's value is its number; hiding AI takes the samples' share along; another case has no pointer on it."""
    ran.canvas.pixel_text = ""
    qtbot.mouseMove(ran.canvas, ran.canvas.rect().center())
    assert "2 HU" in ran.canvas.pixel_text
    assert "inside 6 of 6 samples" in ran.canvas.pixel_text
    qtbot.keyPress(ran.canvas, Qt.Key.Key_H)
    assert "samples" not in ran.canvas.pixel_text
    qtbot.keyRelease(ran.canvas, Qt.Key.Key_H)
    qtbot.keyClick(ran.canvas, Qt.Key.Key_Down)
    assert "3 HU" in ran.canvas.pixel_text
    with qtbot.waitSignal(ran.session.case_changed):
        ran.session.open_study(Path("lesion.jpg"))
    assert ran.canvas.pixel_text == ""
