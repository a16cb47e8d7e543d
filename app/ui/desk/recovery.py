"""Keeping the open session safe from a crash, and offering it again afterwards."""

from collections.abc import Generator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from PySide6.QtCore import QObject, Qt, QTimer, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from app.domain.errors import OutputError
from app.domain.words import tr
from app.ui import theme
from app.ui.choice import Tone
from app.ui.controls import label
from app.ui.desk.saved import Saved
from app.ui.desk.sessions import Sessions
from app.ui.desk.shelf import Shelf, left_behind
from app.ui.worker import Lane
from app.ui.workplace import Workplace

PAUSE_MS = 2000


@dataclass(frozen=True, slots=True, eq=False)
class Left:
    """A session that a crash left behind.

    Attributes:
        shelf: that holds it.
        sentence: that offers it.
    """

    shelf: Shelf
    sentence: str


class RecoveryBar(QWidget):
    """Offers a session; it stays until the user has decided."""

    def __init__(self) -> None:
        """Start hidden."""
        super().__init__()
        self.setObjectName("message")
        self.setAccessibleName(tr("Recovery"))
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.text = label("", wraps=True)
        self.restore, self.discard = QPushButton(tr("Restore")), QPushButton(tr("Discard"))
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * theme.SPACE, 5, theme.SPACE, 5)
        row.setSpacing(theme.SPACE + 2)
        mark = label("!")
        mark.setProperty("sign", "notice")
        row.addWidget(mark)
        row.addWidget(self.text, 1)
        for button in (self.restore, self.discard):
            button.setProperty("role", "small")
            row.addWidget(button)
        self.hide()

    def offer(self, sentence: str) -> None:
        """Show an offer; "" shows none."""
        self.text.setText(sentence)
        self.setVisible(bool(sentence))


class Recovery(QObject):
    """Writes the session to a shelf within seconds of every change; a normal end clears it."""

    def __init__(self, workplace: Workplace, sessions: Sessions) -> None:
        """Look in the background for what a crash left behind.

        Args:
            workplace: that gets the bar.
            sessions: know what is to be kept.
        """
        super().__init__()
        self._session, self._sessions = workplace.session, sessions
        self.bar = RecoveryBar()
        workplace.middle.insertWidget(0, self.bar)
        self._own: list[Shelf] = []  # one at most; the background thread adds it
        self._left: list[Left] = []
        self._taken: Left | None = None
        self._complained = False
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._keeping, self._finding, self._reading = (
            Lane(name, self) for name in ("autosaving", "looking for what crashed", "recovering")
        )
        self._connect(workplace)
        self._finding.start(_find)

    def close(self) -> None:
        """Forget the session that was closed, unless it could not be saved; what is still offered is offered again."""
        self._pause.stop()
        for lane in (self._keeping, self._finding, self._reading):
            lane.close()
        unwritten, kept = self._sessions.unwritten, [*self._own, *([self._taken.shelf] if self._taken else [])]
        if unwritten is None:
            for shelf in kept:
                shelf.remove()
        else:
            self._leave(unwritten)
        for left in self._left:
            left.shelf.release()

    def _connect(self, workplace: Workplace) -> None:
        session = self._session
        for changed in (session.view_changed, session.choice_changed, session.run_finished, self._sessions.known):
            changed.connect(self._touch)
        workplace.keeping.changed.connect(self._touch)
        self._pause.timeout.connect(self._keep)
        self._keeping.returned.connect(self._on_kept)
        self._keeping.failed.connect(self._on_failed)
        self._finding.returned.connect(self._on_found)
        self._reading.returned.connect(self._sessions.take_up)
        for lane in (self._finding, self._reading):
            lane.failed.connect(lambda error: session.tell(str(error), Tone.ERROR))
        session.files.opening_changed.connect(self._on_opening_changed)
        self._sessions.restored.connect(self._on_restored)
        self.bar.restore.clicked.connect(self._restore)
        self.bar.discard.clicked.connect(self._discard)

    def _leave(self, unwritten: Saved) -> None:
        """Let the next window offer what could not be saved."""
        if self._taken is not None:
            self._taken.shelf.release()
        with suppress(OSError):
            shelf = self._own[0] if self._own else Shelf.fresh()
            shelf.leave(unwritten)

    @property
    def is_kept(self) -> bool:
        """Whether all that was done is on disk."""
        return bool(self._own) and not self._pause.isActive() and not self._keeping.busy

    @Slot()
    def _touch(self) -> None:
        if not self._pause.isActive():
            self._pause.start()

    @Slot()
    def _keep(self) -> None:
        saved = self._sessions.saved
        if saved is None:
            return
        if self._keeping.busy:
            self._pause.start()
        else:
            self._keeping.start(lambda: _keep(self._own, saved))

    @Slot()
    def _on_kept(self) -> None:
        self._complained = False
        if self._taken is not None:
            self._taken.shelf.remove()  # its session is on this window's own shelf now
            self._taken = None

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        """Say once that nothing is kept any more, and go on trying."""
        if not self._complained:
            self._complained = True
            text = tr("{reason} Until there is room, a crash would lose what you do now; what is open stays.")
            self._session.tell(text.format(reason=error), Tone.ERROR)
        self._pause.start()

    @Slot(object)
    def _on_found(self, found: tuple[Left, ...]) -> None:
        self._left = list(found)
        self._offer()

    @Slot(str)
    def _on_opening_changed(self, name: str) -> None:
        if name:
            self._reading.cancel()  # the user has gone on to something else; the offer stays

    def _offer(self) -> None:
        self.bar.offer(self._left[0].sentence if self._left else "")

    def _restore(self) -> None:
        left = self._left[0]
        self._sessions.forget_opening()
        self._reading.start(lambda: _read(left.shelf))

    def _discard(self) -> None:
        self._reading.cancel()
        self._left.pop(0).shelf.remove()
        self._offer()

    @Slot(object)
    def _on_restored(self, saved: Saved) -> None:
        """Keep what was restored until this window has written it to its own shelf."""
        if self._left and saved.saved_at == _stamp(self._left[0].shelf):
            self._taken = self._left.pop(0)
            self._offer()
        self._touch()


def _find() -> Generator[None, None, tuple[Left, ...]]:
    yield
    try:
        return tuple(Left(shelf, _sentence(shelf)) for shelf in left_behind())
    except OSError:
        return ()


def _read(shelf: Shelf) -> Generator[None, None, Saved]:
    yield
    return replace(shelf.read(), saved_at=_stamp(shelf))


def _keep(own: list[Shelf], saved: Saved) -> Generator[None, None, None]:
    yield
    try:
        if not own:
            own.append(Shelf.fresh())
    except OSError as error:
        reason = (error.strerror or "").lower() or tr("the disk refused it")
        raise OutputError(tr("Cannot keep the session safe: {reason}.").format(reason=reason)) from error
    own[0].write(saved)


def _stamp(shelf: Shelf) -> str:
    written = shelf.saved_at
    return "" if written is None else written.isoformat(timespec="seconds")


def _sentence(shelf: Shelf) -> str:
    written = shelf.saved_at or datetime.now().astimezone()
    is_today = written.date() == datetime.now().astimezone().date()
    when = f"{written:%H:%M}" if is_today else f"{written:%Y-%m-%d %H:%M}"
    text = tr("Concord was not closed properly. The session of {time} with {name} can be restored.")
    if shelf.is_unsaved:
        text = tr("The session of {time} with {name} could not be saved when Concord was closed. It can be restored.")
    return text.format(time=when, name=shelf.study_name or tr("a study"))
