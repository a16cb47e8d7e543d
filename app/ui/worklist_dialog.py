"""The dialog for many studies at once."""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QProgressBar,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.domain.errors import RunCancelledError
from app.domain.model import ModelCard
from app.domain.result import Options
from app.domain.words import mark, tr
from app.export.audit import AuditLog
from app.export.order import Order
from app.ui import theme
from app.ui.controls import label, rule
from app.ui.desk.private import results_folder
from app.ui.export_dialog import FolderRow
from app.ui.export_jobs import ExportBackend
from app.ui.export_panel import ExportPanel
from app.ui.jobs import Backend
from app.ui.worker import Lane
from app.ui.worklist import Report, State, Task, work

HINT = mark(
    "Each study is run on its middle slice and written to a folder of its own, named by number.\n"
    "Double click a study, or press Return on it, to look at it: with its result once it is done."
)

SMALLEST_WIDTH = 760

MakeBackends = Callable[[], tuple[Backend, ExportBackend]]


class WorklistDialog(QDialog):
    """Takes studies, a model and an order, and does them one after another in processes of its own.

    Signals:
        study_asked(Path): the user wants to look at a study, or at the session with its result.
    """

    study_asked = Signal(object)

    def __init__(
        self,
        cards: Sequence[ModelCard],
        folder: Path,
        make: MakeBackends,
        audit: AuditLog | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """Start with an empty list.

        Args:
            cards: of the installed models.
            folder: to propose for the results.
            make: the processes for one worklist.
            audit: to note runs and exports in.
            parent: of the dialog.
        """
        super().__init__(parent)
        self.setWindowTitle(tr("Worklist"))
        self.setMinimumWidth(SMALLEST_WIDTH)
        self.resize(860, 760)
        self._cards = {tr(card.title): card for card in cards if not card.intake.needs_region}
        self._make, self._audit = make, audit
        self._backends: tuple[Backend, ExportBackend] | None = None
        self.sources: list[Path] = []
        self._results = results_folder()
        self._sessions: dict[int, Path] = {}
        self.table, self.model, self.panel, self.place = _table(), QComboBox(), ExportPanel(), FolderRow(folder)
        self.model.addItems(list(self._cards))
        self.model.setAccessibleName(tr("Model"))
        self.progress = QProgressBar()
        self.progress.setRange(0, 1000)
        self.progress.setTextVisible(False)
        self.status = label("", "note", wraps=True)
        self.add_button, self.folder_button = QPushButton(tr("Add files…")), QPushButton(tr("Add folder…"))
        self.clear_button, self.start_button = QPushButton(tr("Clear")), QPushButton(tr("Start"))
        self.cancel_button, self.close_button = QPushButton(tr("Cancel")), QPushButton(tr("Close"))
        self.start_button.setProperty("role", "primary")
        self._lane = Lane("worklist", self)
        self._lay_out()
        self._connect()
        self._show_state()

    def add(self, paths: Sequence[Path]) -> None:
        """Put studies at the end of the list."""
        for path in paths:
            self.sources.append(path)
            self.table.insertRow(self.table.rowCount())
            for column, text in enumerate((path.name, tr(State.WAITING.value))):
                self.table.setItem(self.table.rowCount() - 1, column, QTableWidgetItem(text))
        self._show_state()

    def start(self) -> None:
        """Do the list."""
        card = self._cards[self.model.currentText()]
        order = Order(
            self.panel.outputs,
            self.place.folder,
            self.place.folder,
            deidentified=self.panel.deidentify.isChecked(),
            size=self.panel.chosen_size,
        )
        options = Options(card.samples, card.steps, refine=True)
        task = Task(tuple(self.sources), card, options, order, self._audit, self._results)
        self._sessions.clear()
        backends = self._backends = self._make()
        self._lane.start(lambda: work(*backends, task), self._stop)
        self._show_state()

    def cancel(self) -> None:
        """Stop; studies that were done stay."""
        if self._lane.busy:
            self._lane.cancel()
            self._end(tr("Cancelled; the studies that are done were kept."))

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop with the dialog."""
        self.shut()
        super().closeEvent(event)

    def reject(self) -> None:
        """Close, as Escape asks; not in the middle of the work."""
        if not self._lane.busy:
            self.shut()
            super().reject()

    def shut(self) -> None:
        """End the thread and the processes."""
        self.cancel()
        self._lane.close()
        if self._results is not None:
            shutil.rmtree(self._results, ignore_errors=True)

    def look_at(self, row: int) -> None:
        """Ask for a study to be shown, with its result if it has one."""
        if 0 <= row < len(self.sources):
            self.study_asked.emit(self._sessions.get(row, self.sources[row]))

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(*(2 * theme.SPACE,) * 4)
        column.setSpacing(theme.SPACE + 2)
        column.addWidget(label(tr(HINT), "note", wraps=True))
        column.addWidget(self.table, 1)
        column.addLayout(
            _row(self.add_button, self.folder_button, self.clear_button, None, label(tr("Model")), self.model)
        )
        column.addWidget(rule())
        column.addWidget(self.panel)
        column.addWidget(rule())
        column.addWidget(self.place)
        column.addWidget(self.progress)
        column.addWidget(self.status)
        caution = label(tr("Not for diagnostic use; every file says so."), "caution")
        column.addLayout(_row(caution, None, self.close_button, self.cancel_button, self.start_button))
        self.panel.visible_part.hide()

    def _connect(self) -> None:
        self.add_button.clicked.connect(self._add_files)
        self.folder_button.clicked.connect(self._add_folder)
        self.clear_button.clicked.connect(self._clear)
        self.start_button.clicked.connect(self.start)
        self.cancel_button.clicked.connect(self.cancel)
        self.close_button.clicked.connect(self.close)
        self.panel.edited.connect(self._show_state)
        self.table.itemDoubleClicked.connect(lambda item: self.look_at(item.row()))
        for key in ("Return", "Enter"):
            shortcut = QShortcut(QKeySequence(key), self.table, context=Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(lambda: self.look_at(self.table.currentRow()))
        self._lane.yielded.connect(self._on_report)
        self._lane.returned.connect(lambda folder: self._end(tr("Written to {folder}.").format(folder=folder.name)))
        self._lane.failed.connect(self._on_failed)

    def _add_files(self) -> None:
        names, _ = QFileDialog.getOpenFileNames(self, tr("Add images"), str(self.place.folder))
        self.add([Path(name) for name in names])

    def _add_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, tr("Add a folder with a DICOM series"), str(self.place.folder))
        self.add([Path(name)] if name else [])

    def _clear(self) -> None:
        self.sources.clear()
        self._sessions.clear()
        self.table.setRowCount(0)
        self._show_state()

    def _show_state(self) -> None:
        busy = self._lane.busy
        ready = bool(self.sources and self.panel.outputs and self._cards)
        self.start_button.setEnabled(ready and not busy)
        self.cancel_button.setEnabled(busy)
        for widget in (self.add_button, self.folder_button, self.clear_button, self.model, self.panel, self.place):
            widget.setEnabled(not busy)
        self.close_button.setEnabled(not busy)

    def _stop(self) -> None:
        if self._backends is not None:
            backend, exporter = self._backends
            backend.stop_reading()
            backend.stop_running()
            exporter.stop()

    def _end(self, text: str) -> None:
        for backend in self._backends or ():
            backend.close()
        self._backends = None
        self.status.setText(text)
        self._show_state()

    @Slot(object)
    def _on_report(self, report: Report) -> None:
        if report.session is not None:
            self._sessions[report.index] = report.session
        item = self.table.item(report.index, 1)
        if item is not None:
            state = tr(report.state.value)
            item.setText(f"{state}: {report.text}" if report.text else state)
        self.progress.setValue(round(1000 * (report.index + report.share) / max(1, len(self.sources))))

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        self._end(tr("Cancelled.") if isinstance(error, RunCancelledError) else str(error))


def _table() -> QTableWidget:
    table = QTableWidget(0, 2)
    table.setHorizontalHeaderLabels([tr("Study"), tr("State")])
    table.setAccessibleName(tr("Studies"))
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setTabKeyNavigation(False)
    table.setToolTip(tr("Double click or Return: look at a study, with its result once it is done"))
    table.verticalHeader().hide()
    table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
    table.setMinimumHeight(120)
    return table


def _row(*widgets: QWidget | None) -> QHBoxLayout:
    """Return widgets side by side; None is room."""
    row = QHBoxLayout()
    for widget in widgets:
        if widget is None:
            row.addStretch(1)
        else:
            row.addWidget(widget)
    return row
