"""What the reader drew and measured, on pages and among the numbers."""

import csv
import json
from dataclasses import replace
from math import pi
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from jsonschema import Draft202012Validator
from PIL import Image
from pypdf import PdfReader

from app.domain.case import Case
from app.domain.measure import Kind, Measurement
from app.domain.view import View
from app.export import facts
from app.export.numbers import numbers
from app.export.order import Order, Output
from app.export.outcome import Outcome, outcome_of
from app.export.own import Outline
from app.export.page import page_of
from app.export.write import write
from app.places import resources_folder
from app.render import colours
from tests.export.studies import ct, photograph, result_of
from tests.export.test_png import has

MADE = (
    Measurement(Kind.DISTANCE, 0, ((10.0, 10.0), (13.0, 14.0))),
    Measurement(Kind.ANGLE, 0, ((10.0, 20.0), (10.0, 10.0), (20.0, 10.0))),
    Measurement(Kind.DIAMETERS, 0, ((0.0, 0.0), (0.0, 20.0), (0.0, 10.0), (8.0, 10.0)), "at least 2 of 3 readers"),
    Measurement(Kind.ELLIPSE, 0, ((0.0, 0.0), (10.0, 20.0))),
    Measurement(Kind.OUTLINE, 0, ((0.0, 0.0), (0.0, 10.0), (10.0, 10.0), (10.0, 0.0))),
    Measurement(Kind.POINT, 0, ((5.0, 5.0),)),
    Measurement(Kind.DISTANCE, 2, ((0.0, 0.0), (0.0, 9.0))),
)


def drawn(case: Case) -> Outcome:
    """Return a result with an outline that the reader drew, 10 x 20 pixels, and one that was a model's, 5 x 4."""
    first, second = np.zeros((2, *case.shape), np.bool_)
    first[5:15, 40:60] = True
    second[40:45, 5:9] = True
    outlines = (Outline(first, colour=0), Outline(second, colour=1, copied=True))
    return replace(outcome_of(case, result_of(case)), outlines=outlines)


def test_measurements_have_pixels_always_and_millimetres_where_they_are_safe() -> None:
    """A distance of 3 and 4 pixels is 5; pixels of the series are 0.5 mm, areas a quarter of a square millimetre."""
    case = ct()
    found = numbers(outcome_of(case, result_of(case)), MADE[:-1])["measurements"]
    assert found[0] == {"kind": "distance", "of": "", "length_px": 5.0, "length_mm": 2.5}
    assert found[1] == {"kind": "angle", "of": "", "angle_deg": pytest.approx(90)}
    assert found[2] == {
        "kind": "diameters",
        "of": "at least 2 of 3 readers",
        "largest_diameter_px": 20.0,
        "perpendicular_diameter_px": 8.0,
        "largest_diameter_mm": 10.0,
        "perpendicular_diameter_mm": 4.0,
    }
    assert found[3]["area_px"] == pytest.approx(pi * 5 * 10)
    assert found[3]["area_mm2"] == pytest.approx(pi * 2.5 * 5)
    assert (found[4]["kind"], found[4]["area_px"], found[4]["area_mm2"]) == ("outline", 100.0, 25.0)
    assert len(found) == 5
    unscaled = numbers(outcome_of(photograph(), result_of(photograph())), MADE[:-1])["measurements"]
    assert {entry[name] for entry in unscaled for name in entry if name.endswith(("_mm", "_mm2"))} == {None}
    assert unscaled[0]["length_px"] == 5.0


def test_drawn_outlines_are_counted_and_told_from_those_that_were_copied() -> None:
    assert numbers(drawn(ct()))["drawn"] == [
        {"copied_from_ai": False, "area_px": 200, "area_mm2": 50.0},
        {"copied_from_ai": True, "area_px": 20, "area_mm2": 5.0},
    ]


def written(folder: Path, **changes: Any) -> dict[str, Any]:
    """Write the page, the report, the numbers and the table of a slice with all that a reader made, and read them."""
    kinds = frozenset({Output.SHEET, Output.REPORT, Output.NUMBERS, Output.TABLE})
    view = View(window=ct().window, measurements=MADE)
    for _ in write(drawn(ct()), view, replace(Order(kinds, folder, folder), **changes)):
        pass
    with (folder / "numbers.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    content = json.loads((folder / "result.json").read_text(encoding="utf-8"))
    schemas = {name: json.loads((resources_folder() / "schemas" / f"{name}.schema.json").read_text()) for name in NAMES}
    Draft202012Validator(schemas["concord-result-1"]).validate(content)
    for row in rows:
        Draft202012Validator(schemas["concord-numbers-1"]).validate(row)
    page = np.asarray(Image.open(folder / "annotated.png"))
    text = PdfReader(folder / "report.pdf").pages[0].extract_text()
    return {"rows": rows, "json": content, "page": page, "text": " ".join(text.split())}


NAMES = ("concord-result-1", "concord-numbers-1")


def test_all_that_was_made_goes_into_every_file(tmp_path: Path) -> None:
    found = written(tmp_path)
    cells = {(row["quantity"], row["unit"]): float(row["value"]) for row in found["rows"] if row["unit"]}
    assert cells["measured_1_length", "px"] == 5.0
    assert cells["measured_1_length", "mm"] == 2.5
    assert cells["measured_2_angle", "deg"] == pytest.approx(90)
    assert cells["measured_3_perpendicular_diameter", "mm"] == 4.0
    assert cells["measured_5_area", "mm2"] == 25.0
    assert cells["drawn_1_area", "px"] == 200
    assert len(found["json"]["measurements"]) == 5
    assert "Drawn by the reader (1): 200 px, 50.0 mm²" in found["text"]
    assert "AI outline edited by the reader (2): 20 px, 5.0 mm²" in found["text"]
    assert has(found["page"], colours.drawn_colour(0))


def test_what_is_not_handed_on_is_in_no_file(tmp_path: Path) -> None:
    found = written(tmp_path, measurements=False, outlines=False)
    assert found["json"]["measurements"] == []
    assert found["json"]["drawn"] == []
    assert not [row for row in found["rows"] if row["quantity"].startswith(("measured", "drawn"))]
    assert "by the reader" not in found["text"]
    assert not has(found["page"], colours.drawn_colour(0))


def test_one_outline_needs_no_number_and_stays_when_the_models_work_is_hidden() -> None:
    outcome = drawn(ct())
    page = page_of(replace(outcome, outlines=outcome.outlines[:1]), View(hidden=True))
    assert [entry.text for entry in facts.legend_entries(page)] == ["Drawn by the reader"]
    assert facts.drawn(page) == [("Drawn by the reader", "200 px, 50.0 mm²")]
