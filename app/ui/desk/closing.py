"""Seeing to it that a window is not closed with work in it that is in no file."""

from typing import assert_never

from PySide6.QtWidgets import QWidget

from app.ui.desk.sessions import Sessions
from app.ui.dialogs import Answer
from app.ui.workplace import Workplace


def discard(parent: QWidget) -> Answer:
    """Answer where there is nobody to ask."""
    del parent
    return Answer.DISCARD


class Closing:
    """Asks whether to save.

    Attributes:
        ask: asks the user; a window that nobody sits at, in a script or a test, is told to discard.
    """

    def __init__(self, workplace: Workplace, sessions: Sessions) -> None:
        """Be asked before the window closes.

        Args:
            workplace: whose window it is.
            sessions: know what is in no file.
        """
        self.ask = discard
        self._window, self._sessions = workplace.window, sessions
        workplace.before_closing.append(self.may_close)

    def may_close(self) -> bool:
        """Whether the window may close: all is written that was asked for, and the user wants nothing more saved."""
        sessions = self._sessions
        if not sessions.finish():
            return False  # why has been said, and the user may name another place
        if not sessions.has_new_work:
            return True
        answer = self.ask(self._window)
        match answer:
            case Answer.SAVE:
                sessions.save()
                return sessions.finish() and not sessions.has_new_work
            case Answer.DISCARD:
                sessions.give_up()
                return True
            case Answer.CANCEL:
                return False
            case _:
                assert_never(answer)
