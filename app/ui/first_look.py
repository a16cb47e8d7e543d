"""The reader's own first look, before anything that a model made is seen."""

from PySide6.QtCore import QObject, Signal


class FirstLook(QObject):
    """Whether a reader who wants that has looked at the open case without a model's help.

    Signals:
        changed(): whether results may be seen is decided otherwise.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        """Start without asking for it."""
        super().__init__(parent)
        self._is_wanted = False
        self._is_done = False

    @property
    def is_wanted(self) -> bool:
        """Whether results stay hidden until the reader has had a first look at each case."""
        return self._is_wanted

    @property
    def pending(self) -> bool:
        """Whether results are to stay hidden now."""
        return self._is_wanted and not self._is_done

    def set_wanted(self, wanted: bool) -> None:
        """Ask for a first look at each case from now on, or no more."""
        self._set(wanted, is_done=self._is_done)

    def begin(self) -> None:
        """Take another case, which nobody has looked at yet."""
        self._set(self._is_wanted, is_done=False)

    def first_look(self) -> None:
        """Take note that the reader has had a first look: by saying so, or by drawing or measuring something."""
        self._set(self._is_wanted, is_done=True)

    def _set(self, wanted: bool, *, is_done: bool) -> None:
        before = self.pending
        self._is_wanted, self._is_done = wanted, is_done
        if self.pending != before:
            self.changed.emit()
