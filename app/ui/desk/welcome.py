"""The start page and the list of recent studies, in the window."""

from collections.abc import Generator
from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from app.domain.case import Case
from app.domain.words import tr
from app.ui import dialogs
from app.ui.choice import Tone
from app.ui.desk.recents import Recent, Recents
from app.ui.desk.samples import SAMPLES, samples_folder
from app.ui.desk.saved import is_at_hand
from app.ui.desk.start_page import StartPage
from app.ui.desk.thumbnails import png_of, thumbnail
from app.ui.opening import Study
from app.ui.settings import Settings
from app.ui.step_bar import StepBar
from app.ui.worker import Lane
from app.ui.workplace import Workplace


class Welcome(QObject):
    """Shows the start page while nothing is open, and remembers what was."""

    def __init__(self, workplace: Workplace, before: QAction) -> None:
        """Read the list in the background.

        Args:
            workplace: that gets the page and the menu.
            before: entry of the File menu that the menu of recent studies stands before.
        """
        super().__init__()
        self._window, self._session, self._place = workplace.window, workplace.session, workplace.place
        self._around = workplace.left, workplace.right, *workplace.window.findChildren(StepBar)
        self._settings, self._recents = Settings(), Recents()
        self._shown: tuple[Recent, ...] = ()
        self._is_opening = False
        self._unpictured: Study | None = None
        self.page, self._lane = StartPage(), Lane("recent studies", self)
        self._place.addWidget(self.page)
        self.menu = QMenu(tr("Open recent"), self._window)
        workplace.menus.menu(tr("&File")).insertMenu(before, self.menu)
        self._connect()
        self._show(())
        self._show_page()
        if self._settings.remembers_studies:
            self._lane.start(lambda: _loaded(self._recents))

    def remember(self, path: Path, case: Case) -> None:
        """Put a file or folder at the head of the list, if the user wants that."""
        if self._settings.remembers_studies and not path.is_relative_to(samples_folder()):
            self._lane.start(lambda: _added(self._recents, path, case))

    def close(self) -> None:
        """End the thread."""
        self._lane.close()

    def _connect(self) -> None:
        files = self._session.files
        self._session.case_changed.connect(self._on_case_changed)
        files.opening_changed.connect(self._on_opening_changed)
        files.study_read.connect(self._on_study_read)
        files.slice_came.connect(lambda _: self._remember_read())
        self._place.currentChanged.connect(lambda: self._show_page())
        self._lane.returned.connect(self._show)
        self._lane.failed.connect(lambda error: self._session.tell(str(error), Tone.ERROR))
        self.page.file_asked.connect(lambda: self._open(dialogs.ask_file(self._window, self._folder)))
        self.page.folder_asked.connect(lambda: self._open(dialogs.ask_folder(self._window, self._folder)))
        self.page.recent_chosen.connect(self._open)
        self.page.sample_chosen.connect(self._open_sample)
        self.page.forget_asked.connect(self.forget)

    @property
    def _folder(self) -> Path:
        return self._shown[0].path.parent if self._shown else Path.home()

    def _open(self, path: Path | None) -> None:
        if path is not None:
            self._session.open_study(path)

    def _open_sample(self, key: str) -> None:
        sample = SAMPLES[key]
        self._session.choose_model(sample.model)
        self._session.open_study(sample.path, sample.references)

    def forget(self) -> None:
        """Forget the list and every picture of it."""
        self._lane.start(lambda: _forgotten(self._recents))

    def _keep(self, wanted: bool) -> None:
        self._settings.remember_studies(wanted)
        if not wanted:
            self.forget()

    @Slot(object)
    def _show(self, recents: tuple[Recent, ...]) -> None:
        self._shown = recents
        self.page.show_recents(recents)
        self.menu.clear()
        for recent in recents:
            entry = self.menu.addAction(recent.path.name)
            entry.setEnabled(recent.is_there)
            entry.triggered.connect(lambda _=False, path=recent.path: self._open(path))
        self.menu.addSeparator()
        keep = self.menu.addAction(tr("Remember recent studies"))
        keep.setCheckable(True)
        keep.setChecked(self._settings.remembers_studies)
        keep.triggered.connect(self._keep)
        forget = self.menu.addAction(tr("Forget recent studies"))
        forget.setEnabled(bool(recents))
        forget.triggered.connect(self.forget)

    def _show_page(self) -> None:
        """Show the page in the place of an empty picture, without panels that have nothing to say."""
        is_picture = self._place.currentIndex() == 0
        if is_picture and self._session.case is None and not self._is_opening:
            self._place.setCurrentWidget(self.page)
        for widget in self._around:
            widget.setVisible(self._place.currentWidget() is not self.page)

    @Slot(str)
    def _on_opening_changed(self, name: str) -> None:
        self._is_opening = bool(name)
        if name and self._place.currentWidget() is self.page:
            self._place.setCurrentIndex(0)
        self._show_page()

    @Slot(object)
    def _on_case_changed(self, case: Case) -> None:  # noqa: ARG002 - the signal's argument
        if self._place.currentWidget() is self.page:
            self._place.setCurrentIndex(0)

    @Slot(object)
    def _on_study_read(self, study: Study) -> None:
        if study.is_new:
            self._unpictured = study
            self._remember_read()

    def _remember_read(self) -> None:
        """Remember the study that was read last, as soon as there is more than a draft to make its picture of."""
        study = self._unpictured
        if study is not None and is_at_hand(study.case):
            self._unpictured = None
            self.remember(study.path.absolute(), study.case)


def _loaded(recents: Recents) -> Generator[None, None, tuple[Recent, ...]]:
    yield
    return recents.load()


def _added(recents: Recents, path: Path, case: Case) -> Generator[None, None, tuple[Recent, ...]]:
    yield
    return recents.add(path, png_of(thumbnail(case)))


def _forgotten(recents: Recents) -> Generator[None, None, tuple[Recent, ...]]:
    yield
    recents.forget()
    return ()
