"""A line over the picture that parts it in two."""

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app.domain.words import tr
from app.ui import theme

WIDTH_PX = 20
EDGE_SHARE = 0.02
_GRIP = (8.0, 18.0)


class Divider(QWidget):
    """Stands upright over a widget and is dragged across it.

    Signals:
        moved(float): the share of the widget that lies left of it has changed.
    """

    moved = Signal(float)

    def __init__(self, over: QWidget) -> None:
        """Start in the middle of a widget, hidden."""
        super().__init__(over)
        self.setAccessibleName(tr("Divider between the two sides"))
        self.setCursor(Qt.CursorShape.SplitHCursor)
        self.share = 0.5
        self._over = over
        over.installEventFilter(self)
        self.hide()
        self._stand()

    def move_to(self, share: float) -> None:
        """Leave another share of the widget at the left, both sides staying visible."""
        self.share = min(max(share, EDGE_SHARE), 1 - EDGE_SHARE)
        self._stand()
        self.moved.emit(self.share)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the share when the widget changes its size."""
        if watched is self._over and event.type() == QEvent.Type.Resize:
            self._stand()
        return False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the mouse."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.move_to(self.mapToParent(event.position()).x() / max(self._over.width(), 1))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Keep the button from the picture below."""
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """Paint a light line on a dark one, with a grip in the middle."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        x, middle = self.width() / 2, self.height() / 2
        for colour, width in ((QColor(0, 0, 0, 180), 4), (QColor(theme.TEXT), 2)):
            painter.setPen(QPen(colour, width))
            painter.drawLine(QPointF(x, 0), QPointF(x, self.height()))
        painter.setPen(QPen(QColor(0, 0, 0, 180), 1))
        painter.setBrush(QColor(theme.TEXT))
        painter.drawRoundedRect(QRectF(x - _GRIP[0], middle - _GRIP[1], 2 * _GRIP[0], 2 * _GRIP[1]), 4, 4)
        painter.setPen(QPen(QColor(theme.GROUND), 1.5))
        for dx in (-3, 0, 3):
            painter.drawLine(QPointF(x + dx, middle - 7), QPointF(x + dx, middle + 7))

    def _stand(self) -> None:
        centre = round(self.share * self._over.width())
        self.setGeometry(centre - WIDTH_PX // 2, 0, WIDTH_PX, self._over.height())
