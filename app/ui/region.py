"""The square that a region model looks at: where it is, how it is drawn, and what to do."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from app.domain.case import Case
from app.domain.errors import UnfitInputError
from app.domain.words import mark, tr
from app.imaging.prepare import fit_grid
from app.ui import theme
from app.ui.camera import Camera
from app.ui.choice import Choice

HINT = mark("Click on the structure to outline, or drag a box around it with Shift held")
MOVE_SHARE = 1 / 16
Place = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Target:
    """What a region model looks at.

    Attributes:
        size: height and width of its square in pixels of the slice.
        centre: (row, column) that the user pointed at, or None where they have not yet.
    """

    size: tuple[float, float]
    centre: Place | None = None

    def moved(self, down: int, right: int) -> Place | None:
        """Return the centre a sixteenth of the square further, as often as given."""
        if self.centre is None:
            return None
        return (
            self.centre[0] + down * self.size[0] * MOVE_SHARE,
            self.centre[1] + right * self.size[1] * MOVE_SHARE,
        )


def target_of(choice: Choice, case: Case | None) -> Target | None:
    """Return what the chosen model looks at on a case; None where it takes the whole slice or cannot take the case."""
    if case is None or choice.card is None or not choice.card.intake.needs_region:
        return None
    middle = (case.shape[0] - 1) / 2, (case.shape[1] - 1) / 2
    try:
        grid = fit_grid(case, choice.card.intake, middle)
    except UnfitInputError:  # its square is given in millimetres, which the case does not have
        return None
    return Target((grid.shape[0] * grid.step[0], grid.shape[1] * grid.step[1]), choice.region)


def cursor(target: Target | None) -> Qt.CursorShape:
    """Return the pointer: a cross while one may point at something."""
    return Qt.CursorShape.ArrowCursor if target is None else Qt.CursorShape.CrossCursor


def middle_of(box: tuple[Place, Place]) -> Place:
    """Return the middle of a box given by two opposite corners."""
    (top, left), (bottom, right) = box
    return (top + bottom) / 2, (left + right) / 2


def outgrown(box: tuple[Place, Place], target: Target) -> str:
    """Say that a box is larger than what the model looks at; empty where it is not."""
    height, width = abs(box[1][0] - box[0][0]), abs(box[1][1] - box[0][1])
    if height <= target.size[0] and width <= target.size[1]:
        return ""
    return tr(
        "The box is larger than the square that this model looks at: what lies beyond the square is not outlined."
    )


def paint(
    painter: QPainter,
    camera: Camera,
    target: Target,
    pointer: Place | None,
    box: tuple[Place, Place] | None,
    middle_key: str = "",
) -> None:
    """Draw what a region model looks at, and what is being dragged or waited for.

    Args:
        painter: of the canvas.
        camera: how the slice lies on screen.
        target: what the model looks at.
        pointer: where the mouse is, if it is on the picture.
        box: its corners where one is being dragged.
        middle_key: points at the middle of the view; "" where none does.
    """
    paint_target(painter, camera, target, None if box else pointer)
    if box is not None:
        paint_box(painter, camera, box)
    if target.centre is None:
        paint_hint(painter, camera.screen, middle_key)


def paint_target(painter: QPainter, camera: Camera, target: Target, pointer: Place | None) -> None:
    """Draw the square: solid where it was placed, dashed where it would come to lie."""
    painter.resetTransform()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if target.centre is not None:
        _square(painter, _box(camera, target, target.centre), Qt.PenStyle.SolidLine)
        _cross(painter, QPointF(*camera.to_screen(*target.centre)))
    elif pointer is not None:
        _square(painter, _box(camera, target, pointer), Qt.PenStyle.DashLine)


def paint_box(painter: QPainter, camera: Camera, box: tuple[Place, Place]) -> None:
    """Draw a box that is being dragged."""
    painter.resetTransform()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    corners = [QPointF(*camera.to_screen(*corner)) for corner in box]
    _square(painter, QRectF(*corners).normalized(), Qt.PenStyle.DashLine)


def paint_hint(painter: QPainter, screen: tuple[float, float], middle_key: str) -> None:
    """Say below what the model waits for."""
    by_key = tr("{key}: middle of the view").format(key=middle_key)
    hint = f"{tr(HINT)}  ({by_key})" if middle_key else tr(HINT)
    metrics = painter.fontMetrics()
    width = min(metrics.horizontalAdvance(hint) + 28, screen[0] - 16)
    lines = 1 if width < screen[0] - 16 else 2
    box = QRectF((screen[0] - width) / 2, screen[1] * 0.82, width, lines * metrics.lineSpacing() + 14)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.WARNING))
    painter.drawRoundedRect(box, 5, 5)
    painter.setPen(QColor("#17130a"))
    flags = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap)
    painter.drawText(box.adjusted(8, 2, -8, -2), flags, hint)


def _box(camera: Camera, target: Target, centre: Place) -> QRectF:
    half_height, half_width = target.size[0] / 2, target.size[1] / 2
    first = QPointF(*camera.to_screen(centre[0] - half_height, centre[1] - half_width))
    return QRectF(first, QPointF(*camera.to_screen(centre[0] + half_height, centre[1] + half_width)))


def _square(painter: QPainter, box: QRectF, style: Qt.PenStyle) -> None:
    for colour, width in ((QColor(0, 0, 0, 180), 4), (QColor(theme.WARNING), 2)):
        painter.setPen(QPen(colour, width, style))
        painter.drawRect(box)


def _cross(painter: QPainter, at: QPointF) -> None:
    for colour, width in ((QColor(0, 0, 0, 180), 4), (QColor(theme.WARNING), 2)):
        painter.setPen(QPen(colour, width))
        painter.drawLine(at - QPointF(7, 0), at + QPointF(7, 0))
        painter.drawLine(at - QPointF(0, 7), at + QPointF(0, 7))
