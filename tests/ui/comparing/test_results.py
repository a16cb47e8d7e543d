"""Several results on one slice: listed, chosen, removed."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from app.ui.comparing.results import Results
from app.ui.frames import Run
from app.ui.session import Session
from app.ui.window import MainWindow
from tests.ui.studies import HandWork


def run(qtbot: QtBot, session: Session, model: str = "kidney", seed: int = 0) -> Run:
    """Run a model on the shown slice and return the run."""
    session.choose_model(model)
    session.choose(replace(session.choice, seed=seed))
    with qtbot.waitSignal(session.run_finished) as ended:
        session.run()
    finished = ended.args[0]
    assert isinstance(finished, Run)
    return finished


def results(window: MainWindow) -> Results:
    return next(feature for feature in window.features if isinstance(feature, Results))


def choose(qtbot: QtBot, window: MainWindow, row: int) -> None:
    """Click on the name of a result."""
    button = results(window).panel.rows[row].choose
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton, pos=QPoint(30, button.height() // 2))


@pytest.fixture
def both(qtbot: QtBot, window: MainWindow, open_series: Callable[[], None]) -> tuple[Run, Run]:
    """Run two models on the shown slice of the open series."""
    open_series()
    return run(qtbot, window.session), run(qtbot, window.session, "skin")


def test_a_run_of_another_model_leaves_the_first_in_the_list(window: MainWindow, both: tuple[Run, Run]) -> None:
    rows = results(window).panel.rows
    assert [row.run for row in rows] == list(both)
    assert [row.choose.isChecked() for row in rows] == [False, True]
    assert window.session.shown_run is both[1]


def test_a_run_of_the_same_model_takes_the_place_of_its_former(
    qtbot: QtBot, window: MainWindow, both: tuple[Run, Run]
) -> None:
    again = run(qtbot, window.session, seed=7)
    assert window.session.runs.of_slice(2) == (both[1], again)


def test_a_click_shows_the_other_result_with_its_own_levels(
    qtbot: QtBot, window: MainWindow, both: tuple[Run, Run]
) -> None:
    window.session.set_view(replace(window.session.view, levels=frozenset({1})))  # of 2 readers
    choose(qtbot, window, 0)
    assert window.session.shown_run is both[0]
    assert window.session.view.levels == {2}  # of 3 readers
    assert window.canvas.frame is both[0].final
    assert window.exports.shown is not None
    assert window.exports.shown.run is both[0]


def test_the_shown_result_is_the_one_chosen_when_the_slice_comes_again(
    qtbot: QtBot, window: MainWindow, both: tuple[Run, Run]
) -> None:
    choose(qtbot, window, 0)
    window.session.step_slices(1)
    assert not results(window).panel.isVisible()
    window.session.step_slices(-1)
    assert window.session.shown_run is both[0]


def test_removing_the_shown_result_shows_the_other(qtbot: QtBot, window: MainWindow, both: tuple[Run, Run]) -> None:
    qtbot.mouseClick(results(window).panel.rows[1].remove, Qt.MouseButton.LeftButton)
    assert window.session.shown_run is both[0]
    qtbot.mouseClick(results(window).panel.rows[0].remove, Qt.MouseButton.LeftButton)
    assert window.session.frame is None
    assert window.canvas.frame is None
    assert not window.session.can_export


def test_removing_a_result_that_is_not_shown_keeps_the_shown_one(
    qtbot: QtBot, window: MainWindow, both: tuple[Run, Run]
) -> None:
    qtbot.mouseClick(results(window).panel.rows[0].remove, Qt.MouseButton.LeftButton)
    assert window.session.shown_run is both[1]
    window.session.runs.remove(both[0])
    assert window.session.runs.of_slice(2) == (both[1],)


def test_a_finished_result_can_be_looked_at_while_another_model_runs(
    qtbot: QtBot, window: MainWindow, work: HandWork, both: tuple[Run, Run]
) -> None:
    work.is_free = False
    window.session.run()
    work.steps.release()
    qtbot.waitUntil(lambda: len(results(window).panel.rows) == 3)
    live = results(window).panel.rows[2]
    assert live.choose.isChecked()
    assert not live.remove.isEnabled()
    choose(qtbot, window, 0)
    assert window.session.shown_run is both[0]
    with qtbot.waitSignal(window.session.run_finished):
        work.is_free = True
    assert window.session.shown_run is both[0]


def test_a_cancelled_run_gives_back_the_result_that_was_chosen(
    qtbot: QtBot, window: MainWindow, work: HandWork, both: tuple[Run, Run]
) -> None:
    choose(qtbot, window, 0)
    work.is_free = False
    window.session.run()
    work.steps.release()
    qtbot.waitUntil(lambda: window.session.shown_run is window.session.runs.live)
    window.session.cancel()
    assert window.session.shown_run is both[0]


def test_another_case_has_no_results(qtbot: QtBot, window: MainWindow, both: tuple[Run, Run]) -> None:
    del both
    with qtbot.waitSignal(window.session.case_changed):
        window.session.open_study(window.session.source.with_name("lesion.jpg"))
    assert window.session.runs.of_slice(0) == ()
    assert not results(window).panel.isVisible()


def test_results_of_an_earlier_session_are_listed_and_the_last_is_shown(
    window: MainWindow, both: tuple[Run, Run]
) -> None:
    window.session.runs.clear()
    window.session.runs.adopt(both)
    assert [row.run for row in results(window).panel.rows] == list(both)
    assert window.session.shown_run is both[1]
