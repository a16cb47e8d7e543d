"""Sentences that must be read, without stopping the work."""

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.domain.words import tr
from app.ui import theme
from app.ui.choice import Message, Tone
from app.ui.controls import label

MOST_ROWS = 3
DONE_STAYS_MS = 6000
_SIGNS = {Tone.DONE: "✓", Tone.NOTICE: "!", Tone.ERROR: "✕"}


class MessageBar(QWidget):
    """The last few messages above the image, each with a button that takes it away."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start empty and without height."""
        super().__init__(parent)
        self.setAccessibleName(tr("Messages"))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self.rows: list[MessageRow] = []

    def show_message(self, message: Message) -> None:
        """Show a message; one with the same words takes the place of the former."""
        for row in [row for row in self.rows if row.message.text == message.text]:
            self._remove(row)
        while len(self.rows) >= MOST_ROWS and (passing := [row for row in self.rows if not row.message.stays]):
            self._remove(next((row for row in passing if row.message.tone is not Tone.ERROR), passing[0]))
        row = MessageRow(message)
        row.close_button.clicked.connect(lambda: self._remove(row))
        if row.offer_button is not None:
            row.offer_button.clicked.connect(lambda: self._accept(row))
        if message.tone is Tone.DONE:
            row.timer.timeout.connect(lambda: self._remove(row))
            row.timer.start(DONE_STAYS_MS)
        self.rows.append(row)
        self._column.addWidget(row)

    def clear(self) -> None:
        """Take every message away."""
        for row in list(self.rows):
            self._remove(row)

    def _accept(self, row: "MessageRow") -> None:
        accept = row.message.accept
        self._remove(row)
        if accept is not None:
            accept()

    def _remove(self, row: "MessageRow") -> None:
        if row in self.rows:
            self.rows.remove(row)
            row.timer.stop()
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()


class MessageRow(QWidget):
    """One message."""

    def __init__(self, message: Message) -> None:
        """Show the sentence, what it offers, and the button that takes it away."""
        super().__init__()
        self.message = message
        self.timer = QTimer(self)
        self.timer.setSingleShot(True)
        self.setObjectName("message")
        self.setProperty("tone", message.tone.value)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * theme.SPACE, 5, theme.SPACE, 5)
        row.setSpacing(theme.SPACE + 2)
        mark = label(_SIGNS[message.tone])
        mark.setProperty("sign", message.tone.value)
        self.text = label(message.text, wraps=True)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row.addWidget(mark)
        row.addWidget(self.text, 1)
        self.offer_button = _button(message.offer) if message.offer else None
        if self.offer_button is not None:
            row.addWidget(self.offer_button)
        self.close_button = _button(tr("Dismiss"))
        row.addWidget(self.close_button)


def _button(caption: str) -> QPushButton:
    button = QPushButton(caption)
    button.setProperty("role", "small")
    return button
