"""Tools that take places on the slice: by a drag, by clicks, or by drawing round something."""

import math
from collections.abc import Callable
from typing import TypeAlias

from PySide6.QtCore import Qt

from app.domain.measure import FEWEST_CORNERS, Place
from app.ui.canvas import CLICK_PX, Canvas
from app.ui.tool import Hit, Overlay

Places: TypeAlias = tuple[Place, ...]
Finish: TypeAlias = Callable[[Places], None]
Draft: TypeAlias = Callable[[Places], Overlay]

FREEHAND_PX = 3.0
CLOSING_PX = 9.0


class PlacesTool:
    """Takes a number of places one after another; a drag gives two of them, a click one."""

    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, count: int, canvas: Canvas, finish: Finish, draft: Draft) -> None:
        """Start without a place.

        Args:
            count: of places.
            canvas: that is painted anew as they come.
            finish: called with all of them.
            draft: returns how those so far are painted, the last one being where the mouse is.
        """
        self._count, self._canvas, self._finish, self._draft = count, canvas, finish, draft
        self._placed: list[Place] = []
        self._floating: Place | None = None
        self._pressed: Hit | None = None

    @property
    def overlay(self) -> Overlay | None:
        """What the drawing so far looks like."""
        if not self._placed or self._floating is None:
            return None
        return self._draft((*self._placed, self._floating))

    def press(self, hit: Hit) -> None:
        """Take a place."""
        self._pressed = hit
        self._place(hit)

    def move(self, hit: Hit, down: bool) -> None:  # noqa: ARG002 - the protocol's signature
        """Let the next place follow the mouse."""
        self._floating = hit.row, hit.column
        self._canvas.update()

    def release(self, hit: Hit) -> None:
        """Take the end of a drag as a place."""
        if self._placed and self._pressed is not None and is_apart(self._pressed, hit, CLICK_PX):
            self._place(hit)
        self._pressed = None

    def double_click(self, hit: Hit) -> None:
        """Take the second click as a click."""
        self.press(hit)

    def _place(self, hit: Hit) -> None:
        place = (hit.row, hit.column)
        self._placed.append(place)
        self._floating = place
        if len(self._placed) == self._count:
            placed, self._placed, self._floating = tuple(self._placed), [], None
            self._finish(placed)
        self._canvas.update()


class OutlineTool:
    """Draws round something: freehand with the button held, or corner by corner until a double click."""

    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, canvas: Canvas, finish: Finish, draft: Draft) -> None:
        """Start without a place.

        Args:
            canvas: that is painted anew as they come.
            finish: called with all of them.
            draft: returns how those so far are painted.
        """
        self._canvas, self._finish, self._draft = canvas, finish, draft
        self._corners: list[Hit] = []
        self._floating: Hit | None = None
        self._is_freehand = False

    @property
    def overlay(self) -> Overlay | None:
        """What the drawing so far looks like."""
        floating = [] if self._floating is None or self._is_freehand else [self._floating]
        corners = [(hit.row, hit.column) for hit in (*self._corners, *floating)]
        return self._draft(tuple(corners)) if len(corners) > 1 else None

    def press(self, hit: Hit) -> None:
        """Take a corner; the first one again closes the outline."""
        if len(self._corners) >= FEWEST_CORNERS and not is_apart(self._corners[0], hit, CLOSING_PX):
            self._close()
            return
        self._is_freehand = False
        if not self._corners or is_apart(self._corners[-1], hit, 0):
            self._corners.append(hit)
        self._canvas.update()

    def move(self, hit: Hit, down: bool) -> None:
        """Draw on, or let the next corner follow the mouse."""
        self._floating = hit
        if down and self._corners and is_apart(self._corners[-1], hit, FREEHAND_PX):
            self._is_freehand = self._is_freehand or len(self._corners) == 1
            if self._is_freehand:
                self._corners.append(hit)
        self._canvas.update()

    def release(self, hit: Hit) -> None:  # noqa: ARG002 - the protocol's signature
        """End what was drawn freehand; with too little of it the first place stays as a corner."""
        if self._is_freehand:
            self._close()

    def double_click(self, hit: Hit) -> None:  # noqa: ARG002 - the protocol's signature
        """Close the outline at its last corner."""
        self._close()

    def _close(self) -> None:
        corners = tuple((hit.row, hit.column) for hit in self._corners)
        self._is_freehand = False
        if len(corners) >= FEWEST_CORNERS:
            self._corners, self._floating = [], None
            self._finish(corners)
        self._canvas.update()


def is_apart(first: Hit, second: Hit, pixels: float) -> bool:
    """Whether two places are farther apart on screen than so many pixels."""
    x, y = second.camera.to_screen(first.row, first.column)
    other_x, other_y = second.camera.to_screen(second.row, second.column)
    return math.hypot(other_x - x, other_y - y) > pixels
