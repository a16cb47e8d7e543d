"""Two visits of one lesion: opened beside each other, as large as each other, each with its own run."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.domain.case import Case, Modality
from app.domain.geometry import Geometry
from app.domain.stack import Stack
from app.ui.camera import fit
from app.ui.comparing.compare import VISIT, Comparing
from app.ui.comparing.sides import Comparison, Kind, Side
from app.ui.comparing.visit import change_sentence, matched_scale
from app.ui.window import MainWindow
from tests.ui.comparing.test_compare import comparing, entry, pick
from tests.ui.hands import sentences
from tests.ui.studies import HandWork, is_whole


def later() -> Case:
    """Return a CT series of 3 slices of 128 x 128 pixels of 0.25 mm: as large as the first visit's."""
    geometry = Geometry(spacing_mm=(3.0, 0.25, 0.25), in_plane_known=True, slices_known=True)
    return Case("later", Stack.of(np.zeros((3, 128, 128, 1), np.float32)), Modality.CT, geometry, unit="HU")


@pytest.fixture
def second(monkeypatch: pytest.MonkeyPatch) -> HandWork:
    """Return the long work of the other visit."""
    work = HandWork({"later": later()})
    monkeypatch.setattr(Comparing, "make_backend", lambda: work)
    return work


@pytest.fixture
def visits(qtbot: QtBot, ran: MainWindow, second: HandWork) -> MainWindow:
    """Return the window with a result at the left and another visit at the right."""
    del second
    parts = comparing(ran)
    parts.compare_visit(Path("later"))
    qtbot.waitUntil(lambda: parts.visit is not None and is_whole(parts.visit.session))
    qtbot.waitUntil(lambda: parts.right.width() > 100)
    return ran


def test_the_other_visit_stands_at_the_right_with_its_own_slices(qtbot: QtBot, visits: MainWindow) -> None:
    parts = comparing(visits)
    assert parts.comparison == Comparison(Side(Kind.RESULT, "kidney"), VISIT)
    assert parts.right.case is not None
    assert parts.right.case.name == "later"
    assert parts.bar.right.currentText() == "Other visit · later"
    qtbot.keyClick(visits.canvas, Qt.Key.Key_Down)
    assert (visits.canvas.view.slice_index, parts.right.view.slice_index) == (3, 1)
    parts.right.slices_scrolled.emit(1)
    assert (visits.canvas.view.slice_index, parts.right.view.slice_index) == (3, 2)


def test_a_millimetre_is_as_long_in_both_pictures(visits: MainWindow) -> None:
    parts = comparing(visits)
    visits.canvas.zoom(2)
    assert visits.canvas.camera is not None
    assert parts.right.camera is not None
    assert parts.right.camera.scale == pytest.approx(visits.canvas.camera.scale / 2)
    parts.right.zoom(0.5)
    assert parts.right.camera.scale == pytest.approx(visits.canvas.camera.scale / 2)


def test_the_place_is_each_pictures_own(visits: MainWindow) -> None:
    parts = comparing(visits)
    assert visits.canvas.camera is not None
    assert parts.right.camera is not None
    before = parts.right.camera.centre
    visits.canvas.aim(visits.canvas.camera.zoomed(2, 0, 0).panned(50, 0))
    assert parts.right.camera.centre == before


def test_a_run_on_the_other_visit_is_its_own(qtbot: QtBot, visits: MainWindow) -> None:
    """20 of 32 network pixels of 1 mm on either visit: 400 square millimetres, though other numbers of pixels."""
    parts, shown = comparing(visits), visits.session.shown_run
    assert parts.bar.sentence.text() == "One side has no outline on this slice."
    qtbot.mouseClick(parts.bar.run_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: parts.visit is not None and parts.visit.session.can_export)
    assert parts.right.frame is not None
    assert visits.session.shown_run is shown
    expected = "Left 400 mm², right 400 mm²: the same size."
    qtbot.waitUntil(lambda: parts.bar.sentence.text() == expected)


def test_a_run_on_the_other_visit_can_be_stopped(qtbot: QtBot, visits: MainWindow, second: HandWork) -> None:
    parts = comparing(visits)
    second.is_free = False
    qtbot.mouseClick(parts.bar.run_button, Qt.MouseButton.LeftButton)
    assert parts.bar.run_button.text() == "Stop"
    qtbot.mouseClick(parts.bar.run_button, Qt.MouseButton.LeftButton)
    assert parts.bar.run_button.text() == "Run on this visit"
    assert second.stopped.is_set()


