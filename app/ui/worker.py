"""Long work in the background: an iterator drained in a QThread, heard in the window's thread."""

import logging
import traceback
from collections.abc import Callable, Generator
from typing import Any, TypeAlias

from PySide6.QtCore import QObject, Qt, QThread, Signal, Slot

from app.domain.errors import AppError
from app.domain.words import tr

Stream: TypeAlias = Generator[Any, None, Any]
Job: TypeAlias = Callable[[], Stream]

_log = logging.getLogger(__name__)


class StreamWorker(QObject):
    """Drains one iterator after another in the thread that it lives in.

    Signals:
        yielded(number, item): the job with that number yielded an item.
        returned(number, value): it ended and returned a value.
        failed(number, error): it ended with an `AppError`.
    """

    yielded = Signal(int, object)
    returned = Signal(int, object)
    failed = Signal(int, object)

    def __init__(self) -> None:
        """Start with nothing wanted."""
        super().__init__()
        self.wanted = 0

    @Slot(int, object)
    def drain(self, number: int, job: Job) -> None:
        """Run a job to its end; nothing is said for one that is not wanted any more."""
        if number != self.wanted:
            return
        try:
            self.returned.emit(number, self._drained(number, job()))
        except AppError as error:
            self.failed.emit(number, error)
        except Exception as error:  # noqa: BLE001 - the thread's edge: what escapes here would end the program
            if number == self.wanted:
                _log.error("a background job failed: %s", unnamed(error))
            self.failed.emit(number, AppError(_unexpected(error)))

    def _drained(self, number: int, stream: Stream) -> Any:
        """Return what the stream returns.

        A stream that was told to stop raises at its next turn, which leaves its process warm; one that did not hear
        and yields twice more is closed.
        """
        unwanted = 0
        while unwanted <= 1:
            try:
                item = next(stream)
            except StopIteration as end:
                return end.value
            if number == self.wanted:
                self.yielded.emit(number, item)
            else:
                unwanted += 1
        stream.close()
        return None


def _unexpected(error: Exception) -> str:
    return tr("Concord met an unexpected problem ({error}).").format(error=f"{type(error).__name__}: {error}")


def unnamed(error: BaseException) -> str:
    """Describe an error for a log by its kind and the program's own lines, without words that may name a patient."""
    places = [f"{frame.name}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)]
    return f"{type(error).__name__} in {' > '.join(places)}"


class Lane(QObject):
    """One background thread that does one job at a time; a new job takes the place of the old one.

    Signals:
        yielded(item), returned(value), failed(error): of the job that is wanted now; a cancelled or superseded job
            is never heard again.
    """

    yielded = Signal(object)
    returned = Signal(object)
    failed = Signal(object)
    _asked = Signal(int, object)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        """Make the thread; it starts with the first job."""
        super().__init__(parent)
        self._number = 0
        self._busy = False
        self._stop: Callable[[], None] | None = None
        self._thread = QThread()
        self._thread.setObjectName(name)
        self._worker = StreamWorker()
        self._worker.moveToThread(self._thread)
        self._asked.connect(self._worker.drain, Qt.ConnectionType.QueuedConnection)
        self._worker.yielded.connect(self._on_yielded)
        self._worker.returned.connect(self._on_returned)
        self._worker.failed.connect(self._on_failed)

    @property
    def busy(self) -> bool:
        """Whether a job is wanted and has not ended."""
        return self._busy

    def start(self, job: Job, stop: Callable[[], None] | None = None) -> None:
        """Do a job as soon as the one before has let go.

        Args:
            job: makes the stream; called in the background thread.
            stop: asks the stream to end soon; called in the window's thread and returns at once.
        """
        self.cancel()
        self._busy, self._stop = True, stop
        if not self._thread.isRunning():
            self._thread.start()
        self._asked.emit(self._number, job)

    def cancel(self) -> None:
        """Ask the present job to stop and hear no more of it."""
        self._number += 1
        self._worker.wanted = self._number
        if self._busy and self._stop is not None:
            self._stop()
        self._busy = False

    def close(self, patience_ms: int = 5000) -> None:
        """End the thread; the lane cannot be used afterwards."""
        self.cancel()
        self._thread.quit()
        self._thread.wait(patience_ms)

    def _is_wanted(self, number: int) -> bool:
        """The one gate: asked in the window's thread, on delivery."""
        return number == self._number and self._busy

    @Slot(int, object)
    def _on_yielded(self, number: int, item: object) -> None:
        if self._is_wanted(number):
            self.yielded.emit(item)

    @Slot(int, object)
    def _on_returned(self, number: int, value: object) -> None:
        if self._is_wanted(number):
            self._busy = False
            self.returned.emit(value)

    @Slot(int, object)
    def _on_failed(self, number: int, error: object) -> None:
        if self._is_wanted(number):
            self._busy = False
            self.failed.emit(error)
