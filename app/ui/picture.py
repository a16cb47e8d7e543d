"""Arrays as Qt pictures and lines, ready to paint."""

from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen, QPolygonF

from app.domain.arrays import ByteArray
from app.render import colours
from app.render.overlay import Stroke

HALO_EXTRA_PX = 2.0
_DASHES = (4.0, 3.0)


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A stroke as Qt draws it; x is the column and y the row on the slice."""

    path: QPainterPath = field(repr=False)
    colour: QColor
    width_px: float
    dashed: bool


def rgb_image(pixels: ByteArray) -> QImage:
    """Return (rows, columns, 3) RGB as a picture that owns its memory."""
    rows, columns = pixels.shape[:2]
    image = QImage(pixels.data, columns, rows, 3 * columns, QImage.Format.Format_RGB888)
    return image.convertToFormat(QImage.Format.Format_RGB32)


def overlay_image(layer: ByteArray) -> QImage:
    """Return (rows, columns, 4) premultiplied RGBA as a picture that owns its memory."""
    rows, columns = layer.shape[:2]
    image = QImage(layer.data, columns, rows, 4 * columns, QImage.Format.Format_RGBA8888_Premultiplied)
    return image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)


def line_of(stroke: Stroke) -> Line:
    """Turn a stroke into a path."""
    path = QPainterPath()
    path.addPolygon(QPolygonF([QPointF(column, row) for row, column in stroke.points.tolist()]))
    return Line(path, QColor(*stroke.colour), stroke.width_px, stroke.dashed)


def paint_lines(painter: QPainter, lines: list[Line], ratio: float) -> None:
    """Paint light lines over dark halos; the painter's transform maps the slice to the screen.

    A cosmetic pen counts the device's own pixels, of which a fine screen has `ratio` for each pixel of the layout.
    """
    painter.setBrush(Qt.BrushStyle.NoBrush)
    halo = QColor(*colours.HALO)
    halo.setAlphaF(colours.HALO_OPACITY)
    for line in lines:
        # A halo is too faint to show steps; smoothing it took two thirds of the time of painting.
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(_pen(halo, (line.width_px + HALO_EXTRA_PX) * ratio, line, ratio))
        painter.drawPath(line.path)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setPen(_pen(line.colour, line.width_px * ratio, line, ratio))
        painter.drawPath(line.path)


def _pen(colour: QColor, width: float, line: Line, ratio: float) -> QPen:
    pen = QPen(colour, width)
    pen.setCosmetic(True)
    pen.setJoinStyle(Qt.PenJoinStyle.BevelJoin)  # round joins cost half as much again on lines this fine
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    if line.dashed:
        pen.setDashPattern([dash * line.width_px * ratio / width for dash in _DASHES])
    return pen
