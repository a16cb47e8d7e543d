"""What a run says of readers is said of the readers that are open, and of no others."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from app.domain.geometry import Geometry
from app.ui import jobs
from app.ui.exports import Exports
from app.ui.session import Session
from app.ui.shown.curves import Over, Quantity, plot_of
from tests.ui.studies import HandExport, is_whole, readers_of, series


class Held:
    """A count that the test lets go on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.begun, self.go, self.ended = (threading.Event() for _ in range(3))
        count = jobs.recounted

        def held(*args: Any) -> Any:
            self.begun.set()
            try:
                self.go.wait(10)
                return (yield from count(*args))
            finally:
                self.ended.set()

        monkeypatch.setattr(jobs, "recounted", held)


@pytest.fixture(name="ran_session")
def _ran_session(qtbot: QtBot, session: Session) -> Session:
    """Return the session with the series open beside two readers, and run."""
    with qtbot.waitSignal(session.case_changed):
        session.open_study(Path("series"), [Path("a_seg.nii.gz")])
    qtbot.waitUntil(lambda: is_whole(session))
    with qtbot.waitSignal(session.run_finished):
        session.run()
    assert session.frame is not None
    assert session.frame.findings.readers == 2
    return session


@pytest.fixture(name="held")
def _held(ran_session: Session, monkeypatch: pytest.MonkeyPatch) -> Iterator[Held]:
    """Return the count that the next change of the readers begins."""
    del ran_session  # its own count is over
    held = Held(monkeypatch)
    yield held
    held.go.set()


def test_a_count_against_readers_who_are_gone_is_not_heard(qtbot: QtBot, ran_session: Session, held: Held) -> None:
    """Ticking "Use as a reader" and unticking it before the count ends."""
    assert ran_session.case is not None
    before = ran_session.case.references
    ran_session.take_references(readers_of(series()))
    qtbot.waitUntil(held.begun.is_set)
    ran_session.take_references(before)
    frame = ran_session.frame
    held.go.set()
    qtbot.waitUntil(held.ended.is_set)
    qtbot.wait(80)
    assert ran_session.frame is frame is not None
    assert ran_session.case.references is before


def test_the_distance_to_other_readers_is_not_told_while_it_is_counted_anew(
    qtbot: QtBot, ran_session: Session, held: Held
) -> None:
    """Neither in numbers, nor in a plot, nor in what is exported meanwhile."""
    exports = Exports(ran_session, HandExport())
    ran_session.take_references(readers_of(series()))
    frame, run, shown = ran_session.frame, ran_session.shown_run, exports.shown
    assert frame is not None
    assert run is not None
    assert shown is not None
    for findings in (frame.findings, shown.outcome().result.findings):
        assert (findings.ged, findings.readers, findings.level_geds) == (None, 0, ())
    for over in Over:
        assert plot_of(run, frame, Geometry(), Quantity.DISAGREEMENT, over).second.values == ()
    held.go.set()
    qtbot.waitUntil(lambda: ran_session.frame is not None and ran_session.frame.findings.ged is not None)
    assert exports.shown is not None
    assert exports.shown.outcome().result.findings.readers == 2
    exports.close()


def test_without_readers_nothing_is_told_of_them(ran_session: Session, held: Held) -> None:
    del held
    ran_session.take_references(None)
    assert ran_session.frame is not None
    assert ran_session.frame.findings.ged is None
