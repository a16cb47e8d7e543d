"""The engine as its users meet it: values, errors, crashes, cancelling."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterator
from typing import Any

import numpy as np
import pytest

from app.domain.errors import EngineError, EngineStalledError, RunCancelledError, UnreadableFileError
from app.engine.client import Engine

Make = Callable[[str], Engine]


@pytest.fixture(name="make")
def _make() -> Iterator[Make]:
    engines: list[Engine] = []

    def make(job: str) -> Engine:
        engines.append(Engine(f"tests.engine.jobs:{job}", threads=1))
        return engines[-1]

    yield make
    for engine in engines:
        engine.close()


def _drain(running: Generator[Any, None, Any]) -> tuple[list[Any], Any]:
    yielded = []
    while True:
        try:
            yielded.append(next(running))
        except StopIteration as stop:
            return yielded, stop.value


def test_a_job_yields_and_returns_as_if_it_ran_here(make: Make) -> None:
    """Order and the returned value are kept, and the engine serves one run after another."""
    engine = make("count")
    assert _drain(engine.run(3)) == ([0, 1, 2], "counted 3")
    assert _drain(engine.run(1)) == ([0], "counted 1")


def test_large_arrays_cross_whole(make: Make) -> None:
    """A 16 MB array is the same on both sides."""
    array = np.random.default_rng(0).random((4, 1024, 1024), dtype=np.float32)
    yielded, returned = _drain(make("echo").run(array))
    np.testing.assert_array_equal(yielded[0], array)
    np.testing.assert_array_equal(returned, 2 * array)


def test_the_process_stays_warm_between_runs(make: Make) -> None:
    """Two runs, one process, not this one."""
    engine = make("say_process")
    engine.warm()
    first, second = _drain(engine.run())[1], _drain(engine.run())[1]
    assert first == second != os.getpid()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no niceness")
def test_a_run_stands_back_behind_the_window(make: Make) -> None:
    """Its process gives way to the one that it was started from."""
    niceness = _drain(make("say_niceness").run())[1]
    assert niceness > os.getpriority(os.PRIO_PROCESS, 0)


def test_an_error_for_the_user_arrives_as_it_was_raised(make: Make) -> None:
    """Same class, same sentence, and the engine goes on working."""
    engine = make("refuse")
    with pytest.raises(UnreadableFileError, match=r"^Cannot open x\.dcm: it is empty \(0 bytes\)\.$"):
        _drain(engine.run())
    with pytest.raises(UnreadableFileError):
        _drain(engine.run())


@pytest.mark.parametrize(("job", "words"), [("break_down", "ZeroDivisionError"), ("hoard", "more memory")])
def test_an_error_inside_becomes_one_sentence(make: Make, job: str, words: str) -> None:
    """Nothing the job raises is lost."""
    with pytest.raises(EngineError, match=words):
        _drain(make(job).run())


def test_a_crash_of_the_process_is_told_and_survived(make: Make) -> None:
    """The process dies; the next run gets a new one."""
    engine = make("die")
    for _ in range(2):
        with pytest.raises(EngineError, match="stopped unexpectedly"):
            _drain(engine.run())


@pytest.mark.parametrize("pause", [0.01, 30.0])
def test_cancelling_is_felt_at_once(make: Make, pause: float) -> None:
    """A job between steps answers; one that is stuck in a step is killed. Neither is heard again."""
    engine = make("dawdle")
    engine.warm()
    running = engine.run(pause)
    timer = threading.Timer(1.0, engine.cancel)
    timer.start()
    with pytest.raises(RunCancelledError):
        _drain(running)
    timer.join()
    with pytest.raises(StopIteration):
        next(running)


def test_a_wish_reaches_the_running_job(make: Make) -> None:
    """What is asked for meanwhile is answered next, and a wish that comes too late harms nobody."""
    engine = make("obey")
    running = engine.run(1)
    assert next(running) == 1
    engine.wish(7)
    seen = next(number for number in running if number != 1)
    assert seen == 7
    engine.wish(-1)
    assert _drain(running)[1] == "obeyed"
    engine.wish(5)
    assert next(engine.run(2)) == 2


def test_a_job_that_falls_silent_is_ended(make: Make) -> None:
    """Half a second of silence is allowed here; the next run gets a new process."""
    engine = make("fall_silent")
    engine.warm()
    engine.patience = lambda _: 0.5
    for _ in range(2):
        running = engine.run(2)
        assert [next(running), next(running)] == [0, 1]  # loading its libraries took longer than that
        with pytest.raises(EngineStalledError, match="no answer"):
            next(running)


def test_a_run_after_a_cancelled_one_works(make: Make) -> None:
    """A late cancel of a finished run does no harm either."""
    engine = make("count")
    _drain(engine.run(1))
    engine.cancel()
    time.sleep(0.05)
    assert _drain(engine.run(2)) == ([0, 1], "counted 2")


def test_numerics_leave_the_window_a_core(make: Make) -> None:
    """The number of threads is handed to the child before its libraries load."""
    assert _drain(make("environment").run())[1] == os.environ.get("OMP_NUM_THREADS", "1")


def test_the_clients_half_loads_no_science() -> None:
    """Importing the client brings neither torch nor numerics of the pipeline."""
    code = (
        "import app.engine.client, sys; print([m for m in ('torch', 'SimpleITK', 'app.pipeline') if m in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
