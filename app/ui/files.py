"""Opening and writing files in the background."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.domain.case import Case
from app.domain.reading import Open, Pictured, invalid_sentence, lost_sentence
from app.domain.stack import Stack
from app.ui import jobs, opening
from app.ui.worker import Lane

TELL_PAUSE_MS = 40


@dataclass(frozen=True, slots=True)
class Loading:
    """How far the open study is read.

    Attributes:
        done: slices that are here or beyond reading.
        total: slices that there is room for.
        is_active: whether reading goes on.
    """

    done: int
    total: int
    is_active: bool


class Files(QObject):
    """One lane that reads.

    Signals:
        opening_changed(str): the name of what is being opened, or "".
        study_read(Study): it was opened.
        choice_offered(Choice): a folder holds several series, of which one is to be chosen.
        picture_came(Pictured): a picture of one of those.
        slice_came(int): a slice of the open study is here, or was found to be unreadable.
        sizes_made(int, Pyramid): those of a large slice, just before it comes.
        loading_changed(Loading): more slices are here, or reading has ended.
        slices_lost(str): a sentence on slices, or pixels of them, that cannot be read.
        failed(AppError): one of these did not work.
    """

    opening_changed = Signal(str)
    study_read = Signal(object)
    choice_offered = Signal(object)
    picture_came = Signal(object)
    slice_came = Signal(int)
    sizes_made = Signal(int, object)
    loading_changed = Signal(object)
    slices_lost = Signal(str)
    failed = Signal(object)

    def __init__(self, backend: jobs.Backend, parent: QObject, limit_bytes: int | None = None) -> None:
        """Start idle.

        Args:
            backend: does the long work.
            parent: of this object.
            limit_bytes: that the slices of a study may take; None for no limit.
        """
        super().__init__(parent)
        self.limit_bytes = limit_bytes
        self.openers: dict[str, Callable[[Path], None]] = {}
        """What opens files that are no images, by the ending of their names."""
        self._backend = backend
        self._study: opening.Study | None = None
        self._job = _Job.NONE
        self._looked_at = 0
        self._fetched_for = -1
        self._fills = False
        self._told_lost = self._told_invalid = 0
        self._telling = QTimer(self, singleShot=True, interval=TELL_PAUSE_MS)
        self._telling.timeout.connect(self._tell_loading)
        self._reading = Lane("reading", self)
        self._reading.yielded.connect(self._on_reported)
        self._reading.returned.connect(self._on_ended)
        self._reading.failed.connect(self._on_failed)

    def open_study(self, path: Path, masks: Sequence[Path] = ()) -> None:
        """Open a file or folder and the readers' masks given with it."""
        self.open(Open(path, tuple(masks)))

    def open(self, order: Open) -> None:
        """Do what is ordered, within the limit of memory; what is being read now stops."""
        opener = self.openers.get(order.path.suffix.lower())
        if opener is not None:
            opener(order.path)
            return
        order = replace(order, limit_bytes=self.limit_bytes)
        self.opening_changed.emit(order.path.name)
        self._start(_Job.OPEN, lambda: opening.open_study(self._backend, order))

    def open_masks(self, masks: Sequence[Path]) -> None:
        """Open readers' masks for the open study."""
        study = self._study
        if study is not None:
            self.opening_changed.emit(masks[0].name)
            self._start(_Job.MARK, lambda: opening.open_masks(self._backend, study, masks))

    def amend(self, case: Case) -> None:
        """Go on with the open study as one of which more is known; its slices stay."""
        if self._study is not None:
            self._study = replace(self._study, case=case, notices=(), beside=(), is_new=False)
            self.study_read.emit(self._study)

    @property
    def path(self) -> Path:
        """The file or folder that the open study came from."""
        return Path() if self._study is None else self._study.path

    def set_limit(self, limit_bytes: int) -> None:
        """Allow the slices of this and every later study another amount of memory."""
        self.limit_bytes = limit_bytes
        if self._stack is not None:
            self._stack.limit_bytes = limit_bytes

    def look_at(self, index: int) -> None:
        """See to it that a slice of the open study is here soon."""
        self._looked_at = index
        stack = self._stack
        if stack is None or stack.has(index) or stack.fault(index):
            return
        if not self._reading.busy:
            self._fetch(stack)
        elif self._job is _Job.FETCH:
            self._backend.wish(index)

    def stop(self) -> None:
        """Read no further; a slice that is looked at later is read all the same."""
        self._fills = False
        self._reading.cancel()
        self.opening_changed.emit("")
        self._tell_loading()

    def cancel_opening(self) -> None:
        """Open no other study, and go on with the one that is open."""
        if self._job in {_Job.OPEN, _Job.MARK}:
            self._reading.cancel()
            self.opening_changed.emit("")
            if self._stack is not None:
                self._fetch(self._stack)
            self._tell_loading()

    def hush(self) -> None:
        """Hear nothing any more; the processes may end now."""
        self._telling.stop()
        self._reading.cancel()

    def close(self) -> None:
        """End the thread."""
        self._reading.close()

    @property
    def _stack(self) -> Stack | None:
        return None if self._study is None else self._study.case.pixels

    def _start(self, job: "_Job", stream: Callable[[], opening.Reporting]) -> None:
        self._job = job
        self._reading.start(stream, self._backend.stop_reading)

    def _fetch(self, stack: Stack) -> None:
        """Read the slice that is looked at and, unless the user has stopped that, those around it."""
        study, wanted = self._study, opening.wanted_around(stack, self._looked_at)
        wanted = wanted if self._fills else tuple({self._looked_at} & set(wanted))
        if study is not None and wanted:
            self._fetched_for = self._looked_at
            self._start(_Job.FETCH, lambda: opening.fetch_slices(self._backend, study, wanted))

    @Slot()
    def _tell_loading(self) -> None:
        self._telling.stop()
        stack = self._stack
        if stack is not None:
            done = len(stack) - len(stack.lacking())
            self.loading_changed.emit(Loading(done, stack.room, self._reading.busy and done < stack.room))

    @Slot(object)
    def _on_reported(self, reported: opening.Reported) -> None:
        match reported:
            case opening.Study():
                self._take_study(reported)
            case opening.Sized():
                self.sizes_made.emit(reported.index, reported.pyramid)
            case opening.Slice():
                self._hold_shown()
                self.slice_came.emit(reported.index)
                if not self._telling.isActive():  # slices come faster than a bar need move
                    self._telling.start()
            case opening.Choice():
                self.opening_changed.emit("")
                self.choice_offered.emit(reported)
            case Pictured():
                self.picture_came.emit(reported)

    def _hold_shown(self) -> None:
        """Let what is looked at be the last to be dropped, however much comes in meanwhile."""
        if self._stack is not None:
            self._stack.take(self._looked_at)

    def _take_study(self, study: opening.Study) -> None:
        self._study = study
        if study.is_new:
            self._job = _Job.FETCH  # what follows are its slices
            self._fills, self._told_lost, self._told_invalid = True, 0, 0
            self._looked_at = self._fetched_for = study.case.slices // 2
        self.opening_changed.emit("")
        self.study_read.emit(study)

    @Slot()
    def _on_ended(self) -> None:
        """Say what could not be read, and go on where a slice that is looked at is still lacking."""
        self.opening_changed.emit("")
        stack, job = self._stack, self._job
        if stack is None:
            return
        if len(stack.faults) > self._told_lost:
            self._told_lost = len(stack.faults)
            self.slices_lost.emit(lost_sentence(stack.faults, len(stack)))
        if stack.invalid > self._told_invalid:
            self._told_invalid = stack.invalid
            self.slices_lost.emit(invalid_sentence(stack.invalid))
        lacks = not (stack.has(self._looked_at) or stack.fault(self._looked_at))
        if job is not _Job.FETCH or (lacks and self._looked_at != self._fetched_for):
            self._fetch(stack)
        self._tell_loading()

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        """Say what went wrong, and go on with the study that is still open."""
        self.opening_changed.emit("")
        self.failed.emit(error)
        stack, job = self._stack, self._job
        if stack is not None and job is not _Job.FETCH:
            self._fetch(stack)
        self._tell_loading()


class _Job(Enum):
    """What the reading lane is doing."""

    NONE = "none"
    OPEN = "open"
    MARK = "mark"
    FETCH = "fetch"
