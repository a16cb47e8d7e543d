"""The legend on the picture: what each line and colour over it means, always in sight."""

from dataclasses import replace
from functools import partial

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter

from app.domain.words import tr
from app.metrics import overlap
from app.render.legend import LegendEntry, legend
from app.render.scene import OUTER_SHARE
from app.ui.camera import Camera
from app.ui.canvas import Canvas
from app.ui.marks import paint_mark
from app.ui.scenes import scene_of
from app.ui.workplace import Workplace

MARGIN_PX, PADDING_PX, MARK_PX, FONT_PX = 12, 6, 24, 11
LINES_BELOW = 3
HEAD_PX, LETTER_HALF_PX = 40, 12  # a strip at the top and its margin; half a letter at the middle of an edge
SCALE_HALF_PX, SCALE_FOOT_PX = 90, 104
MOST_LINES = 9
_BACKDROP = QColor(8, 10, 12, 170)
_TEXT = QColor("#e8ebee")


class LegendBox:
    """Paints the legend of what is drawn over the picture into the corner where it covers least of the outlines."""

    def __init__(self, workplace: Workplace) -> None:
        """Lay it over the picture.

        Args:
            workplace: whose picture is explained.
        """
        self._canvas = workplace.canvas
        lay_legend(self._canvas)

    def close(self) -> None:
        """Nothing runs in the background."""

    @property
    def entries(self) -> tuple[LegendEntry, ...]:
        """What is explained now: what this picture shows, which another one may stand beside."""
        return canvas_legend(self._canvas)


def lay_legend(canvas: Canvas) -> None:
    """Let a canvas explain what it shows, in the part of it that is its own."""
    canvas.overlays.append(partial(_paint_own, canvas))


def canvas_legend(canvas: Canvas) -> tuple[LegendEntry, ...]:
    """Return what a canvas has to explain."""
    case, view, frame = canvas.case, canvas.view, canvas.frame
    scene = None if case is None else scene_of(case, view, frame)
    if scene is None or case is None:
        return ()
    seen = replace(view, hidden=view.hidden or frame is None)
    return legend(scene, seen, () if case.references is None else case.references.names)


def _paint_own(canvas: Canvas, painter: QPainter, camera: Camera) -> None:
    width, height = camera.screen
    if canvas.own_share < 1:
        painter.setClipRect(QRectF(0, 0, width * canvas.own_share, height))
    has_right = canvas.own_share == 1 and not canvas.view.soft  # where no ramp and no other picture is
    kept_clear = _found(canvas, camera) if has_right else None
    paint_legend(painter, canvas_legend(canvas), camera.screen, kept_clear=kept_clear)


def _found(canvas: Canvas, camera: Camera) -> QRectF | None:
    """Return where on the screen the outlines lie that are explained, or None without any."""
    if canvas.frame is None:
        return None
    findings, grid = canvas.frame.findings, canvas.frame.grid
    rows, columns = np.nonzero(overlap.reaches(findings.agreement, OUTER_SHARE))
    if not rows.size:
        return None
    corners = (rows.min() - 0.5, columns.min() - 0.5), (rows.max() + 0.5, columns.max() + 0.5)
    first, last = (QPointF(*camera.to_screen(*grid.to_native(*corner))) for corner in corners)
    return QRectF(first, last)


def paint_legend(
    painter: QPainter,
    entries: tuple[LegendEntry, ...],
    screen: tuple[float, float],
    *,
    above_scale: bool = False,
    kept_clear: QRectF | None = None,
) -> None:
    """Write entries above a lower corner of the screen, or in an upper one; of very many the last are counted only.

    Args:
        painter: of the screen.
        entries: to write.
        screen: its width and height.
        above_scale: whether the legend is lifted clear of the scale bar, as a broad one always is.
        kept_clear: what the legend leaves the lower left corner for, if it covers less of that in another one.
    """
    if not entries:
        return
    below = LINES_BELOW * painter.fontMetrics().lineSpacing() + 3 * PADDING_PX  # what lies under the pointer
    font = painter.font()
    font.setPixelSize(FONT_PX)
    painter.setFont(font)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    shown = entries if len(entries) <= MOST_LINES else entries[: MOST_LINES - 1]
    texts = [entry.text for entry in shown]
    if len(shown) < len(entries):
        texts.append(tr("and {n} more, as in the panel").format(n=len(entries) - len(shown)))
    line = painter.fontMetrics().lineSpacing() + 2
    width = max(painter.fontMetrics().horizontalAdvance(text) for text in texts) + MARK_PX + 3 * PADDING_PX
    height = line * len(texts) + 2 * PADDING_PX
    box = _placed(QSizeF(width, height), below, screen, above_scale=above_scale, kept_clear=kept_clear)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_BACKDROP)
    painter.drawRoundedRect(box, 4, 4)
    for index, text in enumerate(texts):
        top = box.top() + PADDING_PX + index * line
        if index < len(shown):
            paint_mark(
                painter,
                QColor(*shown[index].colour),
                shown[index].kind,
                QRectF(box.left() + PADDING_PX, top + 2, MARK_PX, line - 4),
            )
        painter.setPen(_TEXT)
        place = QRectF(box.left() + 2 * PADDING_PX + MARK_PX, top, box.width() - MARK_PX - 3 * PADDING_PX, line)
        painter.drawText(place, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), text)


def _placed(
    size: QSizeF, below: float, screen: tuple[float, float], *, above_scale: bool, kept_clear: QRectF | None
) -> QRectF:
    """Return where a legend goes that keeps so many pixels below it free, and what is found in sight."""
    width, height = size.width(), size.height()
    is_beside = not above_scale and 2 * MARGIN_PX + width < screen[0] / 2 - SCALE_HALF_PX
    foot = below if is_beside else max(below, SCALE_FOOT_PX)
    box = QRectF(MARGIN_PX, screen[1] - MARGIN_PX - foot - height, min(width, screen[0] - 2 * MARGIN_PX), height)
    if kept_clear is None:
        return box
    opposite = box.translated(screen[0] - 2 * MARGIN_PX - box.width(), 0)
    upper = QRectF(opposite.left(), HEAD_PX + below, box.width(), height)
    places = [box, opposite, *([upper] if upper.bottom() < screen[1] / 2 - LETTER_HALF_PX else [])]
    return min(places, key=lambda place: _area(place.intersected(kept_clear)))


def _area(box: QRectF) -> float:
    return float(box.width() * box.height())
