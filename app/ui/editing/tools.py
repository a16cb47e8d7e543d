"""What the left mouse button draws."""

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import Qt

from app.domain.box import Spot
from app.domain.words import mark, tr
from app.postprocess import brush
from app.postprocess.brush import Place
from app.ui.choice import Tone
from app.ui.editing.edits import Edits
from app.ui.tool import Hit

NEAR_PX = 8
LASSO_PX = 4
FEWEST_CORNERS = 3
NOT_READ = mark("This slice has not been read yet: its grey values are not known.")


class DrawingTool(Protocol):
    """A tool with what the picture shows of it.

    Attributes:
        pointer: (row, column) below the mouse, or None.
        is_round: whether a circle of the brush's size follows the mouse.
        corners: of an outline under way.
    """

    cursor: Qt.CursorShape
    pointer: Place | None
    is_round: bool
    corners: list[Place]


class Brush:
    """A round brush; with Shift held the brush erases, and the eraser paints."""

    cursor = Qt.CursorShape.CrossCursor
    is_round = True

    def __init__(self, edits: Edits, *, paints: bool) -> None:
        """Paint, or erase."""
        self.pointer: Place | None = None
        self.corners: list[Place] = []
        self._edits, self._paints = edits, paints
        self._last: Place | None = None
        self._is_on = paints

    def press(self, hit: Hit) -> None:
        """Begin a stroke with one dab."""
        place = _place(hit)
        self._is_on = self._paints != bool(hit.held & Qt.KeyboardModifier.ShiftModifier)
        if self._edits.begin() and self._is_ready(place):
            self._paint(place, place)
            self._last = place

    def move(self, hit: Hit, down: bool) -> None:
        """Go on with the stroke."""
        place = self.pointer = _place(hit)
        if down and self._last is not None:
            self._paint(self._last, place)
            self._last = place

    def release(self, hit: Hit) -> None:
        """End the stroke: it is one step."""
        del hit
        if self._last is not None:
            self._last = None
            self._edits.end(self._caption())

    def double_click(self, hit: Hit) -> None:
        """Dab once more."""
        self.press(hit)

    def _is_ready(self, place: Place) -> bool:
        """Say whether a stroke can begin at a place."""
        del place
        return True

    def _marked(self, spot: Spot) -> Spot:
        """Return which of the pixels under the brush are meant."""
        return spot

    def _caption(self) -> str:
        return tr("brush") if self._is_on else tr("eraser")

    def _paint(self, start: Place, end: Place) -> None:
        edits = self._edits
        for spot in brush.strokes(start, end, edits.radius, edits.aspect, edits.shape):
            edits.draw(self._marked(spot), on=self._is_on)


class ThresholdBrush(Brush):
    """A brush that marks only grey values like those under its first touch."""

    def __init__(self, edits: Edits) -> None:
        """Paint."""
        super().__init__(edits, paints=True)
        self.bounds: tuple[float, float] | None = None
        self._values = edits.values

    def release(self, hit: Hit) -> None:
        """End the stroke and let go of the slice."""
        super().release(hit)
        self._values = None

    def _is_ready(self, place: Place) -> bool:
        edits = self._edits
        self._values = edits.values
        touched = next(brush.strokes(place, place, edits.radius, edits.aspect, edits.shape), None)
        if self._values is None:
            edits.session.tell(tr(NOT_READ), Tone.NOTICE)
        if self._values is None or touched is None:
            return False
        self.bounds = brush.grey_range(self._values, touched, edits.tolerance)
        return True

    def _marked(self, spot: Spot) -> Spot:
        if self._values is None or self.bounds is None or not self._is_on:
            return spot
        return brush.within_range(self._values, spot, self.bounds)

    def _caption(self) -> str:
        return tr("threshold brush")


class Polygon:
    """An outline corner by corner, or drawn freely with the button down; Shift at its end cuts it out instead."""

    cursor = Qt.CursorShape.CrossCursor
    is_round = False

    def __init__(self, edits: Edits) -> None:
        """Wait for the first corner."""
        self.pointer: Place | None = None
        self.corners: list[Place] = []
        self._edits = edits
        self._slice_index = edits.slice_index

    def press(self, hit: Hit) -> None:
        """Set a corner; on the first one, close the outline."""
        place = self.pointer = _place(hit)
        if len(self.corners) >= FEWEST_CORNERS and _distance_px(hit, self.corners[0]) <= NEAR_PX:
            self.close(cuts=bool(hit.held & Qt.KeyboardModifier.ShiftModifier))
        else:
            self._slice_index = self._edits.slice_index
            self.corners.append(place)

    def move(self, hit: Hit, down: bool) -> None:
        """Draw on freely with the button down."""
        self.pointer = _place(hit)
        if down and self.corners and _distance_px(hit, self.corners[-1]) >= LASSO_PX:
            self.corners.append(self.pointer)

    def release(self, hit: Hit) -> None:
        """Wait for the next corner."""

    def double_click(self, hit: Hit) -> None:
        """Close the outline."""
        self.close(cuts=bool(hit.held & Qt.KeyboardModifier.ShiftModifier))

    def take_back(self) -> None:
        """Take the last corner back."""
        del self.corners[-1:]

    def close(self, *, cuts: bool = False) -> None:
        """Mark what the outline holds, or take its marks away."""
        corners, self.corners = self.corners, []
        if len(corners) >= FEWEST_CORNERS and self._edits.begin():
            self._edits.draw(brush.polygon(corners, self._edits.shape), on=not cuts)
            self._edits.end(tr("polygon"))

    def keep_to_slice(self) -> None:
        """Give an outline under way up where its slice is not shown any more."""
        if self._edits.slice_index != self._slice_index:
            self.corners = []


class Fill:
    """Fills from a place on; with Shift held, takes away what hangs together there."""

    cursor = Qt.CursorShape.PointingHandCursor
    is_round = False

    def __init__(self, fill: Callable[[tuple[int, int], bool], None], shape: Callable[[], tuple[int, int]]) -> None:
        """Take what fills.

        Args:
            fill: is told the pixel, and whether to fill or to take away.
            shape: returns rows and columns of the slice.
        """
        self.pointer: Place | None = None
        self.corners: list[Place] = []
        self._fill, self._shape = fill, shape

    def press(self, hit: Hit) -> None:
        """Fill from here on."""
        row, column = round(hit.row), round(hit.column)
        rows, columns = self._shape()
        if 0 <= row < rows and 0 <= column < columns:
            self._fill((row, column), not hit.held & Qt.KeyboardModifier.ShiftModifier)

    def move(self, hit: Hit, down: bool) -> None:
        """Wait for a click."""

    def release(self, hit: Hit) -> None:
        """Wait for the next click."""

    def double_click(self, hit: Hit) -> None:
        """Take it for one click."""


def _place(hit: Hit) -> Place:
    return hit.row, hit.column


def _distance_px(hit: Hit, place: Place) -> float:
    x, y = hit.camera.to_screen(hit.row, hit.column)
    other_x, other_y = hit.camera.to_screen(*place)
    return float(((x - other_x) ** 2 + (y - other_y) ** 2) ** 0.5)
