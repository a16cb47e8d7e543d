"""A walk through a window: one control after the other stays in the light, with a sentence beside it."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.domain.words import tr
from app.ui import theme
from app.ui.controls import label

CALL_OUT_WIDTH = 372
GAP_PX = 14
_ROUND_PX = 6
_SHADE = QColor(0, 0, 0, 150)


@dataclass(frozen=True, slots=True)
class Stop:
    """One call-out.

    Attributes:
        title: in a few words.
        text: a sentence or two.
        target: the control that it points at; None where there is none.
    """

    title: str
    text: str
    target: QWidget | None


class Tour(QWidget):
    """Lies over the window, leaves one control in the light and says what it is for.

    Signals:
        ended(): it was walked through or skipped.
    """

    ended = Signal()

    def __init__(self, window: QWidget, stops: Sequence[Stop]) -> None:
        """Lie over a window, out of sight.

        Args:
            window: that is shown.
            stops: one after the other; those whose control is not to be seen are left out.
        """
        super().__init__(window)
        self._window = window
        self.setAccessibleName(tr("Tour of the window"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._stops = [stop for stop in stops if _is_seen(stop.target)]
        self._index = 0
        self._make_call_out()
        window.installEventFilter(self)
        self.hide()

    def _make_call_out(self) -> None:
        self.call_out = QFrame(self)
        self.call_out.setObjectName("callout")
        self.title, self.text, self.count = label("", "heading"), label("", wraps=True), label("", "note")
        self.skip_button, self.back_button, self.next_button = (QPushButton() for _ in range(3))
        self.skip_button.setText(tr("Skip"))
        self.back_button.setText(tr("Back"))
        self.next_button.setProperty("role", "primary")
        self.skip_button.clicked.connect(self.end)
        self.back_button.clicked.connect(lambda: self.go(-1))
        self.next_button.clicked.connect(lambda: self.go(1))
        buttons = QHBoxLayout()
        buttons.addWidget(self.count)
        buttons.addStretch()
        for button in (self.skip_button, self.back_button, self.next_button):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            buttons.addWidget(button)
        column = self._column = QVBoxLayout(self.call_out)
        column.setContentsMargins(2 * theme.SPACE, 2 * theme.SPACE, 2 * theme.SPACE, 2 * theme.SPACE)
        column.setSpacing(theme.SPACE)
        column.addWidget(self.title)
        column.addWidget(self.text)
        column.addLayout(buttons)

    def begin(self) -> None:
        """Show the first call-out."""
        if not self._stops:
            self.end()
            return
        self._index = 0
        self.show()
        self.raise_()
        self.setFocus()
        self.go(0)

    def go(self, by: int) -> None:
        """Go to the next call-out or back; beyond the last one the tour ends."""
        self._index = max(0, self._index + by)
        if self._index >= len(self._stops):
            self.end()
            return
        stop, last = self._stops[self._index], len(self._stops)
        self.title.setText(stop.title)
        self.text.setText(stop.text)
        self.setAccessibleDescription(f"{stop.title}. {stop.text}")
        self.count.setText(tr("{n} of {m}").format(n=self._index + 1, m=last))
        self.back_button.setEnabled(self._index > 0)
        self.next_button.setText(tr("Done") if self._index + 1 == last else tr("Next"))
        self._lay_out()

    def end(self) -> None:
        """Take the tour away."""
        self._window.removeEventFilter(self)
        self.hide()
        self.deleteLater()
        self.ended.emit()

    @property
    def light(self) -> QRect:
        """The place of the control that is pointed at."""
        target = self._stops[self._index].target
        if target is None:
            return QRect()
        corner = target.mapTo(self._window, QPoint(0, 0))
        return QRect(corner, target.size()).adjusted(-_ROUND_PX, -_ROUND_PX, _ROUND_PX, _ROUND_PX)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: ARG002 - Qt's signature
        """Follow the window's size."""
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._lay_out()
        return False

    def event(self, event: QEvent) -> bool:
        """Keep the keys from the window below."""
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk with the arrows and Return, leave with Esc."""
        match event.key():
            case Qt.Key.Key_Escape:
                self.end()
            case Qt.Key.Key_Right | Qt.Key.Key_Return | Qt.Key.Key_Enter | Qt.Key.Key_Space:
                self.go(1)
            case Qt.Key.Key_Left:
                self.go(-1)
            case _:
                super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Keep the mouse from the window below."""
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """Paint a shade over all but the control."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shade, light = QPainterPath(), QPainterPath()
        shade.addRect(QRectF(self.rect()))
        light.addRoundedRect(QRectF(self.light), _ROUND_PX, _ROUND_PX)
        painter.fillPath(shade.subtracted(light), _SHADE)
        painter.setPen(QPen(QColor(theme.present().accent), 2))
        painter.drawPath(light)

    def _lay_out(self) -> None:
        self.setGeometry(self._window.rect())
        width = theme.scaled(CALL_OUT_WIDTH)
        height = self._column.totalHeightForWidth(width)
        self.call_out.setGeometry(QRect(beside(self.light, QSize(width, height), self.rect()), QSize(width, height)))
        self.update()


def beside(light: QRect, size: QSize, room: QRect) -> QPoint:
    """Return where a call-out stands: below what it points at, above it, right or left of it, wherever it has room."""
    left = min(max(light.left(), room.left() + GAP_PX), room.right() - size.width() - GAP_PX)
    top = min(max(light.top(), room.top() + GAP_PX), room.bottom() - size.height() - GAP_PX)
    places = (
        QPoint(left, light.bottom() + GAP_PX),
        QPoint(left, light.top() - GAP_PX - size.height()),
        QPoint(light.right() + GAP_PX, top),
        QPoint(light.left() - GAP_PX - size.width(), top),
    )
    return next((place for place in places if room.contains(QRect(place, size))), QPoint(left, top))


def _is_seen(widget: QWidget | None) -> bool:
    return widget is not None and widget.isVisible()
