"""What a drag with each mouse button does to the picture, as the user is used to it."""

from dataclasses import dataclass, fields
from enum import Enum
from typing import TypeAlias, assert_never

from PySide6.QtCore import QPointF, Qt

from app.domain.case import Case, Window
from app.ui import grey
from app.ui.camera import Camera

PX_PER_SLICE = 10
ZOOM_PER_PX = 1.008

Effect: TypeAlias = Camera | Window | int | None


class Drag(Enum):
    """What a drag does."""

    PAN = "pan"
    WINDOW = "window"
    ZOOM = "zoom"
    SCROLL = "scroll"


@dataclass(frozen=True, slots=True)
class Mouse:
    """What each button does where no tool has taken it."""

    left: Drag = Drag.PAN
    middle: Drag = Drag.PAN
    right: Drag = Drag.WINDOW

    def drag(self, buttons: Qt.MouseButton) -> Drag:
        """Return what the pressed buttons do; the right one goes before the middle and that before the left."""
        if buttons & Qt.MouseButton.RightButton:
            return self.right
        return self.middle if buttons & Qt.MouseButton.MiddleButton else self.left

    @property
    def text(self) -> str:
        """The same in one word for a file."""
        return ",".join(getattr(self, field.name).value for field in fields(self))


PRESETS = {
    "Concord": Mouse(),
    "PACS": Mouse(left=Drag.SCROLL, middle=Drag.WINDOW, right=Drag.PAN),
    "Slicer": Mouse(left=Drag.WINDOW, middle=Drag.PAN, right=Drag.ZOOM),
}


def mouse_from(text: str) -> Mouse:
    """Read what `Mouse.text` wrote; anything else is the usual mouse."""
    try:
        return Mouse(*(Drag(part) for part in text.split(",")))
    except (ValueError, TypeError):
        return Mouse()


@dataclass(frozen=True, slots=True)
class Way:
    """How far a drag has come: three places on screen."""

    pressed: QPointF
    last: QPointF
    now: QPointF


def effect(drag: Drag, way: Way, camera: Camera, window: Window | None, case: Case | None) -> Effect:
    """Return what a drag leads to: another camera, another range of grey values or a number of slices further."""
    by = way.now - way.last
    match drag:
        case Drag.PAN:
            return camera.panned(by.x(), by.y())
        case Drag.WINDOW:
            return grey.dragged(window, case, by.x(), by.y())
        case Drag.ZOOM:
            return camera.zoomed(ZOOM_PER_PX ** -by.y(), way.pressed.x(), way.pressed.y())
        case Drag.SCROLL:
            return _slices(way.now.y() - way.pressed.y()) - _slices(way.last.y() - way.pressed.y())
        case _:
            assert_never(drag)


def _slices(down_px: float) -> int:
    return round(down_px / PX_PER_SLICE)
