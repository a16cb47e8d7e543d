"""What a user sees and may do while the slices of a study are still being read."""

from dataclasses import replace
from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.domain.case import Case
from app.domain.errors import MissingSliceError
from app.domain.reading import Offer
from app.domain.stack import Draft
from app.ui import readout
from app.ui.chooser import SeriesChooser
from app.ui.files import Loading
from app.ui.window import MainWindow
from tests.ui.hands import drop, sentences, turn
from tests.ui.studies import HandWork, series


def _open(qtbot: QtBot, window: MainWindow, name: str = "series") -> None:
    with qtbot.waitSignal(window.session.case_changed):
        window.session.open_study(Path(name))


def _come(qtbot: QtBot, window: MainWindow, work: HandWork, index: int) -> None:
    """Let one more slice be read, and wait for it."""
    with qtbot.waitSignal(window.session.files.slice_came, check_params_cb=lambda came: came == index):
        work.slices.release()


def test_the_middle_slice_is_on_screen_while_the_rest_is_read(qtbot: QtBot, window: MainWindow, work: HandWork) -> None:
    work.holds_slices = True
    _open(qtbot, window)
    view = window.session.view
    assert view.slice_index == 2
    _come(qtbot, window, work, 1)
    qtbot.waitUntil(lambda: window.load_bar.text.text() == "Reading slices: 2 of 5")
    assert window.load_bar.isVisible()
    assert window.session.view == view  # reading never moves what is seen
    for index in (3, 0, 4):
        _come(qtbot, window, work, index)
    qtbot.waitUntil(lambda: not window.load_bar.isVisible())


def test_a_slice_that_is_scrolled_to_is_asked_for_and_shown_when_it_comes(
    qtbot: QtBot, window: MainWindow, work: HandWork
) -> None:
    work.holds_slices = True
    _open(qtbot, window)
    window.session.show_slice(4)
    case = window.session.case
    assert case is not None
    assert work.wishes == [4]
    assert readout.absence_text(case, 4) == "Slice 5 is being read …"
    assert readout.value_text(case, 4, (0, 0)) == "not read yet"
    window.canvas.grab()
    for index in (1, 3, 0, 4):
        _come(qtbot, window, work, index)
    assert readout.absence_text(case, 4) == ""
    assert window.canvas.grab().toImage().pixelColor(window.canvas.rect().center()).red() > 100  # 4 HU in W 400 L 40


def test_a_model_runs_on_a_slice_that_is_there_and_not_on_one_that_is_not(
    qtbot: QtBot, window: MainWindow, work: HandWork
) -> None:
    work.holds_slices = True
    _open(qtbot, window)
    with qtbot.waitSignal(window.session.run_finished):
        window.session.run()
    window.session.show_slice(0)
    with qtbot.waitSignal(window.session.message_raised) as said:
        window.session.run()
    assert said.args[0].text == str(MissingSliceError(0))
    assert work.runs == 1


def test_reading_can_be_stopped_and_a_slice_looked_at_is_read_all_the_same(
    qtbot: QtBot, window: MainWindow, work: HandWork
) -> None:
    work.holds_slices = True
    _open(qtbot, window)
    _come(qtbot, window, work, 1)
    with qtbot.waitSignal(window.session.files.loading_changed) as told:
        qtbot.mouseClick(window.load_bar.stop_button, Qt.MouseButton.LeftButton)
    assert told.args == [Loading(2, 5, is_active=False)]
    assert not window.load_bar.isVisible()
    with qtbot.waitSignal(window.session.files.slice_came):
        turn(window, -1)  # towards the user: the next slice
    assert work.fetched == [(3,)]


def test_a_lost_slice_says_why_in_its_place_and_in_the_banner(qtbot: QtBot, window: MainWindow, work: HandWork) -> None:
    case = series()
    case.pixels.give_up(3, "it is damaged")
    work.cases["series"] = case
    _open(qtbot, window)
    said = "1 of 5 slices cannot be read (slice 4: it is damaged)."
    qtbot.waitUntil(lambda: sentences(window) == [said])
    window.session.show_slice(3)
    assert window.session.case is not None
    assert readout.absence_text(window.session.case, 3) == "Slice 4 cannot be read: it is damaged."
    window.canvas.grab()
    assert work.fetched == []


