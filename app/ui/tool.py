"""What the left mouse button does on the picture, when it does not drag it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from PySide6.QtCore import Qt
from PySide6.QtGui import QMouseEvent, QPainter

from app.ui.camera import Camera

Overlay: TypeAlias = Callable[[QPainter, Camera], None]


@dataclass(frozen=True, slots=True)
class Hit:
    """Where the mouse is.

    Attributes:
        row: slice coordinate; the middle of the first pixel is 0. It may lie outside of the picture.
        column: slice coordinate.
        held: keys that are held.
        camera: how the slice lies on screen.
    """

    row: float
    column: float
    held: Qt.KeyboardModifier
    camera: Camera


class Tool(Protocol):
    """Takes the left button as long as it is the canvas's tool; the other buttons and the wheel keep their meaning."""

    cursor: Qt.CursorShape

    def press(self, hit: Hit) -> None:
        """Take the button going down."""

    def move(self, hit: Hit, down: bool) -> None:
        """Take a movement, with the button down or not."""

    def release(self, hit: Hit) -> None:
        """Take the button coming up."""

    def double_click(self, hit: Hit) -> None:
        """Take a second click at once after the first."""


def hit_of(event: QMouseEvent, camera: Camera | None) -> Hit | None:
    """Return where on the slice an event is; None where no slice is shown."""
    if camera is None:
        return None
    place = event.position()
    return Hit(*camera.to_slice(place.x(), place.y()), event.modifiers(), camera)


def paint_overlays(painter: QPainter, overlays: Iterable[Overlay], camera: Camera) -> None:
    """Paint what other parts of the window lay over the slice, each in screen coordinates and its own state."""
    for overlay in overlays:
        painter.save()
        painter.resetTransform()
        overlay(painter, camera)
        painter.restore()
