"""What the window does in the background, as plain generators that know no Qt."""

import gc
import time
from collections.abc import Callable, Generator, Iterable
from dataclasses import replace
from typing import Any, Protocol, TypeAlias

import psutil

from app.domain.arrays import BoolArray, FloatArray
from app.domain.case import Case, References
from app.domain.grid import Grid
from app.domain.reading import News, Order
from app.domain.result import Findings, Options, Result, Step
from app.engine.client import Engine
from app.engine.reader import Reader
from app.ui.frames import Frame, Run, fitting

PREVIEW_PAUSE_S = 0.3


Reading: TypeAlias = Generator[News, None, None]
Running: TypeAlias = Generator[Step, None, Result]
Watching: TypeAlias = Generator[Frame, None, Result]
Recount: TypeAlias = tuple[tuple[Run, Run], ...]


class Backend(Protocol):
    """The long work that a session asks for; a test may put its own in the place of `Engines`."""

    def warm(self) -> None:
        """Start what will be needed; returns at once."""
        ...

    def read(self, order: Order) -> Reading:
        """Open a case, or read more of an open one."""
        ...

    def wish(self, index: int) -> None:
        """Let a slice of the case that is being read come next; returns at once."""
        ...

    def segment(self, case: Case, slice_index: int, model: str, options: Options) -> Running:
        """Run a model on the only slice of a case."""
        ...

    def stop_reading(self) -> None:
        """Ask the present reading to end; returns at once."""
        ...

    def stop_running(self) -> None:
        """Ask the present run to end; returns at once."""
        ...

    def close(self) -> None:
        """End every process."""
        ...


class Engines:
    """The two processes of a window: one opens files, one runs models; neither can take the window along."""

    def __init__(self) -> None:
        """Name the jobs; `warm` starts the processes."""
        self._reader = Reader()
        self._runner = Engine("app.pipeline:segment_by_name")

    def warm(self) -> None:
        """Start both processes in the background."""
        self._reader.warm()
        self._runner.warm()

    def read(self, order: Order) -> Reading:
        """Open a case, or read more of an open one, in the reading process."""
        return self._reader.read(order)

    def wish(self, index: int) -> None:
        """Let a slice come next."""
        self._reader.wish(index)

    def segment(self, case: Case, slice_index: int, model: str, options: Options) -> Running:
        """Run a model in the running process."""
        return self._runner.run(case, slice_index, model, options)

    def stop_reading(self) -> None:
        """Ask the present reading to end; returns at once."""
        self._reader.cancel()

    def stop_running(self) -> None:
        """Ask the present run to end; returns at once."""
        self._runner.cancel()

    def close(self) -> None:
        """End both processes."""
        self._reader.close()
        self._runner.close()


def watch(steps: Running, references: BoolArray | None, samples: int, clock: Callable[[], float]) -> Watching:
    """Turn the steps of a run into frames: whole steps always, previews as often as there is time for.

    A run that settles early makes no step whole; what was passed over of each step for lack of time comes at the end.

    Args:
        steps: from the engine.
        references: (readers, rows, columns) on the slice, or None.
        samples: for each level, that make a step whole.
        clock: seconds, rising.
    """
    last, passed = -PREVIEW_PAUSE_S, dict[int, Step]()
    try:
        while True:
            try:
                step = next(steps)
            except StopIteration as end:
                yield from (frame_of(passed[index], references) for index in sorted(passed))
                result: Result = end.value
                return result
            if step.estimate.shape[1] < samples and clock() - last < PREVIEW_PAUSE_S:
                passed[step.index] = step
                continue
            passed.pop(step.index, None)
            yield frame_of(step, references)
            last = clock()
    finally:
        steps.close()


def frame_of(step: Step, references: BoolArray | None) -> Frame:
    """Find what the samples of a step agree on."""
    levels, samples = step.estimate.shape[:2]
    found = _find(step.estimate, step.grid, references), step.grid
    facts = step.index, step.total, *found, levels * samples
    return Frame(*facts, final=False, step=step, calibration=fitting(step, references), made=step)


def recounted(runs: Iterable[Run], references: References | None) -> Generator[None, None, Recount]:
    """Take the findings of finished runs anew against other reference masks; return each run with its successor."""
    pairs = []
    for run in runs:
        masks = slice_masks(references, run.slice_index)
        again = Run(run.slice_index, run.card, run.options, references)
        again.frames = {step.index: frame_of(step, masks) for step in run.steps.values()}
        if run.result is not None:
            found = _find(run.result.samples, run.result.grid, masks)
            distances = {name: getattr(found, name) for name in ("ged", "readers", "level_geds")}
            again.finish(replace(run.result, findings=replace(run.result.findings, **distances)))
        pairs.append((run, again))
        yield
    return tuple(pairs)


def slice_masks(references: References | None, slice_index: int) -> BoolArray | None:
    """Return the readers' masks of one slice, (readers, rows, columns)."""
    return None if references is None else references.masks[:, slice_index]


def load_libraries() -> Generator[None, None, None]:
    """Import what the first findings need, so that the window does not wait for it."""
    import pyqtgraph  # noqa: F401

    import app.imaging.prepare
    import app.postprocess.agreement  # noqa: F401

    yield
    keep_for_good()


def memory_mb() -> float:
    """Return the memory that this process takes."""
    return float(psutil.Process().memory_info().rss) / 2**20


def keep_for_good() -> None:
    """Take all that is loaded out of the garbage collector's sight.

    Its full rounds stopped the window for 90 to 160 ms, nearly all of it spent on modules that never go away.
    """
    gc.freeze()


def drained(stream: Generator[Any, None, Any]) -> Any:
    """Do a job here and now and return what it returns."""
    while True:
        try:
            next(stream)
        except StopIteration as end:
            return end.value


def now_s() -> float:
    """Return seconds that only rise."""
    return time.monotonic()


def _find(estimate: FloatArray, grid: Grid, references: BoolArray | None) -> Findings:
    from app.imaging.prepare import masks_to_grid
    from app.postprocess.agreement import find

    on_grid = None if references is None else masks_to_grid(references, grid)
    return find(estimate, grid, on_grid)
