"""Readers side by side: the same part of the slice with what each drew and what calibration made of it."""

from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.domain.arrays import BoolArray
from app.domain.case import Case
from app.domain.view import View
from app.domain.words import tr
from app.render import colours
from app.render.legend import reader_name
from app.render.scene import MAJORITY
from app.render.strokes import Stroke, mask_outlines, outlines
from app.render.window import to_bytes
from app.ui import theme
from app.ui.frames import Frame
from app.ui.picture import Line, line_of, paint_lines, rgb_image

HEIGHT_PX, CAPTION_PX, GAP_PX, FONT_PX = 104, 17, 8, 11
MARGIN_SHARE, SHORTEST_PX, FINEST_PX = 0.25, 12, 256
_LINE_PX = 1.6


@dataclass(frozen=True, slots=True, eq=False)
class Tile:
    """One reader's picture.

    Attributes:
        caption: name and expertness.
        image: the part of the slice.
        box: of that part on the slice, its first pixel reaching from -0.5 to 0.5.
        lines: as drawn, dashed, and as calibrated, in the reader's colour.
    """

    caption: str
    image: QImage = field(repr=False)
    box: QRectF
    lines: list[Line] = field(repr=False)


class ReaderTiles(QWidget):
    """A strip of tiles, one for each reader; it takes no place where no reader was calibrated.

    Signals:
        reader_chosen(int): the user clicked a reader (0-based).
    """

    reader_chosen = Signal(int)

    def __init__(self) -> None:
        """Start hidden."""
        super().__init__()
        self.setObjectName("stepbar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip(tr("Dashed: as drawn. Solid: calibrated. A click shows the reader's map of expertness."))
        self.tiles: tuple[Tile, ...] = ()
        self.chosen: int | None = None
        self._key: tuple[object, ...] = ()
        self.hide()

    def show_readers(self, case: Case | None, view: View, frame: Frame | None) -> None:
        """Show the readers of a slice at a frame, or nothing."""
        key = (case, view.slice_index, view.window, view.inverted, view.hidden, frame)
        self.chosen = view.expertness
        if key != self._key:
            self._key = key
            self.tiles = () if case is None or view.hidden or frame is None else tiles_of(case, view, frame)
            self.setVisible(bool(self.tiles))
            self.setAccessibleName(tr("Readers side by side: ") + ", ".join(tile.caption for tile in self.tiles))
        self.update()

    def sizeHint(self) -> QSize:
        """One row of pictures with their captions."""
        return QSize(0, HEIGHT_PX + CAPTION_PX + 2 * GAP_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint every tile above its caption."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        font = painter.font()
        font.setPixelSize(FONT_PX)
        painter.setFont(font)
        for reader, (tile, place) in enumerate(zip(self.tiles, self._places(), strict=True)):
            _paint_tile(painter, tile, place, self.devicePixelRatioF())
            shown = reader == self.chosen
            painter.setPen(QPen(QColor(theme.ACCENT_LIT if shown else theme.LINE), 2 if shown else 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(place)
            painter.setPen(QColor(theme.TEXT))
            below = QRectF(place.left() - GAP_PX, place.bottom() + 1, place.width() + 2 * GAP_PX, CAPTION_PX)
            painter.drawText(below, Qt.AlignmentFlag.AlignCenter, tile.caption)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the reader whose tile was clicked."""
        for reader, place in enumerate(self._places()):
            if place.contains(event.position()):
                self.reader_chosen.emit(reader)

    def _places(self) -> list[QRectF]:
        """Lay the tiles out in one row, spread over the width."""
        share = self.width() / max(len(self.tiles), 1)
        places = []
        for index, tile in enumerate(self.tiles):
            size = tile.box.size().scaled(share - 2 * GAP_PX, HEIGHT_PX, Qt.AspectRatioMode.KeepAspectRatio)
            left = (index + 0.5) * share - size.width() / 2
            places.append(QRectF(left, GAP_PX + HEIGHT_PX - size.height(), size.width(), size.height()))
        return places


def tiles_of(case: Case, view: View, frame: Frame) -> tuple[Tile, ...]:
    """Return a tile for each calibrated reader of a slice; none where there is no calibration or no slice yet."""
    found, references = frame.calibration, case.references
    pixels = case.pixels.slice(view.slice_index)
    if found is None or references is None or pixels is None:
        return ()
    masks = references.masks[:, view.slice_index]
    top, bottom, left, right = part_of(masks)
    every = max(1, max(bottom - top, right - left) // FINEST_PX)
    window = view.window or (None if case.is_colour else case.window)
    image = rgb_image(to_bytes(np.ascontiguousarray(pixels[top:bottom:every, left:right:every]), window, view.inverted))
    box = QRectF(left - 0.5, top - 0.5, right - left, bottom - top)
    tiles = []
    for reader, (mask, calibrated) in enumerate(zip(masks, found.calibrated, strict=True)):
        colour = colours.reader_colour(reader)
        drawn = [Stroke(points, colour, _LINE_PX, dashed=True) for points in mask_outlines(mask)]
        after = [Stroke(points, colour, _LINE_PX) for points in outlines(calibrated, MAJORITY, frame.grid)]
        caption = f"{reader_name(references.names, reader)}  ·  {found.expertness[reader]:.2f}"
        tiles.append(Tile(caption, image, box, [line_of(stroke) for stroke in (*drawn, *after)]))
    return tuple(tiles)


def part_of(masks: BoolArray) -> tuple[int, int, int, int]:
    """Return first and one-past-last row and column of the part of a slice around all masks; all of it without any."""
    marked = np.asarray(masks.any(axis=0))
    if not marked.any():
        return 0, marked.shape[0], 0, marked.shape[1]
    rows, columns = np.flatnonzero(marked.any(axis=1)), np.flatnonzero(marked.any(axis=0))
    margin = round(max(SHORTEST_PX, MARGIN_SHARE * max(np.ptp(rows), np.ptp(columns))))
    top, left = max(0, int(rows[0]) - margin), max(0, int(columns[0]) - margin)
    bottom, right = (
        min(marked.shape[0], int(rows[-1]) + 1 + margin),
        min(marked.shape[1], int(columns[-1]) + 1 + margin),
    )
    return top, bottom, left, right


def _paint_tile(painter: QPainter, tile: Tile, place: QRectF, ratio: float) -> None:
    painter.save()
    painter.setClipRect(place)
    painter.drawImage(place, tile.image)
    scale = place.width() / tile.box.width()
    painter.translate(place.topLeft() - QPointF(tile.box.left() * scale, tile.box.top() * scale))
    painter.scale(scale, scale)
    paint_lines(painter, tile.lines, ratio)
    painter.restore()
