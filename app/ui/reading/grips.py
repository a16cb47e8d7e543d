"""Taking hold of a measurement with the mouse while no tool is in hand."""

import math
from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QMouseEvent

from app.domain.measure import Measurement, Place
from app.render.measures import measure_strokes
from app.ui.camera import Camera
from app.ui.canvas import CLICK_PX, Canvas
from app.ui.reading.bench import Bench
from app.ui.reading.painting import handles

REACH_PX = 8.0


@dataclass(frozen=True, slots=True)
class Grip:
    """What the mouse has hold of.

    Attributes:
        measurement: as it was.
        place: index of its place that is moved, or None where all of it is.
        start: (row, column) where the mouse took hold.
    """

    measurement: Measurement
    place: int | None
    start: Place


class Grips(QObject):
    """Hears the left button on the canvas before the canvas does, and keeps what is about a measurement."""

    def __init__(self, canvas: Canvas, bench: Bench) -> None:
        """Listen from now on.

        Args:
            canvas: that is listened to.
            bench: that holds the measurements.
        """
        super().__init__(canvas)
        self._canvas, self._bench = canvas, bench
        self.grip: Grip | None = None
        self.moved: Measurement | None = None
        self._is_near = False
        canvas.installEventFilter(self)

    def stop(self) -> None:
        """Listen no more."""
        self._canvas.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: ARG002 - Qt's signature
        """Take hold, move and let go."""
        camera = self._canvas.camera
        if not isinstance(event, QMouseEvent) or camera is None or self._canvas.tool is not None:
            return False
        match event.type():
            case QEvent.Type.MouseButtonPress if event.button() == Qt.MouseButton.LeftButton:
                return self._press(event.position(), camera)
            case QEvent.Type.MouseMove:
                self._move(event, camera)
            case QEvent.Type.MouseButtonRelease if event.button() == Qt.MouseButton.LeftButton:
                return self._release()
            case _:
                pass
        return False

    def _press(self, at: QPointF, camera: Camera) -> bool:
        self.grip = self._grip_at(at, camera)
        self._bench.choose(None if self.grip is None else self.grip.measurement)
        self._canvas.update()
        return self.grip is not None

    def _move(self, event: QMouseEvent, camera: Camera) -> None:
        if self.grip is None:
            if event.buttons() == Qt.MouseButton.NoButton:
                self._point(self._grip_at(event.position(), camera) is not None)
            return
        held, at = self.grip, (event.position().x(), event.position().y())
        if self.moved is None and math.dist(camera.to_screen(*held.start), at) <= CLICK_PX:
            return  # a hand is never quite still
        place = camera.to_slice(*at)
        if held.place is None:
            self.moved = held.measurement.shifted(place[0] - held.start[0], place[1] - held.start[1])
        elif self._canvas.case is not None:
            pixel = self._canvas.case.geometry.spacing_mm[1:]
            self.moved = held.measurement.with_place(held.place, place, pixel)
        self._canvas.update()

    def _release(self) -> bool:
        held, moved = self.grip, self.moved
        self.grip = self.moved = None
        if held is not None and moved is not None:
            self._bench.put(held.measurement, moved)
        return held is not None

    def _point(self, near: bool) -> None:
        """Show a hand over what can be taken hold of."""
        if near and not self._is_near:
            self._canvas.setCursor(Qt.CursorShape.PointingHandCursor)
        elif self._is_near and not near:
            self._canvas.set_tool(None)  # the canvas chooses its own cursor again
        self._is_near = near

    def _grip_at(self, at: QPointF, camera: Camera) -> Grip | None:
        """Return what lies under the mouse: a handle of the chosen measurement first, then any line."""
        start = camera.to_slice(at.x(), at.y())
        chosen = self._bench.chosen
        for index, place in enumerate(() if chosen is None else handles(chosen)):
            if chosen is not None and math.dist(camera.to_screen(*place), (at.x(), at.y())) <= REACH_PX:
                return Grip(chosen, index, start)
        for found in reversed(self._bench.shown_over(self._canvas.frame)):
            if _distance_px(found, at, camera) <= REACH_PX:
                return Grip(found, None, start)
        return None


def _distance_px(found: Measurement, at: QPointF, camera: Camera) -> float:
    """Return how far a measurement's lines are from a place on screen."""
    lines = [[camera.to_screen(*place) for place in stroke.points] for stroke in measure_strokes(found, camera.shape)]
    return min(_from_segment((at.x(), at.y()), first, second) for line in lines for first, second in pairwise(line))


def _from_segment(place: Place, first: Place, second: Place) -> float:
    """Return the distance of a place from a straight piece of a line."""
    along = second[0] - first[0], second[1] - first[1]
    length = along[0] ** 2 + along[1] ** 2
    share = 0.0
    if length:
        share = ((place[0] - first[0]) * along[0] + (place[1] - first[1]) * along[1]) / length
    share = min(max(share, 0.0), 1.0)
    return math.dist(place, (first[0] + share * along[0], first[1] + share * along[1]))
