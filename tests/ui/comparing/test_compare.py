"""Side by side and swipe, by keys and mouse on the real window."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from app.ui.comparing.compare import Comparing
from app.ui.comparing.sides import Comparison, Kind, Side, sides
from app.ui.shown.key import canvas_legend
from app.ui.window import MainWindow
from tests.ui.comparing.test_results import run
from tests.ui.hands import drag, move_with, sentences
from tests.ui.studies import readers_of, series

SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
ORIGINAL, RESULT = Side(Kind.ORIGINAL), Side(Kind.RESULT, "kidney")


def comparing(window: MainWindow) -> Comparing:
    return next(feature for feature in window.features if isinstance(feature, Comparing))


def entry(window: MainWindow, caption: str) -> None:
    """Choose an entry of the menus by its caption."""
    next(action for action in window.actions_.menus.actions if action.text() == caption).trigger()


def pick(chooser: QComboBox, name: str) -> None:
    """Choose from a list as a user does."""
    place = chooser.findText(name)
    assert place >= 0
    chooser.setCurrentIndex(place)
    chooser.activated.emit(place)


@pytest.fixture
def beside(qtbot: QtBot, ran: MainWindow) -> MainWindow:
    """Return the window with the bare image at the left and the result at the right."""
    qtbot.keyClick(ran.canvas, Qt.Key.Key_C, SHIFT)
    qtbot.waitUntil(lambda: comparing(ran).right.width() > 100)
    return ran


def test_side_by_side_shows_the_image_without_and_with_ai(beside: MainWindow) -> None:
    parts = comparing(beside)
    assert parts.comparison == Comparison(ORIGINAL, RESULT)
    assert beside.canvas.frame is None
    assert parts.right.frame is beside.session.frame
    assert parts.right.isVisible()
    assert parts.bar.left.currentText() == "Image without AI"
    assert parts.bar.right.currentText() == "Result · Kidney"


def test_both_pictures_move_together_whichever_is_dragged(qtbot: QtBot, beside: MainWindow) -> None:
    left, right = beside.canvas, comparing(beside).right
    beside.canvas.zoom(3)
    drag(qtbot, beside, Qt.MouseButton.LeftButton, QPoint(30, 20))
    assert left.camera is not None
    assert right.camera is not None
    assert (right.camera.scale, right.camera.centre) == (left.camera.scale, left.camera.centre)
    start = right.rect().center()
    qtbot.mousePress(right, Qt.MouseButton.LeftButton, pos=start)
    move_with(right, Qt.MouseButton.LeftButton, start + QPoint(-40, 0))
    qtbot.mouseRelease(right, Qt.MouseButton.LeftButton, pos=start)
    assert left.camera.centre == right.camera.centre


def test_both_pictures_show_the_same_slice_and_window(qtbot: QtBot, beside: MainWindow) -> None:
    right = comparing(beside).right
    qtbot.keyClick(beside.canvas, Qt.Key.Key_Down)
    qtbot.keyClick(beside.canvas, Qt.Key.Key_I)
    assert (right.view.slice_index, beside.canvas.view.slice_index) == (3, 3)
    assert right.view.inverted
    assert beside.canvas.view.inverted


def test_a_side_that_the_next_slice_does_not_have_stays_chosen(qtbot: QtBot, beside: MainWindow) -> None:
    parts = comparing(beside)
    qtbot.keyClick(beside.canvas, Qt.Key.Key_Down)
    assert parts.right.frame is None
    assert parts.bar.right.currentText() == "Result · Kidney – not on this slice"
    qtbot.keyClick(beside.canvas, Qt.Key.Key_Up)
    assert parts.right.frame is beside.session.frame


def test_two_levels_say_how_far_they_overlap(qtbot: QtBot, ran: MainWindow) -> None:
    """The made-up model marks the same square of 20 x 20 network pixels of 1 mm at each level."""
    entry(ran, "Two consensus levels")
    parts = comparing(ran)
    assert parts.comparison == Comparison(Side(Kind.LEVEL, "kidney", 2), Side(Kind.LEVEL, "kidney", 3))
    assert [canvas.view.levels for canvas in (ran.canvas, parts.right)] == [{2}, {3}]
    expected = "Overlap (Dice) 1.00, 1 is identical.\nLeft 400 mm², right 400 mm²: the same size."
    qtbot.waitUntil(lambda: parts.bar.sentence.text() == expected)


def test_a_step_is_compared_with_the_result(qtbot: QtBot, ran: MainWindow) -> None:
    """Squares of 24 and of 20 mm share the smaller: Dice = 2 * 400 / (576 + 400), and 400 is 31 % less than 576."""
    entry(ran, "First diffusion step and result")
    parts = comparing(ran)
    assert ran.canvas.frame is not None
    assert (ran.canvas.frame.index, ran.canvas.frame.final) == (0, False)
    assert parts.bar.left.currentText() == "Step 1, not a result · Kidney"
    qtbot.waitUntil(lambda: "0.82" in parts.bar.sentence.text())
    assert parts.bar.sentence.text().endswith("Left 576 mm², right 400 mm²: the right is 31 % smaller.")


def test_readers_are_compared_with_each_other_and_with_the_model(qtbot: QtBot, ran: MainWindow) -> None:
    """Both readers marked 20 x 20 pixels of 0.5 mm, 100 square millimetres, of which they share 16 rows of 20."""
    ran.session.open_references([Path("a_seg.nii.gz")])
    qtbot.waitUntil(lambda: ran.session.frame is not None and ran.session.frame.findings.ged is not None)
    entry(ran, "Two readers, or a reader and AI")
    parts = comparing(ran)
    assert (parts.bar.left.currentText(), parts.bar.right.currentText()) == ("Reader 1", "Reader 2")
    assert [canvas.view.readers for canvas in (ran.canvas, parts.right)] == [{1}, {2}]
    qtbot.waitUntil(lambda: "Dice) 0.80" in parts.bar.sentence.text())
    pick(parts.bar.right, "At least 2 of 3 · Kidney")
    qtbot.waitUntil(lambda: "Left 100 mm², right 400 mm²" in parts.bar.sentence.text())


def test_two_models_results_come_first(qtbot: QtBot, ran: MainWindow) -> None:
    second = run(qtbot, ran.session, "skin")
    qtbot.keyClick(ran.canvas, Qt.Key.Key_C, SHIFT)
    parts = comparing(ran)
    assert parts.comparison == Comparison(Side(Kind.RESULT, "skin"), RESULT)
    assert ran.canvas.frame is second.final
    assert ran.session.shown_run is second
    qtbot.keyClick(ran.canvas, Qt.Key.Key_X, SHIFT)
    assert parts.comparison == Comparison(RESULT, Side(Kind.RESULT, "skin"))
    assert parts.right.frame is second.final


def test_a_comparison_that_is_not_there_yet_says_what_it_needs(ran: MainWindow) -> None:
    entry(ran, "Two results")
    entry(ran, "Two readers, or a reader and AI")
    entry(ran, "Before and after refining")
    assert comparing(ran).comparison is None
    assert sentences(ran)[-1] == "Run a model on this slice first."


def test_nothing_is_compared_without_an_image(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.keyClick(window.canvas, Qt.Key.Key_C, SHIFT)
    assert comparing(window).comparison is None
    assert sentences(window) == ["Open an image first."]


def test_ending_gives_the_canvas_back(qtbot: QtBot, beside: MainWindow) -> None:
    parts = comparing(beside)
    qtbot.mouseClick(parts.bar.close_button, Qt.MouseButton.LeftButton)
    assert beside.canvas.frame is beside.session.frame
    assert beside.canvas.view == beside.session.view
    assert not parts.right.isVisible()
    assert not parts.bar.isVisible()
    qtbot.keyClick(beside.canvas, Qt.Key.Key_C, SHIFT)
    qtbot.keyClick(beside.canvas, Qt.Key.Key_C, SHIFT)
    assert parts.comparison is None


def test_swiping_shows_the_right_side_only_right_of_the_divider(qtbot: QtBot, ran: MainWindow) -> None:
    """The model's square has its border at a quarter of the slice from the middle, on either side."""
    qtbot.keyClick(ran.canvas, Qt.Key.Key_S, SHIFT)
    parts, canvas = comparing(ran), ran.canvas
    pick(parts.bar.right, "At least 2 of 3 · Kidney")
    assert parts.divider.isVisible()
    assert not parts.right.isVisible()
    assert canvas.camera is not None

    def coloured(column: float) -> bool:
        """Whether the outline crosses the slice's middle row near a column."""
        assert canvas.camera is not None
        x, y = canvas.camera.to_screen(31.5, column)
        image, ratio = canvas.grab().toImage(), canvas.devicePixelRatioF()
        colours = [image.pixelColor(round((x + dx) * ratio), round(y * ratio)) for dx in range(-4, 5)]
        return any(colour.saturation() > 60 for colour in colours)

    assert (coloured(11.5), coloured(51.5)) == (False, True)
    handle = QPoint(parts.divider.width() // 2, 30)
    qtbot.mousePress(parts.divider, Qt.MouseButton.LeftButton, pos=handle)
    move_with(parts.divider, Qt.MouseButton.LeftButton, handle - QPoint(int(canvas.width() * 0.45), 0))
    qtbot.mouseRelease(parts.divider, Qt.MouseButton.LeftButton)
    assert parts.divider.share == pytest.approx(0.05, abs=0.01)
    assert (coloured(11.5), coloured(51.5)) == (True, True)


def test_the_divider_moves_by_keys_and_stays_on_the_picture(qtbot: QtBot, ran: MainWindow) -> None:
    qtbot.keyClick(ran.canvas, Qt.Key.Key_S, SHIFT)
    divider = comparing(ran).divider
    qtbot.keyClick(ran.canvas, Qt.Key.Key_Right, CTRL)
    assert divider.share == pytest.approx(0.55)
    for _ in range(20):
        qtbot.keyClick(ran.canvas, Qt.Key.Key_Left, CTRL)
    assert divider.share == pytest.approx(0.02)
    assert divider.geometry().center().x() == pytest.approx(0.02 * ran.canvas.width(), abs=2)


def test_hiding_ai_hides_both_sides_and_the_numbers(qtbot: QtBot, ran: MainWindow) -> None:
    entry(ran, "Two consensus levels")
    parts = comparing(ran)
    qtbot.waitUntil(lambda: "Dice" in parts.bar.sentence.text())
    qtbot.keyPress(ran.canvas, Qt.Key.Key_H)
    assert ran.canvas.view.hidden
    assert parts.right.view.hidden
    assert parts.bar.sentence.text() == ""
    qtbot.keyRelease(ran.canvas, Qt.Key.Key_H)
    qtbot.waitUntil(lambda: "Dice" in parts.bar.sentence.text())


def test_another_case_is_shown_on_both_sides(qtbot: QtBot, beside: MainWindow) -> None:
    with qtbot.waitSignal(beside.session.case_changed):
        beside.session.open_study(Path("lesion.jpg"))
    assert comparing(beside).right.case is beside.session.case
    assert comparing(beside).right.frame is None


def test_a_slice_offers_all_that_it_has(ran: MainWindow) -> None:
    assert sides(ran.session) == (
        ORIGINAL,
        RESULT,
        *(Side(Kind.LEVEL, "kidney", level) for level in (1, 2, 3)),
        *(Side(Kind.STEP, "kidney", step) for step in (0, 1)),
    )


def test_other_masks_on_the_same_pixels_keep_the_zoom(ran: MainWindow) -> None:
    """As after each stroke on a layer that counts as a reader."""
    parts = comparing(ran)
    parts.compare(Comparison(ORIGINAL, RESULT))
    ran.canvas.zoom(3)
    before = ran.canvas.camera, parts.right.camera
    ran.session.take_references(readers_of(series()))
    ran.session.take_references(readers_of(series()))
    assert (ran.canvas.camera, parts.right.camera) == before
    assert parts.right.case is ran.session.case


def test_what_is_exported_is_the_sessions_view_not_a_sides(beside: MainWindow) -> None:
    shown = beside.exports.shown
    assert shown is not None
    assert shown.view == beside.session.view
    assert shown.run is beside.session.shown_run


def test_the_right_picture_has_a_legend_of_its_own(qtbot: QtBot, beside: MainWindow) -> None:
    """The bare image at the left has nothing to explain; hiding AI leaves the right nothing either."""
    right = comparing(beside).right
    assert canvas_legend(beside.canvas) == ()
    assert "Predicted: at least 2 of 3 readers" in [entry.text for entry in canvas_legend(right)]
    seen = right.grab().toImage()
    right.overlays.clear()
    assert right.grab().toImage() != seen
    qtbot.keyPress(beside.canvas, Qt.Key.Key_H)
    assert canvas_legend(right) == ()
    qtbot.keyRelease(beside.canvas, Qt.Key.Key_H)


def test_only_the_half_that_is_intermediate_is_marked_so_while_swiping(qtbot: QtBot, ran: MainWindow) -> None:
    """The strip and the frame of a step on the way end at the divider, whichever side it is on."""
    entry(ran, "First diffusion step and result")
    qtbot.keyClick(ran.canvas, Qt.Key.Key_S, SHIFT)
    assert comparing(ran).divider.isVisible()
    assert marked(ran) == (True, False)
    qtbot.keyClick(ran.canvas, Qt.Key.Key_X, SHIFT)
    assert marked(ran) == (False, True)
    qtbot.keyClick(ran.canvas, Qt.Key.Key_S, SHIFT)
    assert ran.canvas.own_share == 1


def marked(window: MainWindow) -> tuple[bool, bool]:
    """Return whether the strip of an intermediate step lies at the top of the left and of the right half."""
    canvas = window.canvas
    image, ratio = canvas.grab().toImage(), canvas.devicePixelRatioF()
    tops = [image.pixelColor(round(canvas.width() * share * ratio), round(8 * ratio)) for share in (0.05, 0.55)]
    return tops[0] == QColor("#b4bcc6"), tops[1] == QColor("#b4bcc6")
