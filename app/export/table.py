"""The numbers of a result as a table: one number a row, so that files of many cases can be put one below the other."""

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any

from app.domain.measure import Measurement
from app.export.files import save_atomically
from app.export.numbers import DISCLAIMER, numbers
from app.export.outcome import Outcome

TABLE_SCHEMA = "concord-numbers/1"
COLUMNS = (
    "schema",
    "pixels_sha256",
    "slice",
    "model",
    "weights_sha256",
    "quantity",
    "level",
    "of",
    "value",
    "unit",
    "disclaimer",
)


def write_table(
    outcome: Outcome,
    path: Path,
    measurements: Sequence[Measurement] = (),
    *,
    notes: str = "",
    overwrite: bool = False,
) -> None:
    """Write `rows` as a CSV file (RFC 4180, UTF-8, a header row, a point before decimals).

    A text that a spreadsheet would take for a formula stands behind an apostrophe; numbers stay as they are.

    Args:
        outcome: whose numbers they are.
        path: of the file.
        measurements: of the reader on the slice.
        notes: of the user, as a last row; "" has none.
        overwrite: whether a file that is already there is replaced.

    Raises:
        OutputError: a file is already there, or it cannot be written.
    """
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    writer.writerows({name: _plain(cell) for name, cell in row.items()} for row in rows(outcome, measurements, notes))

    def write(file: IO[bytes]) -> None:
        file.write(text.getvalue().encode())

    save_atomically(path, write, overwrite=overwrite)


def rows(outcome: Outcome, measurements: Sequence[Measurement] = (), notes: str = "") -> Iterator[dict[str, Any]]:
    """Yield every number of `concord-result/1` as a row of `concord-numbers/1`, and last the user's notes if any.

    What is not known (an area in mm² without a scale, a GED without readers) has no row. The schema is in
    `resources/schemas`.
    """
    content = numbers(outcome, measurements)
    same = {
        "schema": TABLE_SCHEMA,
        "pixels_sha256": content["case"]["pixels_sha256"],
        "slice": content["case"]["slice"],
        "model": content["provenance"]["model"],
        "weights_sha256": content["provenance"]["weights_sha256"],
        "disclaimer": DISCLAIMER,
    }
    for quantity, value, unit, level in _numbers(content):
        if value is not None:
            of = len(content["levels"]) if level else ""
            yield same | {
                "quantity": quantity,
                "level": level or "",
                "of": of,
                "value": value,
                "unit": unit,
            }
    if notes:
        yield same | {"quantity": "notes", "level": "", "of": "", "value": notes, "unit": ""}


_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def _plain(cell: Any) -> Any:
    """Return a cell that no spreadsheet runs (OWASP, CSV Injection; the last four are the full-width letters)."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA_STARTS) else cell


_UNITS = {"_mm2": "mm2", "_sd_px": "px", "_px": "px", "_mm": "mm", "_deg": "deg"}


def _numbers(content: dict[str, Any]) -> Iterator[tuple[str, Any, str, int]]:
    """Yield quantity, value, unit and level (0 for what belongs to none)."""
    for level in content["levels"]:
        yield from _measures("level", level, level["level"])
    yield from _measures("majority", content["majority"], content["majority"]["level"])
    for region in ("core", "outer", "consistent", "ambiguous"):
        yield from _measures(region, content[region], 0)
    for name, entries in (("measured", content["measurements"]), ("drawn", content["drawn"])):
        for place, entry in enumerate(entries, start=1):
            yield from _measures(f"{name}_{place}", entry, 0)
    yield "diversity", content["diversity"]["value"], "1", 0
    yield "ged", content["ged"]["value"], "1", 0


def _measures(name: str, measured: dict[str, Any], level: int) -> Iterator[tuple[str, Any, str, int]]:
    for key, value in measured.items():
        ending = next((ending for ending in _UNITS if key.endswith(ending)), None)
        if ending is not None:
            suffix = "_sd" if ending == "_sd_px" else ""
            yield f"{name}_{key.removesuffix(ending)}{suffix}", value, _UNITS[ending], level
