"""Notes on a study, kept by what the study is known by and not by its name."""

from collections.abc import Generator
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QCheckBox, QPlainTextEdit

from app.domain.errors import AppError, OutputError
from app.domain.words import tr
from app.places import private_folder
from app.ui.choice import Tone
from app.ui.controls import Group
from app.ui.desk.private import save_privately
from app.ui.desk.saved import Mark
from app.ui.desk.sessions import Sessions
from app.ui.keeping import State
from app.ui.opening import Study
from app.ui.worker import Lane
from app.ui.workplace import Workplace

FOLDER = "notes"
MOST_CHARACTERS = 4000
PAUSE_MS = 1000


class NotesPanel(Group):
    """A plain text, and whether it is handed on."""

    def __init__(self) -> None:
        """Start without a study."""
        super().__init__(tr("Notes"))
        self.text = QPlainTextEdit()
        self.text.setAccessibleName(tr("Notes on this study"))
        self.text.setPlaceholderText(tr("Notes on this study; kept on this computer"))
        self.text.setTabChangesFocus(True)
        self.text.setFixedHeight(6 * self.text.fontMetrics().lineSpacing())
        self.exported = QCheckBox(tr("Hand on with PDF and CSV"))
        self.exported.setToolTip(tr("Off unless you tick it: notes may name the patient"))
        self.column.addWidget(self.text)
        self.column.addWidget(self.exported)


class Notes(QObject):
    """The panel with its files; every change is on disk within a second or two."""

    def __init__(self, workplace: Workplace, sessions: Sessions) -> None:
        """Furnish a window.

        Args:
            workplace: that gets the panel.
            sessions: know the open study.
        """
        super().__init__()
        self._session, self._keeping = workplace.session, workplace.keeping
        self.panel = NotesPanel()
        self.panel.setEnabled(False)
        self._mark: Mark | None = None
        self._is_filling = False
        self._pause = QTimer(self, singleShot=True)
        self._lane = Lane("notes", self)
        workplace.left.add(self.panel)
        workplace.keeping.add("notes", self)
        workplace.exports.notes = self.handed_on
        self.panel.text.textChanged.connect(self._on_edited)
        self.panel.exported.toggled.connect(lambda: self._keeping.changed.emit())
        self._pause.timeout.connect(self._write)
        self._lane.failed.connect(lambda error: self._session.tell(str(error), Tone.ERROR))
        self._session.files.study_read.connect(self._on_study_read)
        sessions.known.connect(self._on_known)

    @property
    def words(self) -> str:
        """What is written."""
        return self.panel.text.toPlainText()

    def handed_on(self) -> str:
        """Return what goes into exports: nothing unless the user has ticked it."""
        return self.words.strip() if self.panel.exported.isChecked() else ""

    def state(self) -> State:
        """Return the text and whether it is handed on."""
        return {"text": self.words, "exported": self.panel.exported.isChecked()}

    def restore(self, state: State) -> None:
        """Take a session's text up; what was noted since on this computer stays below it."""
        text, exported = state["text"], state["exported"]
        if not isinstance(text, str) or not isinstance(exported, bool):
            raise TypeError("notes are a text and a choice")
        here = self.words
        if text.strip() not in here:
            self._fill(text if here.strip() in text else f"{text.rstrip()}\n\n{here}")
            self._pause.start(PAUSE_MS)
        self.panel.exported.setChecked(exported)

    def close(self) -> None:
        """Write what is not written yet."""
        self._lane.close()
        if self._pause.isActive() and self._mark is not None:
            self._pause.stop()
            try:
                _write(self._mark, self.words)
            except AppError:
                return  # the window is going; every earlier change is there

    def _fill(self, text: str) -> None:
        self._is_filling = True
        self.panel.text.setPlainText(text[:MOST_CHARACTERS])
        self._is_filling = False

    @Slot()
    def _on_edited(self) -> None:
        if self._is_filling:
            return
        if len(self.words) > MOST_CHARACTERS:
            self._fill(self.words)
            self._session.tell(tr("Notes end at {n} characters.").format(n=MOST_CHARACTERS), Tone.NOTICE)
        self._pause.start(PAUSE_MS)
        self._keeping.changed.emit()

    @Slot()
    def _write(self) -> None:
        mark, words = self._mark, self.words
        if mark is not None:
            self._lane.start(lambda: _writing(mark, words))

    @Slot(object)
    def _on_study_read(self, study: Study) -> None:
        """Put the notes on another study away."""
        if study.is_new:
            if self._pause.isActive():
                self._pause.stop()
                self._write()
            self._mark = None
            self._fill("")
            self.panel.exported.setChecked(False)
            self.panel.setEnabled(False)

    @Slot(object)
    def _on_known(self, mark: Mark) -> None:
        self._mark = mark
        self._fill(_read(mark))
        self.panel.setEnabled(True)


def _path(mark: Mark) -> Path:
    return private_folder(FOLDER) / f"{mark.sha256}.txt"


def _read(mark: Mark) -> str:
    try:
        return _path(mark).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def _writing(mark: Mark, words: str) -> Generator[None, None, None]:
    yield
    _write(mark, words)


def _write(mark: Mark, words: str) -> None:
    """Keep the notes of a study; empty ones leave no file."""
    try:
        path = _path(mark)
        if not words.strip():
            path.unlink(missing_ok=True)
            return
    except OSError as error:
        reason = (error.strerror or "").lower() or tr("the disk refused it")
        raise OutputError(tr("Cannot keep the notes: {reason}.").format(reason=reason)) from error
    save_privately(path, words.encode())
