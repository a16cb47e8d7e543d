"""Squares of healthy skin inside pictures of lesions, as a data set's table `healthy_crops.csv` names them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from app.domain.arrays import BoolArray
from app.domain.case import Case
from app.domain.errors import TrainingError
from app.domain.grid import Grid
from app.domain.model import Intake
from app.domain.stack import Stack
from app.imaging.prepare import masks_to_grid
from app.imaging.read import read_case
from app.training.data import Example, example_of
from app.training.rows import read_rows

TABLE = "healthy_crops.csv"


@dataclass(frozen=True, slots=True)
class Crop:
    """A square of skin without a lesion.

    Attributes:
        name: of the picture.
        left: its first column.
        top: its first row.
        side: in pixels of the picture.
    """

    name: str
    left: int
    top: int
    side: int

    @property
    def region(self) -> tuple[slice, slice]:
        """Rows and columns of the picture."""
        return slice(self.top, self.top + self.side), slice(self.left, self.left + self.side)

    def on(self, grid: Grid) -> BoolArray:
        """Return where the square lies on a grid: (*grid.shape)."""
        square = np.zeros((1, *grid.native_shape), np.bool_)
        square[0][self.region] = True
        inside: BoolArray = masks_to_grid(square, grid)[0]
        return inside


def read_crops(folder: Path, split: str | None) -> dict[str, Crop]:
    """Read the table of a data set, by the pictures' names.

    Raises:
        TrainingError: the data set has none, or one that cannot be read.
    """
    if not (folder / TABLE).is_file():
        raise TrainingError(f"The data folder {folder.name} has no table {TABLE} of healthy skin.")
    rows = read_rows(folder / TABLE, ("name", *_SQUARE), split)
    return {row["name"]: _crop(folder, row) for row in rows}


_SQUARE = ("x", "y", "side")


def _crop(folder: Path, row: Mapping[str, str]) -> Crop:
    try:
        return Crop(row["name"], *(int(row[key]) for key in _SQUARE))
    except ValueError as error:
        raise TrainingError(
            f"The table {TABLE} of {folder.name} has a row of {row['name']} that is no square."
        ) from error


def healthy_example(folder: Path, crop: Crop, intake: Intake) -> Example:
    """Load a square of healthy skin as a picture in which no reader marked anything; it is its own counterpart."""
    case = read_case(folder / "images" / f"{crop.name}.jpg")
    rows, columns = crop.region
    pixels = np.ascontiguousarray(case.pixels[0][rows, columns])[None]
    masks = np.zeros((1, *pixels.shape[:3]), np.bool_)
    return example_of(f"{crop.name}, skin", crop.name, Case(case.name, Stack.of(pixels), case.modality), masks, intake)
