"""Long work in a thread, and the one gate that drops what nobody wants any more."""

import threading
from collections.abc import Generator, Iterator

import pytest
from pytestqt.qtbot import QtBot

from app.domain.errors import OutputError
from app.ui.worker import Lane, StreamWorker


@pytest.fixture
def lane(qtbot: QtBot) -> Iterator[Lane]:
    """Return a lane that is closed behind the test."""
    del qtbot
    lane = Lane("test")
    yield lane
    lane.close()


def _count(until: int) -> Generator[int, None, str]:
    yield from range(until)
    return "done"


def _fail(error: Exception) -> Generator[int, None, None]:
    yield 1
    raise error


def test_items_and_value_arrive_in_order_in_the_windows_thread(qtbot: QtBot, lane: Lane) -> None:
    heard: list[tuple[object, bool]] = []
    here = threading.get_ident()
    lane.yielded.connect(lambda item: heard.append((item, threading.get_ident() == here)))
    with qtbot.waitSignal(lane.returned) as ended:
        lane.start(lambda: _count(3))
    assert heard == [(0, True), (1, True), (2, True)]
    assert ended.args == ["done"]
    assert not lane.busy


def test_work_is_not_done_in_the_windows_thread(qtbot: QtBot, lane: Lane) -> None:
    where: list[int] = []

    def job() -> Generator[None, None, None]:
        where.append(threading.get_ident())
        yield

    with qtbot.waitSignal(lane.returned):
        lane.start(job)
    assert where != [threading.get_ident()]


def test_an_error_for_the_user_arrives_as_it_was(qtbot: QtBot, lane: Lane) -> None:
    error = OutputError("There is no room.")
    with qtbot.waitSignal(lane.failed) as ended:
        lane.start(lambda: _fail(error))
    assert ended.args == [error]


def test_a_programming_error_becomes_one_sentence(qtbot: QtBot, lane: Lane, caplog: pytest.LogCaptureFixture) -> None:
    with qtbot.waitSignal(lane.failed) as ended:
        lane.start(lambda: _fail(ZeroDivisionError("half of nothing")))
    assert str(ended.args[0]) == "Concord met an unexpected problem (ZeroDivisionError: half of nothing)."
    assert "a background job failed" in caplog.text


def test_a_cancelled_job_is_never_heard_again(qtbot: QtBot, lane: Lane) -> None:
    gate = threading.Event()
    heard: list[object] = []

    def job() -> Generator[str, None, str]:
        yield "before"
        gate.wait(5)
        yield "late"
        return "late too"

    lane.yielded.connect(heard.append)
    lane.returned.connect(heard.append)
    with qtbot.waitSignal(lane.yielded):
        lane.start(job)
    lane.cancel()
    gate.set()
    qtbot.wait(60)
    assert heard == ["before"]


def test_what_was_queued_before_the_cancel_is_dropped_on_delivery(qtbot: QtBot, lane: Lane) -> None:
    done = threading.Event()
    heard: list[object] = []

    def job() -> Generator[str, None, None]:
        yield "queued"
        done.set()

    lane.yielded.connect(heard.append)
    lane.start(job)
    assert done.wait(5)  # the item now waits in this thread's event queue
    lane.cancel()
    qtbot.wait(40)
    assert heard == []


def test_a_new_job_takes_the_place_of_the_old_and_stops_it(qtbot: QtBot, lane: Lane) -> None:
    stopped = threading.Event()
    heard: list[object] = []

    def endless() -> Generator[str, None, None]:
        while not stopped.is_set():
            yield "old"

    lane.start(endless, stopped.set)
    qtbot.waitUntil(lambda: lane.busy)
    lane.yielded.connect(heard.append)
    with qtbot.waitSignal(lane.returned) as ended:
        lane.start(lambda: _count(2))
    assert stopped.is_set()
    assert ended.args == ["done"]
    assert heard[-2:] == [0, 1]


def test_a_stream_that_does_not_hear_is_closed(qtbot: QtBot, lane: Lane) -> None:
    closed = threading.Event()

    def deaf() -> Generator[int, None, None]:
        try:
            while True:
                yield 1
        finally:
            closed.set()

    with qtbot.waitSignal(lane.yielded):
        lane.start(deaf)
    lane.cancel()
    assert closed.wait(5)


def test_a_job_cancelled_before_its_turn_never_starts() -> None:
    worker = StreamWorker()
    worker.wanted = 2
    worker.drain(1, lambda: pytest.fail("it was started"))


def test_a_worker_drains_in_the_thread_that_calls_it() -> None:
    worker, heard = StreamWorker(), []
    worker.yielded.connect(lambda number, item: heard.append((number, item)))
    worker.returned.connect(lambda number, value: heard.append((number, value)))
    worker.drain(0, lambda: _count(2))
    assert heard == [(0, 0), (0, 1), (0, "done")]
