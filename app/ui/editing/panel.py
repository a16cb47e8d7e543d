"""The layers that the reader has drawn, and the settings of the tool in hand."""

import math
from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QSizePolicy,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.domain.edit import Layer
from app.domain.words import tr
from app.ui.controls import Group, label
from app.ui.editing.layer_row import LayerRow
from app.ui.editing.toolbox import Filling, Kind

TOOLS_IN_ROW = 3
_TICKS = 100


class OutlinesPanel(Group):
    """Layers, tools and their settings.

    Signals:
        row_made(LayerRow): a layer got its row.
        radius_edited(float): the user wants a brush of another radius, in columns.
        tolerance_edited(float): the user wants another tolerance of grey values.
        filling_edited(Filling): the user wants fills bounded by something else.
    """

    row_made = Signal(object)
    radius_edited = Signal(float)
    tolerance_edited = Signal(float)
    filling_edited = Signal(object)

    def __init__(self, tools: Sequence[QAction], commands: Sequence[QAction], copy_menu: QMenu) -> None:
        """Show the tools.

        Args:
            tools: that can be taken in hand.
            commands: that act on the layer in hand.
            copy_menu: of what can be copied.
        """
        super().__init__(tr("My outlines"))
        self.rows: list[LayerRow] = []
        self._largest, self._most = 1.0, 1.0
        self.new_button, self.copy_button = QPushButton(tr("New")), QPushButton(tr("Copy from"))
        for button in (self.new_button, self.copy_button):
            button.setProperty("role", "small")
            self.header.addWidget(button)
        self.copy_button.setMenu(copy_menu)
        self.new_button.setAccessibleName(tr("New outline"))
        self._layers = QVBoxLayout()
        self._layers.setSpacing(2)
        self.column.addLayout(self._layers)
        self.column.addLayout(_grid(tools))
        self.hint = label("", "note", wraps=True)
        self.column.addWidget(self.hint)
        self._make_settings()
        self._commands = QWidget()
        self._commands.setLayout(_grid(commands))
        self._commands.hide()
        self.column.addWidget(self._commands)
        self.sentence = label("", wraps=True)
        self.column.addWidget(self.sentence)

    def _make_settings(self) -> None:
        self.radius, self.tolerance = _slider(tr("Size of the brush")), _slider(tr("Tolerance of grey values"))
        self.radius_text, self.tolerance_text = label("", "note"), label("", "note")
        self.filling = QComboBox()
        self.filling.setAccessibleName(tr("Fill is bounded by"))
        self.filling.addItem(tr("Like grey values"), Filling.GREY)
        self.filling.addItem(tr("Closed outline"), Filling.OUTLINE)
        self._radius_row = _row(tr("Size"), self.radius, self.radius_text)
        self._tolerance_row = _row(tr("Tolerance"), self.tolerance, self.tolerance_text)
        self._filling_row = _row(tr("Bounds"), self.filling, None)
        for row in (self._filling_row, self._radius_row, self._tolerance_row):
            self.column.addWidget(row)
        self.radius.valueChanged.connect(lambda tick: self.radius_edited.emit(_curved(tick, self._largest)))
        self.tolerance.valueChanged.connect(lambda tick: self.tolerance_edited.emit(tick / _TICKS * self._most))
        self.filling.activated.connect(lambda index: self.filling_edited.emit(self.filling.itemData(index)))

    def set_layers(self, layers: Sequence[Layer]) -> None:
        """Show a row for each layer, the newest first."""
        for row in self.rows:
            self._layers.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = [LayerRow(layer) for layer in layers]
        for row in reversed(self.rows):
            self._layers.addWidget(row)
            self.row_made.emit(row)
        self._commands.setVisible(bool(layers))

    def set_tool(self, kind: Kind | None, filling: Filling, hint: str) -> None:
        """Offer the settings of the tool in hand."""
        self.hint.setText(hint)
        self.hint.setVisible(bool(hint))
        greys = kind is Kind.THRESHOLD or (kind is Kind.FILL and filling is Filling.GREY)
        self._radius_row.setVisible(kind in {Kind.BRUSH, Kind.ERASER, Kind.THRESHOLD})
        self._tolerance_row.setVisible(greys)
        self._filling_row.setVisible(kind is Kind.FILL)

    def set_radius(self, radius: float, largest: float, text: str) -> None:
        """Show the size of the brush."""
        self._largest = largest
        _show(self.radius, _straight(radius, largest))
        self.radius_text.setText(text)

    def set_tolerance(self, tolerance: float, most: float, text: str) -> None:
        """Show the tolerance of grey values."""
        self._most = most
        _show(self.tolerance, round(tolerance / most * _TICKS))
        self.tolerance_text.setText(text)

    def set_sentence(self, text: str) -> None:
        """Say how the outline in hand and the shown findings agree, or nothing."""
        self.sentence.setText(text)
        self.sentence.setVisible(bool(text))


def _curved(tick: int, largest: float) -> float:
    """Return a radius for a place of the slider, fine at its small end."""
    return math.exp(tick / _TICKS * math.log(largest / _SMALLEST)) * _SMALLEST


def _straight(radius: float, largest: float) -> int:
    return round(math.log(max(radius, _SMALLEST) / _SMALLEST) / max(math.log(largest / _SMALLEST), 1e-9) * _TICKS)


_SMALLEST = 0.5


def _show(slider: QSlider, tick: int) -> None:
    slider.blockSignals(True)
    slider.setValue(tick)
    slider.blockSignals(False)


def _slider(name: str) -> QSlider:
    slider = QSlider(Qt.Orientation.Horizontal)
    slider.setRange(0, _TICKS)
    slider.setAccessibleName(name)
    return slider


def _row(caption: str, widget: QWidget, text: QWidget | None) -> QWidget:
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    title = label(caption, "caption")
    title.setFixedWidth(72)
    row.addWidget(title)
    row.addWidget(widget, 1)
    if text is not None:
        text.setMinimumWidth(84)
        row.addWidget(text)
    return holder


def _grid(actions: Sequence[QAction]) -> QGridLayout:
    grid = QGridLayout()
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setSpacing(4)
    for place, action in enumerate(actions):
        button = QToolButton()
        button.setDefaultAction(action)
        has_icon = not action.icon().isNull()
        style = Qt.ToolButtonStyle
        button.setToolButtonStyle(style.ToolButtonTextUnderIcon if has_icon else style.ToolButtonTextOnly)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, button.sizePolicy().verticalPolicy())
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        grid.addWidget(button, *divmod(place, TOOLS_IN_ROW))
    return grid
