"""Diameters of a model's outline go with the result that they were taken from."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from app.domain.measure import Kind, Measurement
from app.ui.comparing.sides import Comparison, Side
from app.ui.comparing.sides import Kind as SideKind
from app.ui.frames import Run
from app.ui.window import MainWindow
from tests.ui.comparing.test_compare import comparing
from tests.ui.comparing.test_results import choose, results, run
from tests.ui.reading.test_measuring import SHIFT, listed, measuring, said

ROW = "Slice 3 · Two diameters  28.3 × 28.3 mm"


@pytest.fixture
def runs(qtbot: QtBot, window: MainWindow, open_series: Callable[[], None]) -> tuple[Run, Run]:
    """Run two models on one slice, and take the diameters of the second one's outline."""
    open_series()
    found = run(qtbot, window.session), run(qtbot, window.session, "skin")
    qtbot.keyClick(window.canvas, Qt.Key.Key_M, SHIFT)
    assert listed(window) == [ROW]
    return found


def picture(window: MainWindow) -> QImage:
    """Return the canvas without what was measured on it, and then with it, to see whether that is painted."""
    window.canvas.pixel_text = ""
    return window.canvas.grab().toImage()


def is_painted(window: MainWindow) -> bool:
    """Whether anything measured is on the picture."""
    session, before = window.session, picture(window)
    session.set_view(replace(session.view, measured=False))
    bare = picture(window)
    session.set_view(replace(session.view, measured=True))
    return before != bare


def handed_on(window: MainWindow) -> tuple[Measurement, ...]:
    shown = window.exports.shown
    assert shown is not None
    return shown.measurements


def test_they_come_and_go_with_their_result(qtbot: QtBot, window: MainWindow, runs: tuple[Run, Run]) -> None:
    """On the picture, in the list and in exports."""
    del runs
    (found,) = handed_on(window)
    assert found.of == "at least 1 of 2 readers"
    assert is_painted(window)
    choose(qtbot, window, 0)
    assert not is_painted(window)
    assert listed(window) == []
    assert handed_on(window) == ()
    choose(qtbot, window, 1)
    assert is_painted(window)
    assert listed(window) == [ROW]


def test_they_go_with_a_result_that_is_removed(window: MainWindow, runs: tuple[Run, Run]) -> None:
    results(window).panel.rows[1].remove.click()
    assert window.session.shown_run is runs[0]
    assert window.session.view.measurements == ()


def test_a_result_that_is_replaced_takes_only_its_own_along(
    qtbot: QtBot, window: MainWindow, runs: tuple[Run, Run]
) -> None:
    del runs
    run(qtbot, window.session, "kidney", seed=3)
    choose(qtbot, window, 0)
    assert listed(window) == [ROW]
    run(qtbot, window.session, "skin", seed=3)
    assert window.session.view.measurements == ()


def test_nothing_tells_them_before_the_first_look(window: MainWindow, runs: tuple[Run, Run]) -> None:
    del runs
    window.session.look.set_wanted(True)
    assert window.session.look.pending
    assert not is_painted(window)
    assert listed(window) == []


def test_what_is_hidden_is_not_in_the_list_either(qtbot: QtBot, window: MainWindow, runs: tuple[Run, Run]) -> None:
    del runs
    qtbot.keyPress(window.canvas, Qt.Key.Key_H)
    hidden = listed(window)
    qtbot.keyRelease(window.canvas, Qt.Key.Key_H)
    assert (hidden, listed(window)) == ([], [ROW])


def test_a_step_that_is_no_result_has_none(window: MainWindow, runs: tuple[Run, Run]) -> None:
    del runs
    window.session.show_step(0)
    assert listed(window) == []
    assert not is_painted(window)


def test_the_image_without_ai_stays_without_them(window: MainWindow, runs: tuple[Run, Run]) -> None:
    del runs
    comparing(window).compare(Comparison(Side(SideKind.ORIGINAL), Side(SideKind.RESULT, "skin")))
    assert not is_painted(window)


def test_what_is_moved_is_the_readers_own_and_stays(qtbot: QtBot, window: MainWindow, runs: tuple[Run, Run]) -> None:
    del runs
    bench = measuring(window).bench
    bench.put(bench.all[0], bench.all[0].shifted(1, 1))
    choose(qtbot, window, 0)
    assert len(listed(window)) == 1


def test_a_deletion_is_not_undone_for_a_result_that_is_gone(
    qtbot: QtBot, window: MainWindow, runs: tuple[Run, Run]
) -> None:
    del runs
    bench = measuring(window).bench
    bench.delete()
    run(qtbot, window.session, "skin", seed=3)
    bench.bring_back()
    assert said(window) == []


def test_a_saved_session_knows_their_result(window: MainWindow, runs: tuple[Run, Run]) -> None:
    del runs
    bench = measuring(window).bench
    state, before = bench.state(), bench.all
    bench.delete_all()
    bench.restore(state)
    assert bench.all == before


def test_an_older_session_had_no_word_for_it(window: MainWindow, runs: tuple[Run, Run]) -> None:
    """They are tied to the only result of their slice; of several nobody can tell whose they are."""
    bench = measuring(window).bench
    own = Measurement(Kind.POINT, 2, ((3.0, 4.0),))
    old = [{key: value for key, value in found.packed().items() if key != "run"} for found in (*bench.all, own)]
    bench.restore({"measurements": old})
    of_two = bench.all
    window.session.runs.remove(runs[0])
    bench.restore({"measurements": old})
    assert of_two == (own,)
    assert [found.run for found in bench.all] == [runs[1].result.identity if runs[1].result else None, ""]
