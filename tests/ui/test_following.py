"""Steps and levels that the shown run has are shown, and no others."""

from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.domain.result import Options
from app.ui.comparing.sides import Kind, Side, look_of
from app.ui.exports import Exports
from app.ui.following import carried
from app.ui.frames import Frame, Run
from app.ui.session import Session
from tests.ui.studies import CARDS, HandExport, HandWork, is_whole

WAIT_MS = 20_000


@pytest.fixture(name="opened")
def _opened(qtbot: QtBot, session: Session) -> Session:
    """Return the session with the series open."""
    with qtbot.waitSignal(session.case_changed):
        session.open_study(Path("series"))
    qtbot.waitUntil(lambda: is_whole(session))
    return session


def run(qtbot: QtBot, session: Session, model: str = "kidney") -> Run:
    session.choose_model(model)
    with qtbot.waitSignal(session.run_finished) as ended:
        session.run()
    finished: Run = ended.args[0]
    return finished


def shown(session: Session) -> Frame:
    assert session.frame is not None
    return session.frame


def test_a_result_whose_steps_are_not_held_stays_at_its_result(qtbot: QtBot, opened: Session, tmp_path: Path) -> None:
    """As after a session was restored; what is seen can be exported."""
    run(qtbot, opened).frames.clear()
    opened.show_step(1)
    assert opened.view.step is None
    assert shown(opened).final
    exports = Exports(opened, HandExport())
    with qtbot.waitSignal(exports.finished, timeout=WAIT_MS):
        exports.write_picture(tmp_path / "a.png")
    exports.close()


def test_a_step_that_is_not_held_is_passed_over_either_way(qtbot: QtBot, opened: Session) -> None:
    """The second of three."""
    del run(qtbot, opened).frames[1]
    places = []
    for by in (-1, -1, 1, 1):
        opened.show_step(max(shown(opened).index + by, 0))
        places.append(shown(opened).index)
    assert places == [0, 0, 2, 2]


def test_the_first_step_held_is_the_first_there_is(qtbot: QtBot, opened: Session) -> None:
    del run(qtbot, opened).frames[0]
    opened.show_step(0)
    assert opened.view.step == 1


def test_a_step_that_is_forgotten_while_it_is_shown_gives_way_to_its_result(qtbot: QtBot, opened: Session) -> None:
    finished = run(qtbot, opened)
    opened.show_step(1)
    finished.frames.clear()
    opened.runs.recounted.emit()
    assert opened.view.step is None
    assert shown(opened).final


def test_a_result_is_never_compared_under_the_name_of_a_step(qtbot: QtBot, opened: Session) -> None:
    """Neither for a step that is not held any more, nor for one that a shorter run has only as its result."""
    finished, side = run(qtbot, opened), Side(Kind.STEP, "kidney", 0)
    held = look_of(side, opened).frame
    finished.frames.clear()
    assert held is not None
    assert not held.final
    assert look_of(side, opened).frame is None
    assert look_of(Side(Kind.STEP, "kidney", 2), opened).frame is None


def test_a_run_without_a_step_has_no_frame_of_it() -> None:
    assert Run(0, CARDS[0], Options(2, 3)).frame(1) is None


def test_a_model_with_fewer_levels_shows_its_majority(qtbot: QtBot, opened: Session) -> None:
    """Level 3 of 3 is none of 2; the chosen model does not change the levels of what is shown."""
    run(qtbot, opened)
    opened.choose_model("skin")
    opened.toggle_level(3)
    opened.toggle_level(2)
    assert opened.view.levels == {3}
    run(qtbot, opened, "skin")
    assert opened.view.levels == {1}


def test_the_majority_stays_the_majority_from_slice_to_slice(qtbot: QtBot, opened: Session) -> None:
    """2 of 3 readers, 1 of 2, and back; a slice without a result changes nothing."""
    run(qtbot, opened)
    opened.step_slices(1)
    run(qtbot, opened, "skin")
    there = opened.view.levels
    opened.step_slices(1)
    opened.step_slices(-2)
    assert there == {1}
    assert opened.view.levels == {2}


def test_a_model_chosen_elsewhere_leaves_a_result_at_its_majority(qtbot: QtBot, opened: Session) -> None:
    run(qtbot, opened)
    opened.step_slices(1)
    opened.choose_model("skin")
    assert opened.view.levels == {1}
    opened.step_slices(-1)
    assert opened.view.levels == {2}


def test_levels_that_come_with_another_slice_are_not_changed(qtbot: QtBot, opened: Session) -> None:
    """As when a session is restored: 1 of 2 is a majority, and of 3 readers a choice."""
    run(qtbot, opened)
    opened.step_slices(1)
    opened.choose_model("skin")
    opened.set_view(replace(opened.view, levels=frozenset()))
    opened.set_view(replace(opened.view, slice_index=2, levels=frozenset({1})))
    assert opened.view.levels == {1}


def test_a_cancelled_run_gives_the_levels_back(qtbot: QtBot, opened: Session, work: HandWork) -> None:
    run(qtbot, opened)
    work.is_free = False
    opened.choose_model("skin")
    opened.run()
    work.steps.release()
    qtbot.waitUntil(lambda: opened.view.step == 0)
    during = opened.view.levels
    opened.cancel()
    assert during == {1}
    assert opened.view.levels == {2}


@pytest.mark.parametrize(
    ("levels", "before", "count", "expected"),
    [({3}, 5, 1, {1}), ({1}, 1, 5, {3}), ({5}, 5, 3, {2}), ({1, 5}, 5, 3, {1, 5}), ((), 5, 3, ()), ({2}, 3, 3, {2})],
)
def test_levels_are_carried_over(levels: set[int], before: int, count: int, expected: set[int]) -> None:
    """Some of those that are there stay; where none was shown, none is."""
    assert carried(frozenset(levels), before, count) == frozenset(expected)
