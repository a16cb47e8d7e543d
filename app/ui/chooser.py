"""Which series of a folder to open."""

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QKeyEvent, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QListView, QListWidget, QListWidgetItem, QPushButton, QVBoxLayout, QWidget

from app.domain.reading import Offer, Offered, Pictured
from app.domain.words import mark, tr
from app.render.window import to_bytes
from app.ui import theme
from app.ui.controls import label
from app.ui.picture import rgb_image

THUMBNAIL_PX = 150
CELL = (176, 222)
HINT = mark("Arrow keys and Return, or a double click, open a series.  Esc goes back.")


class SeriesChooser(QWidget):
    """Stands in the place of the image while the user chooses; says nothing of the patient.

    Signals:
        series_chosen(int): the user wants the offer with that index.
        dismissed(): the user wants none of them.
    """

    series_chosen = Signal(int)
    dismissed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start empty."""
        super().__init__(parent)
        self.setObjectName("chooser")
        self.setAccessibleName(tr("Series in this folder"))
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.title = label("", "heading")
        self.list = Cells(tr("Series"), THUMBNAIL_PX)
        self.list.itemActivated.connect(self._choose)
        self.open_button, self.back_button = QPushButton(tr("Open series")), QPushButton(tr("Back"))
        self.open_button.setProperty("role", "primary")
        self.open_button.clicked.connect(self._choose)
        self.back_button.clicked.connect(self.dismissed)
        below = QHBoxLayout()
        below.addWidget(label(tr(HINT), "note", wraps=True), 1)
        below.addWidget(self.back_button)
        below.addWidget(self.open_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * theme.SPACE, 2 * theme.SPACE, 2 * theme.SPACE, 2 * theme.SPACE)
        column.setSpacing(theme.SPACE)
        column.addWidget(self.title)
        column.addWidget(self.list, 1)
        column.addLayout(below)

    def offer(self, folder: str, offered: Offered) -> None:
        """Show what there is to choose from; the series with the most images is marked."""
        title = tr("{folder} holds {n} series. Which one?")
        self.title.setText(title.format(folder=folder, n=len(offered.offers)))
        self.list.clear()
        blank = QPixmap(THUMBNAIL_PX, THUMBNAIL_PX)
        blank.fill(Qt.GlobalColor.black)
        for number, offer in enumerate(offered.offers, start=1):
            item = QListWidgetItem(icon_of(blank), "\n".join(offer_lines(number, offer)))
            item.setSizeHint(QSize(*CELL))
            item.setToolTip(offer.description)
            item.setTextAlignment(Qt.AlignmentFlag.AlignHCenter)
            self.list.addItem(item)
        self.list.setCurrentRow(offered.largest)
        self.list.setFocus()

    def set_picture(self, pictured: Pictured) -> None:
        """Show the middle slice of an offer."""
        item = self.list.item(pictured.index)
        if item is not None:
            item.setIcon(icon_of(_thumbnail(pictured)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go back with Esc."""
        if event.key() == Qt.Key.Key_Escape:
            self.dismissed.emit()
        else:
            super().keyPressEvent(event)

    def _choose(self) -> None:
        if self.list.currentRow() >= 0:
            self.series_chosen.emit(self.list.currentRow())


class Cells(QListWidget):
    """Large pictures with text below, walked through by keys that elsewhere scroll slices and cancel runs."""

    def __init__(self, name: str, side_px: int) -> None:
        """Start empty.

        Args:
            name: for screen readers.
            side_px: of the pictures.
        """
        super().__init__()
        self.setAccessibleName(name)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setUniformItemSizes(True)
        self.setWordWrap(True)
        self.setIconSize(QSize(side_px, side_px))
        self.setSpacing(theme.SPACE)

    def event(self, event: QEvent) -> bool:
        """Keep keys of one's own from the window's shortcuts."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in _OWN_KEYS:
            event.accept()
            return True
        return super().event(event)


_OWN_KEYS = {
    Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End,
    Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape,
}  # fmt: skip


def offer_lines(number: int, offer: Offer) -> tuple[str, str, str]:
    """Return what is written below a picture: number and modality, description, count and size."""
    count = tr("1 image") if offer.slices == 1 else tr("{n} images").format(n=offer.slices)
    kind = f"{number}.  {offer.modality}" if offer.modality else f"{number}."
    return kind, offer.description or tr("(no description)"), f"{count}, {offer.shape[1]} × {offer.shape[0]}"


def icon_of(picture: QPixmap) -> QIcon:
    """Return a picture that keeps its grey values where it is selected."""
    icon = QIcon(picture)
    icon.addPixmap(picture, QIcon.Mode.Selected)
    return icon


def _thumbnail(pictured: Pictured) -> QPixmap:
    picture = rgb_image(to_bytes(pictured.picture.values, pictured.window))
    size = QSize(THUMBNAIL_PX, THUMBNAIL_PX)
    ways = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    return QPixmap.fromImage(picture.scaled(size, *ways))
