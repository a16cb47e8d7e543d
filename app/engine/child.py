"""The child's half: runs one job after another until the pipe closes."""

import importlib
import os
import signal
from collections.abc import Callable, Generator
from enum import Enum
from multiprocessing.connection import Connection
from typing import Any

from app.domain.errors import AppError, EngineError

Job = Callable[..., Generator[Any, None, Any]]
CANCEL = "cancel"


class Said(Enum):
    """What a message from the child carries."""

    READY = "ready"
    YIELDED = "yielded"
    RETURNED = "returned"
    FAILED = "failed"


def serve(pipe: Connection, job: str, threads: int) -> None:
    """Serve a pipe until its other end closes.

    Each message received is the tuple of a job's arguments; each answer is (Said, value).

    Args:
        pipe: to the window's process.
        job: "package.module:function" of a function that returns a generator.
        threads: that libraries of numerics may use.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(variable, str(threads))
    try:
        function = _resolve(job)
        pipe.send((Said.READY, None))
        while True:
            arguments = pipe.recv()
            if arguments != CANCEL:
                _serve_one(pipe, function, arguments)
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return


def _resolve(job: str) -> Job:
    module, _, name = job.partition(":")
    function: Job = getattr(importlib.import_module(module), name)
    return function


def _serve_one(pipe: Connection, function: Job, arguments: tuple[Any, ...]) -> None:
    """Run one job; anything it raises becomes an answer, since nothing else could tell the window."""
    try:
        value = _drained(pipe, function(*arguments))
    except AppError as error:
        pipe.send((Said.FAILED, error))
    except MemoryError:
        pipe.send((Said.FAILED, EngineError("The run needs more memory than this computer has free.")))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        raise
    except Exception as error:  # noqa: BLE001 - the process's edge
        pipe.send((Said.FAILED, EngineError(f"The run failed inside the program ({type(error).__name__}: {error}).")))
    else:
        pipe.send((Said.RETURNED, value))


def _drained(pipe: Connection, running: Generator[Any, None, Any]) -> Any:
    """Send what the job yields; a message that comes in meanwhile asks it to stop."""
    while True:
        try:
            value = next(running)
        except StopIteration as stop:
            return stop.value
        if pipe.poll():
            pipe.recv()
            running.close()
            return None
        pipe.send((Said.YIELDED, value))
