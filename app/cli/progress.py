"""Draining a generator of long work with a progress bar."""

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from tqdm import tqdm

Yielded = TypeVar("Yielded")
Returned = TypeVar("Returned")


def drained(
    running: Generator[Yielded, None, Returned], bar: "tqdm[None]", show: Callable[["tqdm[None]", Yielded], None]
) -> Returned:
    """Drain a generator, showing each value it yields on a bar, and return what it returns."""
    with bar:
        while True:
            try:
                value = next(running)
            except StopIteration as stop:
                bar.update((bar.total or bar.n) - bar.n)
                returned: Returned = stop.value
                return returned
            show(bar, value)
