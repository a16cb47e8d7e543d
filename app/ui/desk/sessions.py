"""Session files in the window."""

from pathlib import Path

from PySide6.QtCore import QEventLoop, QObject, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog

from app.domain.words import tr
from app.ui.choice import Message, Tone
from app.ui.desk.capture import capture, cautions_of, choice_of, order_of, runs_of
from app.ui.desk.private import is_own
from app.ui.desk.saved import Mark, Saved
from app.ui.desk.session_files import ENDING, Known, get_to_know, load_session, moved, save_session
from app.ui.opening import Study
from app.ui.worker import Lane
from app.ui.workplace import Workplace


class Sessions(QObject):
    """Saves what is open to a file, and opens it again with its results.

    Signals:
        known(Mark): the open study is known by this from now on; what was kept of it may be taken up.
        restored(Saved): a session was taken up.
        kept(Path, Case): a session was written to a file or opened from one.
    """

    known = Signal(object)
    restored = Signal(object)
    kept = Signal(object, object)

    def __init__(self, workplace: Workplace, before: QAction) -> None:
        """Wait for something to save.

        Args:
            workplace: what is saved.
            before: entry of the File menu that the new entries stand before.
        """
        super().__init__()
        self._window, self._session, self._keeping = workplace.window, workplace.session, workplace.keeping
        self.path: Path | None = None
        self._study: Known | None = None
        self._waiting: Saved | None = None
        self._file: Path | None = None
        self._orders = False
        self._saving, self._loading, self._knowing = (
            Lane(name, self) for name in ("saving a session", "opening a session", "knowing a study")
        )
        self._add_entries(workplace, before)
        self._connect()

    @property
    def saved(self) -> Saved | None:
        """What would be saved now; None while no study is known."""
        if self._study is None or self._session.case is None:
            return None
        return capture(self._session, self._study.source, self._study.mark, self._keeping.states())

    @property
    def mark(self) -> Mark | None:
        """By what the open study is known again."""
        return None if self._study is None else self._study.mark

    def save(self) -> None:
        """Write to the session's own file, or ask for one."""
        if self.path is None:
            self.save_as()
        else:
            self._write(self.path)

    def save_as(self) -> None:
        """Ask for a file and write to it."""
        saved = self.saved
        if saved is None:
            self._tell(tr("Open a study first: a session is what you do with it."), Tone.NOTICE)
            return
        proposed = saved.source.path.with_suffix(ENDING)
        name, _ = QFileDialog.getSaveFileName(self._window, tr("Save session"), str(proposed), _filter())
        if name:
            path = Path(name)
            self._write(path if path.suffix.lower() == ENDING else path.with_name(path.name + ENDING))

    def open(self, path: Path) -> None:
        """Open a session file."""
        self._file = None if is_own(path) else path  # the program's own files go away again
        self._loading.start(lambda: load_session(path))

    def take_up(self, saved: Saved) -> None:
        """Open a session's study and restore what was done with it."""
        if saved.source.path.exists():
            self._waiting, self._orders = saved, True
            self._session.files.open(order_of(saved.source))
            self._orders = False
        else:
            text = tr("{name}, the study of this session, is not where it was.").format(name=saved.source.path.name)
            message = Message(text, Tone.NOTICE, tr("Find it…"), lambda: self._find(saved), stays=True)
            self._session.message_raised.emit(message)

    def close(self) -> None:
        """End the threads; a session that is being written is written to its end."""
        if self._saving.busy:
            until = QEventLoop()
            self._saving.returned.connect(until.quit)
            self._saving.failed.connect(until.quit)
            until.exec(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
        for lane in (self._saving, self._loading, self._knowing):
            lane.close()

    def _add_entries(self, workplace: Workplace, before: QAction) -> None:
        menu = workplace.menus.menu(tr("&File"))
        for caption, act, key in (
            (tr("Save session"), self.save, "Ctrl+S"),
            (tr("Save session as…"), self.save_as, "Ctrl+Shift+S"),
        ):
            entry = workplace.menus.add(menu, caption, act, key)
            menu.removeAction(entry)
            menu.insertAction(before, entry)

    def _connect(self) -> None:
        files = self._session.files
        files.openers[ENDING] = self.open
        files.opening_changed.connect(self._on_opening_changed)
        files.study_read.connect(self._on_study_read)
        self._saving.returned.connect(self._on_written)
        self._saving.failed.connect(self._on_failed)
        self._loading.returned.connect(self.take_up)
        self._loading.failed.connect(self._on_failed)
        self._knowing.returned.connect(self._on_known)

    def _tell(self, text: str, tone: Tone) -> None:
        self._session.tell(text, tone)

    def _write(self, path: Path) -> None:
        saved = self.saved
        if saved is not None:
            self._saving.start(lambda: save_session(saved, path))

    def _find(self, saved: Saved) -> None:
        """Ask where a study lies now."""
        title = tr("Where is {name} now?").format(name=saved.source.path.name)
        if saved.source.files:
            name = QFileDialog.getExistingDirectory(self._window, title)
        else:
            name, _ = QFileDialog.getOpenFileName(self._window, title)
        if name:
            self.take_up(moved(saved, Path(name)))

    @Slot(str)
    def _on_opening_changed(self, name: str) -> None:
        if name and not self._orders:
            self._waiting = self._file = None  # the user has gone on to something else

    @Slot(object)
    def _on_study_read(self, study: Study) -> None:
        waiting = self._waiting
        if study.is_new:
            self._study = None
            self.path = self._file if waiting is not None else None
        self._knowing.start(lambda: get_to_know(study, waiting))

    @Slot(object)
    def _on_known(self, known: Known) -> None:
        is_new, self._study = self._study is None, known
        if is_new:
            self.known.emit(known.mark)
        waiting, self._waiting, self._file = self._waiting, None, None
        if waiting is None:
            return
        if known.is_same:
            self._restore(waiting)
        else:
            self.path = None
            self._tell(
                tr("This is not the image that the session was saved with; its results are not shown."), Tone.ERROR
            )

    def _restore(self, saved: Saved) -> None:
        session, cards = self._session, self._session.cards
        session.choose(choice_of(saved.next_run, session.choice, cards))
        session.runs.adopt(runs_of(saved.runs, cards))
        if session.case is not None:
            session.runs.recount(session.case.references)
        session.set_view(saved.view)
        lost = self._keeping.restore(saved.parts)
        self.restored.emit(saved)
        if self.path is not None:
            self.kept.emit(self.path, session.case)
        for sentence in cautions_of(saved.runs, cards):
            self._tell(sentence, Tone.NOTICE)
        if lost:
            text = tr("Parts of the session could not be restored: {names}.").format(names=", ".join(lost))
            self._tell(text, Tone.NOTICE)
        self._tell(_restored_text(saved), Tone.DONE)

    @Slot(object)
    def _on_written(self, path: Path) -> None:
        self.path = path
        text = tr("Saved {name}. It holds results and notes and the place of the study, not its images.")
        self._tell(text.format(name=path.name), Tone.DONE)
        case = self._session.case
        if case is not None:
            self.kept.emit(path, case)

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        self._tell(str(error), Tone.ERROR)


def _filter() -> str:
    return tr("Concord session") + f" (*{ENDING})"


def _restored_text(saved: Saved) -> str:
    if not saved.clock:
        return tr("The session was restored.")
    return tr("The session of {time} was restored.").format(time=saved.clock)
