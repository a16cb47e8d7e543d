"""Playing through the slices of a series of five."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.ui.reading.cine import Cine, following
from app.ui.window import MainWindow
from tests.ui.hands import turn
from tests.ui.studies import HandWork

Open = Callable[[], None]


def cine(window: MainWindow) -> Cine:
    return next(feature for feature in window.features if isinstance(feature, Cine))


@pytest.mark.parametrize(("bounces", "order"), [(False, [0, 1, 2, 0, 1, 2, 0]), (True, [0, 1, 2, 1, 0, 1, 2])])
def test_slices_follow_each_other(bounces: bool, order: list[int]) -> None:
    seen, step = [0], 1
    for _ in range(6):
        index, step = following(seen[-1], 3, step, bounces=bounces)
        seen.append(index)
    assert seen == order


def test_space_plays_and_pauses(qtbot: QtBot, window: MainWindow, open_series: Open) -> None:
    open_series()
    seen: list[int] = []
    window.session.view_changed.connect(lambda view: seen.append(view.slice_index))
    cine(window).change_speed(9)
    assert cine(window).speed == 30
    qtbot.keyClick(window.canvas, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: list(dict.fromkeys(seen)) == [3, 4, 0, 1, 2])
    qtbot.keyClick(window.canvas, Qt.Key.Key_Space)
    assert not cine(window).is_playing


def test_scrolling_stops_it(qtbot: QtBot, window: MainWindow, open_series: Open) -> None:
    open_series()
    qtbot.mouseClick(cine(window).button, Qt.MouseButton.LeftButton)
    assert cine(window).is_playing
    turn(window, -1)
    assert not cine(window).is_playing


def test_the_grey_window_may_change_meanwhile(qtbot: QtBot, window: MainWindow, open_series: Open) -> None:
    open_series()
    cine(window).toggle()
    qtbot.keyClick(window.canvas, Qt.Key.Key_F3)
    assert cine(window).is_playing
    cine(window).toggle()


def test_space_presses_a_button_that_has_the_focus(qtbot: QtBot, window: MainWindow, open_series: Open) -> None:
    open_series()
    check = window.show_panel.findChildren(type(window.levels.rows[0].check))[0]
    check.setFocus()
    before = check.isChecked()
    qtbot.keyClick(check, Qt.Key.Key_Space)
    assert check.isChecked() != before
    assert not cine(window).is_playing


def test_it_waits_for_a_slice_that_is_still_read(qtbot: QtBot, window: MainWindow, work: HandWork) -> None:
    work.holds_slices = True
    with qtbot.waitSignal(window.session.case_changed):
        window.session.open_study(Path("series"))
    qtbot.waitUntil(lambda: window.session.case is not None and window.session.case.pixels.has(2))
    cine(window).change_speed(9)
    cine(window).toggle()
    qtbot.waitUntil(lambda: 3 in work.wishes)
    assert window.session.view.slice_index == 2
    work.slices.release(4)
    qtbot.waitUntil(lambda: window.session.view.slice_index != 2)
    cine(window).toggle()


def test_a_single_picture_does_not_play(qtbot: QtBot, window: MainWindow) -> None:
    with qtbot.waitSignal(window.session.case_changed):
        window.session.open_study(Path("lesion.jpg"))
    cine(window).toggle()
    assert not cine(window).is_playing
