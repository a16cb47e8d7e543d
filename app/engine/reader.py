"""Reading files in a process that a damaged file may crash or hang, without losing the rest."""

from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

from app.domain.errors import EngineError, EngineStalledError, UnreadableFileError
from app.domain.reading import (
    Arrived,
    Bad,
    Fetch,
    Lost,
    News,
    Open,
    Opened,
    Order,
    Plan,
    from_the_middle,
)
from app.domain.words import mark, tr
from app.engine.client import Engine

JOB = "app.imaging.stream:serve"
SILENCE_S = 9.0  # and a second for the process that takes over: no file holds the window up for more than ten
BYTES_PER_S = 20e6
CRASHED = mark("the program that decodes it crashed on it")
HUNG = mark("it could not be decoded within {seconds} s")


class Reader:
    """A process that reads files; it is started again after a file that it cannot stand, and goes on after that file.

    `read` belongs in a worker thread; every other method returns at once and may be called from any thread.
    """

    def __init__(self, silence_s: float = SILENCE_S, job: str = JOB) -> None:
        """Name the job; nothing is started yet.

        Args:
            silence_s: after which a small file counts as one that hangs its decoder; a large one is given longer.
            job: of the process, as `Engine` has it.
        """
        self._engine = Engine(job, threads=1)
        self._engine.patience = self._limit_s
        self._silence_s = silence_s

    def warm(self) -> None:
        """Start the process."""
        self._engine.warm()

    def read(self, order: Order) -> Generator[News, None, None]:
        """Do what is ordered and yield what is found.

        Raises:
            UnreadableFileError: nothing can be opened.
            RunCancelledError: `cancel` was called.
            EngineError: the process cannot be started.
        """
        progress = _Progress(order)
        while True:
            try:
                for news in self._engine.run(progress.order):
                    progress.hear(news)
                    yield news
            except EngineError as error:
                touched = self._engine.touched
                yield from progress.without_culprit(touched, error, self._limit_s(touched))
            else:
                return

    def wish(self, index: int) -> None:
        """Let a slice be read next."""
        self._engine.wish(index)

    def cancel(self) -> None:
        """Ask the present reading to end."""
        self._engine.cancel()

    def close(self) -> None:
        """End the process."""
        self._engine.close()

    def _limit_s(self, path: Path | None) -> float:
        return self._silence_s + (_size(path) / BYTES_PER_S if path is not None else 0)


class _Progress:
    """What is left of an order."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self._plan: Plan | None = order.plan if isinstance(order, Fetch) else None
        self._left = list(order.wanted) if isinstance(order, Fetch) else []

    def hear(self, news: News) -> None:
        """Take note of what has been done."""
        match news:
            case Opened():
                self._plan, self._left = news.plan, list(from_the_middle(len(news.plan.paths)))
            case Arrived() | Lost():
                self._left = [index for index in self._left if index != news.index]
            case _:
                pass

    def without_culprit(self, touched: Path | None, error: EngineError, limit_s: float) -> Generator[Lost, None, None]:
        """Go on with what is left without the file that was touched last, and tell what is lost.

        Raises:
            UnreadableFileError: that file is all there was.
            EngineError: no file is to blame.
        """
        if touched is None:
            raise error
        hung = isinstance(error, EngineStalledError)
        bad = Bad(touched, tr(HUNG).format(seconds=f"{limit_s:.0f}") if hung else tr(CRASHED))
        if self._plan is None:
            self._avoid(bad, error)
            return
        lost = [index for index in self._left if self._plan.paths[index] == touched]
        if not lost:
            raise error
        self._left = [index for index in self._left if index not in lost]
        self.order = Fetch(self._plan, tuple(self._left))
        yield from (Lost(index, bad.reason) for index in lost)

    def _avoid(self, bad: Bad, error: EngineError) -> None:
        if (
            not isinstance(self.order, Open)
            or bad.path in {self.order.path, *self.order.references}
            or len(self.order.bad) >= MOST_BAD
        ):
            raise UnreadableFileError(bad.path.name, bad.reason) from error
        self.order = replace(self.order, bad=(*self.order.bad, bad))


MOST_BAD = 20


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
