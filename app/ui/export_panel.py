"""The choice of what is written, shared by the dialogs that export."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.domain.words import mark, tr
from app.export.layout import LEAST_SIDE, MOST_SIDE, Size
from app.export.order import Output
from app.ui import theme
from app.ui.controls import Group, Number, label
from app.ui.export_jobs import Shown

CAPTIONS = {
    Output.SHEET: (mark("Composed page (PNG)"), mark("Picture, legend, areas and how it was made")),
    Output.PICTURE: (mark("Picture as seen (PNG)"), mark("The slice with the lines that are on screen now")),
    Output.LEVELS: (mark("Consensus levels side by side (PNG)"), mark("One small picture for each level")),
    Output.STEPS: (mark("Diffusion steps side by side (PNG)"), mark("All but the last are marked as intermediate")),
    Output.FILM: (mark("Diffusion steps as a film (GIF)"), mark("All but the last are marked as intermediate")),
    Output.REPORT: (mark("Report on one page (PDF)"), mark("With the limits that the model's card states")),
    Output.NUMBERS: (mark("All numbers (JSON)"), mark("Schema concord-result/1")),
    Output.TABLE: (mark("All numbers as a table (CSV)"), mark("One number a row, schema concord-numbers/1")),
    Output.VOLUMES: (mark("Masks, soft map, samples (NIfTI)"), mark("In the image's own grid")),
    Output.DICOM: (mark("DICOM objects"), mark("Segmentations, structured report with the measurements, and the page")),
    Output.SOFT: (mark("DICOM soft map"), mark("A fractional segmentation, which few programs read")),
}
GROUPS = (
    (mark("Pictures"), (Output.SHEET, Output.PICTURE, Output.LEVELS, Output.STEPS, Output.FILM)),
    (mark("Report and numbers"), (Output.REPORT, Output.NUMBERS, Output.TABLE)),
    (mark("For other programs"), (Output.VOLUMES, Output.DICOM, Output.SOFT)),
)
USUAL = frozenset({Output.SHEET, Output.REPORT, Output.NUMBERS})
DICOM_OUTPUTS = frozenset({Output.DICOM, Output.SOFT})
AUTOMATIC, NATIVE, DOUBLE, CHOSEN = range(4)


class ExportPanel(QWidget):
    """Kinds of files, their size, and what they may tell of the patient.

    Signals:
        edited(): something was chosen.
    """

    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start with the usual kinds, de-identified."""
        super().__init__(parent)
        self.boxes = {output: self._box(output) for output in Output}
        self.visible_part = QCheckBox(tr("Only the part that is visible now"))
        self.size_choice = QComboBox()
        self.size_choice.addItems(
            [tr("Automatic size"), tr("Native size (1:1)"), tr("Double size (2:1)"), tr("Long side in pixels:")]
        )
        self.size_choice.setAccessibleName(tr("Size of the image in pictures"))
        self.side = Number(tr("Long side in pixels"), MOST_SIDE, LEAST_SIDE)
        self.side.show_number(2000)
        self.measurements, self.outlines = QCheckBox(tr("My measurements")), QCheckBox(tr("Outlines that I drew"))
        self.measurements.setToolTip(tr("In pictures, on pages, and among the numbers"))
        self.outlines.setToolTip(tr("In pictures and on pages, called “drawn by the reader”, and among the numbers"))
        self.own = self._own()
        self.deidentify = QCheckBox(tr("De-identify (recommended)"))
        self.deidentify.setChecked(True)
        self.privacy_note, self.cautions = label("", "note", wraps=True), label("", "caution", wraps=True)
        columns = QHBoxLayout(self)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setSpacing(4 * theme.SPACE)
        left, right = _column(columns), _column(columns)
        left.addWidget(self._pictures())
        left.addWidget(self.own)
        left.addStretch()
        right.addWidget(self._group(1))
        right.addWidget(self._group(2))
        right.addWidget(self._privacy())
        right.addStretch()
        for box in (*self.boxes.values(), self.deidentify):
            box.toggled.connect(self._on_edited)
        self.size_choice.currentIndexChanged.connect(self._on_edited)
        self._on_edited()

    @property
    def outputs(self) -> frozenset[Output]:
        """The kinds that are chosen."""
        return frozenset(output for output, box in self.boxes.items() if box.isChecked())

    @property
    def chosen_size(self) -> Size:
        """How large the image is in pictures."""
        sizes = {AUTOMATIC: Size(), NATIVE: Size(1.0), DOUBLE: Size(2.0), CHOSEN: Size(long_side=self.side.value())}
        return sizes[self.size_choice.currentIndex()]

    def show_cautions(self, cautions: Sequence[str]) -> None:
        """Say what should be looked at before anything is handed on."""
        _say(self.cautions, "\n".join(cautions))

    def offer_own(self, shown: Shown) -> None:
        """Offer what the reader made on the slice; what is seen is chosen to begin with."""
        for box, there, seen in (
            (self.measurements, bool(shown.measurements), shown.view.measured),
            (self.outlines, bool(shown.outlines), True),
        ):
            box.setVisible(there)
            box.setChecked(not there or seen)
        self.own.setVisible(bool(shown.measurements or shown.outlines))

    def _own(self) -> Group:
        group = Group(tr("Made by you"))
        for box in (self.measurements, self.outlines):
            box.setChecked(True)
            group.column.addWidget(box)
        group.hide()
        return group

    def _box(self, output: Output) -> QCheckBox:
        caption, hint = map(tr, CAPTIONS[output])
        box = QCheckBox(caption)
        box.setToolTip(hint)
        box.setAccessibleDescription(hint)
        box.setChecked(output in USUAL)
        return box

    def _pictures(self) -> Group:
        group = self._group(0)
        part = QHBoxLayout()
        part.addSpacing(3 * theme.SPACE)
        part.addWidget(self.visible_part)
        group.column.insertLayout(group.column.indexOf(self.boxes[Output.PICTURE]) + 1, part)
        size = QHBoxLayout()
        size.addWidget(self.size_choice, 1)
        size.addWidget(self.side)
        group.column.addSpacing(theme.SPACE)
        caption = label("", "caption", wraps=True)
        _say(caption, tr("Size of the image in the page and in the picture as seen"))
        group.column.addWidget(caption)
        group.column.addLayout(size)
        return group

    def _group(self, index: int) -> Group:
        title, outputs = GROUPS[index]
        group = Group(tr(title))
        for output in outputs:
            group.column.addWidget(self.boxes[output])
        return group

    def _privacy(self) -> Group:
        group = Group(tr("Privacy"))
        for widget in (self.deidentify, self.privacy_note, self.cautions):
            group.column.addWidget(widget)
        self.show_cautions(())
        return group

    def _on_edited(self) -> None:
        self.side.setEnabled(self.size_choice.currentIndex() == CHOSEN)
        self.visible_part.setEnabled(self.boxes[Output.PICTURE].isChecked())
        has_dicom = bool(self.outputs & DICOM_OUTPUTS)
        self.deidentify.setEnabled(has_dicom)
        _say(self.privacy_note, _privacy_text(has_dicom=has_dicom, deidentified=self.deidentify.isChecked()))
        self.edited.emit()


def _say(note: QLabel, text: str) -> None:
    """Show a text with room for all its lines; a wrapped label in a dialog is not given that by itself."""
    note.setText(text)
    note.setVisible(bool(text))
    note.setMinimumHeight(max(0, note.heightForWidth(_NOTE_WIDTH)))


_NOTE_WIDTH = 300


def _privacy_text(*, has_dicom: bool, deidentified: bool) -> str:
    if not has_dicom:
        return tr("These files hold no name, number or date of the patient and no file's name.")
    if deidentified:
        return tr(
            "No name, number or date of the patient, and no identifier of the source. The slice is written anew "
            "beside the results (PS3.15 Basic Profile, clean descriptors, dates shifted)."
        )
    return tr("DICOM objects will name the patient and refer to the source's own images: for your archive only.")


def _column(row: QHBoxLayout) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(2 * theme.SPACE)
    row.addLayout(column, 1)
    return column
