"""Everything that was ordered, written file by file: the job of the process that exports."""

from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

from app.domain.view import View
from app.export.files import refuse_occupied
from app.export.layout import Look
from app.export.numbers import write_numbers
from app.export.order import OUTPUT_FILES, Order, Output
from app.export.outcome import Outcome
from app.export.page import page_of
from app.export.pdf import write_pdf
from app.export.png import drawn, export_png
from app.export.strip import export_film, export_levels, export_steps
from app.export.table import write_table
from app.export.volumes import VOLUMES, write_volumes

Writing: TypeAlias = Generator[Path, None, tuple[Path, ...]]


def write(outcome: Outcome, view: View, order: Order) -> Writing:
    """Write an order; a failure or a cancel takes back what was newly written.

    Yields:
        each file as it is written.

    Returns:
        all of them.

    Raises:
        AppError: the first thing that cannot be done.
    """
    before = frozenset(order.folder.iterdir()) if order.folder.is_dir() else frozenset()
    view = replace(view, measured=view.measured and order.measurements)
    outcome = outcome if order.outlines else replace(outcome, outlines=())
    for output in order.outputs:
        refuse_occupied_files(order, output)
    written: list[Path] = []
    try:
        for path in _files(outcome, view, order):
            written.append(path)
            yield path
    except BaseException:
        for path in set(written) - before:
            path.unlink(missing_ok=True)
        raise
    return tuple(written)


def refuse_occupied_files(order: Order, output: Output) -> None:
    """Refuse an output of which a file is there already and may not be replaced.

    Raises:
        OutputError: it is there.
    """
    names = (order.names[output],) if output in order.names else OUTPUT_FILES[output]
    for name in names:
        refuse_occupied(order.folder / name, overwrite=order.overwrite)


_Writer: TypeAlias = Callable[..., None]
_PICTURES: dict[Output, _Writer] = {
    Output.LEVELS: export_levels,
    Output.STEPS: export_steps,
    Output.FILM: export_film,
}
_LOOKS: dict[Output, Callable[[Order], Look]] = {
    Output.SHEET: lambda order: Look(size=order.size),
    Output.PICTURE: lambda order: Look(composed=False, size=order.size, part=order.part),
}


def _files(outcome: Outcome, view: View, order: Order) -> Iterator[Path]:
    """Write the outputs in their order, each with what it needs."""
    for output in Output:
        if output in order.outputs:
            yield from _one(output, outcome, view, order)
    yield from _dicom(outcome, view, order)


def _one(output: Output, outcome: Outcome, view: View, order: Order) -> Iterator[Path]:
    path, overwrite = order.path(output), order.overwrite
    if output is Output.VOLUMES:
        write_volumes(outcome, order.folder, overwrite=overwrite)
        yield from (order.folder / name for name in VOLUMES)
    if output in _LOOKS:
        export_png(outcome, view, path, _LOOKS[output](order), overwrite=overwrite)
        yield path
    if output in _PICTURES:
        _PICTURES[output](replace(outcome, outlines=()), view, path, overwrite=overwrite)  # a strip has no legend
        yield path
    if output is Output.REPORT:
        write_pdf(outcome, view, path, notes=order.notes, overwrite=overwrite)
        yield path
    if output is Output.NUMBERS:
        write_numbers(outcome, path, view.measured_on(outcome.slice_index), overwrite=overwrite)
        yield path
    if output is Output.TABLE:
        measured = view.measured_on(outcome.slice_index)
        write_table(outcome, path, measured, notes=order.notes, overwrite=overwrite)
        yield path


def _dicom(outcome: Outcome, view: View, order: Order) -> Iterator[Path]:
    """Write the DICOM objects; the library is loaded only for them."""
    from app.export.dicom.privacy import Privacy
    from app.export.dicom.write import USUAL, DicomOrder, Kind, write_dicom

    kinds = USUAL if Output.DICOM in order.outputs else frozenset()
    if Output.SOFT in order.outputs:
        kinds |= {Kind.SOFT}
    if not kinds:
        return
    result = replace(view, step=None, hidden=False)  # an intermediate step is never a DICOM object
    asked = DicomOrder(
        kinds=kinds,
        source=order.source,
        privacy=Privacy(order.deidentified, order.key),
        sheet=drawn(page_of(outcome, result), Look()),
        refined=order.refined,
    )
    yield from write_dicom(outcome, asked, order.folder, overwrite=order.overwrite)