def test_visits_are_not_swiped(qtbot: QtBot, visits: MainWindow) -> None:
    parts = comparing(visits)
    assert not parts.bar.layouts[next(layout for layout in parts.bar.layouts if layout.value == "swipe")].isEnabled()
    qtbot.keyClick(visits.canvas, Qt.Key.Key_S, Qt.KeyboardModifier.ShiftModifier)
    assert parts.right.isVisible()
    assert not parts.divider.isVisible()


def test_hiding_ai_hides_it_on_the_other_visit_too(qtbot: QtBot, visits: MainWindow) -> None:
    qtbot.keyPress(visits.canvas, Qt.Key.Key_H)
    assert comparing(visits).right.view.hidden
    qtbot.keyRelease(visits.canvas, Qt.Key.Key_H)


def test_a_run_on_the_other_visit_waits_for_the_first_look_too(qtbot: QtBot, visits: MainWindow) -> None:
    parts = comparing(visits)
    assert parts.visit is not None
    visits.session.look.set_wanted(True)
    with qtbot.waitSignal(parts.visit.session.run_finished):
        parts.bar.run_button.click()
    before = parts.right.frame
    visits.session.look.first_look()
    assert before is None
    assert parts.right.frame is parts.visit.session.frame is not None


def test_something_else_can_stand_there_and_the_visit_comes_back(visits: MainWindow) -> None:
    parts = comparing(visits)
    pick(parts.bar.right, "Image without AI")
    assert parts.right.case is visits.session.case
    pick(parts.bar.left, "Other visit · later")
    assert parts.comparison == Comparison(Side(Kind.ORIGINAL), VISIT)
    assert parts.right.case is not visits.session.case


def test_a_file_that_cannot_be_read_is_said(qtbot: QtBot, ran: MainWindow, second: HandWork) -> None:
    del second
    with qtbot.waitSignal(ran.session.message_raised):
        comparing(ran).compare_visit(Path("broken.dcm"))
    assert sentences(ran)[-1] == "Cannot open broken.dcm: it is not an image file that Concord knows."


def test_ending_closes_the_visit(qtbot: QtBot, visits: MainWindow, second: HandWork) -> None:
    parts = comparing(visits)
    qtbot.mouseClick(parts.bar.close_button, Qt.MouseButton.LeftButton)
    assert parts.visit is None
    assert parts.right.case is visits.session.case
    assert second.halted.is_set()


def test_the_menu_asks_for_a_file(
    qtbot: QtBot, ran: MainWindow, second: HandWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    def asked(*_: object) -> Path:
        return Path("later")

    monkeypatch.setattr("app.ui.comparing.compare.dialogs.ask_file", asked)
    entry(ran, "With another visit…")
    qtbot.waitUntil(lambda: len(second.opened) == 1)
    assert comparing(ran).visit is not None


def test_a_visit_needs_a_study_first(window: MainWindow) -> None:
    entry(window, "With another visit…")
    assert sentences(window) == ["Open an image first."]


def test_areas_are_compared_only_where_both_have_a_scale() -> None:
    """100 pixels of a quarter of a square millimetre are 25 mm²; 50 of one are 50 mm², twice as much."""
    fine = Geometry(spacing_mm=(1.0, 0.5, 0.5), in_plane_known=True)
    coarse = replace(fine, spacing_mm=(1.0, 1.0, 1.0))
    assert change_sentence((100.0, 50.0), fine, coarse) == "Left 25 mm², right 50 mm²: the right is 100 % larger."
    assert change_sentence((0.0, 50.0), fine, coarse) == "Left 0 mm², right 50 mm²."
    assert change_sentence((100.0, 50.0), fine, Geometry()) == (
        "Areas can be compared only where both pictures have a known scale."
    )


def test_without_a_scale_both_pictures_are_as_large_as_a_whole_fit(window: MainWindow) -> None:
    """60 x 80 pixels fit a square of 240 at 3; twice that is the other's double fit, whatever its pixels."""
    del window
    photograph = Case("a", Stack.of(np.zeros((1, 60, 80, 3), np.uint8)), Modality.DERMOSCOPY)
    larger = Case("b", Stack.of(np.zeros((1, 120, 160, 3), np.uint8)), Modality.DERMOSCOPY)
    camera, other = fit((60, 80), 1.0, (240.0, 240.0)), fit((120, 160), 1.0, (240.0, 240.0))
    assert matched_scale(replace(camera, scale=6.0), photograph, other, larger) == pytest.approx(3.0)


def test_a_folder_of_several_series_is_declined(
    qtbot: QtBot, ran: MainWindow, second: HandWork, open_series: Callable[[], None]
) -> None:
    del open_series
    second.offers["folder"] = ()
    with qtbot.waitSignal(ran.session.message_raised):
        comparing(ran).compare_visit(Path("folder"))
    assert sentences(ran)[-1] == "folder holds several series; open a file of one of them."
