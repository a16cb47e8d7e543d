"""Samples of how things are drawn over the image."""

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPen

from app.render import colours
from app.render.legend import Mark


def paint_mark(painter: QPainter, colour: QColor, mark: Mark, box: QRectF) -> None:
    """Paint a sample of how something is drawn over the image into a box."""
    match mark:
        case Mark.LINE | Mark.DASHED:
            pen = QPen(colour, 2.5)
            if mark is Mark.DASHED:
                pen.setDashPattern([2.0, 1.4])
            painter.setPen(pen)
            painter.drawLine(QPointF(box.left(), box.center().y()), QPointF(box.right(), box.center().y()))
        case Mark.FILL:
            painter.fillRect(box, colour)
        case Mark.HATCH:
            painter.save()
            painter.setClipRect(box)
            painter.setPen(QPen(colour, 1.2))
            for x in range(-10, round(box.width()) + 10, 5):
                start = QPointF(box.left() + x, box.bottom())
                painter.drawLine(start, start + QPointF(box.height(), -box.height()))
            painter.restore()
        case Mark.RAMP:
            painter.fillRect(box, _ramp(box))


def _ramp(box: QRectF) -> QLinearGradient:
    gradient = QLinearGradient(box.topLeft(), box.topRight())
    ramp = colours.soft_ramp()
    for place in range(0, 256, 51):
        gradient.setColorAt(place / 255, QColor(*(int(part) for part in ramp[place])))
    return gradient
