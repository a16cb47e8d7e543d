"""Layers: copies, readers, names, cases; a model never touches them."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit
from pytestqt.qtbot import QtBot

from app.domain.masks import EditedMasks
from app.imaging.references import read_references
from app.ui.editing import keeping
from app.ui.editing.edits import Edits
from app.ui.editing.keeping import Target, ways
from app.ui.window import MainWindow
from tests.ui.editing.drawing import PATIENCE_MS, SHIFT, click, drag, editing_of, marked, wait
from tests.ui.hands import sentences
from tests.ui.studies import photograph, readers_of, series

SQUARE = ((15.6, 15.6), (15.6, 48.4), (48.4, 48.4), (48.4, 15.6), (15.6, 15.6))


def outline(qtbot: QtBot, window: MainWindow) -> None:
    """Draw the square of rows and columns 16 to 48."""
    qtbot.keyClick(window.canvas, Qt.Key.Key_G, SHIFT)
    for corner in SQUARE:
        click(qtbot, window, *corner)
    qtbot.keyClick(window.canvas, Qt.Key.Key_Escape)


def copy(qtbot: QtBot, window: MainWindow, caption: str) -> None:
    editing = editing_of(window)
    source = next(source for source in editing.changes.sources() if source.caption == caption)
    with qtbot.waitSignal(editing.edits.settled, timeout=PATIENCE_MS):
        editing.changes.copy(source)


def test_a_run_never_touches_what_was_drawn(qtbot: QtBot, drawing: MainWindow, edits: Edits) -> None:
    outline(qtbot, drawing)
    before, layers = marked(drawing).copy(), edits.layers
    with qtbot.waitSignal(drawing.session.run_finished, timeout=PATIENCE_MS):
        qtbot.keyClick(drawing.canvas, Qt.Key.Key_R)
    assert np.array_equal(marked(drawing), before)
    assert edits.layers == layers


def test_the_majority_is_copied_to_a_new_layer_that_can_be_changed(qtbot: QtBot, ran: MainWindow) -> None:
    """The last step's square has 20 of the network's 32 rows, each two of the slice: 40 x 40 pixels."""
    editing = editing_of(ran)
    frame = ran.session.frame
    assert frame is not None
    before = frame.findings.level_maps.copy()
    outline(qtbot, ran)
    copy(qtbot, ran, "AI majority: at least 2 of 3")
    assert [layer.name for layer in editing.edits.layers] == ["my outline", "copy of kidney"]
    assert [layer.origin for layer in editing.edits.layers] == ["", "kidney"]
    assert marked(ran).sum() == pytest.approx(40 * 40, abs=8)
    editing.edits.clear_slice()
    assert np.array_equal(frame.findings.level_maps, before)


def test_a_readers_masks_are_copied_on_every_slice(qtbot: QtBot, drawing: MainWindow) -> None:
    with qtbot.waitSignal(drawing.session.case_changed, timeout=PATIENCE_MS):
        drawing.session.open_references([Path("a_seg.png")])
    copy(qtbot, drawing, "Reader: reader 2")
    editing = editing_of(drawing)
    assert editing.edits.masks is not None
    assert editing.edits.active is not None
    assert np.array_equal(editing.edits.masks.volume(editing.edits.active), readers_of(series()).masks[1])
    editing.edits.clear_slice()
    case = drawing.session.case
    assert case is not None
    assert case.references is not None
    assert np.array_equal(case.references.masks, readers_of(series()).masks)


def test_what_can_be_copied_stands_in_the_menu(qtbot: QtBot, ran: MainWindow) -> None:
    menu = editing_of(ran).copies
    menu.aboutToShow.emit()
    captions = [action.text() for action in menu.actions()]
    assert captions[0] == "AI majority: at least 2 of 3"
    assert {"AI level: all 3 readers", "AI core: in 90 % of samples", "AI refined outline"} <= set(captions) | {
        "AI refined outline"
    }
    qtbot.keyPress(ran.canvas, Qt.Key.Key_H)
    menu.aboutToShow.emit()
    assert [action.isEnabled() for action in menu.actions()] == [False]  # hidden AI cannot be copied either
    qtbot.keyRelease(ran.canvas, Qt.Key.Key_H)


def test_an_empty_copy_is_said(qtbot: QtBot, ran: MainWindow) -> None:
    editing = editing_of(ran)
    case = ran.session.case
    assert case is not None
    masks = EditedMasks((case.slices, *case.shape))
    editing.edits.restore(masks)
    editing.edits.add("empty")
    editing.edits.count_as_reader(editing.edits.layers[0].key, True)
    wait(qtbot, lambda: ran.session.case is not None and ran.session.case.references is not None)
    source = next(source for source in editing.changes.sources() if source.caption == "Reader: empty")
    editing.changes.copy(source)
    wait(qtbot, lambda: any("nothing was copied" in sentence for sentence in sentences(ran)))
    assert len(editing.edits.layers) == 1


def test_a_drawn_outline_counts_as_a_reader(qtbot: QtBot, ran: MainWindow) -> None:
    """All samples are one square of 40 x 40; a reader who drew the same would have a distance of 0."""
    frame = ran.session.frame
    assert frame is not None
    assert frame.findings.ged is None
    copy(qtbot, ran, "AI majority: at least 2 of 3")
    row = editing_of(ran).panel.rows[0]
    row.reader.click()
    wait(qtbot, lambda: ran.session.frame is not None and ran.session.frame.findings.ged is not None)
    wait(qtbot, lambda: any("no test of that model" in sentence for sentence in sentences(ran)))
    assert ran.session.frame is not None
    assert ran.session.frame.findings.ged == pytest.approx(0, abs=1e-6)
    assert ran.session.case is not None
    assert ran.session.case.references is not None
    assert ran.session.case.references.names == ("copy of kidney",)
    qtbot.keyClick(
        ran.canvas, Qt.Key.Key_Delete, Qt.KeyboardModifier.ControlModifier
    )  # the reader marks nothing any more: d = 1 to every sample
    wait(qtbot, lambda: ran.session.frame is not None and ran.session.frame.findings.ged == pytest.approx(2))
    editing_of(ran).panel.rows[0].reader.click()
    wait(qtbot, lambda: ran.session.case is not None and ran.session.case.references is None)


def test_own_readers_stand_behind_those_of_files(qtbot: QtBot, drawing: MainWindow, edits: Edits) -> None:
    outline(qtbot, drawing)
    edits.count_as_reader(edits.layers[0].key, True)
    with qtbot.waitSignal(drawing.session.case_changed, timeout=PATIENCE_MS):
        drawing.session.open_references([Path("a_seg.png")])

    def names() -> tuple[str, ...]:
        case = drawing.session.case
        return () if case is None or case.references is None else case.references.names

    wait(qtbot, lambda: names() == ("reader 1", "reader 2", "my outline"))
    assert drawing.session.case is not None
    assert drawing.session.case.references is not None
    assert np.array_equal(drawing.session.case.references.masks[2, 2], marked(drawing))
    edits.rename(edits.layers[0].key, "Dr. A")
    wait(qtbot, lambda: names() == ("reader 1", "reader 2", "Dr. A"))
    edits.undo()
    edits.remove(edits.layers[0].key)
    wait(qtbot, lambda: names() == ("reader 1", "reader 2"))


def test_a_stroke_updates_the_reader_when_the_button_comes_up(qtbot: QtBot, drawing: MainWindow, edits: Edits) -> None:
    outline(qtbot, drawing)
    edits.count_as_reader(edits.layers[0].key, True)
    wait(qtbot, lambda: drawing.session.case is not None and drawing.session.case.references is not None)
    qtbot.keyClick(drawing.canvas, Qt.Key.Key_B, SHIFT)
    with qtbot.waitSignal(drawing.session.references_changed, timeout=PATIENCE_MS):
        drag(qtbot, drawing, (5, 5), (5, 9))
    assert drawing.session.case is not None
    assert drawing.session.case.references is not None
    assert np.array_equal(drawing.session.case.references.masks[0, 2], marked(drawing))


def test_the_overlap_with_the_majority_is_one_sentence(qtbot: QtBot, ran: MainWindow) -> None:
    """33 x 33 pixels within 40 x 40: 2 * 1089 / (1089 + 1600) = 0.81."""
    outline(qtbot, ran)
    panel = editing_of(ran).panel
    wait(qtbot, lambda: "0.81" in panel.sentence.text())
    assert "“my outline” and the AI majority (at least 2 of 3)" in panel.sentence.text()
    qtbot.keyPress(ran.canvas, Qt.Key.Key_H)
    assert panel.sentence.text() == ""
    qtbot.keyRelease(ran.canvas, Qt.Key.Key_H)


def test_an_outline_is_a_first_look_once_the_tool_is_laid_down(qtbot: QtBot, drawing: MainWindow) -> None:
    look = drawing.session.look
    look.set_wanted(True)
    look.begin()
    qtbot.keyClick(drawing.canvas, Qt.Key.Key_B, SHIFT)
    drag(qtbot, drawing, (20, 20), (20, 30))
    assert look.pending
    qtbot.keyClick(drawing.canvas, Qt.Key.Key_Escape)
    assert not look.pending


def test_rows_show_hide_rename_and_delete(qtbot: QtBot, drawing: MainWindow, edits: Edits) -> None:
    outline(qtbot, drawing)
    panel = editing_of(drawing).panel
    panel.new_button.click()
    assert [row.name.text() for row in panel.rows] == ["my outline", "my outline 2"]
    assert panel.rows[0].area.text() == "272 mm²"  # 33 x 33 pixels of 0.25 mm²
    panel.rows[0].name.setFocus()
    assert edits.active == panel.rows[0].key
    qtbot.mouseDClick(panel.rows[0].name, Qt.MouseButton.LeftButton)
    qtbot.keyClicks(panel.rows[0].name, "Left kidney")
    qtbot.keyClick(panel.rows[0].name, Qt.Key.Key_Return)
    assert edits.layers[0].name == "Left kidney"
    shown = drawing.canvas.grab().toImage()
    panel.rows[0].check.click()
    assert drawing.canvas.grab().toImage() != shown
    panel.rows[0].delete.click()
    assert [layer.name for layer in edits.layers] == ["my outline 2"]
    edits.undo()
    assert [layer.name for layer in edits.layers] == ["Left kidney", "my outline 2"]


def test_layers_belong_to_their_case_and_come_back_with_it(
    qtbot: QtBot, drawing: MainWindow, edits: Edits, open_series: Callable[[], None]
) -> None:
    outline(qtbot, drawing)
    with qtbot.waitSignal(drawing.session.case_changed, timeout=PATIENCE_MS):
        drawing.session.open_study(Path("lesion.jpg"))
    assert not edits.layers
    open_series()
    assert [layer.name for layer in edits.layers] == ["my outline"]
    assert marked(drawing).sum() == 33 * 33


def test_kept_layers_are_taken_back(qtbot: QtBot, drawing: MainWindow, edits: Edits) -> None:
    outline(qtbot, drawing)
    assert edits.masks is not None
    editing = editing_of(drawing)
    state = editing.state()
    edits.remove(edits.layers[0].key)
    editing.restore(state)
    assert marked(drawing).sum() == 33 * 33
    with pytest.raises(ValueError, match="drawn masks"):
        edits.restore(EditedMasks((1, 2, 3)))


def test_a_saved_outline_opens_as_the_same_reader(
    qtbot: QtBot, drawing: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outline(qtbot, drawing)
    case = drawing.session.case
    assert case is not None
    path = tmp_path / "mine.nii.gz"
    monkeypatch.setattr(keeping, "ask_where", lambda *_: Target(path, ways(case)[0]))
    with qtbot.waitSignal(drawing.exports.finished, timeout=PATIENCE_MS):
        editing_of(drawing).ask_to_save()
    back = read_references([path], case).masks
    assert np.array_equal(back[0, 2], marked(drawing))
    editing_of(drawing).ask_to_save()
    wait(qtbot, lambda: any("already there" in sentence for sentence in sentences(drawing)))


@pytest.mark.parametrize(("chosen", "ending", "deidentified"), [(0, ".nii.gz", True), (2, ".dcm", False)])
def test_the_dialog_asks_for_place_and_format(
    qtbot: QtBot, drawing: MainWindow, tmp_path: Path, chosen: int, ending: str, deidentified: bool
) -> None:
    case = drawing.session.case
    assert case is not None

    def answer() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, QFileDialog)
        dialog.selectNameFilter(ways(case)[chosen].caption)
        dialog.filterSelected.emit(ways(case)[chosen].caption)
        name = dialog.findChild(QLineEdit, "fileNameEdit")
        assert isinstance(name, QLineEdit)
        name.setText(str(tmp_path / "mine"))
        qtbot.keyClick(dialog, Qt.Key.Key_Return)

    QTimer.singleShot(200, answer)
    target = keeping.ask_where(drawing, case, tmp_path)
    assert target is not None
    assert (target.path, target.overwrite) == (tmp_path / f"mine{ending}", True)
    assert target.way.deidentified is deidentified


def test_no_answer_saves_nothing(qtbot: QtBot, drawing: MainWindow, tmp_path: Path) -> None:
    outline(qtbot, drawing)
    case = drawing.session.case
    assert case is not None
    QTimer.singleShot(200, lambda: qtbot.keyClick(QApplication.activeModalWidget(), Qt.Key.Key_Escape))
    assert keeping.ask_where(drawing, case, tmp_path) is None


def test_a_picture_may_be_saved_as_one_and_a_stack_as_volume_or_dicom() -> None:
    assert [way.format.value for way in ways(photograph())] == [".png", ".nii.gz", ".dcm"]
    assert [way.format.value for way in ways(series())] == [".nii.gz", ".dcm", ".dcm"]
    assert keeping.named(Path("a/b"), ways(series())[0]) == Path("a/b.nii.gz")
    assert keeping.named(Path("a/b.NII.GZ"), ways(series())[0]) == Path("a/b.NII.GZ")
