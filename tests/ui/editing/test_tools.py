"""The drawing tools, with real events on the real window."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.domain.case import Case, Modality, Window
from app.domain.stack import Stack
from app.ui.editing.edits import Edits
from app.ui.editing.toolbox import Filling, Kind
from app.ui.window import MainWindow
from tests.ui.editing.drawing import LEFT, PATIENCE_MS, SHIFT, at, box, click, drag, editing_of, marked, wait
from tests.ui.hands import move_with, sentences
from tests.ui.studies import HandWork, series


def take(qtbot: QtBot, window: MainWindow, key: Qt.Key) -> None:
    qtbot.keyClick(window.canvas, key, SHIFT)


def test_a_key_takes_the_brush_and_a_drag_paints(qtbot: QtBot, drawing: MainWindow, edits: Edits) -> None:
    camera = drawing.canvas.camera
    take(qtbot, drawing, Qt.Key.Key_B)
    drag(qtbot, drawing, (20, 20), (20, 30))
    mask = marked(drawing)
    assert box(mask) == (18, 22, 18, 32)
    assert mask[20, 18:33].all()
    assert [layer.name for layer in edits.layers] == ["my outline"]
    assert drawing.canvas.camera == camera  # the picture stays where it is


def test_the_eraser_and_shift_take_away(qtbot: QtBot, drawing: MainWindow, edits: Edits) -> None:
    take(qtbot, drawing, Qt.Key.Key_B)
    drag(qtbot, drawing, (20, 10), (20, 40))
    drag(qtbot, drawing, (20, 10), (20, 14), held=SHIFT)
    assert not marked(drawing)[20, :17].any()
    take(qtbot, drawing, Qt.Key.Key_U)
    drag(qtbot, drawing, (20, 40), (20, 30))
    assert np.flatnonzero(marked(drawing)[20]).tolist() == list(range(17, 28))
    drag(qtbot, drawing, (20, 40), (20, 40), held=SHIFT)
    assert marked(drawing)[20, 40]
    assert edits.masks is not None
    assert edits.masks.undoable == "brush"


def test_one_stroke_is_one_step_back_and_forth(qtbot: QtBot, drawing: MainWindow, edits: Edits) -> None:
    del edits
    take(qtbot, drawing, Qt.Key.Key_B)
    for row in (10, 20, 30):
        drag(qtbot, drawing, (row, 20), (row, 25), (row, 30))
    area = int(marked(drawing).sum())
    for left in (2, 1, 0):
        qtbot.keyClick(drawing.canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        assert marked(drawing).sum() == area * left / 3
    for there in (1, 2, 3):
        qtbot.keyClick(drawing.canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | SHIFT)
        assert marked(drawing).sum() == area * there / 3


def test_the_brush_grows_and_shrinks_by_keys_and_slider(qtbot: QtBot, drawing: MainWindow, edits: Edits) -> None:
    qtbot.keyClick(drawing.canvas, Qt.Key.Key_BracketRight)
    assert edits.radius == pytest.approx(2.3 * 1.2)
    qtbot.keyClick(drawing.canvas, Qt.Key.Key_BracketLeft)
    assert edits.radius == pytest.approx(2.3)
    panel = editing_of(drawing).panel
    assert panel.radius_text.text() == "2.3 mm"  # a diameter of 4.6 columns of 0.5 mm
    panel.radius.setValue(panel.radius.maximum())
    assert edits.radius == pytest.approx(edits.largest_radius)
    for _ in range(99):
        edits.scale_radius(-1)
    assert edits.radius == 0.5


def test_a_circle_shows_the_brush_in_its_true_size(qtbot: QtBot, drawing: MainWindow, edits: Edits) -> None:
    edits.set_radius(8)
    take(qtbot, drawing, Qt.Key.Key_B)
    before = drawing.canvas.grab().toImage()
    move_with(drawing.canvas, Qt.MouseButton.NoButton, at(drawing, 32, 32))
    picture = drawing.canvas.grab().toImage()
    changed = np.argwhere(
        [
            [before.pixel(x, y) != picture.pixel(x, y) for x in range(picture.width())]
            for y in range(60, picture.height() - 60)
        ]
    )
    assert drawing.canvas.camera is not None
    width = int(np.ptp(changed[:, 1]))
    assert width == pytest.approx(2 * 8 * drawing.canvas.camera.scale, abs=4)
    QApplication.sendEvent(drawing.canvas, QEvent(QEvent.Type.Leave))
    assert drawing.canvas.grab().toImage().pixel(at(drawing, 24, 32)) == before.pixel(at(drawing, 24, 32))


def test_escape_leaves_a_tool_and_another_press_of_its_key_too(qtbot: QtBot, drawing: MainWindow) -> None:
    editing = editing_of(drawing)
    take(qtbot, drawing, Qt.Key.Key_B)
    assert editing.toolbox.kind is Kind.BRUSH
    assert editing.toolbox.actions[Kind.BRUSH].isChecked()
    qtbot.keyClick(drawing.canvas, Qt.Key.Key_Escape)
    assert drawing.canvas.tool is None
    assert not editing.toolbox.actions[Kind.BRUSH].isChecked()
    take(qtbot, drawing, Qt.Key.Key_G)
    take(qtbot, drawing, Qt.Key.Key_G)
    assert drawing.canvas.tool is None


def test_a_polygon_is_closed_by_a_double_click(qtbot: QtBot, drawing: MainWindow) -> None:
    take(qtbot, drawing, Qt.Key.Key_G)
    for corner in ((9.6, 9.6), (9.6, 30.4), (20.4, 30.4)):
        click(qtbot, drawing, *corner)
    click(qtbot, drawing, 20.4, 9.6)
    drawing.canvas.grab()
    qtbot.mouseDClick(drawing.canvas, LEFT, pos=at(drawing, 20.4, 9.6))
    assert box(marked(drawing)) == (10, 20, 10, 30)
    assert marked(drawing).sum() == 11 * 21


def test_backspace_takes_a_corner_back_and_return_closes(qtbot: QtBot, drawing: MainWindow) -> None:
    take(qtbot, drawing, Qt.Key.Key_G)
    for corner in ((9.6, 9.6), (9.6, 30.4), (20.4, 30.4), (60, 60)):
        click(qtbot, drawing, *corner)
    qtbot.keyClick(drawing.canvas, Qt.Key.Key_Backspace)
    click(qtbot, drawing, 20.4, 9.6)
    qtbot.keyClick(drawing.canvas, Qt.Key.Key_Return)
    assert box(marked(drawing)) == (10, 20, 10, 30)


def test_a_click_on_the_first_corner_closes_and_shift_cuts_out(qtbot: QtBot, drawing: MainWindow) -> None:
    take(qtbot, drawing, Qt.Key.Key_G)
    for corner in ((9.6, 9.6), (9.6, 30.4), (20.4, 30.4), (20.4, 9.6), (9.6, 9.6)):
        click(qtbot, drawing, *corner)
    for corner in ((14.6, 0.0), (14.6, 40.0), (40.0, 40.0), (40.0, 0.0)):
        click(qtbot, drawing, *corner)
    click(qtbot, drawing, 14.6, 0.0, held=SHIFT)
    assert box(marked(drawing)) == (10, 14, 10, 30)


def test_an_outline_is_drawn_freely_with_the_button_down(qtbot: QtBot, drawing: MainWindow) -> None:
    take(qtbot, drawing, Qt.Key.Key_G)
    turn = np.linspace(0, 2 * np.pi, 60)
    drag(qtbot, drawing, *[(32 + 12 * float(np.sin(a)), 32 + 12 * float(np.cos(a))) for a in turn])
    qtbot.keyClick(drawing.canvas, Qt.Key.Key_Return)
    assert marked(drawing).sum() == pytest.approx(np.pi * 144, rel=0.05)


def test_an_outline_belongs_to_its_slice(qtbot: QtBot, drawing: MainWindow) -> None:
    take(qtbot, drawing, Qt.Key.Key_G)
    for corner in ((10, 10), (10, 30), (20, 30)):
        click(qtbot, drawing, *corner)
    qtbot.keyClick(drawing.canvas, Qt.Key.Key_Down)
    qtbot.keyClick(drawing.canvas, Qt.Key.Key_Return)
    assert editing_of(drawing).edits.layers == ()


@pytest.fixture(name="halves")
def _halves(qtbot: QtBot, work: HandWork, window: MainWindow) -> MainWindow:
    """Return the window on a picture whose left half is 10 and whose right half is 200, with a line of 60 between."""
    pixels = np.full((1, 64, 64, 1), 10, np.float32)
    pixels[:, :, 32:] = 200
    pixels[:, :, 31] = 60
    work.cases["halves"] = Case("halves", Stack.of(pixels), Modality.CT, series().geometry, "HU", Window(100, 200))
    with qtbot.waitSignal(window.session.case_changed, timeout=PATIENCE_MS):
        window.session.open_study(Path("halves"))
    return window


def test_the_threshold_brush_keeps_to_the_greys_of_its_first_touch(qtbot: QtBot, halves: MainWindow) -> None:
    edits = editing_of(halves).edits
    edits.set_radius(4.2)
    edits.set_tolerance(20)
    take(qtbot, halves, Qt.Key.Key_T)
    drag(qtbot, halves, (20, 15), (20, 50))
    mask = marked(halves)
    assert mask[20, 11:31].all()
    assert not mask[:, 31:].any()


def test_a_fill_keeps_to_like_greys_that_hang_together(qtbot: QtBot, halves: MainWindow) -> None:
    editing = editing_of(halves)
    editing.edits.set_tolerance(30)
    take(qtbot, halves, Qt.Key.Key_F)
    with qtbot.waitSignal(editing.edits.settled, timeout=PATIENCE_MS):
        click(qtbot, halves, 40, 50)
    wait(qtbot, lambda: bool(marked(halves).any()))
    assert box(marked(halves)) == (0, 63, 32, 63)
    with qtbot.waitSignal(editing.edits.settled, timeout=PATIENCE_MS):
        click(qtbot, halves, 40, 50, held=SHIFT)
    assert not marked(halves).any()


def test_a_fill_of_an_outline_needs_it_closed(qtbot: QtBot, halves: MainWindow) -> None:
    editing = editing_of(halves)
    editing.changes.filling = Filling.OUTLINE
    editing.edits.set_radius(1.5)
    take(qtbot, halves, Qt.Key.Key_B)
    corners = [(10.0, 10.0), (10.0, 40.0), (40.0, 40.0), (40.0, 10.0)]
    drag(qtbot, halves, *corners)
    take(qtbot, halves, Qt.Key.Key_F)
    click(qtbot, halves, 25, 25)
    wait(qtbot, lambda: any("not closed" in sentence for sentence in sentences(halves)))
    before = int(marked(halves).sum())
    take(qtbot, halves, Qt.Key.Key_B)
    drag(qtbot, halves, corners[3], corners[0])
    take(qtbot, halves, Qt.Key.Key_F)
    with qtbot.waitSignal(editing.edits.settled, timeout=PATIENCE_MS):
        click(qtbot, halves, 25, 25)
    assert marked(halves)[10:41, 10:41].all()
    assert marked(halves).sum() > before


def test_smooth_and_clear_act_on_the_shown_slice_alone(qtbot: QtBot, drawing: MainWindow, edits: Edits) -> None:
    take(qtbot, drawing, Qt.Key.Key_G)
    for corner in ((9.6, 9.6), (9.6, 40.4), (40.4, 40.4), (40.4, 9.6), (9.6, 9.6)):
        click(qtbot, drawing, *corner)
    edits.set_radius(9)
    with qtbot.waitSignal(edits.settled, timeout=PATIENCE_MS):
        qtbot.keyClick(drawing.canvas, Qt.Key.Key_O, SHIFT)
    assert not marked(drawing)[10, 10]  # corners go
    assert marked(drawing)[10, 25]  # sides stay
    qtbot.keyClick(drawing.canvas, Qt.Key.Key_Down)
    take(qtbot, drawing, Qt.Key.Key_G)
    take(qtbot, drawing, Qt.Key.Key_B)
    drag(qtbot, drawing, (20, 20), (20, 30))
    qtbot.keyClick(drawing.canvas, Qt.Key.Key_Delete, Qt.KeyboardModifier.ControlModifier)
    assert not marked(drawing).any()
    qtbot.keyClick(drawing.canvas, Qt.Key.Key_Up)
    assert marked(drawing).any()


def test_undo_shows_the_slice_that_it_changes(qtbot: QtBot, drawing: MainWindow, edits: Edits) -> None:
    take(qtbot, drawing, Qt.Key.Key_B)
    drag(qtbot, drawing, (20, 20), (20, 30))
    qtbot.keyClick(drawing.canvas, Qt.Key.Key_Home)
    assert edits.slice_index == 0
    edits.undo()
    assert edits.slice_index == 2
    assert not marked(drawing).any()


def test_undo_in_the_middle_of_a_stroke_takes_back_what_is_there(
    qtbot: QtBot, drawing: MainWindow, edits: Edits
) -> None:
    take(qtbot, drawing, Qt.Key.Key_B)
    qtbot.mousePress(drawing.canvas, LEFT, pos=at(drawing, 20, 20))
    qtbot.keyClick(drawing.canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert not marked(drawing).any()
    qtbot.mouseRelease(drawing.canvas, LEFT, pos=at(drawing, 20, 20))
    edits.redo()
    assert marked(drawing).any()


def test_without_a_case_no_tool_is_taken(qtbot: QtBot, window: MainWindow) -> None:
    take(qtbot, window, Qt.Key.Key_B)
    editing_of(window).toolbox.take(Kind.BRUSH)
    assert window.canvas.tool is None


def test_another_tool_on_the_canvas_lays_the_brush_down(qtbot: QtBot, drawing: MainWindow) -> None:
    take(qtbot, drawing, Qt.Key.Key_B)

    class Other:
        cursor = Qt.CursorShape.ArrowCursor
        press = move = release = double_click = staticmethod(lambda *_: None)

    drawing.canvas.set_tool(Other())
    assert editing_of(drawing).toolbox.kind is None
