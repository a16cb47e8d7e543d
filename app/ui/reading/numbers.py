"""The window of grey values as numbers."""

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QDialog, QDoubleSpinBox, QVBoxLayout, QWidget

from app.domain.case import Window
from app.domain.windows import window_between
from app.domain.words import tr
from app.ui import theme
from app.ui.controls import field_grid, label

_LARGEST = 1e9
_FINEST = 4
_WIDE, _MIDDLING = 20, 2
_TOP_PX = 160


class WindowDialog(QDialog):
    """Four numbers, of which two say the same as the other two; each takes effect at once.

    Signals:
        window_chosen(Window): the user gave another number.
    """

    window_chosen = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        """Start hidden, beside the picture and not in its way."""
        super().__init__(parent)
        self.setWindowTitle(tr("Grey values"))
        self.level, self.width_ = _number(tr("Level")), _number(tr("Width"))
        self.low, self.high = _number(tr("Black up to")), _number(tr("White from"))
        self.width_.setMinimum(0)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[2 * theme.SPACE] * 4)
        column.setSpacing(theme.SPACE)
        fields: list[tuple[str, QWidget]] = [
            (tr("Level"), self.level),
            (tr("Width"), self.width_),
            (tr("Black up to"), self.low),
            (tr("White from"), self.high),
        ]
        column.addLayout(field_grid(fields, columns=2))
        column.addWidget(label(tr("Dragging on the picture with the right button does the same."), "note", wraps=True))
        for number in (self.level, self.width_):
            number.valueChanged.connect(self._on_level)
        for number in (self.low, self.high):
            number.valueChanged.connect(self._on_range)

    def set_window(self, window: Window, unit: str) -> None:
        """Show a window without saying so."""
        shown = (
            (self.level, window.level),
            (self.width_, window.width),
            (self.low, window.low),
            (self.high, window.high),
        )
        for number, value in shown:
            number.blockSignals(True)
            number.setDecimals(_decimals(window.width))
            number.setSingleStep(max(window.width / 50, 10.0 ** -_decimals(window.width)))
            number.setSuffix(f" {unit}" if unit else "")
            number.setValue(value)
            number.blockSignals(False)

    def show_beside(self, window: QWidget) -> None:
        """Show it over the panel at the right of a window, where it hides nothing of the picture."""
        if not self.isVisible():
            self.adjustSize()
            self.move(window.mapToGlobal(QPoint(window.width() - self.width() - theme.SPACE, _TOP_PX)))
        self.show()
        self.activateWindow()

    def _on_level(self) -> None:
        half = self.width_.value() / 2
        self.window_chosen.emit(window_between(self.level.value() - half, self.level.value() + half))

    def _on_range(self) -> None:
        self.window_chosen.emit(window_between(self.low.value(), self.high.value()))


def _number(name: str) -> QDoubleSpinBox:
    number = QDoubleSpinBox()
    number.setAccessibleName(name)
    number.setRange(-_LARGEST, _LARGEST)
    number.setKeyboardTracking(False)
    number.setMinimumWidth(116)
    return number


def _decimals(width: float) -> int:
    """Return how many decimals tell windows of this width apart."""
    if width >= _WIDE:
        return 0
    return 1 if width >= _MIDDLING else _FINEST
