"""The window under real keys, mouse and drops."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QPushButton, QSlider, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from app.domain.case import Window
from app.domain.view import LevelStyle
from app.ui import dialogs
from app.ui.show_panel import Switch
from app.ui.window import MainWindow
from tests.ui.studies import HandWork, card, series

Open = Callable[[], None]


@pytest.fixture
def ran(qtbot: QtBot, window: MainWindow, open_series: Open) -> MainWindow:
    """Return the window with the series open and run."""
    open_series()
    with qtbot.waitSignal(window.session.run_finished):
        qtbot.keyClick(window.canvas, Qt.Key.Key_R)
    return window


def _turn(window: MainWindow, notches: int, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Turn the wheel over the middle of the image; away from the user is positive."""
    middle = QPointF(window.canvas.rect().center())
    place = window.canvas.mapToGlobal(middle)
    turn = QWheelEvent(
        middle, place, QPoint(), QPoint(0, 120 * notches), Qt.MouseButton.NoButton, modifiers,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(window.canvas, turn)


def _drag(qtbot: QtBot, window: MainWindow, button: Qt.MouseButton, by: QPoint) -> None:
    start = window.canvas.rect().center()
    qtbot.mousePress(window.canvas, button, pos=start)
    qtbot.mouseMove(window.canvas, start + by / 2)
    move_with(window.canvas, button, start + by)
    qtbot.mouseRelease(window.canvas, button, pos=start + by)


def move_with(canvas: QWidget, button: Qt.MouseButton, place: QPoint) -> None:
    """Move the mouse with a button held; qtbot's own move says that none is."""
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QMouseEvent

    there = QPointF(place)
    move = QMouseEvent(
        QEvent.Type.MouseMove, there, canvas.mapToGlobal(there), Qt.MouseButton.NoButton, button,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    QApplication.sendEvent(canvas, move)


def _drop(window: MainWindow, *names: str) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(f"/study/{name}") for name in names])
    held = (Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    enter = QDragEnterEvent(QPoint(50, 50), Qt.DropAction.CopyAction, data, *held)
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(window, QDropEvent(QPointF(50, 50), Qt.DropAction.CopyAction, data, *held))


def _sentences(window: MainWindow) -> list[str]:
    return [row.message.text for row in window.messages.rows]


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
    assert ran.session.view.hidden
    assert ran.show_panel.hide_button.isChecked()
    assert ran.canvas.grab().toImage() != with_ai
    qtbot.keyRelease(ran.canvas, Qt.Key.Key_H)
    assert not ran.session.view.hidden
    assert ran.canvas.grab().toImage() == with_ai


def test_h_works_wherever_the_focus_is(qtbot: QtBot, ran: MainWindow) -> None:
    ran.model.seed.setFocus()
    qtbot.keyPress(ran.model.seed, Qt.Key.Key_H)
    assert ran.session.view.hidden
    qtbot.keyRelease(ran.model.seed, Qt.Key.Key_H)
    assert not ran.session.view.hidden


def test_the_wheel_scrolls_a_stack_and_its_overlay_stays_behind(ran: MainWindow) -> None:
    _turn(ran, -1)
    assert ran.session.view.slice_index == 3
    assert ran.canvas.frame is None
    assert ran.findings.sentence.text() == "Run a model to see where its samples agree."
    _turn(ran, 1)
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
    _turn(window, 1, Qt.KeyboardModifier.ControlModifier)
    assert window.canvas.camera.scale == pytest.approx(before * 1.2)
    assert window.session.view.slice_index == 2


def test_the_wheel_zooms_a_single_picture(qtbot: QtBot, window: MainWindow) -> None:
    with qtbot.waitSignal(window.session.case_changed):
        window.session.open_study(Path("lesion.jpg"))
    assert window.canvas.camera is not None
    before = window.canvas.camera.scale
    _turn(window, 1)
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
    _drag(qtbot, window, Qt.MouseButton.RightButton, QPoint(40, 20))
    # a pixel is a 400th of the file's width of 400: 40 to the right widen by 40, 20 down raise the level by 20
    assert window.session.view.window == Window(60, 440)
    qtbot.keyClick(window.canvas, Qt.Key.Key_W)
    assert window.session.view.window == Window(40, 400)


def test_the_window_never_becomes_empty(qtbot: QtBot, window: MainWindow, open_series: Open) -> None:
    open_series()
    _drag(qtbot, window, Qt.MouseButton.RightButton, QPoint(-2000, 0))
    assert window.session.view.window == Window(40, 4)


def test_a_right_drag_leaves_a_colour_picture_alone(qtbot: QtBot, window: MainWindow) -> None:
    with qtbot.waitSignal(window.session.case_changed):
        window.session.open_study(Path("lesion.jpg"))
    _drag(qtbot, window, Qt.MouseButton.RightButton, QPoint(40, 20))
    assert window.session.view.window is None


@pytest.mark.parametrize("button", [Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton])
def test_a_drag_moves_the_picture_and_a_double_click_fits_it(
    qtbot: QtBot, window: MainWindow, open_series: Open, button: Qt.MouseButton
) -> None:
    open_series()
    fitted = window.canvas.camera
    _drag(qtbot, window, button, QPoint(30, 10))
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
    assert window.canvas.pixel_text == "row 41, column 11   ·   2 HU"


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
    assert _sentences(window) == ["The run was cancelled."]


def test_a_dropped_bad_file_says_one_sentence_and_keeps_the_case(qtbot: QtBot, ran: MainWindow) -> None:
    ran.messages.clear()
    case, frame = ran.canvas.case, ran.canvas.frame
    _drop(ran, "notes.txt")
    qtbot.waitUntil(lambda: bool(ran.messages.rows))
    assert _sentences(ran) == ["Cannot open notes.txt: it is not an image file that Concord knows."]
    assert ran.canvas.case is case
    assert ran.canvas.frame is frame
    qtbot.mouseClick(ran.messages.rows[0].close_button, Qt.MouseButton.LeftButton)
    assert _sentences(ran) == []


def test_dropped_masks_become_the_readers(qtbot: QtBot, ran: MainWindow) -> None:
    assert not ran.show_panel.checks[Switch.REFERENCES].isEnabled()
    _drop(ran, "r1_seg.nii.gz", "r2_SEG.nii.gz")
    qtbot.waitUntil(lambda: ran.findings.distance.text().startswith("GED"))
    assert ran.show_panel.checks[Switch.REFERENCES].isEnabled()
    assert "2 readers" in ran.findings.distance.text()


def test_an_image_dropped_with_its_masks_opens_with_them(qtbot: QtBot, window: MainWindow) -> None:
    with qtbot.waitSignal(window.session.case_changed):
        _drop(window, "series", "series_seg.nii.gz", "lesion.jpg")
    assert window.session.case is not None
    assert window.session.case.references is not None


def test_a_single_dropped_mask_without_an_image_is_opened_as_one(qtbot: QtBot, window: MainWindow) -> None:
    _drop(window, "a_seg.nii.gz")
    qtbot.waitUntil(lambda: bool(window.messages.rows))
    assert _sentences(window)[0].startswith("Cannot open a_seg.nii.gz")


def test_masks_beside_an_image_are_offered(qtbot: QtBot, window: MainWindow, work: HandWork, tmp_path: Path) -> None:
    work.cases["lesion.png"] = work.cases["lesion.jpg"]
    for name in ("lesion.png", "lesion_seg1.png", "lesion_seg2.png"):
        (tmp_path / name).touch()
    window.session.open_study(tmp_path / "lesion.png")
    qtbot.waitUntil(lambda: bool(window.messages.rows))
    assert _sentences(window) == ["2 readers' masks lie beside this image."]
    button = window.messages.rows[0].offer_button
    assert button is not None
    with qtbot.waitSignal(window.session.case_changed):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert window.session.case is not None
    assert window.session.case.references is not None


def test_switches_have_keys_and_boxes(qtbot: QtBot, ran: MainWindow) -> None:
    for key, switch in ((Qt.Key.Key_B, Switch.BAND), (Qt.Key.Key_S, Switch.SOFT), (Qt.Key.Key_C, Switch.REFINED)):
        before = ran.show_panel.checks[switch].isChecked()
        qtbot.keyClick(ran.canvas, key)
        assert ran.show_panel.checks[switch].isChecked() is not before
    box = ran.show_panel.checks[Switch.SOFT]
    qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(10, box.height() // 2))
    assert not ran.session.view.soft


def test_style_opacity_and_inversion(qtbot: QtBot, ran: MainWindow) -> None:
    qtbot.keyClick(ran.canvas, Qt.Key.Key_X)
    assert ran.session.view.style is LevelStyle.FILL
    assert ran.show_panel.style_menu.currentText() == "Fills"
    qtbot.keyClick(ran.canvas, Qt.Key.Key_X)
    ran.show_panel.style_menu.setFocus()
    qtbot.keyClick(ran.show_panel.style_menu, Qt.Key.Key_Down)
    ran.show_panel.style_menu.activated.emit(1)
    assert ran.session.view.style is LevelStyle.FILL
    ran.show_panel.opacity.setFocus()
    qtbot.keyClick(ran.show_panel.opacity, Qt.Key.Key_Home)
    assert ran.session.view.opacity == 0.05
    qtbot.keyClick(ran.canvas, Qt.Key.Key_I)
    assert ran.session.view.inverted


def test_what_the_user_types_decides_the_next_run(qtbot: QtBot, window: MainWindow, open_series: Open) -> None:
    open_series()
    for field, text in ((window.model.samples, "7"), (window.model.steps, "4"), (window.model.seed, "11")):
        field.setFocus()
        field.selectAll()
        qtbot.keyClicks(field, text)
        qtbot.keyClick(field, Qt.Key.Key_Return)
    choice = window.session.choice
    assert (choice.samples, choice.steps, choice.seed) == (7, 4, 11)
    assert window.session.view.levels == {2}  # the digits went to the fields and toggled no level


def test_no_more_steps_than_the_model_was_trained_with(window: MainWindow) -> None:
    window.model.steps.setValue(5000)
    assert window.session.choice.steps == 20


def test_another_model_brings_its_own_numbers_and_a_warning(window: MainWindow, open_series: Open) -> None:
    open_series()
    window.model.model.activated.emit(1)
    assert window.session.choice.card is not None
    assert window.session.choice.card.name == "skin"
    expected = "Trained on dermoscopy pictures, but the open image is a CT image: expect wrong outlines."
    assert window.model.caution.text() == expected
    assert len(window.levels.rows) == 2


def test_a_click_points_a_region_model(qtbot: QtBot, window: MainWindow, open_series: Open) -> None:
    open_series()
    window.session.choose(window.session.choice.with_model(card("nodule", crop_px=20)))
    assert window.model.status.text() == "Click on the structure to outline"
    qtbot.mouseClick(window.canvas, Qt.MouseButton.LeftButton, pos=window.canvas.rect().center())
    assert window.session.choice.region == pytest.approx((31.5, 31.5), abs=0.2)
    assert window.canvas.region == window.session.choice.region
    window.canvas.grab()


def test_export_asks_for_a_place_named_after_the_case(
    qtbot: QtBot, ran: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    proposed: list[str] = []

    def ask(_: object, path: Path) -> Path:
        proposed.append(path.name)
        return tmp_path / "out.png"

    monkeypatch.setattr(dialogs, "ask_picture", ask)
    with qtbot.waitSignal(ran.session.message_raised, timeout=10_000):
        ran.actions_.export.trigger()
    assert proposed == ["series_concord.png"]
    assert (tmp_path / "out.png").read_bytes().startswith(b"\x89PNG")
    assert _sentences(ran)[-1] == "Saved out.png."


def test_export_waits_for_a_result(window: MainWindow, open_series: Open) -> None:
    open_series()
    assert not window.actions_.export.isEnabled()
    window.export()
    assert _sentences(window) == ["Run a model on this slice first: the picture shows its result."]


def test_menus_open_what_the_dialogs_say(qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dialogs, "ask_file", lambda *_: Path("/a/lesion.jpg"))
    monkeypatch.setattr(dialogs, "ask_folder", lambda *_: Path("/a/series"))
    monkeypatch.setattr(dialogs, "ask_masks", lambda *_: [Path("/a/x_seg.png")])
    for action, name in ((window.actions_.open_file, "lesion.jpg"), (window.actions_.open_folder, "series")):
        with qtbot.waitSignal(window.session.case_changed):
            action.trigger()
        assert window.session.case is not None
        assert window.session.case.name == name
    with qtbot.waitSignal(window.session.case_changed):
        window.actions_.open_masks.trigger()
    assert window.session.case.references is not None


def test_a_dismissed_dialog_changes_nothing(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dialogs, "ask_file", lambda *_: None)
    monkeypatch.setattr(dialogs, "ask_folder", lambda *_: None)
    monkeypatch.setattr(dialogs, "ask_masks", lambda *_: [])
    for action in (window.actions_.open_file, window.actions_.open_folder, window.actions_.open_masks):
        action.trigger()
    assert window.session.case is None
    assert _sentences(window) == []


@pytest.mark.qt_log_ignore("propagateSizeHints")
def test_about_says_that_it_is_not_for_diagnosis(window: MainWindow) -> None:
    from PySide6.QtWidgets import QMessageBox

    dialogs.show_about(window)
    dialogs.show_help(window)
    boxes = window.findChildren(QMessageBox)
    assert "Not for diagnostic use" in boxes[0].text()
    assert "hides everything that a model made" in boxes[1].text()
    for box in boxes:
        box.close()
        box.deleteLater()


def test_not_for_diagnostic_use_is_in_the_title_with_and_without_a_case(window: MainWindow, open_series: Open) -> None:
    assert "not for diagnostic use" in window.windowTitle()
    open_series()
    assert "not for diagnostic use" in window.windowTitle()


def test_every_control_has_a_name_for_screen_readers(ran: MainWindow) -> None:
    kinds = (QPushButton, QComboBox, QSpinBox, QSlider)
    controls = [widget for kind in kinds for widget in ran.findChildren(kind) if widget.isVisible()]
    nameless = [widget for widget in controls if not (widget.accessibleName() or getattr(widget, "text", str)())]
    assert len(controls) > 10
    assert nameless == []


def test_tab_walks_from_the_model_to_the_run_button(qtbot: QtBot, window: MainWindow, open_series: Open) -> None:
    open_series()
    window.model.system.setFocus()
    seen = []
    for _ in range(7):
        focused = QApplication.focusWidget()
        seen.append(focused.parent() if isinstance(focused, QLineEdit) else focused)
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    model = window.model
    assert seen == [model.system, model.model, model.samples, model.steps, model.seed, model.device, model.run_button]


def test_nothing_is_wider_than_its_panel_at_the_smallest_size(qtbot: QtBot, ran: MainWindow) -> None:
    ran.resize(1280, 800)
    qtbot.wait(20)
    for group in (ran.model, ran.findings, ran.levels, ran.show_panel):
        assert group.minimumSizeHint().width() <= group.width()
        assert group.width() <= 296


def test_a_synthetic_case_is_marked_in_the_image(qtbot: QtBot, window: MainWindow, work: HandWork) -> None:
    work.cases["phantom"] = replace(series(), synthetic=True)
    with qtbot.waitSignal(window.session.case_changed):
        window.session.open_study(Path("phantom"))
    image = window.canvas.grab().toImage()
    badge = QColor("#ff5cc8")
    colours = {image.pixelColor(x, y).name() for x in range(12, 120, 2) for y in range(12, 140, 2)}
    assert badge.name() in colours
