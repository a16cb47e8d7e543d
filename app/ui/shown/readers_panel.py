"""What a model made of the readers: who deviates, by how much, and what they would have agreed on."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.domain.case import Case
from app.domain.view import View
from app.domain.words import tr
from app.render import colours
from app.render.legend import Mark, reader_name
from app.render.sentences import EXPERTNESS_DEFINITION, deviation_sentence, readers_lines
from app.ui import readout, theme
from app.ui.controls import Group, Swatch, label
from app.ui.frames import Frame

CALIBRATED_KEY = "K"
BAR_SIZE = (72, 8)


class ReadersPanel(Group):
    """The readers' expertness and what is drawn of their calibration; hidden where there is none.

    Signals:
        calibrated_asked(bool): the user wants the readers' outlines after calibration, or before.
        fused_asked(bool): the user wants the fused mask drawn, or not.
        map_asked(int): the user wants a reader's map of expertness (0-based) shown, or hidden if it is.
    """

    calibrated_asked = Signal(bool)
    fused_asked = Signal(bool)
    map_asked = Signal(int)

    def __init__(self) -> None:
        """Start hidden."""
        super().__init__(tr("Readers, calibrated"))
        self.sentence = label("", "sentence", wraps=True)
        self.rows: list[ReaderRow] = []
        self.list = QVBoxLayout()
        self.list.setSpacing(2)
        self.after = QCheckBox()
        self.set_key(CALIBRATED_KEY)
        self.after.setToolTip(tr("The readers' outlines as calibrated, solid, or as they were drawn, dashed"))
        self.after.clicked.connect(self.calibrated_asked)
        self.fused = QCheckBox(tr("Fused mask"))
        self.fused.setToolTip(tr("What the readers would most probably have agreed on"))
        self.fused.clicked.connect(self.fused_asked)
        self.fused_area, self.lines = label("", "note"), (label("", "note", wraps=True), label("", "note", wraps=True))
        fused_row = QHBoxLayout()
        fused_row.addWidget(Swatch(colours.FUSED, Mark.LINE))
        fused_row.addWidget(self.fused, 1)
        fused_row.addWidget(self.fused_area)
        self.details = QWidget()
        column = QVBoxLayout(self.details)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(label(tr("Expertness, 0 to 1"), "caption"))
        column.addLayout(self.list)
        column.addWidget(self.after)
        column.addLayout(fused_row)
        for line in self.lines:
            column.addWidget(line)
        self.column.addWidget(self.sentence)
        self.column.addWidget(self.details)
        self.hide()

    def set_key(self, key: str) -> None:
        """Name the key that shows the readers before or after."""
        self.after.setText(tr("Outlines after calibration  ({key})").format(key=key))

    def show_readers(self, case: Case | None, view: View, frame: Frame | None) -> None:
        """Show what is known of the readers of the shown slice, or that it is known of other masks than are open."""
        found = None if frame is None or view.hidden else frame.calibration
        references = None if case is None else case.references
        is_outdated = frame is not None and frame.is_outdated and not view.hidden
        self.setVisible(found is not None or is_outdated)
        self.details.setVisible(found is not None)
        if is_outdated:
            self.sentence.setText(
                tr("The readers' masks are not those that this run was given. Run again to calibrate them.")
            )
        if found is None or case is None or references is None:
            return
        self.sentence.setText(deviation_sentence(found, references.names))
        if len(self.rows) != found.readers:
            self._rebuild(found.readers)
        for reader, row in enumerate(self.rows):
            row.show_reader(reader_name(references.names, reader), found.expertness[reader], view.expertness == reader)
        self.after.setChecked(view.calibrated)
        self.fused.setChecked(view.fused)
        self.fused_area.setText(readout.area_text(found.fused_area, case.geometry))
        for line, text in zip(self.lines, readers_lines(found), strict=True):
            line.setText(text)

    def _rebuild(self, count: int) -> None:
        for row in self.rows:
            self.list.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = [ReaderRow(reader) for reader in range(count)]
        for row in self.rows:
            self.list.addWidget(row)
            row.map_asked.connect(self.map_asked)


class ReaderRow(QWidget):
    """One reader: colour, name, expertness as bar and number, a button for the map.

    Signals:
        map_asked(int): the user wants this reader's map shown, or hidden if it is.
    """

    map_asked = Signal(int)

    def __init__(self, reader: int) -> None:
        """Take the reader's place (0-based)."""
        super().__init__()
        self.name, self.number, self.bar = label(""), label(""), ExpertnessBar(QColor(*colours.reader_colour(reader)))
        self.setToolTip(tr(EXPERTNESS_DEFINITION))
        self.map = QPushButton(tr("Map"))
        self.map.setCheckable(True)
        self.map.setProperty("role", "small")
        self.map.clicked.connect(lambda: self.map_asked.emit(reader))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(Swatch(colours.reader_colour(reader), Mark.LINE))
        row.addWidget(self.name, 1)
        for widget in (self.bar, self.number, self.map):
            row.addWidget(widget)

    def show_reader(self, name: str, expertness: float, is_mapped: bool) -> None:
        """Show a reader's name and expertness, and whether the map is on the picture."""
        self.name.setText(name)
        self.number.setText(f"{expertness:.2f}")
        self.bar.show_share(expertness)
        self.map.setChecked(is_mapped)
        self.map.setAccessibleName(tr("Show the map of expertness of {name}").format(name=name))


class ExpertnessBar(QWidget):
    """A bar from 0 to 1."""

    def __init__(self, colour: QColor) -> None:
        """Take the reader's colour."""
        super().__init__()
        self._colour, self._share = colour, 0.0
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return one size for all, so that bars can be compared."""
        return QSize(*BAR_SIZE)

    def show_share(self, share: float) -> None:
        """Fill the bar so far."""
        self._share = share
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """Paint the whole in grey and the share over it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        whole = QRectF(self.rect())
        painter.setBrush(QColor(theme.LINE))
        painter.drawRoundedRect(whole, 3, 3)
        painter.setBrush(self._colour)
        painter.drawRoundedRect(QRectF(0, 0, whole.width() * self._share, whole.height()), 3, 3)
