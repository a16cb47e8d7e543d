"""Tables in CSV that lie beside a data set's pictures."""

import csv
from collections.abc import Sequence
from pathlib import Path

from app.domain.errors import TrainingError
from app.training.parts import ALL


def read_rows(table: Path, columns: Sequence[str], split: str | None = None) -> list[dict[str, str]]:
    """Read the rows of a table whose first row names the columns.

    Args:
        table: the file.
        columns: that it must have.
        split: only rows with this value in the column `split`; None and "all" take all.

    Raises:
        TrainingError: the table cannot be read or lacks a column.
    """
    try:
        with table.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file, restval="")
            _check(table, columns, reader.fieldnames or (), split)
            return [row for row in reader if split in (None, ALL) or row["split"] == split]
    except OSError as error:
        raise TrainingError(f"The table {_place(table)} cannot be read: {error.strerror}.") from error
    except (ValueError, csv.Error) as error:
        raise TrainingError(f"The table {_place(table)} is not a CSV file in UTF-8.") from error


def _check(table: Path, columns: Sequence[str], there: Sequence[str], split: str | None) -> None:
    for column in columns:
        if column not in there:
            raise TrainingError(f"The table {_place(table)} has no column {column}.")
    if split not in (None, ALL) and "split" not in there:
        raise TrainingError(f"The table {_place(table)} has no column split: --split {ALL} takes all rows.")


def _place(table: Path) -> str:
    return f"{table.name} of {table.parent.name}"
