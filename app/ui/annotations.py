"""What is written over the picture: corner texts, badges, scale bar, legend of the soft map."""

import math

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QLinearGradient, QPainter, QPen

from app.domain.case import Case
from app.domain.view import View
from app.domain.words import mark, tr
from app.render import colours
from app.ui import readout, theme
from app.ui.camera import Camera
from app.ui.frames import Frame

EMPTY = mark("Drop an image, a folder with a DICOM series or a NIfTI file here\nor choose File › Open")
MARGIN = 12
NARROW_PX = 520
_PADDING = 6
_BACKDROP = QColor(8, 10, 12, 170)
_RAMP_SIZE = (14, 160)
_RAMP_ROOM_PX = 92
_BAR_PX = 160
_LIFT_PX = 32
_NAME_PX = 260, 120
_STRIP_PX = 28
_FRAME_PX = 6
_INTERMEDIATE = QColor("#b4bcc6")


def paint_annotations(
    painter: QPainter, case: Case, view: View, frame: Frame | None, camera: Camera, own_share: float = 1.0
) -> None:
    """Write everything that a reader must know of what is shown.

    Args:
        painter: of the screen.
        case: that is shown.
        view: how.
        frame: what was found, or None.
        camera: which part of the slice is seen.
        own_share: of the screen's width that shows this; right of it another picture says of itself what it is.
    """
    painter.resetTransform()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    width, height = camera.screen
    strip = paint_state(painter, view, frame, (width * own_share, height))
    top = MARGIN + (strip if own_share == 1 else _STRIP_PX)
    is_narrow = width < NARROW_PX
    _paint_name(painter, case, top, is_narrow)
    right = [text for text in (readout.slice_text(case, view.slice_index), readout.window_text(case, view)) if text]
    if not (is_narrow and right):
        percent = f"{100 * camera.scale * painter.device().devicePixelRatio():.0f}"
        right.append(tr("Zoom {n} %").format(n=percent))
    _block(painter, right, width - MARGIN, top, Qt.AlignmentFlag.AlignRight)
    paint_disclaimer(painter, camera.screen)
    lift = _LIFT_PX if is_narrow else 0  # clear of the line at the lower right
    middle = _clear_of(width * own_share if own_share < 1 else None, width)
    has_ramp = view.soft and frame is not None and not view.hidden
    _paint_scale_bar(painter, case, camera, QPointF(middle, height - lift))
    sides = (MARGIN, width - MARGIN - (_RAMP_ROOM_PX if has_ramp else 0), top + 1.5 * lift, height - MARGIN - lift)
    _paint_edge_letters(painter, case, sides, QPointF(middle, height / 2))
    if has_ramp:
        _paint_ramp(painter, width, height)


def paint_state(painter: QPainter, view: View, frame: Frame | None, screen: tuple[float, float]) -> float:
    """Say in a strip at the top that this is not the whole truth, and return the strip's height.

    A step on the way also gets a frame, so that it cannot be taken for the result.
    """
    if view.hidden and frame is not None:
        return _strip(painter, tr("AI is hidden"), screen[0], QColor(theme.WARNING))
    if frame is None or frame.final or view.hidden:
        return 0
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(_INTERMEDIATE, _FRAME_PX))
    half = _FRAME_PX / 2
    painter.drawRect(QRectF(half, half, screen[0] - _FRAME_PX, screen[1] - _FRAME_PX))
    text = tr("Intermediate step {n} of {m}: not a result").format(n=frame.index + 1, m=frame.total)
    return _strip(painter, text, screen[0], _INTERMEDIATE)


def paint_disclaimer(painter: QPainter, screen: tuple[float, float]) -> None:
    """Write at the lower right that this is no medical device."""
    width, height = screen
    line = painter.fontMetrics().lineSpacing() + 2 * _PADDING
    top = height - MARGIN - line
    sentence = tr(readout.NOT_DIAGNOSTIC)
    _block(painter, [sentence], width - MARGIN, top, Qt.AlignmentFlag.AlignRight, QColor(theme.WARNING))


