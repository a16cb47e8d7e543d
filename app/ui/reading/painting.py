"""Measurements on the screen: lines, handles and words."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QTransform

from app.domain.measure import Kind, Measurement, Place
from app.render import colours
from app.render.measures import INK, anchor, measure_strokes
from app.ui import theme
from app.ui.camera import Camera
from app.ui.picture import line_of, paint_lines

MOST_HANDLES = 16
_HANDLE_PX = 4.0
_BESIDE_PX = 10.0
_HINT_PX = 66
_INK = QColor(*INK)
_HALO = QColor(*colours.HALO, 210)
_GROUND = QColor(8, 10, 12, 170)


def paint_measurement(painter: QPainter, camera: Camera, found: Measurement, words: Sequence[str], held: bool) -> None:
    """Paint a measurement.

    Args:
        painter: in the screen's coordinates.
        camera: how the slice lies on screen.
        found: what was measured.
        words: what it comes to, line by line.
        held: whether it is the one that is chosen, with handles.
    """
    painter.save()
    x, y = camera.to_screen(0.0, 0.0)
    painter.setTransform(QTransform(camera.scale, 0.0, 0.0, camera.row_scale, x, y), combine=True)
    lines = [line_of(stroke) for stroke in measure_strokes(found, camera.shape)]
    paint_lines(painter, lines, painter.device().devicePixelRatioF())
    painter.restore()
    if held:
        _paint_handles(painter, camera, handles(found))
    _paint_words(painter, camera.to_screen(*anchor(found)), words, camera.screen[0])


def handles(found: Measurement) -> tuple[Place, ...]:
    """Return the places that a measurement can be taken by; an outline drawn freehand has too many."""
    return found.places if len(found.places) <= MOST_HANDLES and found.kind is not Kind.POINT else ()


def paint_box(places: Sequence[Place], painter: QPainter, camera: Camera) -> None:
    """Paint a dashed box from the first of some places to the last."""
    corners = [QPointF(*camera.to_screen(*place)) for place in (places[0], places[-1])]
    box = QRectF(*corners).normalized()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, style in ((_HALO, Qt.PenStyle.SolidLine), (_INK, Qt.PenStyle.DashLine)):
        painter.setPen(QPen(colour, 3 if style is Qt.PenStyle.SolidLine else 1.5, style))
        painter.drawRect(box)


def paint_hint(painter: QPainter, text: str, screen: tuple[float, float]) -> None:
    """Say at the lower edge what to do with the tool in hand."""
    metrics = painter.fontMetrics()
    width = metrics.horizontalAdvance(text) + 4 * theme.SPACE
    box = QRectF((screen[0] - width) / 2, screen[1] - _HINT_PX - 36, width, 28)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(8, 10, 12, 215))
    painter.drawRoundedRect(box, 5, 5)
    painter.setPen(_INK)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def _paint_handles(painter: QPainter, camera: Camera, places: Sequence[Place]) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(_HALO, 1.5))
    painter.setBrush(_INK)
    for place in places:
        painter.drawEllipse(QPointF(*camera.to_screen(*place)), _HANDLE_PX, _HANDLE_PX)


def _paint_words(painter: QPainter, place: tuple[float, float], words: Sequence[str], edge: float) -> None:
    """Write on a translucent ground at the right of a place, or at its left where the edge is too near."""
    if not words:
        return
    metrics = painter.fontMetrics()
    width = max(metrics.horizontalAdvance(text) for text in words)
    top = place[1] - metrics.lineSpacing() / 2
    left = place[0] + _BESIDE_PX
    left = left if left + width + _BESIDE_PX <= edge else place[0] - _BESIDE_PX - width
    box = QRectF(left, top, width, metrics.lineSpacing() * len(words))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_GROUND)
    painter.drawRoundedRect(box.adjusted(-4, -2, 4, 2), 3, 3)
    painter.setPen(_INK)
    flags = int(Qt.AlignmentFlag.AlignLeft) | int(Qt.AlignmentFlag.AlignTop) | int(Qt.TextFlag.TextDontClip)
    painter.drawText(box, flags, "\n".join(words))
