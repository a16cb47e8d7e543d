"""The runs of one case: on each slice the newest finished one of each model, and the one under way."""

from collections.abc import Sequence
from typing import TypeAlias

from PySide6.QtCore import QObject, Signal, Slot

from app.domain.case import Case, References
from app.domain.model import ModelCard
from app.domain.result import Options, Result
from app.domain.words import tr
from app.ui import jobs, readout
from app.ui.choice import Progress
from app.ui.frames import Frame, Run
from app.ui.worker import Job, Lane

RUNS_WITH_STEPS = 4

_Key: TypeAlias = tuple[int, str]
_NONE: _Key = (-1, "")


class Runs(QObject):
    """Starts, hears and keeps runs.

    Signals:
        advanced(): the run under way has a new frame.
        finished(Run): it ended with a result.
        failed(AppError): it ended without; what the slice had before is still there.
        recounted(): findings were taken anew against other readers' masks.
        picked(): another run is to be shown on a slice, or one is gone.
        progress_changed(Progress | None): how far it is; None when there is none.
    """

    advanced = Signal()
    finished = Signal(object)
    failed = Signal(object)
    recounted = Signal()
    picked = Signal()
    progress_changed = Signal(object)

    def __init__(self, backend: jobs.Backend, parent: QObject) -> None:
        """Start without any run."""
        super().__init__(parent)
        self._backend = backend
        self._kept: dict[_Key, Run] = {}
        self._picked: dict[int, _Key] = {}
        self._live: Run | None = None
        self._is_live_shown = True
        self._held: Job | None = None
        self._started_s = 0.0
        self._lane, self._counting = Lane("running", self), Lane("counting", self)
        self._counting.returned.connect(self._on_recounted)
        self._counting.failed.connect(self.failed)
        self._lane.yielded.connect(self._on_yielded)
        self._lane.returned.connect(self._on_returned)
        self._lane.failed.connect(self._on_failed)

    @property
    def live(self) -> Run | None:
        """The run under way."""
        return self._live

    @property
    def kept(self) -> tuple[Run, ...]:
        """The finished runs, the oldest first."""
        return tuple(self._kept.values())

    def on_slice(self, slice_index: int) -> Run | None:
        """Return the run to show on a slice: the one under way once it has a frame, else the finished one picked."""
        live = self._live_on(slice_index)
        return (
            live if live is not None and self._is_live_shown else self._kept.get(self._picked.get(slice_index, _NONE))
        )

    def of_slice(self, slice_index: int) -> tuple[Run, ...]:
        """Return every run on a slice, the oldest first and the one under way last."""
        live = self._live_on(slice_index)
        found = tuple(run for run in self.kept if run.slice_index == slice_index)
        return found if live is None else (*found, live)

    def pick(self, run: Run) -> None:
        """Let a run be the one that is shown on its slice."""
        self._is_live_shown = run is self._live
        if self._kept.get(_key(run)) is run:
            self._picked[run.slice_index] = _key(run)
        self.picked.emit()

    def remove(self, run: Run) -> None:
        """Forget a finished run; the newest other one of its slice takes its place."""
        if self._kept.get(_key(run)) is not run:
            return
        del self._kept[_key(run)]
        others = [other for other in self.kept if other.slice_index == run.slice_index]
        if self._picked.get(run.slice_index) == _key(run):
            self._picked.pop(run.slice_index)
            if others:
                self._picked[run.slice_index] = _key(others[-1])
        self.picked.emit()

    def start(self, case: Case, slice_index: int, card: ModelCard, options: Options) -> None:
        """Run a model on a slice; a run under way is cancelled first."""
        self._live, self._started_s = Run(slice_index, card, options, case.references), jobs.now_s()
        self._is_live_shown = True
        self.progress_changed.emit(Progress(0.0, tr("preparing …")))
        masks = jobs.slice_masks(case.references, slice_index)

        def job() -> jobs.Watching:
            steps = self._backend.segment(case.only(slice_index), slice_index, card.name, options)
            return jobs.watch(steps, masks, options.samples, jobs.now_s)

        self._held = None
        if case.pixels.has(slice_index) or case.pixels.draft(slice_index) is None:
            self._lane.start(job, self._backend.stop_running)
        else:  # no model is shown a draft
            self._lane.cancel()
            self._held = job

    @Slot(int)
    def take_slice(self, slice_index: int) -> None:
        """Start the run that waits for a slice, now that it is here or beyond reading."""
        if self._held is not None and self._live is not None and self._live.slice_index == slice_index:
            self._lane.start(self._held, self._backend.stop_running)
            self._held = None

    def cancel(self) -> bool:
        """Stop the run under way and say whether there was one."""
        if self._live is None:
            return False
        self._held = None
        self._lane.cancel()
        self._end()
        return True

    def clear(self) -> None:
        """Forget every run, for another case."""
        self.cancel()
        self._counting.cancel()
        self._kept, self._picked = {}, {}

    def adopt(self, runs: Sequence[Run]) -> None:
        """Take finished runs of an earlier session of the present case; the last of a slice is shown."""
        for run in runs:
            self._kept[_key(run)] = run
            self._picked[run.slice_index] = _key(run)
        self.recounted.emit()

    def recount(self, references: References | None) -> None:
        """Let the findings of every finished run be taken against these readers' masks, and no others any more."""
        self._counting.cancel()
        stale = [run for run in self.kept if run.references is not references]
        if stale:
            self._counting.start(lambda: jobs.recounted(stale, references))

    def hush(self) -> None:
        """Hear nothing any more; the processes may end now."""
        self._lane.cancel()
        self._live = None

    def close(self) -> None:
        """End the threads."""
        self._lane.close()
        self._counting.close()

    def _live_on(self, slice_index: int) -> Run | None:
        """Return the run under way if it is on a slice and has something to show."""
        live = self._live
        return live if live is not None and live.frames and live.slice_index == slice_index else None

    def _end(self) -> None:
        self._live = None
        self.progress_changed.emit(None)

    @Slot(object)
    def _on_yielded(self, frame: Frame) -> None:
        if self._live is None:
            return
        self._live.frames[frame.index] = frame
        share = frame.step.progress if frame.step is not None else 0.0
        left = readout.time_left_text(share, jobs.now_s() - self._started_s)
        said = tr("step {n} of {m}, {left}").format(n=frame.index + 1, m=frame.total, left=left)
        self.progress_changed.emit(Progress(share, said))
        self.advanced.emit()

    @Slot(object)
    def _on_returned(self, result: Result) -> None:
        run = self._live
        if run is None:
            return
        run.finish(result)
        self._kept.pop(_key(run), None)
        self._kept[_key(run)] = run
        if self._is_live_shown or run.slice_index not in self._picked:
            self._picked[run.slice_index] = _key(run)
        for old in self.kept[:-RUNS_WITH_STEPS]:
            old.frames.clear()  # their samples at every step would fill the memory
        self._end()
        self.finished.emit(run)

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        self._end()
        self.failed.emit(error)

    @Slot(object)
    def _on_recounted(self, pairs: jobs.Recount) -> None:
        for run, again in pairs:
            if self._kept.get(_key(run)) is run:
                self._kept[_key(run)] = again
        self.recounted.emit()


def _key(run: Run) -> _Key:
    """Return what only one run can be kept for: its slice and its model."""
    return run.slice_index, run.card.name
