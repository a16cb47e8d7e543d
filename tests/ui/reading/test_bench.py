"""The measurements of a study: listed, deleted, kept and brought back."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.domain.measure import Kind, Measurement
from app.ui.window import MainWindow
from tests.ui.hands import turn
from tests.ui.reading.places import click, drag_over
from tests.ui.reading.test_measuring import listed, measuring

Open = Callable[[], None]


def test_all_of_a_slice_go_and_others_stay(qtbot: QtBot, window: MainWindow, open_series: Open) -> None:
    open_series()
    for row in (10, 30):
        qtbot.keyClick(window.canvas, Qt.Key.Key_D)
        drag_over(qtbot, window, (row, 10), (row, 50))
    turn(window, -1)
    qtbot.keyClick(window.canvas, Qt.Key.Key_V)
    click(qtbot, window, (32, 32))
    turn(window, 1)
    measuring(window).delete_all.trigger()
    assert listed(window) == ["Slice 4 · Value at a point  3 HU"]
    measuring(window).bring_back.trigger()
    assert len(listed(window)) == 3


def test_a_row_of_the_list_leads_to_its_slice(qtbot: QtBot, window: MainWindow, open_series: Open) -> None:
    open_series()
    qtbot.keyClick(window.canvas, Qt.Key.Key_V)
    click(qtbot, window, (32, 32))
    turn(window, -2)
    assert measuring(window).bench.chosen is None
    measuring(window).list.rows.setCurrentRow(0)
    assert window.session.view.slice_index == 2
    assert measuring(window).bench.chosen == window.session.view.measurements[0]


def test_the_arrows_go_through_the_list_and_not_through_the_slices(
    qtbot: QtBot, window: MainWindow, open_series: Open
) -> None:
    open_series()
    for row in (10, 30, 50):
        measuring(window).bench.add(Measurement(Kind.POINT, 2, ((float(row), 4.0),)))
    rows = measuring(window).list.rows
    rows.setFocus()
    qtbot.waitUntil(rows.hasFocus)
    qtbot.keyClick(rows, Qt.Key.Key_Up)
    assert window.session.view.slice_index == 2
    assert rows.currentRow() == 1


def test_measurements_wait_for_their_study_to_be_opened_again(
    qtbot: QtBot, window: MainWindow, open_series: Open
) -> None:
    open_series()
    found = Measurement(Kind.POINT, 1, ((3.0, 4.0),))
    measuring(window).bench.add(found)
    with qtbot.waitSignal(window.session.case_changed):
        window.session.open_study(Path("lesion.jpg"))
    elsewhere = window.session.view.measurements
    open_series()
    assert elsewhere == ()
    assert window.session.view.measurements == (found,)


def test_a_session_file_keeps_measurements(qtbot: QtBot, window: MainWindow, open_series: Open) -> None:
    open_series()
    qtbot.keyClick(window.canvas, Qt.Key.Key_D)
    drag_over(qtbot, window, (20, 10), (20, 50))
    before, bench = window.session.view.measurements, measuring(window).bench
    state = bench.state()
    bench.delete_all()
    bench.restore(state)
    assert window.session.view.measurements == before
    with pytest.raises(ValueError, match="another study"):
        bench.restore({"measurements": [Measurement(Kind.POINT, 99, ((1.0, 1.0),)).packed()]})