def test_pixels_without_a_number_are_told_once_all_slices_are_there(
    qtbot: QtBot, window: MainWindow, work: HandWork
) -> None:
    pixels = work.cases["series"].pixels
    pixels.put(1, replace(pixels.packed(1), invalid=3))
    pixels.put(4, replace(pixels.packed(4), invalid=2))
    _open(qtbot, window)
    said = "5 pixels without a valid number are shown as the smallest value."
    qtbot.waitUntil(lambda: sentences(window) == [said])


def _draft_open(qtbot: QtBot, window: MainWindow, work: HandWork) -> Case:
    """Open a photograph of which nothing but a green draft is there."""
    green = np.full((15, 20, 3), (0, 200, 0), np.uint8)
    work.holds_slices, work.drafts["lesion.jpg"] = True, Draft(green, 4)
    _open(qtbot, window, "lesion.jpg")
    assert window.session.case is not None
    return window.session.case


def _middle(window: MainWindow) -> tuple[int, int, int]:
    colour = window.canvas.grab().toImage().pixelColor(window.canvas.rect().center())
    return colour.red(), colour.green(), colour.blue()


def test_a_draft_is_seen_at_once_and_never_measured(qtbot: QtBot, window: MainWindow, work: HandWork) -> None:
    case = _draft_open(qtbot, window, work)
    assert _middle(window) == (0, 200, 0)
    assert readout.absence_text(case, 0) == ""
    assert readout.value_text(case, 0, (30, 40)) == "not read yet"
    window.canvas.zoom(2.0)
    before = window.canvas.camera
    _come(qtbot, window, work, 0)
    assert _middle(window) == (200, 160, 150)
    assert window.canvas.camera == before
    assert readout.value_text(case, 0, (30, 40)) == "RGB 200 160 150"


def test_a_run_on_a_draft_waits_for_the_picture_itself(qtbot: QtBot, window: MainWindow, work: HandWork) -> None:
    case = _draft_open(qtbot, window, work)
    window.session.run()
    assert window.session.is_running
    assert work.runs == 0
    with qtbot.waitSignal(window.session.run_finished):
        _come(qtbot, window, work, 0)
    assert [seen.stored.shape for seen in work.seen] == [(60, 80, 3)]
    np.testing.assert_array_equal(work.seen[0].stored, case.pixels.packed(0).stored)


def test_a_run_that_waits_can_be_cancelled(qtbot: QtBot, window: MainWindow, work: HandWork) -> None:
    _draft_open(qtbot, window, work)
    window.session.run()
    window.session.cancel()
    assert not window.session.is_running
    _come(qtbot, window, work, 0)
    assert work.runs == 0


def test_a_draft_of_what_cannot_be_read_goes_and_the_reason_is_told(
    qtbot: QtBot, window: MainWindow, work: HandWork
) -> None:
    work.cases["lesion.jpg"].pixels.give_up(0, "its pixel data is cut short")
    case = _draft_open(qtbot, window, work)
    window.session.run()
    with qtbot.waitSignal(window.session.files.slices_lost):
        work.slices.release()
    assert readout.absence_text(case, 0) == "Slice 1 cannot be read: its pixel data is cut short."
    qtbot.waitUntil(lambda: not window.session.is_running)
    assert _middle(window) != (0, 200, 0)
    assert work.runs == 0


def test_memory_is_bounded_and_a_dropped_slice_is_read_again(qtbot: QtBot, window: MainWindow) -> None:
    window.session.files.limit_bytes = 2 * 64 * 64  # two slices
    _open(qtbot, window)
    case = window.session.case
    assert case is not None
    qtbot.waitUntil(lambda: case.pixels.has(4))
    window.session.show_slice(3)
    qtbot.waitUntil(lambda: case.pixels.has(3))
    assert case.pixels.held_bytes <= 2 * 64 * 64


