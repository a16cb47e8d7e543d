"""`concord segment`: images in, a folder of results for each out."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from tqdm import tqdm

from app.cli.progress import drained
from app.cli.series import index_of, print_series
from app.domain.case import Case
from app.domain.errors import AppError, OutputError, UnfitInputError
from app.domain.model import ModelCard
from app.domain.result import Device, Options, Step
from app.domain.view import View
from app.export.audit import AuditLog
from app.export.job import Inspection, inspect
from app.export.layout import LEAST_SCALE, LEAST_SIDE, MOST_SCALE, MOST_SIDE, Size
from app.export.order import OUTPUT_FILES, Order, Output
from app.export.outcome import Outcome, outcome_of
from app.export.write import write
from app.imaging.folder import picture_in
from app.imaging.read import read_case
from app.imaging.references import with_references
from app.pipeline import segment
from app.places import own_key, resources_folder
from app.segmenters.base import Segmenter, choose_device
from app.segmenters.cards import find_card
from app.segmenters.store import segmenter_from

WORDS = {
    "sheet": Output.SHEET, "picture": Output.PICTURE, "levels": Output.LEVELS, "steps": Output.STEPS,
    "film": Output.FILM, "pdf": Output.REPORT, "json": Output.NUMBERS, "csv": Output.TABLE, "nifti": Output.VOLUMES,
    "dicom": Output.DICOM, "soft-seg": Output.SOFT,
}  # fmt: skip
DICOM = frozenset({Output.DICOM, Output.SOFT})
USUAL = frozenset({Output.SHEET, Output.NUMBERS, Output.VOLUMES})
OUTPUTS = tuple(name for output in Output if output in USUAL for name in OUTPUT_FILES[output])


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "file", type=Path, nargs="+", metavar="FILE", help="image file, or folder with a DICOM series; one or many"
    )
    parser.add_argument("--model", required=True, metavar="NAME", help="as listed by `concord models`")
    parser.add_argument(
        "--out", required=True, type=Path, metavar="DIR", help="folder for the results; many go to case-001, case-002 …"
    )
    parser.add_argument(
        "--series", type=_positive, metavar="N", help="series of a folder, as listed if there are several"
    )
    parser.add_argument("--slice", type=int, metavar="K", help="slice, counted from 1 (default: the middle one)")
    parser.add_argument("--roi", type=_point, metavar="ROW,COL", help="centre of the region of interest")
    parser.add_argument("--samples", type=_positive, metavar="N", help="samples for each level")
    parser.add_argument("--steps", type=_positive, metavar="N", help="diffusion steps")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="of all noise (default 0)")
    parser.add_argument("--device", choices=[kind.value for kind in Device], default=Device.AUTO.value)
    parser.add_argument(
        "--reference", type=Path, nargs="+", action="extend", default=[], metavar="FILE", help="the readers' masks"
    )
    parser.add_argument("--calibrate", action="store_true", help="give the readers' masks to the model to calibrate")
    parser.add_argument("--refine", action="store_true", help="refine the majority level by a dense CRF")
    parser.add_argument("--overwrite", action="store_true", help="replace results that are already there")
    parser.add_argument("--models", type=Path, default=resources_folder() / "models", help=argparse.SUPPRESS)
    add_export_arguments(parser)


def add_export_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what is written and how."""
    known = ", ".join(WORDS)
    parser.add_argument(
        "--write", type=_outputs, default=USUAL, metavar="WHAT,…", help=f"of {known}, or all (default sheet,json,nifti)"
    )
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--scale", type=_scale, metavar="X", help="printed pixels for a pixel of the image; 1 is native")
    size.add_argument("--pixels", type=_long_side, metavar="N", help="printed pixels of the image's long side")
    parser.add_argument(
        "--identified", action="store_true", help="let DICOM objects keep the patient and refer to the source's image"
    )
    parser.add_argument("--audit-log", type=Path, metavar="FILE", help="note runs and exports there, as JSON lines")


def run(chosen: argparse.Namespace) -> int:
    """Segment and write, case by case; one that fails does not stop the others."""
    folders = case_folders(chosen)
    card = find_card(chosen.models, chosen.model)
    choose_device(Device(chosen.device))
    if chosen.audit_log is not None:
        AuditLog(chosen.audit_log).check()
    if len(folders) == 1:
        _run_one(chosen, card, segmenter_from(card), chosen.file[0], folders[0])
        return 0
    return _run_many(chosen, card, folders)


def case_folders(chosen: argparse.Namespace) -> list[Path]:
    """Return where each file's results go, and make sure that they can; no name of a file is in them.

    Raises:
        OutputError: a folder cannot be made, or holds results already.
        UnfitInputError: something was asked for that only one image can have.
    """
    count = len(chosen.file)
    if count > 1 and (chosen.reference or chosen.roi):
        raise UnfitInputError("Readers' masks and a region of interest belong to one image; give one file with them.")
    folders = [chosen.out / f"case-{number:03}" for number in range(1, count + 1)] if count > 1 else [chosen.out]
    for folder in folders:
        check_folder(folder, chosen.write, overwrite=chosen.overwrite)
    return folders


def check_folder(folder: Path, outputs: frozenset[Output], *, overwrite: bool) -> None:
    """Refuse an output folder that results cannot go to, before any work is done.

    Raises:
        OutputError: it is a file, cannot be made, or holds results already.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise OutputError(f"Cannot write to {folder.name}: it is a file, not a folder.") from error
    except OSError as error:
        raise OutputError(f"Cannot make the folder {folder.name}: {error.strerror}.") from error
    names = (name for output in Output if output in outputs for name in OUTPUT_FILES[output])
    taken = [name for name in names if (folder / name).exists()]
    if taken and not overwrite:
        raise OutputError(f"{folder.name} already holds {taken[0]}; choose another folder or add --overwrite.")


def options_from(chosen: argparse.Namespace, card: ModelCard) -> Options:
    """Fill what was not chosen from the model's card."""
    return Options(
        samples=chosen.samples or card.samples,
        steps=chosen.steps or card.steps,
        seed=chosen.seed,
        device=Device(chosen.device),
        region=chosen.roi,
        refine=chosen.refine,
        calibrate=chosen.calibrate,
    )


