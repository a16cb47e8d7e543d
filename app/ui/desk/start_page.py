"""What stands in the picture's place while nothing is open."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QListWidgetItem, QPushButton, QScrollArea, QVBoxLayout, QWidget

from app.domain.words import tr
from app.ui import theme
from app.ui.chooser import Cells, icon_of
from app.ui.controls import label
from app.ui.desk.recents import Recent
from app.ui.desk.samples import SAMPLES
from app.ui.desk.thumbnails import SIDE_PX
from app.ui.readout import NOT_DIAGNOSTIC

WIDTH = 860
CELL = QSize(SIDE_PX + 18, SIDE_PX + 44)
ON_PAGE = 5
_FADED = 0.35


class StartPage(QWidget):
    """A welcome: what to drop here, the studies opened last, and the phantoms to try.

    Signals:
        file_asked(), folder_asked(): the user wants to choose one.
        recent_chosen(Path): the user wants a study again.
        sample_chosen(str): the user wants the phantom with that key.
        forget_asked(): the list is to be forgotten.
    """

    file_asked = Signal()
    folder_asked = Signal()
    recent_chosen = Signal(object)
    sample_chosen = Signal(str)
    forget_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start with the phantoms alone."""
        super().__init__(parent)
        self.setAccessibleName(tr("Start"))
        self.setObjectName("start")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.open_file, self.open_folder = QPushButton(tr("Open file…")), QPushButton(tr("Open folder…"))
        self.forget_button = QPushButton(tr("Forget all"))
        self.forget_button.setProperty("role", "small")
        self.recent = _Row(tr("Recent studies"))
        self.samples = _Row(tr("Sample studies"))
        self._recent_title = _heading(tr("Recent studies"), self.forget_button)
        self._lay_out()
        self._fill_samples()
        self.show_recents(())
        self.open_file.clicked.connect(self.file_asked)
        self.open_folder.clicked.connect(self.folder_asked)
        self.forget_button.clicked.connect(self.forget_asked)
        self.recent.itemActivated.connect(lambda item: self.recent_chosen.emit(item.data(_ROLE)))
        self.samples.itemActivated.connect(lambda item: self.sample_chosen.emit(item.data(_ROLE)))

    def show_recents(self, recents: Sequence[Recent]) -> None:
        """Show the studies opened last; one that is not where it was is faded and says so."""
        self.recent.clear()
        for recent in recents[:ON_PAGE]:
            picture = _picture(recent.picture)
            if recent.is_there:
                self.recent.put(recent.path.name, picture, recent.path, recent.path.name)
            else:
                text = tr("{name}\nnot found").format(name=recent.path.name)
                self.recent.put(text, _faded(picture), recent.path, recent.path.name)
        for widget in (self.recent, self._recent_title):
            widget.setVisible(bool(recents))
        self.recent.fit_rows()

    def _fill_samples(self) -> None:
        for key, sample in SAMPLES.items():
            text = f"{tr(sample.title)}\n{tr(sample.note)}"
            tip = tr("Computed, not a patient; opens with the outlines of simulated readers")
            self.samples.put(text, _picture(sample.preview), key, tip)
        self.samples.fit_rows()

    def _lay_out(self) -> None:
        inner = QWidget()
        inner.setMaximumWidth(WIDTH)
        column = QVBoxLayout(inner)
        column.setContentsMargins(4 * theme.SPACE, 3 * theme.SPACE, 4 * theme.SPACE, theme.SPACE)
        column.setSpacing(theme.SPACE)
        column.addStretch(2)
        column.addWidget(label("Concord", "title"))
        column.addWidget(label(tr("What would experts agree on?"), "lead"))
        column.addSpacing(2 * theme.SPACE)
        column.addWidget(self._drop_place())
        column.addSpacing(2 * theme.SPACE)
        column.addWidget(self._recent_title)
        column.addWidget(self.recent)
        column.addWidget(_heading(tr("Sample studies to try, all synthetic")))
        column.addWidget(self.samples)
        column.addStretch(3)
        foot = label(f"{tr(NOT_DIAGNOSTIC)}. {tr('Research software, not a medical device.')}", "caution")
        foot.setAlignment(Qt.AlignmentFlag.AlignCenter)
        foot.setContentsMargins(0, theme.SPACE, 0, 2 * theme.SPACE)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(_scrolled(inner), 1)
        whole.addWidget(foot)

    def _drop_place(self) -> QFrame:
        place = QFrame()
        place.setObjectName("dropplace")
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(label(tr("Drop an image or a folder anywhere in this window"), "sentence"))
        kinds = tr("Photograph, DICOM, NIfTI, NRRD, ZIP archive or saved session")
        words.addWidget(label(kinds, "note", wraps=True))
        row = QHBoxLayout(place)
        row.setContentsMargins(*(3 * theme.SPACE,) * 4)
        row.setSpacing(theme.SPACE)
        row.addLayout(words, 1)
        self.open_file.setProperty("role", "primary")
        row.addWidget(self.open_file)
        row.addWidget(self.open_folder)
        return place


_ROLE = Qt.ItemDataRole.UserRole


def _scrolled(inner: QWidget) -> QScrollArea:
    """Return a widget in the middle of what scrolls where the window is low."""
    ground = QWidget()
    ground.setObjectName("start")
    ground.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    row = QHBoxLayout(ground)
    row.setContentsMargins(0, 0, 0, 0)
    row.addStretch(1)
    row.addWidget(inner, 20)
    row.addStretch(1)
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(ground)
    return area


class _Row(Cells):
    """Pictures as high as they need to be: the page scrolls and not the row."""

    def __init__(self, name: str) -> None:
        super().__init__(name, SIDE_PX)
        self.setSpacing(theme.SPACE // 2)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)

    def put(self, text: str, picture: QPixmap, key: object, tip: str) -> None:
        """Add a picture with its words."""
        item = QListWidgetItem(icon_of(picture), text)
        item.setSizeHint(CELL)
        item.setTextAlignment(Qt.AlignmentFlag.AlignHCenter)
        item.setToolTip(tip)
        item.setData(_ROLE, key)
        self.addItem(item)

    def fit_rows(self) -> None:
        """Take the height of all rows."""
        across = max(1, (WIDTH - 8 * theme.SPACE) // (CELL.width() + theme.SPACE))
        rows = -(-self.count() // across)
        self.setFixedHeight(rows * (CELL.height() + theme.SPACE) + theme.SPACE)


def _heading(text: str, button: QPushButton | None = None) -> QWidget:
    widget = QWidget()
    row = QHBoxLayout(widget)
    row.setContentsMargins(0, 0, 0, 0)
    row.addWidget(label(text, "heading"))
    row.addStretch()
    if button is not None:
        row.addWidget(button)
    return widget


def _picture(path: Path) -> QPixmap:
    """Return a picture in the middle of a black square, which stays black where the file is gone."""
    square = QPixmap(SIDE_PX, SIDE_PX)
    square.fill(Qt.GlobalColor.black)
    image = QImage(str(path))
    if not image.isNull():
        painter = QPainter(square)
        painter.drawImage((SIDE_PX - image.width()) // 2, (SIDE_PX - image.height()) // 2, image)
        painter.end()
    return square


def _faded(picture: QPixmap) -> QPixmap:
    dim = QPixmap(picture.size())
    dim.fill(Qt.GlobalColor.black)
    painter = QPainter(dim)
    painter.setOpacity(_FADED)
    painter.drawPixmap(0, 0, picture)
    painter.end()
    return dim
