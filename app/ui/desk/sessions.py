"""Session files in the window."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog

from app.domain.case import Case
from app.domain.words import tr
from app.ui.choice import Message, Tone
from app.ui.desk.capture import capture, cautions_of, choice_of, order_of, runs_of
from app.ui.desk.saved import Mark, Saved, is_at_hand
from app.ui.desk.session_files import ENDING, Known, get_to_know, load_session, moved
from app.ui.desk.unsaved import KEPT_ANYWAY, has_new_work
from app.ui.desk.writing import Writer, Writing
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
        self._unknown: Study | None = None
        self._waiting: Saved | None = None
        self._file: Path | None = None
        self._orders = False
        self._in_file: dict[str, Any] = {}
        self._unwritten: Writing | None = None
        self._writer = Writer(self)
        self._loading, self._knowing = Lane("opening a session", self), Lane("knowing a study", self)
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

    @property
    def has_new_work(self) -> bool:
        """Whether the reader has drawn, measured or noted what is not in the session's file."""
        return self._study is not None and has_new_work(self._keeping.states(), self._in_file)

    @property
    def unwritten(self) -> Saved | None:
        """What could not be written to its file when that was tried last, as it is now."""
        lost = self._unwritten
        if lost is None:
            return None
        return (self.saved if self._is_open(lost.case) else None) or lost.saved

    def save(self) -> None:
        """Write to the session's own file, or ask for one."""
        saved, case = self.saved, self._session.case
        if self.path is None or saved is None or case is None:
            self.save_as()
        else:
            self._writer.write(Writing(saved, self.path, case))

    def save_as(self) -> None:
        """Ask for a file and write to it."""
        saved, case = self.saved, self._session.case  # before the dialog: another study may come in behind it
        if saved is None or case is None:
            self._tell(self._why_not(), Tone.NOTICE)
            return
        proposed = saved.source.path.with_suffix(ENDING)
        name, _ = QFileDialog.getSaveFileName(self._window, tr("Save session"), str(proposed), _filter())
        if name:
            path = Path(name)
            path = path if path.suffix.lower() == ENDING else path.with_name(path.name + ENDING)
            self._writer.write(Writing(saved, path, case))

    def open(self, path: Path) -> None:
        """Open a session file."""
        self._loading.start(lambda: load_session(path))

    def forget_opening(self) -> None:
        """Open no session that is being read or whose study is; the user has gone on to something else."""
        self._loading.cancel()
        self._waiting = self._file = None

    def take_up(self, saved: Saved, file: Path | None = None) -> None:
        """Open a session's study and restore what was done with it.

        Args:
            saved: the session.
            file: that it is saved to from now on; None where the user has not named one.
        """
        if saved.source.path.exists():
            self._waiting, self._file, self._orders = saved, file, True
            self._session.files.open(order_of(saved.source))
            self._orders = False
        else:
            text = tr("{name}, the study of this session, is not where it was.").format(name=saved.source.path.name)
            message = Message(text, Tone.NOTICE, tr("Find it…"), lambda: self._find(saved, file), stays=True)
            self._session.message_raised.emit(message)

    def finish(self) -> bool:
        """Wait until all is written that was asked for, and say whether that worked."""
        before = self._unwritten
        self._writer.finish()
        return self._unwritten is None or self._unwritten is before

    def give_up(self) -> None:
        """Take what could not be written of the open study as not wanted any more."""
        if self._unwritten is not None and self._is_open(self._unwritten.case):
            self._unwritten = None

    def close(self) -> None:
        """End the threads; a session that is being written is written to its end."""
        self._writer.close()
        for lane in (self._loading, self._knowing):
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
        files.slice_came.connect(lambda _: self._get_to_know())
        self._writer.written.connect(self._on_written)
        self._writer.failed.connect(self._on_not_written)
        self._loading.returned.connect(lambda loaded: self.take_up(loaded.saved, loaded.file))
        self._knowing.returned.connect(self._on_known)
        for lane in (self._loading, self._knowing):
            lane.failed.connect(lambda error: self._tell(str(error), Tone.ERROR))

    def _tell(self, text: str, tone: Tone) -> None:
        self._session.tell(text, tone)

    def _why_not(self) -> str:
        if self._session.case is None:
            return tr("Open a study first: a session is what you do with it.")
        return tr("This study is still being read: save its session in a moment.")

    def _is_open(self, case: Case) -> bool:
        """Whether a case is the open one, though its readers' masks or its scale may be others by now."""
        return self._session.case is not None and self._session.case.pixels is case.pixels

    def _find(self, saved: Saved, file: Path | None) -> None:
        """Ask where a study lies now."""
        title = tr("Where is {name} now?").format(name=saved.source.path.name)
        if saved.source.files:
            name = QFileDialog.getExistingDirectory(self._window, title)
        else:
            name, _ = QFileDialog.getOpenFileName(self._window, title)
        if name:
            self.take_up(moved(saved, Path(name)), file)

    @Slot(str)
    def _on_opening_changed(self, name: str) -> None:
        if name and not self._orders:
            self.forget_opening()

    @Slot(object)
    def _on_study_read(self, study: Study) -> None:
        if study.is_new:
            self._study = self.path = None
            self._in_file = {}
        self._unknown = study
        self._get_to_know()

    def _get_to_know(self) -> None:
        """Find out what the study is that was read last, as soon as more than a draft of it is here."""
        study, waiting, mark = self._unknown, self._waiting, self.mark
        if study is not None and is_at_hand(study.case):
            self._unknown = None
            self._knowing.start(lambda: get_to_know(study, waiting, mark))

    @Slot(object)
    def _on_known(self, known: Known) -> None:
        is_new, self._study = self._study is None, known
        if is_new:
            self.known.emit(known.mark)
            self._in_file = {name: self._keeping.states()[name] for name in KEPT_ANYWAY}
        waiting = known.waiting
        if waiting is None or waiting is not self._waiting:
            return
        file, self._waiting, self._file = self._file, None, None
        if known.is_same:
            self._restore(waiting, file)
        else:
            self._tell(
                tr("This is not the image that the session was saved with; its results are not shown."), Tone.ERROR
            )

    def _restore(self, saved: Saved, file: Path | None) -> None:
        session, cards = self._session, self._session.cards
        session.choose(choice_of(saved.next_run, session.choice, cards))
        session.runs.adopt(runs_of(saved.runs, cards))
        if session.case is not None:
            session.runs.recount(session.case.references)
        session.set_view(saved.view)
        lost = self._keeping.restore(saved.parts)
        self.restored.emit(saved)
        if file is not None:
            self.path, self._in_file = file, self._keeping.states()
            self.kept.emit(file, session.case)
        for sentence in cautions_of(saved.runs, cards):
            self._tell(sentence, Tone.NOTICE)
        if lost:
            text = tr("Parts of the session could not be restored: {names}.").format(names=", ".join(lost))
            self._tell(text, Tone.NOTICE)
        self._tell(_restored_text(saved), Tone.DONE)

    @Slot(object)
    def _on_written(self, writing: Writing) -> None:
        """Go on with that file, unless another study is open by now."""
        if self._unwritten is not None and self._unwritten.case.pixels is writing.case.pixels:
            self._unwritten = None
        if self._is_open(writing.case):
            self.path, self._in_file = writing.path, writing.saved.parts
        text = tr("Saved {name}. It holds results and notes and the place of the study, not its images.")
        self._tell(text.format(name=writing.path.name), Tone.DONE)
        self.kept.emit(writing.path, writing.case)

    @Slot(object, object)
    def _on_not_written(self, writing: Writing, error: Exception) -> None:
        self._unwritten = writing
        self._tell(str(error), Tone.ERROR)


def _filter() -> str:
    return tr("Concord session") + f" (*{ENDING})"


def _restored_text(saved: Saved) -> str:
    if not saved.clock:
        return tr("The session was restored.")
    return tr("The session of {time} was restored.").format(time=saved.clock)
