"""The dermatologist's numbers in result.json."""

from dataclasses import replace

import numpy as np
import pytest

from app.domain.arrays import FloatArray
from app.domain.case import Case
from app.domain.grid import Grid
from app.domain.result import Result
from app.export.numbers import numbers
from app.export.outcome import outcome_of
from app.postprocess.dermatology import measured_lesion
from tests.export.studies import ct, photograph, result_of, result_on


def _discs(case: Case, radii: tuple[float, ...]) -> tuple[Grid, FloatArray]:
    """Lay a grid with pixels of the slice's own size over the case, a disc in its middle for each sample."""
    rows, columns = case.shape
    grid = Grid(case.shape, (-0.5, -0.5), (1.0, 1.0), case.shape)
    row, column = np.mgrid[:rows, :columns]
    away = np.hypot(row - rows / 2, column - columns / 2)
    return grid, np.stack([away <= radius for radius in radii])[None].astype(np.float32)


def _read(case: Case, grid: Grid, samples: FloatArray) -> Result:
    """Return a result with its lesion read, as a run gives it."""
    result = result_on(case, grid, samples)
    return replace(result, lesion=measured_lesion(case.pixels[0], result.findings, result.samples, grid))


def test_a_photograph_has_them_in_pixels_with_their_spread() -> None:
    """Discs of radius 20, 30 and 40: the middle one is the majority; diameters 40, 60 and 80 spread by 16.3."""
    case = photograph()
    entry = numbers(outcome_of(case, _read(case, *_discs(case, (20, 30, 40)))))["lesion"]
    assert entry["equivalent_diameter_px"]["value"] == pytest.approx(60, rel=0.02)
    assert entry["equivalent_diameter_px"]["sd"] == pytest.approx(np.std([40, 60, 80]), rel=0.02)
    assert entry["border_irregularity"]["value"] == pytest.approx(1, abs=0.06)
    assert entry["outline"] == "majority"
    assert set(entry["definitions"]) == set(entry) - {"definitions", "outline"}


def test_the_refined_outline_is_named_where_it_was_read() -> None:
    """The numbers are then of that outline, a disc of radius 25."""
    case = photograph()
    grid, samples = _discs(case, (20, 30, 40))
    result, refined = result_on(case, grid, samples), _discs(case, (25,))[1][0, 0]
    findings = replace(result.findings, refined=refined)
    lesion = measured_lesion(case.pixels[0], findings, samples, grid)
    entry = numbers(outcome_of(case, replace(result, findings=findings, lesion=lesion)))["lesion"]
    assert entry["outline"] == "refined"
    assert entry["equivalent_diameter_px"]["value"] == pytest.approx(50, rel=0.02)


def test_a_large_photograph_is_counted_in_its_own_pixels() -> None:
    """Read at every second pixel, a disc of radius 200 still measures 400 across."""
    case = photograph(1100, 1200)
    entry = numbers(outcome_of(case, _read(case, *_discs(case, (200,)))))["lesion"]
    assert entry["largest_diameter_px"]["value"] == pytest.approx(400, abs=6)
    assert entry["area_px"]["value"] == pytest.approx(np.pi * 200**2, rel=0.01)


def test_other_cases_and_empty_masks_have_none() -> None:
    assert numbers(outcome_of(ct(), result_of(ct())))["lesion"] is None
    case = photograph()
    grid, nothing = _discs(case, (-1.0,))
    assert numbers(outcome_of(case, _read(case, grid, nothing)))["lesion"] is None
