"""The runs of one case: the finished ones slice by slice, and the one under way."""

from PySide6.QtCore import QObject, Signal, Slot

from app.domain.case import Case, References
from app.domain.model import ModelCard
from app.domain.result import Options, Result
from app.ui import jobs, readout
from app.ui.choice import Progress
from app.ui.frames import Frame, Run
from app.ui.words import tr
from app.ui.worker import Lane

RUNS_WITH_STEPS = 4


class Runs(QObject):
    """Starts, hears and keeps runs.

    Signals:
        advanced(): the run under way has a new frame.
        finished(Run): it ended with a result.
        failed(AppError): it ended without; what the slice had before is still there.
        recounted(): findings were taken anew against other readers' masks.
        progress_changed(Progress | None): how far it is; None when there is none.
    """

    advanced = Signal()
    finished = Signal(object)
    failed = Signal(object)
    recounted = Signal()
    progress_changed = Signal(object)

    def __init__(self, backend: jobs.Backend, parent: QObject) -> None:
        """Start without any run."""
        super().__init__(parent)
        self._backend = backend
        self._kept: dict[int, Run] = {}
        self._live: Run | None = None
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
        """Return the run to show on a slice: the one under way once it has a frame, else the finished one."""
        live = self._live
        if live is not None and live.frames and live.slice_index == slice_index:
            return live
        return self._kept.get(slice_index)

    def start(self, case: Case, slice_index: int, card: ModelCard, options: Options) -> None:
        """Run a model on a slice; a run under way is cancelled first."""
        self._live, self._started_s = Run(slice_index, card, options, case.references), jobs.now_s()
        self.progress_changed.emit(Progress(0.0, tr("preparing …")))
        masks = jobs.slice_masks(case.references, slice_index)

        def job() -> jobs.Watching:
            steps = self._backend.segment(case.only(slice_index), slice_index, card.name, options)
            return jobs.watch(steps, masks, options.samples, jobs.now_s)

        self._lane.start(job, self._backend.stop_running)

    def cancel(self) -> bool:
        """Stop the run under way and say whether there was one."""
        if self._live is None:
            return False
        self._lane.cancel()
        self._end()
        return True

    def clear(self) -> None:
        """Forget every run, for another case."""
        self.cancel()
        self._counting.cancel()
        self._kept = {}

    def recount(self, references: References | None) -> None:
        """Let the findings of every finished run be taken against these readers' masks."""
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
        self._kept.pop(run.slice_index, None)
        self._kept[run.slice_index] = run
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
            if self._kept.get(run.slice_index) is run:
                self._kept[run.slice_index] = again
        self.recounted.emit()
