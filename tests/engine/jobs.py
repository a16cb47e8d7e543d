"""Jobs for the engine's tests; they run in the child process."""

import os
import time
from collections.abc import Generator

import numpy as np

from app.domain.arrays import FloatArray
from app.domain.errors import UnreadableFileError


def count(number: int) -> Generator[int, None, str]:
    """Yield 0 .. number - 1."""
    yield from range(number)
    return f"counted {number}"


def echo(array: FloatArray) -> Generator[FloatArray, None, FloatArray]:
    """Yield an array and return its double."""
    yield array
    return 2 * array


def refuse() -> Generator[int, None, None]:
    """Fail as a user can meet it."""
    yield 1
    raise UnreadableFileError("x.dcm", "it is empty (0 bytes)")


def break_down() -> Generator[int, None, None]:
    """Fail as a programmer's error."""
    yield 1
    raise ZeroDivisionError("oops")


def die() -> Generator[int, None, None]:
    """End the process without a word, as a crash in a library does."""
    yield 1
    os._exit(3)


def dawdle(seconds: float) -> Generator[int, None, str]:
    """Yield quickly for ever, each value after a pause."""
    while True:
        time.sleep(seconds)
        yield 1


def say_process() -> Generator[int, None, int]:
    """Return the process's number."""
    yield 0
    return os.getpid()


def say_niceness() -> Generator[int, None, int]:
    """Return by how much the process stands back."""
    yield 0
    return os.getpriority(os.PRIO_PROCESS, 0)


def environment() -> Generator[int, None, str | None]:
    """Return how many threads the numerics may use."""
    yield 0
    return os.environ.get("OMP_NUM_THREADS")


def hoard() -> Generator[int, None, None]:
    """Run out of memory."""
    yield 0
    np.empty((1 << 50,), np.uint8)


def obey(first: int) -> Generator[int, int | None, str]:
    """Yield a number again and again until another is wished for; end at a negative one."""
    number = first
    while number >= 0:
        time.sleep(0.01)
        wish = yield number
        number = number if wish is None else wish
    return "obeyed"


def fall_silent(after: int) -> Generator[int, None, None]:
    """Yield so many numbers and then nothing for a minute, as a decoder in an endless loop does."""
    yield from range(after)
    time.sleep(60)
