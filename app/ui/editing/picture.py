"""Drawn layers over the slice, and what follows the mouse."""

import math
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF, qRgba

from app.domain.box import Box
from app.domain.edit import Layer
from app.domain.masks import EditedMasks
from app.postprocess.brush import Place
from app.render import colours, tint
from app.ui.camera import Camera
from app.ui.editing.tools import DrawingTool

_Key: TypeAlias = tuple[object, ...]
_Ints: TypeAlias = npt.NDArray[np.intp]


class MaskPicture:
    """The layers of one slice as the screen shows them; only what changed is made anew."""

    def __init__(self) -> None:
        """Start with nothing made."""
        self._image: QImage | None = None
        self._key: _Key = ()
        self._dirty: Box | None = None
        self._tables: dict[int, list[int]] = {}

    def touch(self, box: Box) -> None:
        """Make a part of the slice anew at the next painting."""
        self._dirty = box if self._dirty is None else self._dirty.united(box)

    def paint(self, painter: QPainter, camera: Camera, masks: EditedMasks, slice_index: int) -> None:
        """Paint the layers that are not hidden, the first one lowest."""
        shown = [layer for layer in masks.layers if layer.key not in masks.hidden]
        if not shown:
            return
        ratio = painter.device().devicePixelRatioF()
        key = (camera, ratio, slice_index, id(masks), tuple((layer.key, layer.colour) for layer in shown))
        if key != self._key or self._image is None:
            self._key = key
            width, height = (round(side * ratio) for side in camera.screen)
            self._image = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
            self._image.fill(Qt.GlobalColor.transparent)
            self._dirty = Box(0, camera.shape[0], 0, camera.shape[1])
            self._image.setDevicePixelRatio(ratio)
        if self._dirty is not None:
            self._renew(self._image, camera, masks, [(layer, slice_index) for layer in shown])
        painter.drawImage(0, 0, self._image)

    def _renew(self, image: QImage, camera: Camera, masks: EditedMasks, shown: list[tuple[Layer, int]]) -> None:
        """Make the part that was touched anew."""
        ratio = image.devicePixelRatio()
        dirty, self._dirty = self._dirty or Box(0, 0, 0, 0), None
        screen = _on_screen(dirty, camera, ratio).within((image.height(), image.width()))
        if screen.is_empty:
            return
        image.setDevicePixelRatio(1)
        painter = QPainter(image)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
        painter.fillRect(_rect(screen), Qt.GlobalColor.transparent)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
        painter.setClipRect(_rect(screen))
        for layer, slice_index in shown:
            mask = masks.mask(layer.key, slice_index)
            extent = _on_screen(masks.extent(layer.key, slice_index), camera, ratio)
            part = extent.common(screen.grown(tint.MARGIN_PX))
            if mask is not None and not part.is_empty:
                rows, columns = _places(part, camera, ratio)
                cover = tint.cover(mask, rows, columns, ratio)
                picture = QImage(cover.data, cover.shape[1], cover.shape[0], cover.shape[1], _INDEXED)
                picture.setColorTable(self._table(layer.colour))
                painter.drawImage(part.left, part.top, picture)
        painter.end()
        image.setDevicePixelRatio(ratio)

    def _table(self, colour: int) -> list[int]:
        if colour not in self._tables:
            table = tint.tints(colours.drawn_colour(colour)).tolist()
            self._tables[colour] = [qRgba(*entry) for entry in table]
        return self._tables[colour]


def screen_rect(box: Box, camera: Camera) -> QRect:
    """Return what must be painted anew on screen where a box of the slice has changed."""
    return _rect(_on_screen(box, camera, 1.0))


def paint_tool(painter: QPainter, camera: Camera, tool: DrawingTool, radius: float, is_over: bool) -> None:
    """Draw the brush in its true size below the mouse, or the outline under way.

    Args:
        painter: in the screen's coordinates.
        camera: how the slice lies on screen.
        tool: in hand.
        radius: of the brush in columns.
        is_over: whether the mouse is over the picture.
    """
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if tool.is_round and tool.pointer is not None and is_over:
        size = radius * camera.scale
        for pen in (QPen(QColor(*colours.HALO), 3), QPen(QColor(255, 255, 255), 1.2)):
            painter.setPen(pen)
            painter.drawEllipse(QPointF(*camera.to_screen(*tool.pointer)), size, size)
    if tool.corners:
        _paint_corners(painter, camera, tool.corners, tool.pointer if is_over else None)


_INDEXED = QImage.Format.Format_Indexed8
_CORNER_PX = 3.5


def _paint_corners(painter: QPainter, camera: Camera, corners: list[Place], pointer: Place | None) -> None:
    """Draw the corners set so far, and dashed how the outline would close."""
    ahead = [QPointF(*camera.to_screen(*place)) for place in corners]
    closing = [ahead[-1], *([] if pointer is None else [QPointF(*camera.to_screen(*pointer))]), ahead[0]]
    for width, colour in ((3.5, QColor(*colours.HALO)), (1.6, QColor(255, 255, 255))):
        painter.setPen(QPen(colour, width))
        painter.drawPolyline(QPolygonF(ahead))
        pen = QPen(colour, width)
        pen.setDashPattern([6 / width, 5 / width])
        painter.setPen(pen)
        painter.drawPolyline(QPolygonF(closing))
    painter.setPen(QPen(QColor(*colours.HALO), 1))
    painter.setBrush(QColor(255, 255, 255))
    painter.drawEllipse(ahead[0], _CORNER_PX, _CORNER_PX)
    painter.drawEllipse(ahead[-1], _CORNER_PX / 2, _CORNER_PX / 2)


def _on_screen(box: Box, camera: Camera, ratio: float) -> Box:
    """Return the screen's own pixels that a box of the slice reaches, with the outline around it."""
    if box.is_empty:
        return Box(0, 0, 0, 0)
    left, top = camera.to_screen(box.top - 0.5, box.left - 0.5)
    right, bottom = camera.to_screen(box.bottom - 0.5, box.right - 0.5)
    reached = (math.floor(top * ratio), math.ceil(bottom * ratio), math.floor(left * ratio), math.ceil(right * ratio))
    return Box(*reached).grown(tint.MARGIN_PX)


def _places(part: Box, camera: Camera, ratio: float) -> tuple[_Ints, _Ints]:
    """Return which row and column of the slice lie under each row and column of a part of the screen."""
    top, left = camera.to_slice((part.left + 0.5) / ratio, (part.top + 0.5) / ratio)
    rows = top + np.arange(part.bottom - part.top) / (camera.row_scale * ratio)
    columns = left + np.arange(part.right - part.left) / (camera.scale * ratio)
    return np.floor(rows + 0.5).astype(np.intp), np.floor(columns + 0.5).astype(np.intp)


def _rect(box: Box) -> QRect:
    return QRect(box.left, box.top, box.right - box.left, box.bottom - box.top)