def paint_empty(painter: QPainter, place: QRect, text: str) -> None:
    """Say in the place of the picture what is being waited for, or else what to do."""
    painter.fillRect(place, QColor(theme.GROUND))
    painter.setPen(QColor(theme.QUIET))
    painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text or tr(EMPTY))
    paint_disclaimer(painter, (place.width(), place.height()))


def paint_absence(painter: QPainter, text: str, camera: Camera) -> None:
    """Say in the place of a slice why it is not there."""
    if text:
        painter.resetTransform()
        painter.setPen(QColor(theme.TEXT))
        width, height = camera.screen
        flags = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap)
        painter.drawText(QRectF(width / 4, height / 4, width / 2, height / 2), flags, text)


def paint_pixel(painter: QPainter, text: str, screen: tuple[float, float]) -> None:
    """Write what lies under the pointer at the lower left, in as many lines as keep it clear of the scale bar."""
    if text:
        metrics, room = painter.fontMetrics(), screen[0] / 2 - _BAR_PX / 2 - 2 * MARGIN
        lines = [""]
        for part in text.split(readout.DOT):
            longer = readout.DOT.join(piece for piece in (lines[-1], part) if piece)
            if metrics.horizontalAdvance(longer) <= room or not lines[-1]:
                lines[-1] = longer
            else:
                lines.append(part)
        height = metrics.lineSpacing() * len(lines) + 2 * _PADDING
        _block(painter, lines, MARGIN, screen[1] - MARGIN - height, Qt.AlignmentFlag.AlignLeft)


def _paint_name(painter: QPainter, case: Case, top: float, is_narrow: bool) -> None:
    lines = [_elided(painter, case.name, _NAME_PX[is_narrow])]
    if not is_narrow:
        lines += [readout.modality_text(case), readout.size_text(case)]
    if case.references is not None and not is_narrow:
        simulated = case.references.simulated
        said = tr("Masks of {n} simulated readers open") if simulated else tr("Masks of {n} readers open")
        lines.append(said.format(n=case.references.count))
    bottom = _block(painter, lines, MARGIN, top, Qt.AlignmentFlag.AlignLeft)
    if case.synthetic:
        badge = tr("SYNTHETIC") if is_narrow else tr("SYNTHETIC – not a patient")
        painter.setFont(_bold(painter.font()))
        box = QRectF(MARGIN, bottom + 6, painter.fontMetrics().horizontalAdvance(badge) + 20, 26)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.SYNTHETIC))
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(QColor("#240018"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, badge)
        painter.setFont(_plain(painter.font()))


def _strip(painter: QPainter, text: str, width: float, colour: QColor) -> float:
    box = QRectF(0, 0, width, _STRIP_PX)
    painter.setFont(_bold(painter.font()))
    painter.fillRect(box, colour)
    painter.setPen(QColor("#101317"))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
    painter.setFont(_plain(painter.font()))
    return _STRIP_PX


def _paint_ramp(painter: QPainter, width: float, height: float) -> None:
    """Draw the soft map's scale; it always runs from 0 to 1."""
    left, top = width - MARGIN - _PADDING - 46, (height - _RAMP_SIZE[1]) / 2
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_BACKDROP)
    painter.drawRoundedRect(QRectF(left - 34, top - 44, 86, _RAMP_SIZE[1] + 60), 4, 4)
    gradient = QLinearGradient(QPointF(0, top + _RAMP_SIZE[1]), QPointF(0, top))
    ramp = colours.soft_ramp()
    for place in range(0, 256, 15):
        gradient.setColorAt(place / 255, QColor(*(int(part) for part in ramp[place])))
    painter.setBrush(gradient)
    painter.drawRect(QRectF(left, top, *_RAMP_SIZE))
    painter.setPen(QColor(theme.TEXT))
    title = QRectF(left - 34, top - 40, 86, 32)
    painter.drawText(title, Qt.AlignmentFlag.AlignCenter, tr("share of\nreaders"))
    for share, label in ((1.0, "1"), (0.5, "0.5"), (0.0, "0")):
        y = top + (1 - share) * _RAMP_SIZE[1]
        painter.drawLine(QPointF(left - 4, y), QPointF(left, y))
        painter.drawText(QRectF(left - 34, y - 8, 26, 16), Qt.AlignmentFlag.AlignRight, label)


