"""The dialog that asks what of a result is written, and where."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFileDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.domain.words import mark, spoken, tr
from app.export.job import Inspected
from app.export.layout import Part
from app.export.order import Order, Output
from app.render.typefaces import can_print
from app.ui import theme
from app.ui.controls import label, rule
from app.ui.export_panel import ExportPanel

NO_TYPEFACE = mark("This computer has no Chinese typeface: pages and pictures are written in English.")
NOT_DICOM = mark("The source is not DICOM: its slice is written as a new study.")


class ExportDialog(QDialog):
    """Asks for an order.

    Signals:
        ordered(Order): the user wants it written.
    """

    ordered = Signal(object)

    def __init__(self, source: Path, folder: Path, visible: Part | None, parent: QWidget | None = None) -> None:
        """Ask about a result.

        Args:
            source: the file or folder that the case was opened from.
            folder: to propose.
            visible: part of the slice that is on screen.
            parent: of the dialog.
        """
        super().__init__(parent)
        self.setWindowTitle(tr("Export"))
        self.setMinimumWidth(720)
        self._source, self._visible = source, visible
        self.panel, self.place = ExportPanel(), FolderRow(folder)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        buttons.button(QDialogButtonBox.StandardButton.Cancel).setIcon(QIcon())
        self.button = QPushButton(tr("Export"))
        self.button.setProperty("role", "primary")
        self.button.setDefault(True)
        buttons.addButton(self.button, QDialogButtonBox.ButtonRole.AcceptRole)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(2 * theme.SPACE,) * 4)
        column.setSpacing(2 * theme.SPACE)
        column.addWidget(self.panel, 1)
        column.addWidget(rule())
        column.addWidget(self.place)
        if not can_print(spoken()):
            column.addWidget(label(tr(NO_TYPEFACE), "note", wraps=True))
        foot = QHBoxLayout()
        foot.addWidget(label(tr("Not for diagnostic use; every file says so."), "caution"), 1)
        foot.addWidget(buttons)
        column.addLayout(foot)
        self.panel.edited.connect(lambda: self.button.setEnabled(bool(self.panel.outputs)))
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)

    @property
    def order(self) -> Order:
        """What is chosen."""
        as_seen = self.panel.visible_part.isChecked() and Output.PICTURE in self.panel.outputs
        return Order(
            outputs=self.panel.outputs,
            folder=self.place.folder,
            source=self._source,
            deidentified=self.panel.deidentify.isChecked(),
            size=self.panel.chosen_size,
            part=self._visible if as_seen else None,
            measurements=self.panel.measurements.isChecked(),
            outlines=self.panel.outlines.isChecked(),
        )

    def accept(self) -> None:
        """Hand the order on."""
        super().accept()
        self.ordered.emit(self.order)

    def show_inspected(self, found: Inspected) -> None:
        """Say what was found out about the source."""
        self.panel.show_cautions(found.cautions if found.is_dicom else (*found.cautions, tr(NOT_DICOM)))


class FolderRow(QWidget):
    """A folder, and a button to choose another."""

    def __init__(self, folder: Path) -> None:
        """Propose a folder."""
        super().__init__()
        self.folder = folder
        self._text = label("", "note", wraps=True)
        self.button = QPushButton(tr("Choose folder…"))
        self.button.setAutoDefault(False)
        self.button.clicked.connect(self._choose)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._text, 1)
        row.addWidget(self.button)
        self.show_folder(folder)

    def show_folder(self, folder: Path) -> None:
        """Take another folder."""
        self.folder = folder
        self._text.setText(tr("A new folder is made in {folder}; nothing is overwritten.").format(folder=folder))

    def _choose(self) -> None:
        name = QFileDialog.getExistingDirectory(self, tr("Export to a new folder in"), str(self.folder))
        if name:
            self.show_folder(Path(name))
