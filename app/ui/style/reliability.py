"""How far a model can be taken at its word, as a diagram."""

from collections.abc import Sequence
from math import sqrt

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app.domain.words import tr
from app.ui import theme

MARGINS = (50, 36)  # left and below, for numbers and captions
_REST = 10
_DOT_PX = (3.0, 9.0)


class Reliability(QWidget):
    """The readers' share over the model's share; both run from 0 to 1."""

    def __init__(self, bins: Sequence[tuple[float, float, float]]) -> None:
        """Take the bins.

        Args:
            bins: mean share that the model expects, share of readers that marked, share of all pixels.
        """
        super().__init__()
        self.bins = tuple(bins)
        said = tr("{expected} % expected, {found} % found")
        places = "; ".join(said.format(expected=f"{100 * a:.0f}", found=f"{100 * b:.0f}") for a, b, _ in self.bins)
        self.setAccessibleName(tr("Reliability diagram"))
        self.setAccessibleDescription(places)

    @property
    def box(self) -> QRectF:
        """Where the diagram lies in the widget."""
        left, below = MARGINS
        side = min(self.width() - left, self.height() - below) - _REST
        return QRectF(left, _REST, side, side)

    def place(self, said: float, found: float) -> QPointF:
        """Return where a pair of shares is drawn."""
        return QPointF(self.box.left() + said * self.box.width(), self.box.bottom() - found * self.box.height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """Paint axes, the line of perfect reliability and a dot for each bin."""
        painter, colours = QPainter(self), theme.present()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colours.line), 1))
        painter.setBrush(QColor(colours.field))
        painter.drawRect(self.box)
        painter.setPen(QPen(QColor(colours.quiet), 1, Qt.PenStyle.DashLine))
        painter.drawLine(self.place(0, 0), self.place(1, 1))
        painter.setPen(QPen(QColor(colours.accent), 1.5))
        painter.drawPolyline([self.place(said, found) for said, found, _ in self.bins])
        painter.setBrush(QColor(colours.accent))
        for said, found, share in self.bins:
            radius = _DOT_PX[0] + (_DOT_PX[1] - _DOT_PX[0]) * sqrt(max(share, 0))
            painter.drawEllipse(self.place(said, found), radius, radius)
        self._paint_captions(painter, QColor(colours.quiet))

    def _paint_captions(self, painter: QPainter, colour: QColor) -> None:
        painter.setPen(colour)
        box, line = self.box, painter.fontMetrics().lineSpacing()
        for share in (0.0, 0.5, 1.0):
            at = self.place(share, share)
            painter.drawText(
                QRectF(at.x() - 20, box.bottom() + 2, 40, line), Qt.AlignmentFlag.AlignCenter, f"{share:g}"
            )
            painter.drawText(QRectF(0, at.y() - line / 2, box.left() - 6, line), _RIGHT, f"{share:g}")
        below = QRectF(box.left(), box.bottom() + line, box.width(), line + 2)
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, tr("share expected"))
        painter.translate(line / 2, box.center().y())
        painter.rotate(-90)
        painter.drawText(
            QRectF(-box.height() / 2, -line / 2, box.height(), line), Qt.AlignmentFlag.AlignCenter, tr("share found")
        )


_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
