"""Two canvases that see the same, or see two pictures at the same size."""

from dataclasses import replace

from app.ui.camera import Camera
from app.ui.canvas import Canvas
from app.ui.comparing.visit import matched_scale


class Link:
    """Lets each of two canvases follow the other while both are shown."""

    def __init__(self, left: Canvas, right: Canvas) -> None:
        """Link two canvases.

        Args:
            left: that leads where both change.
            right: that may be hidden.
        """
        self._left, self._right = left, right
        left.aimed.connect(lambda _: self.follow())
        right.aimed.connect(lambda _: self._take_over(right, left))

    def follow(self) -> None:
        """Let the right canvas see what the left one sees."""
        self._take_over(self._left, self._right)

    def _take_over(self, leader: Canvas, other: Canvas) -> None:
        if not self._right.isVisible() or leader.camera is None or other.camera is None:
            return
        seen = self._seen(leader, other, leader.camera, other.camera)
        if seen != other.camera:
            other.aim(seen)

    def _seen(self, leader: Canvas, other: Canvas, camera: Camera, former: Camera) -> Camera:
        """Return the other camera: the same place of the same picture, or another picture at the same size."""
        if leader.case is other.case or leader.case is None or other.case is None:
            return replace(camera, screen=former.screen)
        scale = matched_scale(camera, leader.case, former, other.case)
        is_same = abs(scale - former.scale) <= NEARLY * former.scale  # rounding must not send the two back and forth
        return former if is_same else replace(former, scale=scale)


NEARLY = 1e-6
