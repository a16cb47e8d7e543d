"""The measurements of the case as a list."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QPushButton, QSizePolicy

from app.domain.measure import Measurement
from app.domain.words import tr
from app.ui import theme
from app.ui.controls import Group, label
from app.ui.reading.bench import Bench
from app.ui.reading.kinds import TOOLS

MOST_ROWS = 4
ROW_PX = 26


class MeasurementList(Group):
    """One row a measurement; a row that is chosen is chosen on the picture too."""

    def __init__(self, bench: Bench) -> None:
        """Start with a word on how to begin.

        Args:
            bench: that holds the measurements.
        """
        super().__init__(tr("Measurements"))
        self._bench = bench
        self._shown: tuple[Measurement, ...] = ()
        self.rows = QListWidget()
        self.rows.setAccessibleName(tr("Measurements"))
        self.rows.currentRowChanged.connect(self._on_row)
        self.delete_button = QPushButton(tr("Delete"))
        self.undo_button = QPushButton(tr("Undo deletion"))
        buttons = QHBoxLayout()
        for button, act in ((self.delete_button, bench.delete), (self.undo_button, bench.bring_back)):
            button.setProperty("role", "small")
            button.clicked.connect(act)
            buttons.addWidget(button)
        buttons.addStretch()
        buttons.setSpacing(theme.SPACE)
        self.note = label("", "note", wraps=True)
        self.column.addWidget(self.note)
        self.column.addWidget(self.rows)
        self.column.addLayout(buttons)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.show_measurements()

    def set_key(self, key: str) -> None:
        """Name the key of the distance."""
        text = tr("Press {key} and drag for a distance; the rest is in the menu Measure.")
        self.note.setText(text.format(key=key))

    def show_measurements(self) -> None:
        """List what there is now and may be told."""
        found = self._bench.listed
        self.note.setVisible(not found)
        self.rows.setVisible(bool(found))
        self.delete_button.setVisible(bool(found))
        self.undo_button.setVisible(bool(found) or self._bench.has_deleted)
        self.rows.blockSignals(True)
        self.rows.clear()
        for measurement in found:
            item = QListWidgetItem(self._text(measurement))
            item.setToolTip("\n".join(self._bench.words(measurement)))
            item.setSizeHint(QSize(0, ROW_PX))
            self.rows.addItem(item)
        self.rows.setCurrentRow(found.index(self._bench.chosen) if self._bench.chosen in found else -1)
        self.rows.setFixedHeight(ROW_PX * min(len(found), MOST_ROWS) + 4)
        self.rows.blockSignals(False)
        self._shown = found
        self.delete_button.setEnabled(self._bench.chosen is not None)
        self.undo_button.setEnabled(self._bench.has_deleted)

    def _on_row(self, row: int) -> None:
        if 0 <= row < len(self._shown):
            self._bench.choose(self._shown[row])

    def _text(self, measurement: Measurement) -> str:
        """Return for example "Slice 12 · Distance  8.3 mm"."""
        case = self._bench.session.case
        name = tr(TOOLS[measurement.kind][0])
        said = self._bench.words(measurement)[:1]
        text = f"{name}  {''.join(said)}"
        if case is None or case.slices == 1:
            return text
        return tr("Slice {n} · {text}").format(n=measurement.slice_index + 1, text=text)
