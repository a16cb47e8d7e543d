"""What is done in the background, without a thread."""

from collections.abc import Callable, Generator

import numpy as np
import pytest

from app.domain.grid import Grid
from app.domain.result import Options, Result, Step
from app.ui import jobs
from app.ui.frames import Frame, Run
from tests.ui.studies import SIDE, HandWork, card, readers_of, series, square

GRID = Grid((SIDE, SIDE), (-0.5, -0.5), (2.0, 2.0), (64, 64))


def _clock(*times: float) -> Callable[[], float]:
    ticks = iter(times)
    return lambda: next(ticks)


def _previews(count: int) -> Generator[Step, None, Result]:
    """Yield previews of one sample of two, and then the whole step."""
    for _ in range(count):
        yield Step(0, 1, square(4, 1), 0.5, GRID)
    yield Step(0, 1, square(4, 2), 1.0, GRID)
    return "the result"  # type: ignore[return-value]


def test_previews_come_as_often_as_there_is_time_and_whole_steps_always() -> None:
    watching = jobs.watch(_previews(3), None, 2, _clock(0.0, 0.0, 0.1, 0.4, 0.4, 0.41))
    assert [frame.samples for frame in watching] == [3, 3, 6]  # the preview at 0.1 s was skipped


def test_a_run_that_settles_early_lacks_no_step() -> None:
    """All samples come within one pause, and none of the three steps ever has all that were asked for."""

    def settled() -> Generator[Step, None, Result]:
        for samples in (1, 2):
            for index in range(3):
                yield Step(index, 3, square(4, samples), 0.5, GRID)
        return "the result"  # type: ignore[return-value]

    frames = list(jobs.watch(settled(), None, 25, lambda: 0.0))
    newest = {frame.index: frame.samples for frame in frames}
    assert newest == {0: 6, 1: 6, 2: 6}  # three levels of two samples


def test_the_result_is_handed_on() -> None:
    assert jobs.drained(jobs.watch(_previews(0), None, 2, _clock(0.0, 0.0))) == "the result"


def test_frames_are_measured_against_the_readers_masks() -> None:
    references = np.zeros((2, 64, 64), np.bool_)
    references[:, 24:40, 24:40] = True  # the samples' own square: 8 network pixels of 2
    frame = jobs.frame_of(Step(0, 1, square(4, 2), 1.0, GRID), references)
    assert frame.findings.ged == pytest.approx(0, abs=1e-6)
    assert frame.findings.readers == 2


def test_closing_the_watch_closes_the_run() -> None:
    closed = []

    def steps() -> Generator[Step, None, Result]:
        try:
            return (yield from _previews(0))
        finally:
            closed.append(True)

    watching = jobs.watch(steps(), None, 2, _clock(0.0, 0.0))
    next(watching)
    watching.close()
    assert closed == [True]


def _finished(work: HandWork) -> Run:
    run = Run(0, card(), Options(2, 3))
    steps = work.segment(series().only(0), 0, "kidney", run.options)
    watching = jobs.watch(steps, None, 2, _clock(*range(10)))
    while True:
        try:
            frame: Frame = next(watching)
        except StopIteration as end:
            run.finish(end.value)
            return run
        run.frames[frame.index] = frame


def test_findings_are_taken_anew_against_masks_opened_later() -> None:
    run = _finished(HandWork())
    assert run.result is not None
    assert run.result.findings.ged is None
    references = readers_of(series())
    ((old, new),) = jobs.drained(jobs.recounted([run], references))
    assert old is run
    assert new.result.findings.ged is not None
    assert [frame.findings.readers for frame in new.frames.values()] == [2, 2, 2]
    assert new.references is references
