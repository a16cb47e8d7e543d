"""Keys that the whole window hears."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QRadioButton,
    QTextEdit,
    QWidget,
)

_OWN_KEYS = {
    Qt.Key.Key_Left,
    Qt.Key.Key_Right,
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_PageUp,
    Qt.Key.Key_PageDown,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
}
_NEED_ARROWS = QAbstractItemView | QAbstractSlider | QAbstractSpinBox | QComboBox | QRadioButton


class WindowKeys(QObject):
    """Hears a key go down and up anywhere in one window, and leaves the arrows to the controls that need them.

    Signals:
        held(bool): the key went down or came up.
    """

    held = Signal(bool)

    def __init__(self, key: Qt.Key, window: QWidget) -> None:
        """Listen from now on to a key that acts while it is held."""
        super().__init__(window)
        self._key, self._window, self._is_down = key, window, False
        self._source = QApplication.instance() or window
        self._source.installEventFilter(self)

    def stop(self) -> None:
        """Listen no more."""
        self._source.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the held key's events; leaving the window lets go of it."""
        kind = event.type()
        if kind == QEvent.Type.WindowDeactivate and watched is self._window:
            self._say(False)
        if not isinstance(event, QKeyEvent) or not isinstance(watched, QWidget):
            return False
        if watched.window() is not self._window:
            return False
        if kind == QEvent.Type.ShortcutOverride:
            return self._leave_to_control(watched, event)
        if _takes_letters(watched):
            return False
        if event.key() != self._key or event.modifiers() != Qt.KeyboardModifier.NoModifier:
            return False
        if not event.isAutoRepeat():
            self._say(kind == QEvent.Type.KeyPress)
        return True

    def _leave_to_control(self, control: QWidget, event: QKeyEvent) -> bool:
        """Keep the slices' keys from a slider, a list, a number or a menu with the focus, and Space from a button."""
        needs_space = isinstance(control, QAbstractButton | QComboBox) and event.key() == Qt.Key.Key_Space
        if needs_space or (isinstance(control, _NEED_ARROWS) and event.key() in _OWN_KEYS):
            event.accept()
            return True
        return False

    def _say(self, is_down: bool) -> None:
        if is_down != self._is_down:
            self._is_down = is_down
            self.held.emit(is_down)


def _takes_letters(control: QWidget) -> bool:
    """Whether one writes words there; a number has no use for letters."""
    if isinstance(control, QLineEdit):
        return not isinstance(control.parent(), QAbstractSpinBox)
    return isinstance(control, QPlainTextEdit | QTextEdit)
