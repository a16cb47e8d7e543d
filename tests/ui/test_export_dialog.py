"""The export dialog: what is chosen is what is ordered, and privacy is the default."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from app.domain.box import whole
from app.export.job import Inspected
from app.export.layout import Part, Size
from app.export.order import Order, Output
from app.ui.export_dialog import NOT_DICOM, ExportDialog
from app.ui.export_panel import CHOSEN, NATIVE
from app.ui.window import MainWindow
from tests.ui.editing.drawing import drag, editing_of
from tests.ui.hands import sentences

PART = Part(1, 2, 30, 40)


@pytest.fixture
def dialog(qtbot: QtBot, tmp_path: Path) -> Iterator[ExportDialog]:
    """Return a dialog about a series of which a part is on screen."""
    dialog = ExportDialog(Path("series"), tmp_path, PART)
    qtbot.addWidget(dialog)
    dialog.show()
    yield dialog
    dialog.close()


def test_the_usual_files_are_chosen_and_deidentified(dialog: ExportDialog, tmp_path: Path) -> None:
    assert dialog.order == Order(frozenset({Output.SHEET, Output.REPORT, Output.NUMBERS}), tmp_path, Path("series"))
    assert dialog.order.deidentified


def test_what_is_chosen_is_ordered(qtbot: QtBot, dialog: ExportDialog) -> None:
    panel = dialog.panel
    panel.boxes[Output.PICTURE].setChecked(True)
    panel.boxes[Output.DICOM].setChecked(True)
    panel.visible_part.setChecked(True)
    panel.deidentify.setChecked(False)
    panel.size_choice.setCurrentIndex(CHOSEN)
    panel.side.setValue(777)
    with qtbot.waitSignal(dialog.ordered) as heard:
        dialog.button.click()
    order: Order = heard.args[0]
    assert order.outputs == {Output.SHEET, Output.REPORT, Output.NUMBERS, Output.PICTURE, Output.DICOM}
    assert (order.part, order.size, order.deidentified) == (PART, Size(long_side=777), False)


def test_the_visible_part_belongs_to_the_picture_as_seen(dialog: ExportDialog) -> None:
    dialog.panel.visible_part.setChecked(True)
    assert not dialog.panel.visible_part.isEnabled()
    assert dialog.order.part is None
    dialog.panel.size_choice.setCurrentIndex(NATIVE)
    assert dialog.order.size == Size(1.0)


def test_nothing_chosen_cannot_be_exported(dialog: ExportDialog) -> None:
    for box in dialog.panel.boxes.values():
        box.setChecked(False)
    assert not dialog.button.isEnabled()
    dialog.panel.boxes[Output.TABLE].setChecked(True)
    assert dialog.button.isEnabled()


def test_privacy_is_said_in_words(dialog: ExportDialog) -> None:
    panel = dialog.panel
    assert not panel.deidentify.isEnabled()
    assert panel.privacy_note.text().startswith("These files hold no name")
    panel.boxes[Output.DICOM].setChecked(True)
    assert "PS3.15 Basic Profile" in panel.privacy_note.text()
    panel.deidentify.setChecked(False)
    assert "for your archive only" in panel.privacy_note.text()


def test_what_was_found_out_about_the_source_is_shown(dialog: ExportDialog) -> None:
    assert not dialog.panel.cautions.isVisible()
    dialog.show_inspected(Inspected(is_dicom=False, cautions=("Look at it.",)))
    assert dialog.panel.cautions.isVisible()
    assert dialog.panel.cautions.text().splitlines() == ["Look at it.", NOT_DICOM]
    dialog.show_inspected(Inspected(is_dicom=True, cautions=()))
    assert not dialog.panel.cautions.isVisible()


def test_another_folder_can_be_chosen(dialog: ExportDialog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: "")
    before = dialog.order.folder
    dialog.place.button.click()
    assert dialog.order.folder == before
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: "/elsewhere")
    dialog.place.button.click()
    assert dialog.order.folder == Path("/elsewhere")


def test_the_window_orders_what_the_dialog_says(qtbot: QtBot, ran: MainWindow, tmp_path: Path) -> None:
    ran.actions_.export_more.trigger()
    (dialog,) = ran.findChildren(ExportDialog)
    dialog.place.show_folder(tmp_path)
    with qtbot.waitSignal(ran.exports.finished, timeout=20_000):
        dialog.button.click()
    names = {path.name for path in (tmp_path / "concord-001").iterdir()}
    assert names == {"annotated.png", "report.pdf", "result.json"}
    assert sentences(ran)[-1] == "Saved 3 files in concord-001."


def test_without_a_result_the_dialog_stays_away(window: MainWindow) -> None:
    window.desk.ask()
    assert not window.findChildren(ExportDialog)
    assert sentences(window) == ["Run a model on this slice first: an export shows its result."]


def test_escape_stops_an_export(qtbot: QtBot, ran: MainWindow, tmp_path: Path) -> None:
    kinds = frozenset({Output.SHEET, Output.TABLE, Output.NUMBERS, Output.LEVELS})
    ran.exports.write(Order(kinds, tmp_path, Path("series")))
    ran.actions_.export_more.trigger()
    for dialog in ran.findChildren(ExportDialog):
        dialog.reject()
    ran.exports.cancel()
    assert sentences(ran)[-1] == "The export was cancelled; nothing of it was kept."
    qtbot.waitUntil(lambda: not list(tmp_path.iterdir()), timeout=20_000)


def test_what_the_reader_made_is_offered_and_handed_on(qtbot: QtBot, ran: MainWindow, tmp_path: Path) -> None:
    """A distance of 20 columns of 0.5 mm and a filled polygon; the outline is left out at the second export."""
    qtbot.keyClick(ran.canvas, Qt.Key.Key_D)
    drag(qtbot, ran, (10, 10), (10, 30))
    editing_of(ran).edits.add()
    editing_of(ran).edits.put(whole(np.eye(64, dtype=np.bool_)))
    editing_of(ran).edits.end("stroke")
    found = []
    for outlines in (True, False):
        ran.actions_.export_more.trigger()
        dialog = ran.findChildren(ExportDialog)[-1]
        assert dialog.panel.measurements.isVisible()
        assert dialog.panel.outlines.isChecked()
        dialog.panel.outlines.setChecked(outlines)
        dialog.place.show_folder(tmp_path)
        with qtbot.waitSignal(ran.exports.finished, timeout=20_000) as heard:
            dialog.button.click()
        found.append(json.loads((heard.args[0].folder / "result.json").read_text(encoding="utf-8")))
    assert found[0]["measurements"][0]["length_mm"] == pytest.approx(10, abs=0.5)
    assert [len(content["drawn"]) for content in found] == [1, 0]
    assert found[0]["drawn"][0]["area_px"] == 64


def test_without_anything_of_the_readers_nothing_is_offered(ran: MainWindow) -> None:
    ran.actions_.export_more.trigger()
    (dialog,) = ran.findChildren(ExportDialog)
    assert not dialog.panel.own.isVisible()
    assert dialog.order.measurements
    assert dialog.order.outlines
    dialog.reject()