def test_several_files_are_opened_as_what_they_make_together(qtbot: QtBot, window: MainWindow, work: HandWork) -> None:
    with qtbot.waitSignal(window.session.case_changed):
        drop(window, "lesion.jpg", "b.jpg")
    assert work.opened[-1].files == (Path("/study/lesion.jpg"), Path("/study/b.jpg"))
    assert work.opened[-1].path == Path("/study")


def _chooser(window: MainWindow) -> SeriesChooser:
    return window.findChildren(SeriesChooser)[0]


def _offer(qtbot: QtBot, window: MainWindow, work: HandWork) -> None:
    names = ("lesion.jpg", "series")
    offers = tuple(Offer((Path(name),), "CT", name, count, (64, 64)) for name, count in zip(names, (1, 5), strict=True))
    work.offers["folder"] = offers
    with qtbot.waitSignal(window.session.files.picture_came):
        window.session.open_study(Path("folder"))


def test_several_series_are_chosen_from_by_keys(qtbot: QtBot, window: MainWindow, work: HandWork) -> None:
    _offer(qtbot, window, work)
    chooser = _chooser(window)
    assert chooser.isVisible()
    assert not window.canvas.isVisible()
    assert chooser.title.text() == "folder holds 2 series. Which one?"
    assert chooser.list.item(1).text() == "2.  CT\nseries\n5 images, 64 × 64"
    assert chooser.list.currentRow() == 1  # the one with the most images
    qtbot.keyClick(chooser.list, Qt.Key.Key_Left)
    assert chooser.list.currentRow() == 0
    with qtbot.waitSignal(window.session.case_changed):
        qtbot.keyClick(chooser.list, Qt.Key.Key_Return)
    assert window.session.case is not None
    assert window.session.case.name == "lesion.jpg"
    assert window.canvas.isVisible()
    assert not chooser.isVisible()


def test_several_series_are_chosen_from_by_the_mouse(qtbot: QtBot, window: MainWindow, work: HandWork) -> None:
    _offer(qtbot, window, work)
    with qtbot.waitSignal(window.session.case_changed):
        qtbot.mouseClick(_chooser(window).open_button, Qt.MouseButton.LeftButton)
    assert window.session.case is not None
    assert window.session.case.name == "series"


def test_the_chooser_can_be_left_without_a_choice(qtbot: QtBot, window: MainWindow, work: HandWork) -> None:
    _open(qtbot, window, "lesion.jpg")
    _offer(qtbot, window, work)
    qtbot.keyClick(_chooser(window).list, Qt.Key.Key_Escape)
    assert window.canvas.isVisible()
    assert window.session.case is not None
    assert window.session.case.name == "lesion.jpg"


def test_opening_is_cancelled_and_the_present_study_goes_on(qtbot: QtBot, window: MainWindow, work: HandWork) -> None:
    work.holds_slices = True
    _open(qtbot, window)
    case = window.session.case
    assert case is not None
    work.slow.clear()
    window.session.open_study(Path("lesion.jpg"))
    with qtbot.waitSignal(window.session.files.opening_changed) as told:
        qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert told.args == [""]
    work.slow.set()
    qtbot.waitUntil(lambda: case.pixels.lacking() == ())
    assert window.session.case is case


def test_what_is_looked_at_stays_however_much_comes_in(qtbot: QtBot, window: MainWindow, work: HandWork) -> None:
    window.session.files.limit_bytes = 2 * 64 * 64  # two slices
    work.holds_slices = True
    _open(qtbot, window)
    case = window.session.case
    assert case is not None
    for index in (1, 3, 0, 4):
        _come(qtbot, window, work, index)
    assert case.pixels.has(2)


def test_a_study_that_cannot_be_opened_leaves_the_present_one_loading(
    qtbot: QtBot, window: MainWindow, work: HandWork
) -> None:
    work.holds_slices = True
    _open(qtbot, window)
    case = window.session.case
    assert case is not None
    with qtbot.waitSignal(window.session.message_raised):
        window.session.open_study(Path("unknown.txt"))
    qtbot.waitUntil(lambda: case.pixels.lacking() == ())
    assert window.session.case is case
