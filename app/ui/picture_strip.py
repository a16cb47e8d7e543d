"""What a system looked at on the way: the pictures of the shown step, and what came out of every step."""

from dataclasses import dataclass, field

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.domain.arrays import FloatArray
from app.domain.grid import Grid
from app.domain.words import tr
from app.render.thumbnail import thumbnail
from app.ui import theme
from app.ui.frames import Frame, Run

ROWS_PX = (66, 46)
CAPTION_PX = 17
FONT_PX = 11
GAP_PX = 6


@dataclass(frozen=True, slots=True, eq=False)
class Tile:
    """A small picture under its caption.

    Attributes:
        caption: what it shows.
        image: the picture.
        step: index of the step that it came out of, to be shown by a click; None where it belongs to the shown one.
        is_shown: whether that is the shown step.
    """

    caption: str
    image: QImage = field(repr=False)
    step: int | None = None
    is_shown: bool = False


class PictureStrip(QWidget):
    """Two rows: the pictures of the shown step, and below them the last picture of every step so far.

    It takes no place for systems that give no pictures.

    Signals:
        step_chosen(int): the user clicked what came out of a step, from 0.
    """

    step_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start hidden."""
        super().__init__(parent)
        self.setObjectName("stepbar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.rows: tuple[tuple[Tile, ...], ...] = ()
        self._key: tuple[Run | None, Frame | None, bool, int] = (None, None, False, 0)
        self.hide()

    def set_run(self, run: Run | None, frame: Frame | None, *, hidden: bool = False) -> None:
        """Show the pictures of the shown frame's step; nothing where all that a model made is hidden."""
        key = (run, frame, hidden, 0 if run is None else len(run.frames))
        if key == self._key:
            return
        self._key = key
        self.rows = () if run is None or frame is None or hidden else rows_of(run, frame)
        self.setVisible(bool(self.rows))
        captions = [tile.caption for row in self.rows for tile in row]
        self.setAccessibleName(tr("Pictures on the way: {names}").format(names=", ".join(captions)))
        self.update()

    def sizeHint(self) -> QSize:
        """Two rows of pictures with their captions."""
        return QSize(0, sum(height + CAPTION_PX + GAP_PX for height in ROWS_PX))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint every picture above its caption."""
        super().paintEvent(event)
        painter, colours = QPainter(self), theme.present()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        small = painter.font()
        small.setPixelSize(FONT_PX)
        painter.setFont(small)
        for tile, place in self._places():
            painter.drawImage(place, tile.image)
            if tile.is_shown:
                painter.setPen(QPen(QColor(colours.focus), 2))
                painter.drawRect(place)
            painter.setPen(QColor(colours.text if tile.is_shown else colours.quiet))
            below = QRectF(place.left() - GAP_PX, place.bottom(), place.width() + 2 * GAP_PX, CAPTION_PX)
            painter.drawText(below, Qt.AlignmentFlag.AlignCenter, tile.caption)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the step whose output was clicked."""
        for tile, place in self._places():
            if tile.step is not None and place.contains(event.position()):
                self.step_chosen.emit(tile.step)

    def _places(self) -> list[tuple[Tile, QRectF]]:
        """Lay the tiles out: the tiles of a row stand on one line, spread over the width."""
        places, top = [], GAP_PX / 2
        for row, height in zip(self.rows, ROWS_PX, strict=False):
            share = self.width() / len(row)
            for index, tile in enumerate(row):
                size = _fitted(tile.image.size(), share - GAP_PX, height)
                left = (index + 0.5) * share - size.width() / 2
                places.append((tile, QRectF(left, top + height - size.height(), size.width(), size.height())))
            top += height + CAPTION_PX + GAP_PX
        return places


def rows_of(run: Run, frame: Frame) -> tuple[tuple[Tile, ...], ...]:
    """Return the tiles of a run at one of its frames; none where its system gives no pictures."""
    steps = run.steps
    here = steps.get(frame.index)
    if here is None or not here.pictures:
        return ()
    own = tuple(Tile(tr(caption), _image(picture, here.grid)) for caption, picture in here.pictures.items())
    outcomes = tuple(
        Tile(run.label(index), _image(list(step.pictures.values())[-1], step.grid), index, index == frame.index)
        for index, step in sorted(steps.items())
        if step.pictures
    )
    return own, outcomes


def _image(picture: FloatArray, grid: Grid) -> QImage:
    small = thumbnail(picture, grid)
    rows, columns = small.shape[:2]
    return QImage(small.data, columns, rows, 3 * columns, QImage.Format.Format_RGB888).copy()


def _fitted(size: QSize, width: float, height: int) -> QSize:
    """Return the largest size of that shape that fits into a tile."""
    return size.scaled(max(int(width), 1), height, Qt.AspectRatioMode.KeepAspectRatio)