def _clear_of(divider: float | None, width: float) -> float:
    """Return where across the screen letters and scale bar stand: in the middle, unless a divider stands there."""
    middle, reach = width / 2, _BAR_PX / 2 + MARGIN
    if divider is None or abs(divider - middle) > reach:
        return middle
    return divider - reach


def _paint_scale_bar(painter: QPainter, case: Case, camera: Camera, place: QPointF) -> None:
    """Draw a round number of millimetres about a place at the lower edge, where the spacing can be trusted."""
    pixel_mm = case.geometry.pixel_mm
    if pixel_mm is None:
        return
    mm = round_length(_BAR_PX * pixel_mm[1] / camera.scale)
    length = mm / pixel_mm[1] * camera.scale
    x, y = place.x() - length / 2, place.y() - MARGIN - _PADDING - 2
    for colour, thickness in ((QColor(8, 10, 12, 200), 5), (QColor(theme.TEXT), 2)):
        painter.setPen(QPen(colour, thickness))
        painter.drawLine(QPointF(x, y), QPointF(x + length, y))
        for end in (x, x + length):
            painter.drawLine(QPointF(end, y - 5), QPointF(end, y))
    _haloed(painter, f"{mm:g} mm", QRectF(x - 40, y - 26, length + 80, 20))


def round_length(longest: float) -> float:
    """Return the largest of 1, 2, 5 times a power of ten that is not longer."""
    power = 10.0 ** math.floor(math.log10(longest))
    return next(step * power for step in (5, 2, 1) if step * power <= longest * (1 + 1e-9))


def _paint_edge_letters(
    painter: QPainter, case: Case, sides: tuple[float, float, float, float], middle: QPointF
) -> None:
    """Write the patient's sides at the left, right, upper and lower edge of what is free of other texts."""
    left, right, top, bottom = readout.edge_letters(case.geometry)
    _haloed(painter, left, QRectF(sides[0], middle.y() - 12, 30, 24))
    _haloed(painter, right, QRectF(sides[1] - 30, middle.y() - 12, 30, 24))
    _haloed(painter, top, QRectF(middle.x() - 15, sides[2], 30, 24))
    _haloed(painter, bottom, QRectF(middle.x() - 15, sides[3] - 62, 30, 24))


def _haloed(painter: QPainter, text: str, box: QRectF) -> None:
    """Write light on a dark shade that follows the letters."""
    painter.setPen(QColor(8, 10, 12, 210))
    for dx, dy in ((-1, 0), (1, 0), (0, -1), (0, 1), (1, 1)):
        painter.drawText(box.translated(dx, dy), Qt.AlignmentFlag.AlignCenter, text)
    painter.setPen(QColor(theme.TEXT))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def _block(
    painter: QPainter, lines: list[str], x: float, top: float, side: Qt.AlignmentFlag, colour: QColor | None = None
) -> float:
    """Write lines on a translucent ground, x being its left or right edge; return its lower edge."""
    metrics = painter.fontMetrics()
    span = max(metrics.horizontalAdvance(line) for line in lines) + 2 * _PADDING + 2
    left = x if side == Qt.AlignmentFlag.AlignLeft else x - span
    box = QRectF(left, top, span, metrics.lineSpacing() * len(lines) + 2 * _PADDING)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_BACKDROP)
    painter.drawRoundedRect(box, 4, 4)
    painter.setPen(colour or QColor(theme.TEXT))
    inner = box.adjusted(_PADDING, _PADDING, -_PADDING, -_PADDING)
    flags = side | Qt.AlignmentFlag.AlignTop
    painter.drawText(inner, int(flags) | int(Qt.TextFlag.TextDontClip), "\n".join(lines))
    return float(box.bottom())


def _elided(painter: QPainter, name: str, width: int) -> str:
    return painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, width)


def _bold(font: QFont) -> QFont:
    bold = QFont(font)
    bold.setBold(True)
    return bold


def _plain(font: QFont) -> QFont:
    plain = QFont(font)
    plain.setBold(False)
    return plain
