"""The window's export dialogs: opened, answered and closed."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.domain.words import tr
from app.export.layout import Part
from app.ui.camera import Camera
from app.ui.canvas import Canvas
from app.ui.choice import Tone
from app.ui.export_dialog import ExportDialog
from app.ui.export_jobs import ExportBackend, ExportEngine
from app.ui.exports import NOT_YET, Exports
from app.ui.jobs import Backend, Engines
from app.ui.session import Session
from app.ui.worklist_dialog import WorklistDialog


class ExportDesk:
    """Asks what to hand on."""

    def __init__(
        self, window: QWidget, session: Session, exports: Exports, canvas: Canvas, folder: Callable[[], Path]
    ) -> None:
        """Ask nothing yet.

        Args:
            window: parent of the dialogs.
            session: whose results are handed on.
            exports: that writes them.
            canvas: that knows which part is on screen.
            folder: returns the one to propose.
        """
        self._window, self._session, self._exports, self._canvas = window, session, exports, canvas
        self._folder = folder
        self._worklist: WorklistDialog | None = None

    def ask(self) -> None:
        """Ask what is written of the shown result."""
        shown = self._exports.shown
        if shown is None:
            self._session.tell(tr(NOT_YET), Tone.NOTICE)
            return
        camera = self._canvas.camera
        dialog = ExportDialog(shown.source, self._folder(), visible_part(camera) if camera else None, self._window)
        dialog.panel.offer_own(shown)
        dialog.ordered.connect(self._exports.write)
        self._exports.inspected.connect(dialog.show_inspected)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        self._exports.inspect()

    def ask_worklist(self) -> None:
        """Ask for many studies at once; a worklist that is open, and may be at work, comes to the front."""
        if self._worklist is not None and self._worklist.isVisible():
            self._worklist.setWindowState(self._worklist.windowState() & ~Qt.WindowState.WindowMinimized)
            self._worklist.activateWindow()
            return
        self.close()
        audit = self._exports.audit
        self._worklist = WorklistDialog(self._session.cards, self._folder(), _own_processes, audit, self._window)
        self._worklist.study_asked.connect(self._look_at)
        self._worklist.show()

    def _look_at(self, path: Path) -> None:
        """Show a study of the worklist, which goes on behind the window."""
        self._session.open_study(path)
        self._window.activateWindow()

    def close(self) -> None:
        """Close what is open and end what it does."""
        if self._worklist is not None:
            self._worklist.close()
            self._worklist.deleteLater()
            self._worklist = None


def visible_part(camera: Camera) -> Part | None:
    """Return the part of a slice that is on screen, in whole pixels; None where that is all of it."""
    top, left = (round(place + 0.5) for place in camera.to_slice(0, 0))
    bottom, right = (round(place + 0.5) for place in camera.to_slice(*camera.screen))
    rows, columns = camera.shape
    part = Part(max(0, top), max(0, left), min(rows, bottom), min(columns, right))
    whole = part.shape == camera.shape
    return None if whole or min(part.shape) < 1 else part


def _own_processes() -> tuple[Backend, ExportBackend]:
    """Return processes that a worklist does not share with the window."""
    return Engines(), ExportEngine()
