"""What exporting does in the background, as plain generators that know no Qt."""

import shutil
from collections.abc import Generator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from app.domain.case import Case
from app.domain.measure import Measurement
from app.domain.view import View
from app.engine.client import Engine
from app.export.audit import AuditLog
from app.export.files import fresh_folder, made_folder, part_files
from app.export.job import Inspected, Inspection, Writing
from app.export.order import Order, Output
from app.export.outcome import Outcome, outcome_of
from app.export.own import Outline
from app.export.saving import Format, Saving
from app.places import own_key
from app.ui.frames import Run


@dataclass(frozen=True, slots=True)
class Written:
    """What an export came to.

    Attributes:
        folder: that holds the files.
        paths: of the files.
    """

    folder: Path
    paths: tuple[Path, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """What is on screen and to be handed on.

    Attributes:
        case: that is open.
        run: that is finished.
        view: how it is shown.
        source: the file or folder that the case was opened from.
        outlines: that the reader drew on the run's slice.
    """

    case: Case = field(repr=False)
    run: Run = field(repr=False)
    view: View
    source: Path
    outlines: tuple[Outline, ...] = field(default=(), repr=False)

    @property
    def measurements(self) -> tuple[Measurement, ...]:
        """What the reader measured on the run's slice, seen or not."""
        return replace(self.view, measured=True).measured_on(self.run.slice_index)

    def outcome(self) -> Outcome:
        """Return the run's result with its slice; a distance to readers other than the open ones is not told."""
        result = self.run.result_beside(self.case.references)
        if result is None:
            raise ValueError("only a finished run can be exported")
        found = outcome_of(self.case, result, self.run.steps, self.run.card)
        return replace(found, outlines=self.outlines)


class ExportBackend(Protocol):
    """Writes files, out of the window's way; a test may put its own in the place of `ExportEngine`."""

    def serve(self, asked: Writing | Inspection | Saving) -> Generator[Any, None, Any]:
        """Write an order, or inspect a source."""
        ...

    def stop(self) -> None:
        """Ask the present job to end; returns at once."""
        ...

    def close(self) -> None:
        """End every process."""
        ...


class ExportEngine:
    """A process that writes files; it starts with the first of them."""

    def __init__(self) -> None:
        """Name the job."""
        self._engine = Engine("app.export.job:serve", threads=1)

    def serve(self, asked: Writing | Inspection | Saving) -> Generator[Any, None, Any]:
        """Write an order, or inspect a source, in the process."""
        return self._engine.run(asked)

    def stop(self) -> None:
        """Ask the present job to end; returns at once."""
        self._engine.cancel()

    def close(self) -> None:
        """End the process."""
        self._engine.close()


Exporting: TypeAlias = Generator[Path, None, Written]
Looking: TypeAlias = Generator[Any, None, Inspected]


def export(backend: ExportBackend, shown: Shown, order: Order, log: AuditLog | None, name: str = "") -> Exporting:
    """Write an order into a new folder beside what is there; what fails or is cancelled leaves no folder.

    Args:
        backend: that writes.
        shown: what is on screen.
        order: of files; its folder is where the new one is made.
        log: to note it in.
        name: of the new folder; "" takes a numbered one.

    Yields:
        each file as it is written.

    Raises:
        AppError: it cannot be done.
    """
    folder = made_folder(order.folder / name) if name else fresh_folder(order.folder, FOLDER_STEM)
    try:
        paths = yield from _written(backend, shown, replace(order, folder=folder), log)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return Written(folder, paths)


def export_picture(backend: ExportBackend, shown: Shown, path: Path, log: AuditLog | None) -> Exporting:
    """Write the composed page to one file; the file dialog has already asked whether to write over a file.

    Raises:
        AppError: it cannot be done.
    """
    order = Order(frozenset({Output.SHEET}), path.parent, shown.source, overwrite=True, names={Output.SHEET: path.name})
    before = part_files(path.parent)
    try:
        paths = yield from _written(backend, shown, order, log)
    finally:
        for left in part_files(path.parent) - before:
            left.unlink(missing_ok=True)  # of a process that was killed while it wrote
    return Written(path.parent, paths)


def save_drawn(backend: ExportBackend, order: Saving) -> Exporting:
    """Write a reader's masks to one file.

    Raises:
        AppError: it cannot be done.
    """
    if order.format is Format.DICOM:
        order = replace(order, key=own_key())
    before = part_files(order.path.parent)
    try:
        paths: tuple[Path, ...] = yield from backend.serve(order)
    finally:
        for left in part_files(order.path.parent) - before:
            left.unlink(missing_ok=True)  # of a process that was killed while it wrote
    return Written(order.path.parent, paths)


def note_run(log: AuditLog, shown: Shown) -> Generator[None, None, None]:
    """Note a finished run in the audit log.

    Raises:
        OutputError: the log cannot be written.
    """
    yield
    outcome = shown.outcome()
    log.ran(outcome.pixels_sha256, outcome.result.provenance)


def inspected(backend: ExportBackend, asked: Inspection) -> Looking:
    """Find out what should be known of a source before anything of it is handed on."""
    found: Inspected = yield from backend.serve(asked)
    return found


FOLDER_STEM = "concord"
_WITH_KEY = frozenset({Output.DICOM, Output.SOFT})


def _written(
    backend: ExportBackend, shown: Shown, order: Order, log: AuditLog | None
) -> Generator[Path, None, tuple[Path, ...]]:
    outcome = shown.outcome()
    if order.outputs & _WITH_KEY:
        order = replace(order, key=own_key())
    paths: tuple[Path, ...] = yield from backend.serve(Writing(outcome, shown.view, order))
    if log is not None:
        made = outcome.result.provenance
        log.exported(outcome.pixels_sha256, made, order.outputs, deidentified=order.deidentified)
    return paths
