"""Handing results on: what the window's export actions do, without a widget."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from app.domain.words import mark, tr
from app.export.job import Inspected, Inspection
from app.export.order import Order
from app.export.saving import Saving
from app.ui import export_jobs
from app.ui.choice import Tone
from app.ui.export_jobs import ExportBackend, Shown, Written
from app.ui.frames import Run
from app.ui.session import Session
from app.ui.worker import Lane

if TYPE_CHECKING:
    from app.export.audit import AuditLog
    from app.export.own import Outline

NOT_YET = mark("Run a model on this slice first: an export shows its result.")


class Exports(QObject):
    """Writes what a session shows, one order after another.

    Signals:
        progress_changed(str): what is being written, or "" when nothing is.
        inspected(Inspected): what should be known of the open source.
        finished(Written): an order was written.
    """

    progress_changed = Signal(str)
    inspected = Signal(object)
    finished = Signal(object)

    def __init__(self, session: Session, backend: ExportBackend, parent: QObject | None = None) -> None:
        """Stand ready.

        Args:
            session: whose results are handed on.
            backend: that writes.
            parent: of this object.
        """
        super().__init__(parent)
        self.audit: AuditLog | None = None
        self.notes: Callable[[], str] = str
        self.outlines: Callable[[int], tuple[Outline, ...]] = lambda _: ()
        self._session, self._backend = session, backend
        self._is_writing = False
        self._lane, self._noting = Lane("exporting", self), Lane("noting", self)
        self._lane.yielded.connect(self._on_progress)
        self._lane.returned.connect(self._on_returned)
        self._lane.failed.connect(self._on_failed)
        self._noting.failed.connect(lambda error: session.tell(str(error), Tone.ERROR))
        session.run_finished.connect(self._on_run_finished)

    @property
    def shown(self) -> Shown | None:
        """What would be exported now; None without a finished run on the shown slice."""
        session, run = self._session, self._session.shown_run
        if session.case is None or run is None or run.result is None:
            return None
        view = session.view.beside(run.result.identity)
        return Shown(session.case, run, view, session.source, self.outlines(run.slice_index))

    def write(self, order: Order) -> None:
        """Write an order into a new folder in the order's; the order says whether measurements are handed on."""
        whole = replace(order, notes=self.notes())
        self._begin(lambda shown: export_jobs.export(self._backend, _measured(shown), whole, self.audit))

    def write_picture(self, path: Path) -> None:
        """Write what is seen now as an annotated PNG."""
        self._begin(lambda shown: export_jobs.export_picture(self._backend, shown, path, self.audit))

    def save_drawn(self, order: Saving) -> None:
        """Write masks that a reader drew."""
        self._start(lambda: export_jobs.save_drawn(self._backend, order))

    def inspect(self) -> None:
        """Look at the open source; the answer comes by `inspected`, unless something is being written."""
        case, session = self._session.case, self._session
        if case is not None and not self._is_writing:
            image = case.sources[session.view.slice_index] if case.sources else ""
            asked = Inspection(session.source, case.modality, image)
            self._lane.start(lambda: export_jobs.inspected(self._backend, asked), self._backend.stop)

    def cancel(self) -> bool:
        """Stop what is being written, of which nothing stays, and say whether there was anything."""
        if not self._is_writing:
            return False
        self._lane.cancel()
        self._end()
        self._session.tell(tr("The export was cancelled; nothing of it was kept."), Tone.DONE)
        return True

    def close(self) -> None:
        """End every thread and process."""
        self._lane.close()
        self._noting.close()
        self._backend.close()

    def _begin(self, job: Callable[[Shown], export_jobs.Exporting]) -> None:
        shown = self.shown
        if shown is None:
            self._session.tell(tr(NOT_YET), Tone.NOTICE)
        else:
            self._start(lambda: job(shown))

    def _start(self, stream: Callable[[], export_jobs.Exporting]) -> None:
        if self._is_writing:
            self._session.tell(tr("An export is being written; wait for it or cancel it."), Tone.NOTICE)
        else:
            self._is_writing = True
            self.progress_changed.emit(tr("Writing …"))
            self._lane.start(stream, self._backend.stop)

    def _end(self) -> None:
        self._is_writing = False
        self.progress_changed.emit("")

    @Slot(object)
    def _on_progress(self, path: object) -> None:
        if isinstance(path, Path):
            self.progress_changed.emit(tr("{file} is written …").format(file=path.name))

    @Slot(object)
    def _on_returned(self, answer: Written | Inspected) -> None:
        if isinstance(answer, Inspected):
            self.inspected.emit(answer)
            return
        self._end()
        names = [path.name for path in answer.paths]
        what = (
            names[0] if len(names) == 1 else tr("{n} files in {folder}").format(n=len(names), folder=answer.folder.name)
        )
        self._session.tell(tr("Saved {what}.").format(what=what), Tone.DONE)
        self.finished.emit(answer)

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        if self._is_writing:
            self._end()
            self._session.tell(str(error), Tone.ERROR)

    @Slot(object)
    def _on_run_finished(self, run: Run) -> None:
        case = self._session.case
        if self.audit is not None and case is not None:
            log, shown = self.audit, Shown(case, run, self._session.view, self._session.source)
            self._noting.start(lambda: export_jobs.note_run(log, shown))


def _measured(shown: Shown) -> Shown:
    """Return what is shown with the measurements, whether they are seen or not."""
    return replace(shown, view=replace(shown.view, measured=True))
