"""The tour of one minute: what a new user is shown, and when."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget

from app.domain.words import mark, tr
from app.ui.model_panel import ModelPanel
from app.ui.settings import Settings
from app.ui.show_panel import LevelsPanel, ShowPanel
from app.ui.step_bar import StepBar
from app.ui.style.tour import Stop, Tour
from app.ui.workplace import Workplace

_STOPS: tuple[tuple[str, str, Callable[[Workplace], QWidget | None]], ...] = (
    (
        mark("Open a study"),
        mark("An image, a DICOM folder, a volume or a ZIP archive; or drop it anywhere on the window."),
        lambda workplace: workplace.menus.button("Open file…"),
    ),
    (
        mark("Run a model"),
        mark("It draws many outlines of the same structure, as several readers would. The first ones show at once."),
        lambda workplace: getattr(workplace.left.findChild(ModelPanel), "run_button", None),
    ),
    (
        mark("Consensus levels"),
        mark(
            "“At least 4 of 7” is the area that at least four of seven readers are expected to mark. "
            "Keys {first} to {last}."
        ),
        lambda workplace: workplace.right.findChild(LevelsPanel),
    ),
    (
        mark("The way to the result"),
        mark("Each diffusion step can be looked at. Only the last one is a result; the others say that they are not."),
        lambda workplace: workplace.window.findChild(StepBar),
    ),
    (
        mark("Look for yourself"),
        mark("Hold H, and everything that a model made is gone for as long as you hold it."),
        lambda workplace: getattr(workplace.right.findChild(ShowPanel), "hide_button", None),
    ),
    (
        mark("Hand it on"),
        mark("A page with the picture, its legend, the numbers and the model. Not for diagnostic use."),
        lambda workplace: workplace.menus.button("Export PNG…"),
    ),
)


_LEVEL_KEYS = {"first": "Level 1", "last": "Level 9"}


class Touring(QObject):
    """Offers the tour at the first start and in the help menu."""

    def __init__(self, workplace: Workplace) -> None:
        """Add the menu entry."""
        super().__init__()
        self._workplace, self._settings = workplace, Settings()
        self.tour: Tour | None = None
        menus = workplace.menus
        menus.add(menus.menu("&Help"), tr("Tour of the window"), self.begin)

    def close(self) -> None:
        """End the tour."""
        if self.tour is not None:
            self.tour.end()

    def begin_once(self) -> None:
        """Show the tour with the first study, whose controls it points at, unless it was shown at an earlier start."""
        if not self._settings.preferences.toured:
            self._workplace.session.case_changed.connect(self._on_first_case)

    def _on_first_case(self) -> None:
        self._workplace.session.case_changed.disconnect(self._on_first_case)
        self._workplace.canvas.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Begin once the first study is on screen, with its controls around it."""
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self._workplace.window, self.begin)
        return False

    def begin(self) -> None:
        """Show the tour from its beginning."""
        self.close()
        self._settings.keep(replace(self._settings.preferences, toured=True))
        keys = {place: self._workplace.menus.key(name) for place, name in _LEVEL_KEYS.items()}
        stops = [Stop(tr(title), tr(text).format(**keys), find(self._workplace)) for title, text, find in _STOPS]
        self.tour = Tour(self._workplace.window, stops)
        self.tour.ended.connect(self._on_ended)
        self.tour.begin()

    def _on_ended(self) -> None:
        self.tour = None
        self._workplace.canvas.setFocus()
