"""Opening files in the background."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from app.domain.case import Case
from app.ui import jobs
from app.ui.worker import Lane


class Files(QObject):
    """One lane that reads.

    Attributes:
        path: of the case that was read last.

    Signals:
        reading_changed(str): the name of what is being opened, or "".
        study_read(Study): it was opened.
        failed(AppError): it could not be opened.
    """

    reading_changed = Signal(str)
    study_read = Signal(object)
    failed = Signal(object)

    def __init__(self, backend: jobs.Backend, parent: QObject) -> None:
        """Start idle."""
        super().__init__(parent)
        self._backend = backend
        self.path = Path()
        self._reading = Lane("reading", self)
        self._reading.returned.connect(self._on_read)
        self._reading.failed.connect(self._on_unread)

    def read_study(self, path: Path, masks: Sequence[Path]) -> None:
        """Open a file or folder and the readers' masks given with it."""
        self._read(path.name, lambda: jobs.read_study(self._backend, path, masks))

    def read_masks(self, masks: Sequence[Path], case: Case) -> None:
        """Open readers' masks for the case that was read last."""
        path = self.path
        self._read(masks[0].name, lambda: jobs.read_masks(self._backend, path, masks, case))

    def hush(self) -> None:
        """Hear nothing any more; the processes may end now."""
        self._reading.cancel()

    def close(self) -> None:
        """End the thread."""
        self._reading.close()

    def _read(self, name: str, job: jobs.StudyJob) -> None:
        self.reading_changed.emit(name)
        self._reading.start(job, self._backend.stop_reading)

    @Slot(object)
    def _on_read(self, study: jobs.Study) -> None:
        self.path = study.path
        self.reading_changed.emit("")
        self.study_read.emit(study)

    @Slot(object)
    def _on_unread(self, error: Exception) -> None:
        self.reading_changed.emit("")
        self.failed.emit(error)
