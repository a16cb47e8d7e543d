"""Writing sessions to files, one after the other."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QEventLoop, QObject, Signal, Slot

from app.domain.case import Case
from app.ui.desk.saved import Saved
from app.ui.desk.session_files import save_session
from app.ui.worker import Lane


@dataclass(frozen=True, slots=True, eq=False)
class Writing:
    """A session on its way to a file, which may outlast its study's being open.

    Attributes:
        saved: what is written.
        path: of the file.
        case: that the session is about.
    """

    saved: Saved
    path: Path
    case: Case


class Writer(QObject):
    """Writes every session that it is given, whatever is opened meanwhile.

    Signals:
        written(Writing): a session is in its file.
        failed(Writing, AppError): it is not, and what was in the file before still is.
        rested(): nothing is left to write.
    """

    written = Signal(object)
    failed = Signal(object, object)
    rested = Signal()

    def __init__(self, parent: QObject) -> None:
        """Start with nothing to write.

        Args:
            parent: of this object.
        """
        super().__init__(parent)
        self._waiting: list[Writing] = []  # the first of them is being written
        self._lane = Lane("saving a session", self)
        self._lane.returned.connect(self._on_returned)
        self._lane.failed.connect(self._on_failed)

    def write(self, writing: Writing) -> None:
        """Write a session after those that were given before."""
        self._waiting.append(writing)
        if len(self._waiting) == 1:
            self._begin()

    def finish(self) -> None:
        """Return when nothing is left to write."""
        if self._waiting:
            until = QEventLoop()
            self.rested.connect(until.quit)
            until.exec(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)

    def close(self) -> None:
        """Write what is left, and end the thread."""
        self.finish()
        self._lane.close()

    def _begin(self) -> None:
        writing = self._waiting[0]
        self._lane.start(lambda: save_session(writing.saved, writing.path))

    def _go_on(self) -> None:
        del self._waiting[0]
        if self._waiting:
            self._begin()
        else:
            self.rested.emit()

    @Slot(object)
    def _on_returned(self, path: Path) -> None:  # noqa: ARG002 - the signal's argument
        self.written.emit(self._waiting[0])
        self._go_on()

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        self.failed.emit(self._waiting[0], error)
        self._go_on()
