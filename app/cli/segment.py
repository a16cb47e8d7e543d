"""`concord segment`: one image in, one folder of results out."""

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from tqdm import tqdm

from app.cli.progress import drained
from app.domain.case import Case
from app.domain.errors import OutputError, UnfitInputError
from app.domain.model import ModelCard
from app.domain.result import Device, Options, Result
from app.domain.view import View
from app.export.numbers import write_numbers
from app.export.outcome import outcome_of
from app.export.png import export_png
from app.export.volumes import write_volumes
from app.imaging.read import read_case
from app.imaging.references import read_references
from app.pipeline import segment
from app.places import resources_folder
from app.segmenters.base import choose_device
from app.segmenters.cards import find_card
from app.segmenters.store import segmenter_from

OUTPUTS = ("annotated.png", "result.json", "soft.nii.gz", "levels.nii.gz", "samples.nii.gz")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("file", type=Path, metavar="FILE", help="image file, or folder with a DICOM series")
    parser.add_argument("--model", required=True, metavar="NAME", help="as listed by `concord models`")
    parser.add_argument("--out", required=True, type=Path, metavar="DIR", help="folder for the results")
    parser.add_argument("--slice", type=int, metavar="K", help="slice, counted from 1 (default: the middle one)")
    parser.add_argument("--roi", type=_point, metavar="ROW,COL", help="centre of the region of interest")
    parser.add_argument("--samples", type=_positive, metavar="N", help="samples for each level")
    parser.add_argument("--steps", type=_positive, metavar="N", help="diffusion steps")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="of all noise (default 0)")
    parser.add_argument("--device", choices=[kind.value for kind in Device], default=Device.AUTO.value)
    parser.add_argument("--reference", type=Path, nargs="+", default=[], metavar="FILE", help="the readers' masks")
    parser.add_argument("--refine", action="store_true", help="refine the majority level by a dense CRF")
    parser.add_argument("--overwrite", action="store_true", help="replace results that are already there")
    parser.add_argument("--models", type=Path, default=resources_folder() / "models", help=argparse.SUPPRESS)


def run(chosen: argparse.Namespace) -> int:
    """Segment and write."""
    check_folder(chosen.out, overwrite=chosen.overwrite)
    card = find_card(chosen.models, chosen.model)
    options = options_from(chosen, card)
    choose_device(options.device)
    case = _opened(chosen)
    for notice in case.notices:
        print(f"note: {notice}", file=sys.stderr)
    slice_index = case.slices // 2 if chosen.slice is None else chosen.slice - 1
    bar = tqdm(total=100, desc=card.title, unit="%", bar_format="{l_bar}{bar}| {elapsed}<{remaining}")
    running = segment(case, slice_index, segmenter_from(card), options)
    result = drained(running, bar, lambda shown, step: shown.update(round(100 * step.progress) - shown.n))
    for warning in result.warnings:
        print(f"warning: {warning}", file=sys.stderr)
    write_results(case, result, chosen.out, overwrite=chosen.overwrite)
    print(f"Wrote {', '.join(OUTPUTS)} to {chosen.out}. Not for diagnostic use.")
    return 0


def check_folder(folder: Path, *, overwrite: bool) -> None:
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
    taken = [name for name in OUTPUTS if (folder / name).exists()]
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
    )


def write_results(case: Case, result: Result, folder: Path, *, overwrite: bool) -> None:
    """Write every output of `concord segment`."""
    majority = frozenset({result.findings.majority})
    view = View(slice_index=result.slice_index, window=case.window, levels=majority)
    outcome = outcome_of(case, result)
    export_png(outcome, view, folder / "annotated.png", overwrite=overwrite)
    write_numbers(outcome, folder / "result.json", overwrite=overwrite)
    write_volumes(outcome, folder, overwrite=overwrite)


def _opened(chosen: argparse.Namespace) -> Case:
    case = read_case(chosen.file)
    if chosen.slice is not None and not 1 <= chosen.slice <= case.slices:
        raise UnfitInputError(f"{case.name} has {case.slices} slices; there is no slice {chosen.slice}.")
    if not chosen.reference:
        return case
    return replace(case, references=read_references(chosen.reference, case))


def _point(text: str) -> tuple[float, float]:
    row, column = (float(part) for part in text.split(","))
    return row, column


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number
