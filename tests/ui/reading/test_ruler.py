"""A scale from a ruler, with the mouse; the photograph has 60 x 80 pixels."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QInputDialog
from pytestqt.qtbot import QtBot

from app.ui.reading.measuring import Measuring
from app.ui.reading.ruler import Ruler
from app.ui.window import MainWindow
from tests.ui.hands import sentences
from tests.ui.reading.places import drag_over


@pytest.fixture
def photo(qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> MainWindow:
    """Return the window with the photograph open; the reader says that a line is 10 mm long."""
    monkeypatch.setattr(QInputDialog, "getDouble", lambda *_: (10.0, True))
    with qtbot.waitSignal(window.session.case_changed):
        window.session.open_study(Path("lesion.jpg"))
    return window


def ruler(window: MainWindow) -> Ruler:
    return next(feature for feature in window.features if isinstance(feature, Ruler))


def mark(qtbot: QtBot, window: MainWindow) -> None:
    """Draw over 40 columns."""
    qtbot.keyClick(window.canvas, Qt.Key.Key_L, Qt.KeyboardModifier.ShiftModifier)
    drag_over(qtbot, window, (30, 20), (30, 60))


def test_a_line_over_the_ruler_gives_millimetres_to_what_was_measured_before(qtbot: QtBot, photo: MainWindow) -> None:
    qtbot.keyClick(photo.canvas, Qt.Key.Key_D)
    drag_over(qtbot, photo, (10, 20), (10, 40))
    mark(qtbot, photo)
    case = photo.session.case
    assert case is not None
    assert case.geometry.pixel_mm == pytest.approx((0.25, 0.25), rel=0.02)
    bench = next(feature for feature in photo.features if isinstance(feature, Measuring)).bench
    assert float(bench.words(bench.all[0])[0].removesuffix(" mm")) == pytest.approx(5, abs=0.1)
    assert sentences(photo) == ["Scale set: a pixel is 0.25 mm wide. Lengths and areas are in millimetres now."]


def test_it_can_be_removed(qtbot: QtBot, photo: MainWindow) -> None:
    mark(qtbot, photo)
    ruler(photo).remove.trigger()
    case = photo.session.case
    assert case is not None
    assert case.geometry.pixel_mm is None
    assert not ruler(photo).remove.isEnabled()


def test_readers_masks_that_come_later_leave_the_scale(qtbot: QtBot, photo: MainWindow) -> None:
    mark(qtbot, photo)
    with qtbot.waitSignal(photo.session.case_changed):
        photo.session.open_references([Path("seg.png")])
    case = photo.session.case
    assert case is not None
    assert case.references is not None
    assert case.geometry.is_marked
    assert photo.session.view.references


def test_the_readers_outlines_are_not_switched_on_by_a_scale(qtbot: QtBot, photo: MainWindow) -> None:
    mark(qtbot, photo)
    assert not photo.session.view.references


def test_a_run_stays_and_is_told_in_millimetres(qtbot: QtBot, photo: MainWindow) -> None:
    with qtbot.waitSignal(photo.session.run_finished):
        qtbot.keyClick(photo.canvas, Qt.Key.Key_R)
    before = photo.levels.rows[0].area.text()
    mark(qtbot, photo)
    assert before.endswith(" px")
    assert photo.levels.rows[0].area.text().endswith(" mm²")


def test_a_line_that_is_too_short_is_refused(qtbot: QtBot, photo: MainWindow) -> None:
    qtbot.keyClick(photo.canvas, Qt.Key.Key_L, Qt.KeyboardModifier.ShiftModifier)
    drag_over(qtbot, photo, (30, 20), (30, 22))
    assert photo.session.case is not None
    assert photo.session.case.geometry.pixel_mm is None
    assert "too short" in sentences(photo)[0]


def test_no_length_is_no_scale(qtbot: QtBot, photo: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QInputDialog, "getDouble", lambda *_: (10.0, False))
    mark(qtbot, photo)
    assert photo.session.case is not None
    assert photo.session.case.geometry.pixel_mm is None


def test_a_scale_of_the_files_own_is_kept(qtbot: QtBot, window: MainWindow) -> None:
    with qtbot.waitSignal(window.session.case_changed):
        window.session.open_study(Path("series"))
    qtbot.keyClick(window.canvas, Qt.Key.Key_L, Qt.KeyboardModifier.ShiftModifier)
    assert window.canvas.tool is None
    assert sentences(window) == ["Only a single picture can get its scale from a ruler."]


def test_a_session_file_keeps_the_scale(qtbot: QtBot, photo: MainWindow) -> None:
    nothing = ruler(photo).state()
    mark(qtbot, photo)
    state = ruler(photo).state()
    ruler(photo).forget()
    ruler(photo).restore(state)
    case = photo.session.case
    assert nothing == {}
    assert case is not None
    assert case.geometry.pixel_mm == pytest.approx((0.25, 0.25), rel=0.02)
    assert case.geometry.is_marked
