"""The window as a whole: files, messages, panels."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QComboBox, QFrame, QLabel, QLineEdit, QPushButton, QSlider, QSpinBox
from pytestqt.qtbot import QtBot

from app.domain.view import LevelStyle
from app.ui import dialogs
from app.ui.controls import Panel
from app.ui.help import HelpDialog
from app.ui.mouse import PRESETS
from app.ui.switches import Switch
from app.ui.window import MainWindow
from tests.ui.hands import drop, sentences
from tests.ui.studies import HandWork, card, series

Open = Callable[[], None]


def test_a_dropped_bad_file_says_one_sentence_and_keeps_the_case(qtbot: QtBot, ran: MainWindow) -> None:
    ran.messages.clear()
    case, frame = ran.canvas.case, ran.canvas.frame
    drop(ran, "notes.txt")
    qtbot.waitUntil(lambda: bool(ran.messages.rows))
    assert sentences(ran) == ["Cannot open notes.txt: it is not an image file that Concord knows."]
    assert ran.canvas.case is case
    assert ran.canvas.frame is frame
    qtbot.mouseClick(ran.messages.rows[0].close_button, Qt.MouseButton.LeftButton)
    assert sentences(ran) == []


def test_dropped_masks_become_the_readers(qtbot: QtBot, ran: MainWindow) -> None:
    assert not ran.show_panel.checks[Switch.REFERENCES].isEnabled()
    drop(ran, "r1_seg.nii.gz", "r2_SEG.nii.gz")
    qtbot.waitUntil(lambda: ran.findings.distance.text().startswith("GED"))
    assert ran.show_panel.checks[Switch.REFERENCES].isEnabled()
    assert "2 readers" in ran.findings.distance.text()


def test_an_image_dropped_with_its_masks_opens_with_them(qtbot: QtBot, window: MainWindow) -> None:
    with qtbot.waitSignal(window.session.case_changed):
        drop(window, "series", "series_seg.nii.gz", "lesion.jpg")
    assert window.session.case is not None
    assert window.session.case.references is not None


def test_a_single_dropped_mask_without_an_image_is_opened_as_one(qtbot: QtBot, window: MainWindow) -> None:
    drop(window, "a_seg.nii.gz")
    qtbot.waitUntil(lambda: bool(window.messages.rows))
    assert sentences(window)[0].startswith("Cannot open a_seg.nii.gz")


def test_masks_beside_an_image_are_offered(qtbot: QtBot, window: MainWindow, work: HandWork) -> None:
    work.beside["lesion.jpg"] = (Path("lesion_seg1.png"), Path("lesion_seg2.png"))
    window.session.open_study(Path("lesion.jpg"))
    qtbot.waitUntil(lambda: bool(window.messages.rows))
    assert sentences(window) == ["2 readers' masks lie beside this image."]
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
    assert window.canvas.target is not None
    assert window.canvas.target.centre == window.session.choice.region
    window.canvas.grab()


def test_export_asks_for_a_place_that_is_not_named_after_the_case(
    qtbot: QtBot, ran: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    proposed: list[str] = []

    def ask(_: object, path: Path) -> Path:
        proposed.append(path.name)
        return tmp_path / "out.png"

    monkeypatch.setattr(dialogs, "ask_picture", ask)
    with qtbot.waitSignal(ran.session.message_raised, timeout=10_000):
        ran.actions_.export.trigger()
    assert proposed == ["concord.png"]
    assert (tmp_path / "out.png").read_bytes().startswith(b"\x89PNG")
    assert sentences(ran)[-1] == "Saved out.png."


def test_export_waits_for_a_result(window: MainWindow, open_series: Open) -> None:
    open_series()
    assert not window.actions_.export.isEnabled()
    window.export()
    assert sentences(window) == ["Run a model on this slice first: an export shows its result."]


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
    assert window.session.case is not None
    assert window.session.case.references is not None


def test_a_dismissed_dialog_changes_nothing(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dialogs, "ask_file", lambda *_: None)
    monkeypatch.setattr(dialogs, "ask_folder", lambda *_: None)
    monkeypatch.setattr(dialogs, "ask_masks", lambda *_: [])
    for action in (window.actions_.open_file, window.actions_.open_folder, window.actions_.open_masks):
        action.trigger()
    assert window.session.case is None
    assert sentences(window) == []


@pytest.mark.qt_log_ignore("propagateSizeHints")
def test_about_says_that_it_is_not_for_diagnosis(window: MainWindow) -> None:
    from PySide6.QtWidgets import QMessageBox

    dialogs.show_about(window)
    (box,) = window.findChildren(QMessageBox)
    assert "Not for diagnostic use" in box.text()
    box.close()
    box.deleteLater()


def test_help_says_the_keys_and_the_mouse_as_they_are_set(qtbot: QtBot, window: MainWindow) -> None:
    window.canvas.mouse = PRESETS["PACS"]
    window.actions_.menus.set_keys({"Invert": ("F7",)})
    qtbot.keyClick(window.canvas, Qt.Key.Key_F1)
    lines = window.findChildren(HelpDialog)[0].page.toPlainText().splitlines()
    assert lines[lines.index("H (held)") + 1] == "hides everything that a model made"
    assert lines[lines.index("Left drag") + 1] == "go through the slices"
    assert lines[lines.index("F7") + 1] == "Invert"
    assert "Open file" in lines


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


def test_a_hidden_group_leaves_no_line_behind(qtbot: QtBot) -> None:
    panel, groups = Panel("Side"), [QLabel(text) for text in ("one", "two", "three")]
    qtbot.addWidget(panel)
    groups[1].hide()
    for group in groups:
        panel.add(group)
    panel.show()
    lines = panel.findChildren(QFrame, options=Qt.FindChildOption.FindChildrenRecursively)
    rules = [line for line in lines if line.property("role") == "rule"]
    assert [line.isVisible() for line in rules] == [False, True]
    groups[1].show()
    groups[2].hide()
    assert [line.isVisible() for line in rules] == [True, False]
