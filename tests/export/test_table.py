"""CSV and JSON keep the schemas that they name."""

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from jsonschema import Draft202012Validator

from app.domain.errors import OutputError
from app.export.numbers import numbers
from app.export.outcome import Outcome, outcome_of
from app.export.table import COLUMNS, write_table
from app.places import resources_folder
from tests.export.studies import ct, photograph, result_of


def validator(name: str) -> Draft202012Validator:
    schema = json.loads((resources_folder() / "schemas" / f"{name}.schema.json").read_text())
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


OUTCOMES = [outcome_of(case, result_of(case)) for case in (ct(synthetic=True, simulated=True), photograph())]


def written(outcome: Outcome, path: Path) -> list[dict[str, str]]:
    write_table(outcome, path)
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("outcome", OUTCOMES, ids=["ct", "photograph"])
def test_the_numbers_keep_their_schema(outcome: Outcome) -> None:
    validator("concord-result-1").validate(numbers(outcome))


def test_the_schema_is_as_strict_as_it_reads() -> None:
    case = ct()
    content: dict[str, Any] = numbers(outcome_of(case, result_of(case)))
    check = validator("concord-result-1")
    changes: tuple[dict[str, Any], ...] = (
        {"disclaimer": "fine"},
        {"schema": "concord-result/2"},
        {"levels": []},
        {"core": {"area_px": 1.5}},
    )
    for change in changes:
        assert not check.is_valid(content | change)
    assert not check.is_valid({name: value for name, value in content.items() if name != "majority"})


@pytest.mark.parametrize("outcome", OUTCOMES, ids=["ct", "photograph"])
def test_every_row_keeps_its_schema(outcome: Outcome, tmp_path: Path) -> None:
    check = validator("concord-numbers-1")
    rows = written(outcome, tmp_path / "a.csv")
    assert tuple(rows[0]) == COLUMNS
    for row in rows:
        check.validate(row)


def test_the_table_holds_the_numbers_of_the_json(tmp_path: Path) -> None:
    case = ct()
    outcome = outcome_of(case, result_of(case, 2))
    content = numbers(outcome)
    rows = written(outcome, tmp_path / "a.csv")
    found = {(row["quantity"], row["level"], row["unit"]): float(row["value"]) for row in rows}
    for level in content["levels"]:
        key = str(level["level"])
        assert found["level_area", key, "px"] == level["area_px"]
        assert found["level_area", key, "mm2"] == level["area_mm2"]
        assert found["level_area_sd", key, "px"] == level["area_sd_px"]
    assert found["majority_largest_diameter", "2", "mm"] == content["majority"]["largest_diameter_mm"]
    assert found["ged", "", "1"] == 0.132
    assert found["core_area", "", "mm2"] == content["core"]["area_mm2"]
    assert {row["slice"] for row in rows} == {"3"}


def test_what_is_not_known_has_no_row(tmp_path: Path) -> None:
    case = photograph()
    rows = written(outcome_of(case, result_of(case)), tmp_path / "a.csv")
    assert {row["unit"] for row in rows} == {"px", "1"}
    assert "ged" not in {row["quantity"] for row in rows}


def test_notes_that_are_handed_on_are_the_last_row(tmp_path: Path) -> None:
    case = photograph()
    notes = 'Irregular, "blue" veil;\nsecond line'
    outcome = outcome_of(case, result_of(case))
    write_table(outcome, tmp_path / "a.csv", notes=notes)
    with (tmp_path / "a.csv").open(newline="", encoding="utf-8") as file:
        *numbers_alone, last = csv.DictReader(file)
    assert (last["quantity"], last["value"], last["unit"]) == ("notes", notes, "")
    assert numbers_alone == written(outcome, tmp_path / "b.csv")
    check = validator("concord-numbers-1")
    check.validate(last)
    assert not check.is_valid(last | {"unit": "px"})
    assert not check.is_valid(numbers_alone[0] | {"value": "many"})
    assert not check.is_valid(numbers_alone[0] | {"unit": ""})


def test_a_file_that_is_there_is_kept(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("mine")
    case = photograph()
    with pytest.raises(OutputError, match=r"a\.csv"):
        write_table(outcome_of(case, result_of(case)), tmp_path / "a.csv")


@pytest.mark.parametrize("notes", ["=HYPERLINK(0)", "+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\uff1d1"])
def test_a_note_is_no_formula_for_a_spreadsheet(notes: str, tmp_path: Path) -> None:
    """It stands behind an apostrophe; the numbers stay numbers."""
    case = ct()
    write_table(outcome_of(case, result_of(case)), tmp_path / "a.csv", notes=notes)
    with (tmp_path / "a.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert rows[-1]["value"] == f"'{notes}"
    assert all(np.isfinite(float(row["value"])) for row in rows[:-1])


def test_other_notes_stay_as_they_are(tmp_path: Path) -> None:
    case = ct()
    write_table(outcome_of(case, result_of(case)), tmp_path / "a.csv", notes='seen, "again" = 2')
    with (tmp_path / "a.csv").open(newline="", encoding="utf-8") as file:
        assert list(csv.DictReader(file))[-1]["value"] == 'seen, "again" = 2'
