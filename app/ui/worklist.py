"""Many studies one after another in the background: read, run, write."""

from collections.abc import Generator
from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import Path
from typing import TypeAlias

from app.domain.case import Case
from app.domain.errors import AppError, RunCancelledError
from app.domain.model import ModelCard
from app.domain.reading import Open
from app.domain.result import Options, Step
from app.domain.view import View
from app.domain.words import mark, tr
from app.export.audit import AuditLog
from app.export.files import fresh_folder
from app.export.order import Order, Output
from app.ui import export_jobs
from app.ui.desk.capture import source_of
from app.ui.desk.saved import Next, Saved, mark_of, saved_run
from app.ui.desk.session_files import ENDING, save_session
from app.ui.export_jobs import ExportBackend, Shown, Written
from app.ui.frames import Run
from app.ui.jobs import Backend, drained, frame_of
from app.ui.opening import Study, open_study


class State(Enum):
    """How far a study is."""

    WAITING = mark("waiting")
    RUNNING = mark("running")
    DONE = mark("done")
    FAILED = mark("failed")


@dataclass(frozen=True, slots=True)
class Report:
    """How far one study of a worklist is.

    Attributes:
        index: of the study, from 0.
        state: of it.
        share: done, in [0, 1].
        text: fit to show.
        session: file with the result of a study that is done, if results are kept.
    """

    index: int
    state: State
    share: float
    text: str = ""
    session: Path | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """A worklist.

    Attributes:
        sources: files and folders.
        card: of the model that is run on the middle slice of each.
        options: of the runs.
        order: of files; its folder is where a new folder for all of it is made.
        log: to note runs and exports in.
        results: folder where each result is kept as a session, to be looked at; None keeps none.
    """

    sources: tuple[Path, ...]
    card: ModelCard
    options: Options
    order: Order
    log: AuditLog | None = field(default=None)
    results: Path | None = None


Working: TypeAlias = Generator[Report, None, Path]


def work(backend: Backend, exporter: ExportBackend, task: Task) -> Working:
    """Do a worklist; a study that fails does not stop the others, and one that is cancelled leaves nothing.

    Yields:
        how far each study is.

    Returns:
        the new folder, with a folder for each study that is named by its number alone.

    Raises:
        OutputError: the new folder cannot be made.
        RunCancelledError: the user stopped it; studies that were done stay.
    """
    whole = fresh_folder(task.order.folder, WHOLE_STEM)
    try:
        for index, source in enumerate(task.sources):
            order = replace(task.order, source=source, folder=whole)
            try:
                yield from _one(backend, exporter, replace(task, order=order), index)
            except RunCancelledError:
                raise
            except AppError as error:
                yield Report(index, State.FAILED, 1.0, str(error))
    finally:
        if not any(whole.iterdir()):
            whole.rmdir()
    return whole


WHOLE_STEM = "concord-worklist"
_READ, _RUN = 0.05, 0.75  # the parts of a study's time that reading and running take, about
_WITH_STEPS = frozenset({Output.STEPS, Output.FILM})


def _one(backend: Backend, exporter: ExportBackend, task: Task, index: int) -> Generator[Report, None, None]:
    order = task.order
    yield Report(index, State.RUNNING, 0.0, tr("opening …"))
    study = _opened(backend, order.source)
    case = study.case
    run = yield from _run(backend, case, task, index)
    if run.result is None:
        raise ValueError("a run that ended has a result")
    majority = frozenset({run.result.findings.majority})
    shown = Shown(case, run, View(slice_index=run.slice_index, window=case.window, levels=majority), order.source)
    if task.log is not None:
        drained(export_jobs.note_run(task.log, shown))
    yield Report(index, State.RUNNING, _READ + _RUN, tr("writing …"))
    name = f"case-{index + 1:03}"
    written: Written = drained(export_jobs.export(exporter, shown, order, task.log, name))
    session = _kept(study, shown, task, name)
    said = tr("{n} files in {folder}").format(n=len(written.paths), folder=name)
    yield Report(index, State.DONE, 1.0, said, session)


def _opened(backend: Backend, source: Path) -> Study:
    """Open a study; of a folder with several series the largest."""
    studies = [report for report in open_study(backend, Open(source, takes_largest=True)) if isinstance(report, Study)]
    return studies[0]


def _kept(study: Study, shown: Shown, task: Task, name: str) -> Path | None:
    """Keep a result where the window can open it, and return the file."""
    if task.results is None:
        return None
    following = Next(task.card.name, task.options.samples, task.options.steps, task.options.seed, task.options.device)
    saved = Saved(source_of(study), mark_of(study.case), shown.view, following, (saved_run(shown.run),))
    path: Path = drained(save_session(saved, task.results / f"{name}{ENDING}"))
    return path


def _run(backend: Backend, case: Case, task: Task, index: int) -> Generator[Report, None, Run]:
    """Run the model on the middle slice; the steps are kept only where they are wanted."""
    middle = case.slices // 2
    run = Run(middle, task.card, task.options)
    steps = backend.segment(case.only(middle), middle, task.card.name, task.options)
    seen: dict[int, Step] = {}
    while True:
        try:
            step: Step = next(steps)
        except StopIteration as end:
            run.finish(end.value)
            run.frames = {index: frame_of(whole, None) for index, whole in seen.items()}
            return run
        if task.order.outputs & _WITH_STEPS:
            seen[step.index] = step  # the last one of an index is whole
        said = tr("step {n} of {m}").format(n=step.index + 1, m=step.total)
        yield Report(index, State.RUNNING, _READ + _RUN * step.progress, said)
