"""Data sets of pictures with the masks of several readers, prepared for a network once."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from app.domain.arrays import AnyArray, BoolArray, FloatArray
from app.domain.case import Case, Modality
from app.domain.errors import AppError, TrainingError
from app.domain.grid import Grid
from app.domain.model import Intake
from app.domain.stack import Stack
from app.imaging.prepare import fit_grid, masks_to_grid, prepare
from app.imaging.read import read_case
from app.imaging.references import read_references
from app.training.folders import find_pictures


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


def load_examples(folder: Path, intake: Intake, split: str | None = None) -> list[Example]:
    """Load a data set from a folder in any layout that Concord knows.

    The layouts: a table `index.csv` beside `images/` and `masks/`; a table beside `.npz` files with one or many slices;
    and image files with their masks as `find_pictures` knows them (QUBIQ, LIDC, ISIC Task 1, plain folders).

    Args:
        folder: of the data set.
        intake: of the network.
        split: only rows with this value in the table's column `split`; None takes all.

    Raises:
        TrainingError: the folder holds no data set in a known layout, or none of the split.
    """
    if not folder.is_dir():
        raise TrainingError(f"There is no data folder {folder.name}.")
    examples = list(_layout(folder)(folder, intake, split))
    if not examples:
        raise TrainingError(
            f"The data folder {folder.name} holds no pictures with masks{f' of {split}' if split else ''}."
        )
    return examples


_Layout = Callable[[Path, Intake, str | None], Iterator[Example]]


def _layout(folder: Path) -> _Layout:
    if not (folder / "index.csv").is_file():
        return _files
    if (folder / "images").is_dir():
        return _photographs
    return _arrays


def _rows(folder: Path, split: str | None) -> list[dict[str, str]]:
    with (folder / "index.csv").open(newline="", encoding="utf-8") as file:
        return [row for row in csv.DictReader(file) if split is None or row["split"] == split]


def _photographs(folder: Path, intake: Intake, split: str | None) -> Iterator[Example]:
    agreements = _agreements(folder / "annotator_agreement.csv")
    for row in _rows(folder, split):
        case = read_case(folder / "images" / f"{row['name']}.jpg")
        masks = read_references([folder / "masks" / f"{row['name']}.png"], case).masks
        example = example_of(row["name"], row["group"], case, masks, intake)
        yield replace(example, agreement=agreements.get(row["name"]))


def _agreements(table: Path) -> dict[str, float]:
    """Read how far real annotators agreed on each picture, where a data set tells."""
    if not table.is_file():
        return {}
    with table.open(newline="", encoding="utf-8") as file:
        return {row["name"]: float(row["mean_pairwise_dice"]) for row in csv.DictReader(file)}


def _arrays(folder: Path, intake: Intake, split: str | None) -> Iterator[Example]:
    opened: dict[str, dict[str, AnyArray]] = {}
    for row in _rows(folder, split):
        if row["file"] not in opened:
            opened = {row["file"]: dict(np.load(folder / row["file"]))}
        image, masks = opened[row["file"]]["image"], opened[row["file"]]["masks"]
        if row.get("row"):
            image, masks = image[int(row["row"])], masks[int(row["row"])]
        kind = Modality.CT if row["modality"].startswith("CT") else Modality.MR
        case = Case(row["case"], Stack.of(image.astype(np.float32)[None, ..., None]), kind)
        yield example_of(row["case"], row["group"], case, masks[:, None] > 0, intake)


def _files(folder: Path, intake: Intake, split: str | None) -> Iterator[Example]:
    for found in find_pictures(folder, split):
        try:
            case = read_case(found.image)
            masks = read_references(found.masks, case).masks
        except AppError as error:
            raise TrainingError(str(error)) from error
        for index in range(case.slices):
            name = f"{found.group}/{found.image.name}/{index + 1}"
            yield example_of(name, found.group, case.only(index), masks[:, [index]], intake)


def example_of(name: str, group: str, case: Case, masks: BoolArray, intake: Intake) -> Example:
    """Prepare the only slice of a case and its readers' masks (readers, 1, rows, columns) for a network."""
    region = ((case.shape[0] - 1) / 2, (case.shape[1] - 1) / 2) if intake.needs_region else None
    grid = fit_grid(case, intake, region)
    image, drawn = prepare(case.pixels[0], intake, grid), masks[:, 0]
    return Example(name, group, image, masks_to_grid(drawn, grid), grid, drawn=drawn)
