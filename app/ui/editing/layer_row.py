"""One drawn layer in the panel."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QMouseEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from app.domain.edit import Layer
from app.domain.words import tr
from app.render import colours
from app.render.legend import Mark
from app.ui.controls import Swatch, label


class LayerRow(QWidget):
    """One layer: whether it is seen, its colour, its name, its area, and whether it counts as a reader.

    Signals:
        chosen(int), renamed(int, str), shown(int, bool), counted(int, bool), deleted(int): what the user wants with
            the layer of this key.
    """

    chosen = Signal(int)
    renamed = Signal(int, str)
    shown = Signal(int, bool)
    counted = Signal(int, bool)
    deleted = Signal(int)

    def __init__(self, layer: Layer) -> None:
        """Show a layer."""
        super().__init__()
        self.layer, self.key = layer, layer.key
        self.setObjectName("layer")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.check, self.name, self.area = QCheckBox(), NameField(layer.name), label("", "note")
        self.check.setAccessibleName(tr("Show {name}").format(name=layer.name))
        self.check.setToolTip(tr("Shown or hidden"))
        self.name.setAccessibleName(tr("Name of the outline"))
        self.reader = QCheckBox(tr("Use as a reader"))
        self.reader.setToolTip(tr("Counts among the readers' masks: GED and calibration take it in"))
        self.reader.setChecked(layer.is_reader)
        self.delete = QPushButton("✕")
        self.delete.setProperty("role", "small")
        self.delete.setAccessibleName(tr("Delete {name}").format(name=layer.name))
        self.delete.setToolTip(tr("Delete; undo brings it back"))
        self._lay_out(layer)
        self.check.clicked.connect(lambda on: self.shown.emit(self.key, on))
        self.name.entered.connect(lambda: self.chosen.emit(self.key))
        self.name.named.connect(lambda text: self.renamed.emit(self.key, text))
        self.reader.clicked.connect(lambda on: self.counted.emit(self.key, on))
        self.delete.clicked.connect(lambda: self.deleted.emit(self.key))

    def _lay_out(self, layer: Layer) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 4, 4, 4)
        column.setSpacing(2)
        first, second = QHBoxLayout(), QHBoxLayout()
        first.addWidget(self.check)
        first.addWidget(Swatch(colours.drawn_colour(layer.colour), Mark.LINE))
        first.addWidget(self.name, 1)
        first.addWidget(self.delete)
        second.setContentsMargins(24, 0, 4, 0)
        second.addWidget(self.reader, 1)
        second.addWidget(self.area)
        column.addLayout(first)
        column.addLayout(second)

    def set_state(self, *, is_active: bool, is_hidden: bool, area: str) -> None:
        """Show whether it is in hand and seen, and how much it marks of the slice."""
        self.check.setChecked(not is_hidden)
        self.area.setText(area)
        self.setStyleSheet(_ACTIVE if is_active else _IDLE)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the layer in hand."""
        super().mousePressEvent(event)
        self.chosen.emit(self.key)


_ACTIVE = "QWidget#layer { border: 1px solid palette(highlight); border-radius: 4px; }"
_IDLE = "QWidget#layer { border: 1px solid transparent; border-radius: 4px; }"


class NameField(QLineEdit):
    """A name that can be changed after a double click, F2 or by typing Return in it.

    Signals:
        entered(): it got the focus.
        named(str): the user gave another name.
    """

    entered = Signal()
    named = Signal(str)

    def __init__(self, text: str) -> None:
        """Show a name."""
        super().__init__(text)
        self._text = text
        self.setToolTip(tr("Click to draw on it; double click to rename"))
        self.setMinimumWidth(60)
        self.editingFinished.connect(self._on_finished)
        self._lock(True)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Let the name be changed."""
        del event
        self._lock(False)
        self.selectAll()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Take the layer in hand."""
        super().focusInEvent(event)
        self.entered.emit()

    def _lock(self, locked: bool) -> None:
        self.setReadOnly(locked)
        self.setFrame(not locked)
        self.setCursor(Qt.CursorShape.ArrowCursor if locked else Qt.CursorShape.IBeamCursor)
        self.setStyleSheet(_LOCKED if locked else "")

    def _on_finished(self) -> None:
        if self.isReadOnly():
            if self.hasFocus():
                self._lock(False)
                self.selectAll()
            return
        self._lock(True)
        self.deselect()
        if self.text().strip() and self.text() != self._text:
            self.named.emit(self.text())
        else:
            self.setText(self._text)


_LOCKED = "QLineEdit { background: transparent; border: none; padding: 1px; }"
