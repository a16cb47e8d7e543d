"""Arrays as Qt pictures and lines, ready to paint."""

from dataclasses import dataclass, field

from PIL import Image
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen, QPolygonF

from app.domain.arrays import ByteArray
from app.render import colours
from app.render.overlay import Stroke

HALO_EXTRA_PX = 2.0
COARSEST_SCALE = 0.5
_DASHES = (4.0, 3.0)


class Pyramid:
    """A slice's picture at full size and, for the sizes at which it would flicker, averaged down by powers of two."""

    def __init__(self, pixels: ByteArray) -> None:
        """Take (rows, columns, 3) uint8 RGB."""
        self._pixels = pixels
        self._images: dict[int, QImage] = {}

    def image(self, scale: float) -> QImage:
        """Return the picture that is not smaller than what `scale` screen pixels for a pixel ask for."""
        factor = 1
        while factor * scale < COARSEST_SCALE:
            factor *= 2
        if factor not in self._images:
            self._images[factor] = _image(self._pixels, factor)
        return self._images[factor]


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A stroke as Qt draws it; x is the column and y the row on the slice."""

    path: QPainterPath = field(repr=False)
    colour: QColor
    width_px: float
    dashed: bool


def rgb_image(pixels: ByteArray) -> QImage:
    """Return (rows, columns, 3) RGB as a picture that owns its memory."""
    return _image(pixels, 1)


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


def _image(pixels: ByteArray, factor: int) -> QImage:
    rows, columns = pixels.shape[:2]
    if factor > 1:
        small = Image.fromarray(pixels).reduce(factor)
        columns, rows = small.size
        return _rgb(small.tobytes(), columns, rows)
    return _rgb(pixels.data, columns, rows)


def _rgb(content: bytes | memoryview, columns: int, rows: int) -> QImage:
    """Return RGB bytes as a picture that owns its memory."""
    image = QImage(content, columns, rows, 3 * columns, QImage.Format.Format_RGB888)
    return image.convertToFormat(QImage.Format.Format_RGB32)