def write_results(outcome: Outcome, chosen: argparse.Namespace, file: Path, folder: Path) -> tuple[Path, ...]:
    """Write every output that was asked for, and note it."""
    majority = frozenset({outcome.result.findings.majority})
    view = View(slice_index=outcome.slice_index, window=outcome.case.window, levels=majority, refined=chosen.refine)
    order = Order(
        outputs=chosen.write,
        folder=folder,
        source=file,
        deidentified=not chosen.identified,
        key=own_key() if chosen.write & DICOM else b"",
        size=Size(chosen.scale, chosen.pixels),
        refined=chosen.refine,
        overwrite=chosen.overwrite,
    )
    written = tuple(write(outcome, view, order))
    if chosen.audit_log is not None:
        log, made, pixels = AuditLog(chosen.audit_log), outcome.result.provenance, outcome.pixels_sha256
        log.ran(pixels, made)
        log.exported(pixels, made, order.outputs, deidentified=order.deidentified)
    return written


def _run_one(chosen: argparse.Namespace, card: ModelCard, segmenter: Segmenter, file: Path, folder: Path) -> None:
    case = _opened(chosen, file)
    slice_index = case.slices // 2 if chosen.slice is None else chosen.slice - 1
    for notice in (*case.notices, *_cautions(chosen, case, file, slice_index)):
        print(f"note: {notice}", file=sys.stderr)
    bar = tqdm(total=100, desc=card.title, unit="%", bar_format="{l_bar}{bar}| {elapsed}<{remaining}")
    steps: dict[int, Step] = {}

    def show(shown: "tqdm[None]", step: Step) -> None:
        steps[step.index] = step
        shown.update(round(100 * step.progress) - shown.n)

    result = drained(segment(case, slice_index, segmenter, options_from(chosen, card)), bar, show)
    for warning in result.warnings:
        print(f"warning: {warning}", file=sys.stderr)
    written = write_results(outcome_of(case, result, steps, card), chosen, file, folder)
    print(f"Wrote {', '.join(path.name for path in written)} to {folder}. Not for diagnostic use.")


def _run_many(chosen: argparse.Namespace, card: ModelCard, folders: list[Path]) -> int:
    """Return 0 if all went well, 1 if some did, 2 if none did."""
    segmenter = segmenter_from(card)
    failed = list(_failures(chosen, card, segmenter, folders))
    for folder in failed:
        if not any(folder.iterdir()):
            folder.rmdir()
    print(f"{len(folders) - len(failed)} of {len(folders)} done.")
    return (2 if len(failed) == len(folders) else 1) if failed else 0


def _failures(chosen: argparse.Namespace, card: ModelCard, segmenter: Segmenter, folders: list[Path]) -> Iterator[Path]:
    """Run case by case and yield the folders of those that failed."""
    for file, folder in zip(chosen.file, folders, strict=True):
        print(f"{folder.name}: {file.name}")
        try:
            _run_one(chosen, card, segmenter, file, folder)
        except AppError as error:
            print(f"concord: {error}", file=sys.stderr)
            yield folder


def _opened(chosen: argparse.Namespace, file: Path) -> Case:
    if file.is_dir() and chosen.series is None and picture_in(file) is None:
        print_series(file, sys.stderr, least=2)
    case = read_case(file, index_of(chosen))
    if chosen.slice is not None and not 1 <= chosen.slice <= case.slices:
        raise UnfitInputError(f"{case.name} has {case.slices} slices; there is no slice {chosen.slice}.")
    if not chosen.reference:
        return case
    return with_references(case, chosen.reference)


def _cautions(chosen: argparse.Namespace, case: Case, file: Path, slice_index: int) -> tuple[str, ...]:
    """Return what should be known before the slice is handed on as DICOM.

    Raises:
        UnfitInputError: the patient is to be kept, and the source names none.
    """
    if not chosen.write & DICOM:
        return ()
    image = case.sources[slice_index] if case.sources else ""
    found = inspect(Inspection(file, case.modality, image))
    if chosen.identified and not found.is_dicom:
        raise UnfitInputError(f"{file.name} is not DICOM and names no patient to keep; leave out --identified.")
    return found.cautions


def _outputs(text: str) -> frozenset[Output]:
    if text == "all":
        return frozenset(Output)
    words = [word.strip() for word in text.split(",")]
    unknown = [word for word in words if word not in WORDS]
    if unknown:
        raise argparse.ArgumentTypeError(f"{unknown[0]!r} is none of {', '.join(WORDS)}, all")
    return frozenset(WORDS[word] for word in words)


def _point(text: str) -> tuple[float, float]:
    row, column = (float(part) for part in text.split(","))
    return row, column


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def _long_side(text: str) -> int:
    number = int(text)
    if not LEAST_SIDE <= number <= MOST_SIDE:
        raise argparse.ArgumentTypeError(f"{number} is not from {LEAST_SIDE} to {MOST_SIDE}")
    return number


def _scale(text: str) -> float:
    number = float(text)
    if not LEAST_SCALE <= number <= MOST_SCALE:
        raise argparse.ArgumentTypeError(f"{text} is not from {LEAST_SCALE:g} to {MOST_SCALE:g}")
    return number
