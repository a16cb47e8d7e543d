"""The slice and everything drawn in its own coordinates, made once and painted many times."""

import math
from dataclasses import replace
from typing import TypeAlias

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap, QTransform

from app.domain.box import Box
from app.domain.case import Case
from app.domain.view import View
from app.render.overlay import layer
from app.render.pyramid import Part, Pyramid
from app.render.strokes import strokes
from app.render.window import to_bytes
from app.ui import theme
from app.ui.camera import Camera
from app.ui.frames import Frame
from app.ui.picture import Line, line_of, overlay_image, paint_lines, rgb_image
from app.ui.scenes import scene_of

SMOOTH_BELOW = 8.0
LAYER_LIMIT_PX = 1024
KEPT_PYRAMIDS = 3

_Key: TypeAlias = tuple[object, ...]


class Layers:
    """Paints a slice, the areas over it and the lines over those; remakes only what another state asks for."""

    def __init__(self) -> None:
        """Start with nothing made."""
        self._whole: QPixmap | None = None
        self._picture: QImage | None = None
        self._pyramids: dict[int, Pyramid] = {}
        self._areas: QImage | None = None
        self._lines: list[Line] = []
        self._keys: dict[str, _Key] = {}

    def forget(self) -> None:
        """Start again with another case."""
        self.paint_anew()
        self._pyramids.clear()

    def paint_anew(self) -> None:
        """Make everything anew at the next painting."""
        self._keys.clear()

    def take(self, slice_index: int, pyramid: Pyramid) -> None:
        """Take a slice's sizes that were made elsewhere, and let go of those of slices seen long ago."""
        self._pyramids.pop(slice_index, None)
        self._pyramids[slice_index] = pyramid
        for old in list(self._pyramids)[:-KEPT_PYRAMIDS]:
            del self._pyramids[old]

    def paint(self, painter: QPainter, case: Case, view: View, frame: Frame | None, camera: Camera) -> None:
        """Paint picture, areas and lines; what has not changed since the last time is copied as a whole."""
        ratio = painter.device().devicePixelRatioF()
        if (
            self._is_stale("whole", (frame, replace(view, step=None, measurements=()), camera, ratio))
            or self._whole is None
        ):
            self._whole = QPixmap(round(camera.screen[0] * ratio), round(camera.screen[1] * ratio))
            self._whole.setDevicePixelRatio(ratio)
            self._whole.fill(QColor(theme.GROUND))
            anew = QPainter(self._whole)
            anew.setTransform(_transform(camera))
            self._paint_slice(anew, case, view, camera, ratio)
            self._paint_scene(anew, case, view, frame, camera)
            anew.end()
        painter.drawPixmap(0, 0, self._whole)

    def _paint_scene(self, painter: QPainter, case: Case, view: View, frame: Frame | None, camera: Camera) -> None:
        scene = scene_of(case, view, frame)
        if scene is None:
            return
        ratio = painter.device().devicePixelRatioF()
        look = replace(view, window=None, inverted=False, step=None, measurements=())
        shape = areas_shape(case, camera, ratio)
        if self._is_stale("areas", (frame, look, shape)):
            self._areas = overlay_image(layer(scene, view, shape)) if frame is not None else None
        if self._is_stale("lines", (frame, replace(look, opacity=0.0))):
            self._lines = [line_of(stroke) for stroke in strokes(scene, view)]
        if self._areas is not None:
            is_exact = max(shape) < LAYER_LIMIT_PX  # made for the screen's own pixels: smoothing takes half the time
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not is_exact)
            painter.drawImage(_slice_box(case), self._areas)
        paint_lines(painter, self._lines, ratio)

    def _paint_slice(self, painter: QPainter, case: Case, view: View, camera: Camera, ratio: float) -> None:
        pyramid = self._pyramid(case, view.slice_index)
        if pyramid is None:
            return
        part = pyramid.part(min(camera.scale, camera.row_scale) * ratio, _seen(camera))
        key = (view.slice_index, view.window, view.inverted, part.factor, part.box)
        if self._is_stale("slice", key) or self._picture is None:
            window = view.window or (None if case.is_colour else case.window)
            self._picture = rgb_image(to_bytes(part.values, window, view.inverted))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, camera.scale < SMOOTH_BELOW)
        painter.setClipRect(_slice_box(case))  # an averaged edge may reach beyond it
        painter.drawImage(_part_box(part), self._picture)
        painter.setClipping(False)

    def _pyramid(self, case: Case, slice_index: int) -> Pyramid | None:
        """Return the sizes of a slice or of its draft, those of the last few being kept."""
        kept = self._pyramids.get(slice_index)
        values = case.pixels.slice(slice_index) if kept is None or kept.finest > 1 else None
        if values is not None:
            self.take(slice_index, Pyramid(values))
        elif kept is None:
            draft = case.pixels.draft(slice_index)
            if draft is None:
                return None
            self.take(slice_index, Pyramid(draft.stored, draft.factor))
        return self._pyramids[slice_index]

    def _is_stale(self, name: str, key: _Key) -> bool:
        """Say whether something was made for another state, and remember the present one."""
        stale = self._keys.get(name) != key
        self._keys[name] = key
        return stale


def areas_shape(case: Case, camera: Camera, ratio: float) -> tuple[int, int]:
    """Return the raster for the areas: the screen's own pixels, up to a limit."""
    height, width = case.shape[0] * camera.row_scale, case.shape[1] * camera.scale
    finer = min(ratio, LAYER_LIMIT_PX / max(height, width))
    return max(1, round(height * finer)), max(1, round(width * finer))


def _transform(camera: Camera) -> QTransform:
    """Return the map from the slice, x being the column, to the screen."""
    x, y = camera.to_screen(0.0, 0.0)
    return QTransform(camera.scale, 0.0, 0.0, camera.row_scale, x, y)


def _slice_box(case: Case) -> QRectF:
    return QRectF(-0.5, -0.5, case.shape[1], case.shape[0])


def _seen(camera: Camera) -> Box:
    """Return the rows and columns of the slice that are on screen."""
    top, left = camera.to_slice(0, 0)
    bottom, right = camera.to_slice(*camera.screen)
    return Box(math.floor(top), math.ceil(bottom) + 1, math.floor(left), math.ceil(right) + 1)


def _part_box(part: Part) -> QRectF:
    """Return where a part lies; the slice's first pixel reaches from -0.5 to 0.5."""
    box, factor = part.box, part.factor
    width, height = (box.right - box.left) * factor, (box.bottom - box.top) * factor
    return QRectF(box.left * factor - 0.5, box.top * factor - 0.5, width, height)
