"""Data sets of pictures with the masks of several readers, prepared for a network once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import numpy as np

from app.domain.arrays import AnyArray, BoolArray, FloatArray
from app.domain.case import Case, Modality
from app.domain.errors import AppError, TrainingError, UnfitReferenceError
from app.domain.grid import Grid
from app.domain.model import Intake
from app.domain.stack import Stack
from app.imaging.prepare import fit_grid, masks_to_grid, prepare
from app.imaging.read import read_case
from app.imaging.references import read_references
from app.training.folders import Found, find_pictures, folders_name_parts
from app.training.rows import read_rows
from app.training.stored import read_arrays


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """One picture with its readers' masks, on the network's grid.

    Attributes:
        name: within the data set.
        group: patient, scan or lesion; never split between training and testing.
        image: (channels, side, side) in [0, 1].
        readers: (readers, side, side), the masks that the readers drew; all False for one who marked nothing.
        grid: how the picture lies on the slice it came from.
        agreement: mean pairwise Dice of real annotators of this picture, where it is known.
        drawn: (readers, rows, columns), the masks on the slice itself, for scoring.
        counterpart: (channels, side, side) in [0, 1], the same picture without what the readers marked; all examples
            of a training have one, or none has.
    """

    name: str
    group: str
    image: FloatArray = field(repr=False)
    readers: BoolArray = field(repr=False)
    grid: Grid = field(repr=False)
    agreement: float | None = None
    drawn: BoolArray | None = field(default=None, repr=False)
    counterpart: FloatArray | None = field(default=None, repr=False)


def load_examples(folder: Path, intake: Intake, split: str | None = None, task: int | None = None) -> list[Example]:
    """Load a data set; see `read_examples`."""
    return list(read_examples(folder, intake, split, task))


def read_examples(folder: Path, intake: Intake, split: str | None = None, task: int | None = None) -> Iterator[Example]:
    """Read a data set from a folder in any layout that Concord knows, one picture after the other.

    The layouts: a table `index.csv` beside `images/` and `masks/`; a table beside `.npz` files with one or many slices;
    and image files with their masks as `find_pictures` knows them (QUBIQ, LIDC, ISIC Task 1, plain folders).

    Args:
        folder: of the data set.
        intake: of the network.
        split: only rows with this value in the table's column `split`, or the part that folders name so; None and "all"
            take all.
        task: number of QUBIQ's task, each of which outlines another structure; None takes the lowest of each case.

    Raises:
        TrainingError: the folder holds no data set in a known layout, or none of the split or the task.
    """
    if not folder.is_dir():
        raise TrainingError(f"There is no data folder {folder.name}.")
    empty = True
    for example in _examples(folder, intake, split, task):
        yield example
        empty = False
    if empty:
        asked = ", ".join([*([f"task {task}"] if task is not None else []), *([split] if split else [])])
        raise TrainingError(
            f"The data folder {folder.name} holds no pictures with masks{f' of {asked}' if asked else ''}."
        )


def names_parts(folder: Path, task: int | None = None) -> bool:
    """Tell whether a data set says which of its pictures are for training, and which are not."""
    return (folder / INDEX).is_file() or folders_name_parts(folder, task)


INDEX: Final = "index.csv"


def _examples(folder: Path, intake: Intake, split: str | None, task: int | None) -> Iterator[Example]:
    if not (folder / INDEX).is_file():
        return _files(folder, intake, split, task)
    if task is not None:
        raise TrainingError(f"The data folder {folder.name} has a table, in which masks have no tasks.")
    return (_photographs if (folder / "images").is_dir() else _arrays)(folder, intake, split)


def _photographs(folder: Path, intake: Intake, split: str | None) -> Iterator[Example]:
    agreements = _agreements(folder / "annotator_agreement.csv")
    for row in read_rows(folder / INDEX, ("name", "group"), split):
        case = read_case(folder / "images" / f"{row['name']}.jpg")
        masks = read_references([folder / "masks" / f"{row['name']}.png"], case).masks
        example = example_of(row["name"], row["group"], case, masks, intake)
        yield replace(example, agreement=agreements.get(row["name"]))


def _agreements(table: Path) -> dict[str, float]:
    """Read how far real annotators agreed on each picture, where a data set tells."""
    rows = read_rows(table, ("name", "mean_pairwise_dice")) if table.is_file() else []
    try:
        return {row["name"]: float(row["mean_pairwise_dice"]) for row in rows}
    except ValueError as error:
        raise TrainingError(
            f"The table {table.name} of {table.parent.name} holds something else than numbers."
        ) from error


def _arrays(folder: Path, intake: Intake, split: str | None) -> Iterator[Example]:
    opened: dict[str, tuple[AnyArray, AnyArray]] = {}
    for row in read_rows(folder / INDEX, ("case", "group", "modality", "file"), split):
        if row["file"] not in opened:
            opened = {row["file"]: read_arrays(folder / row["file"])}
        image, masks = _of_row(folder, row, *opened[row["file"]])
        kind = Modality.CT if row["modality"].startswith("CT") else Modality.MR
        case = Case(row["case"], Stack.of(image.astype(np.float32)[None, ..., None]), kind)
        yield example_of(row["case"], row["group"], case, masks[:, None] > 0, intake)


def _of_row(folder: Path, row: Mapping[str, str], image: AnyArray, masks: AnyArray) -> tuple[AnyArray, AnyArray]:
    """Return the picture (rows, columns) and the masks (readers, rows, columns) that a row of the table speaks of."""
    if row.get("row"):
        try:
            image, masks = image[int(row["row"])], masks[int(row["row"])]
        except (ValueError, IndexError) as error:
            there = f"row {row['row']} of {row['file']}, which has {len(image)}"
            raise TrainingError(f"The table {INDEX} of {folder.name} names {there}.") from error
    if image.ndim != _PICTURE_AXES or masks.ndim != _PICTURE_AXES + 1 or masks.shape[1:] != image.shape:
        shapes = f"an image of {_words(image)} with masks of {_words(masks)}"
        raise TrainingError(f"The arrays {row['file']} of {folder.name} do not fit each other: {shapes}.")
    return image, masks


_PICTURE_AXES = 2


def _words(array: AnyArray) -> str:
    return " x ".join(map(str, array.shape))


def _files(folder: Path, intake: Intake, split: str | None, task: int | None) -> Iterator[Example]:
    for found in find_pictures(folder, split, task):
        try:
            case = read_case(found.image)
            masks = _masks(found, case)
        except AppError as error:
            raise TrainingError(str(error)) from error
        place = found.image.relative_to(folder).as_posix()
        for index in range(case.slices):
            yield example_of(f"{place}/{index + 1}", found.group, case.only(index), masks[:, [index]], intake)


def _masks(found: Found, case: Case) -> BoolArray:
    try:
        return read_references(found.masks, case).masks
    except UnfitReferenceError as error:
        if case.slices == 1 or not _fit(found, case.only(0)):
            raise
        raise TrainingError(
            f"The picture {found.image.parent.name}/{found.image.name} has {case.slices} slices and its masks have "
            "one: if these are channels of one slice (MR sequences), keep one of them in a file of its own."
        ) from error


def _fit(found: Found, case: Case) -> bool:
    """Tell whether each file is one reader's mask of a case."""
    try:
        return len(read_references(found.masks, case).masks) == len(found.masks)
    except UnfitReferenceError:
        return False


def example_of(name: str, group: str, case: Case, masks: BoolArray, intake: Intake) -> Example:
    """Prepare the only slice of a case and its readers' masks (readers, 1, rows, columns) for a network."""
    region = ((case.shape[0] - 1) / 2, (case.shape[1] - 1) / 2) if intake.needs_region else None
    grid = fit_grid(case, intake, region)
    image, drawn = prepare(case.pixels[0], intake, grid), masks[:, 0]
    return Example(name, group, image, masks_to_grid(drawn, grid), grid, drawn=drawn)
