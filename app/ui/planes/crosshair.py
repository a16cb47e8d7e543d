"""The crosshair: how it is drawn on a plane, and what moves it."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter

from app.ui.camera import Camera
from app.ui.tool import Hit

COLOURS = (QColor("#ff8a80"), QColor("#8fd694"), QColor("#82b1ff"))
"""Of the plane of the slices and the two others; a line has the colour of the plane that it stands for."""

_SHADE = QColor(0, 0, 0, 120)
_GAP_PX = 14
_EDGE_PX = 3
_GAP_COLOUR = QColor(120, 130, 142, 90)


@dataclass(frozen=True, slots=True)
class Lines:
    """The crosshair on one plane.

    Attributes:
        row: of the plane, where the line across runs.
        column: of the plane, where the upright line runs.
        colours: of the line across, of the upright one and of the plane itself.
    """

    row: float
    column: float
    colours: tuple[QColor, QColor, QColor]


class CrosshairTool:
    """A press or a drag moves the crosshair; a double click enlarges the plane."""

    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, move_to: Callable[[float, float], None], enlarge: Callable[[], None]) -> None:
        """Take what is to be done.

        Args:
            move_to: takes the row and the column of the plane.
            enlarge: the plane, or shows all three again.
        """
        self._move_to, self._enlarge = move_to, enlarge

    def press(self, hit: Hit) -> None:
        """Move the crosshair there."""
        self._move_to(hit.row, hit.column)

    def move(self, hit: Hit, down: bool) -> None:
        """Let the crosshair follow the button."""
        if down:
            self._move_to(hit.row, hit.column)

    def release(self, hit: Hit) -> None:
        """Leave the crosshair where it is."""

    def double_click(self, hit: Hit) -> None:  # noqa: ARG002 - the protocol's argument
        """Enlarge the plane."""
        self._enlarge()


def paint_crosshair(painter: QPainter, camera: Camera, lines: Lines) -> None:
    """Draw two lines that leave their crossing free, and the plane's colour around the picture."""
    x, y = camera.to_screen(lines.row, lines.column)
    width, height = camera.screen
    across, upright, own = lines.colours
    x, y = round(x), round(y)
    for colour, half in ((_SHADE, 1), (None, 0)):
        thick = 2 * half + 1
        for left, right in ((0, x - _GAP_PX), (x + _GAP_PX, width)):
            painter.fillRect(QRectF(left, y - half, right - left, thick), colour or across)
        for top, bottom in ((0, y - _GAP_PX), (y + _GAP_PX, height)):
            painter.fillRect(QRectF(x - half, top, thick, bottom - top), colour or upright)
    for edge in (
        QRectF(0, 0, width, _EDGE_PX),
        QRectF(0, height - _EDGE_PX, width, _EDGE_PX),
        QRectF(0, 0, _EDGE_PX, height),
        QRectF(width - _EDGE_PX, 0, _EDGE_PX, height),
    ):
        painter.fillRect(edge, own)


def paint_gaps(painter: QPainter, camera: Camera, bands: list[tuple[int, int]], upright: bool) -> None:
    """Hatch slices that are not there.

    Args:
        painter: of the canvas.
        camera: how the plane lies on screen.
        bands: first and last row of each gap, or columns where they stand upright.
        upright: whether the slices are the plane's columns.
    """
    rows, columns = camera.shape
    for first, last in bands:
        box = (-0.5, first - 0.5, rows - 0.5, last + 0.5) if upright else (first - 0.5, -0.5, last + 0.5, columns - 0.5)
        left, top = camera.to_screen(box[0], box[1])
        right, bottom = camera.to_screen(box[2], box[3])
        brush = QBrush(_GAP_COLOUR, Qt.BrushStyle.BDiagPattern)
        painter.fillRect(QRectF(left, top, right - left, bottom - top), brush)


def bands(places: list[int]) -> list[tuple[int, int]]:
    """Return the first and the last of each run of neighbouring numbers."""
    found: list[tuple[int, int]] = []
    for place in sorted(places):
        if found and place == found[-1][1] + 1:
            found[-1] = found[-1][0], place
        else:
            found.append((place, place))
    return found
