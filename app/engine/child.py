"""The child's half: runs one job after another until the pipe closes."""

import importlib
import os
import signal
import sys
import time
from collections.abc import Callable, Generator
from enum import Enum
from multiprocessing.connection import Connection
from typing import Any

from app.domain.errors import AppError, EngineError
from app.domain.reading import Touching
from app.domain.words import speak, tr
from app.engine.note import Memory, Note
from app.engine.wire import receive, send
from app.places import read_catalogue

LISTEN_S = 0.01
NICENESS = 10
Job = Callable[..., Generator[Any, Any, Any]]


class Asked(Enum):
    """What a message to the child carries."""

    RUN = "run"
    WISH = "wish"
    CANCEL = "cancel"


class Said(Enum):
    """What a message from the child carries."""

    READY = "ready"
    YIELDED = "yielded"
    RETURNED = "returned"
    FAILED = "failed"


def serve(orders: Connection, answers: Connection, memory: Memory, job: str, threads: int, language: str) -> None:
    """Serve a pipe of orders until its other end closes.

    Each message received is (Asked, value), the value of RUN being the tuple of a job's arguments; each answer is
    (Said, value). What comes in while a job runs is sent into its generator; what comes too late is dropped. A
    `Touching` that a job yields is no answer: it is noted.

    Args:
        orders: from the window's process.
        answers: to it.
        memory: that the note is written into.
        job: "package.module:function" of a function that returns a generator.
        threads: that libraries of numerics may use.
        language: code of the one that sentences are made in.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _let_others_go_first()
    for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(variable, str(threads))
    speak(language, read_catalogue(language))
    note = Note(memory)
    try:
        function = _resolve(job)
        send(answers, (Said.READY, None))
        while True:
            asked, value = receive(orders)
            if asked is Asked.RUN:
                _serve_one(orders, answers, note, function(*value))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return


def _let_others_go_first() -> None:
    """Lower this process's priority, so that the window still moves when a run has every core at work."""
    if sys.platform == "win32":
        import ctypes  # a lean start elsewhere

        below_normal, kernel = 0x4000, ctypes.windll.kernel32
        kernel.SetPriorityClass(kernel.GetCurrentProcess(), below_normal)
    else:
        os.nice(NICENESS)


def _resolve(job: str) -> Job:
    module, _, name = job.partition(":")
    function: Job = getattr(importlib.import_module(module), name)
    return function


def _serve_one(orders: Connection, answers: Connection, note: Note, running: Generator[Any, Any, Any]) -> None:
    """Run one job; anything it raises becomes an answer, since nothing else could tell the window."""
    try:
        value = _drained(orders, answers, note, running)
    except AppError as error:
        send(answers, (Said.FAILED, error))
    except MemoryError:
        send(answers, (Said.FAILED, EngineError(tr("The run needs more memory than this computer has free."))))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        raise
    except Exception as error:  # noqa: BLE001 - the process's edge
        send(
            answers,
            (
                Said.FAILED,
                EngineError(
                    tr("The run failed inside the program ({error}).").format(error=f"{type(error).__name__}: {error}")
                ),
            ),
        )
    else:
        send(answers, (Said.RETURNED, value))


def _drained(orders: Connection, answers: Connection, note: Note, running: Generator[Any, Any, Any]) -> Any:
    """Send what the job yields, and send into the job what is wished for meanwhile; None where there is no wish."""
    wish, listened_at = None, time.monotonic()
    while True:
        try:
            value = running.send(wish)
        except StopIteration as stop:
            return stop.value
        wish, is_touch = None, isinstance(value, Touching)
        if is_touch:
            note.write(value.path)
            if time.monotonic() - listened_at < LISTEN_S:
                continue
        asked, wish = receive(orders) if orders.poll() else (Asked.WISH, None)
        listened_at = time.monotonic()
        if asked is Asked.CANCEL:
            running.close()
            return None
        if not is_touch:
            send(answers, (Said.YIELDED, value))
