"""The numbers in result.json, schema concord-result/1."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import SimpleITK as sitk

from app.domain.errors import OutputError
from app.domain.result import Calibration
from app.domain.view import View
from app.export import facts
from app.export.numbers import numbers, write_numbers
from app.export.outcome import outcome_of
from app.export.page import page_of
from app.export.volumes import write_volumes
from app.imaging.prepare import masks_to_grid
from app.postprocess.readers import counted_readers
from tests.export.studies import HASH, ct, photograph, result_of, result_on
from tests.render.scenes import whole_slice


def written(folder: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((folder / "result.json").read_text(encoding="utf-8"))
    return content


def test_the_file_holds_the_schema_and_says_what_it_is_not_for(tmp_path: Path) -> None:
    case = ct(synthetic=True, simulated=True)
    write_numbers(outcome_of(case, result_of(case, 3)), tmp_path / "result.json")
    content = written(tmp_path)
    assert content["schema"] == "concord-result/1"
    assert content["disclaimer"] == "Not for diagnostic use"
    assert content["case"] == {
        "pixels_sha256": hashlib.sha256(case.pixels[3].tobytes()).hexdigest(),
        "modality": "CT",
        "synthetic": True,
        "slice": 4,
        "slices": 5,
        "rows": 60,
        "columns": 80,
        "pixel_mm": [0.5, 0.5],
    }
    assert content["references"] == {"count": 2, "simulated": True}
    assert content["warnings"] == ["The outlines are many small pieces."]
    assert content["agreement"].startswith("At least 90 % of the 24 samples agree on ")


def test_calibrated_readers_are_given_with_what_expertness_means() -> None:
    """In the readers' order; a run that was given no readers has none."""
    case = ct()
    result = result_of(case)
    assert numbers(outcome_of(case, result))["calibration"] is None
    whole = np.ones((2, *result.grid.shape), np.float32) * result.grid.on_slice()
    assert case.references is not None
    masks = case.references.masks[:, 0]
    calibration = Calibration(
        *(np.stack([whole[0], 0 * whole[1]]), whole[0], 0.5, (0.25, 0.75), whole.astype(np.float16)),
        *((0.2, 0.1), (0.4, 0.3), masks_to_grid(masks, result.grid)),
    )
    again = replace(result, calibration=counted_readers(calibration, masks, result.grid))
    found = numbers(outcome_of(case, again))["calibration"]
    others = replace(case, references=replace(case.references, masks=~case.references.masks))
    assert numbers(outcome_of(others, again))["calibration"] is None
    assert found["expertness"] == [0.25, 0.75]
    assert found["drawn_area_px"] == [int(mask.sum()) for mask in case.references.masks[:, 0]]
    assert found["calibrated_area_px"] == [60 * 80, 0]
    assert found["fused"] == {"area_px": 60 * 80, "area_mm2": 60 * 80 * 0.25}
    assert found["readers_diversity"] == {"drawn": 0.2, "calibrated": 0.1}
    assert found["ged"] == {"drawn": 0.4, "calibrated": 0.3}
    assert "not a measure of correctness" in found["definition"]


def test_provenance_is_whole() -> None:
    case = ct()
    assert numbers(outcome_of(case, result_of(case)))["provenance"] == {
        "system": "consensus diffusion",
        "model": "phantom-3",
        "weights_sha256": HASH,
        "program": "concord",
        "version": "0.1.0",
        "seed": 42,
        "samples_per_level": 8,
        "most_samples_per_level": 8,
        "steps": 4,
        "device": "cpu",
        "seconds": 1.235,
        "simulated_readers": False,
    }


def test_areas_are_the_voxel_counts_of_the_levels_volume(tmp_path: Path) -> None:
    case = ct()
    result = result_of(case, 3)
    write_volumes(outcome_of(case, result), tmp_path)
    write_numbers(outcome_of(case, result), tmp_path / "result.json")
    counts = sitk.GetArrayFromImage(sitk.ReadImage(str(tmp_path / "levels.nii.gz"))).sum(axis=(1, 2, 3))
    levels = written(tmp_path)["levels"]
    assert [level["area_px"] for level in levels] == counts.tolist()
    assert [level["area_mm2"] for level in levels] == pytest.approx(counts * 0.25)
    assert [(level["level"], level["of"]) for level in levels] == [(1, 3), (2, 3), (3, 3)]
    assert [level["area_sd_px"] for level in levels] == pytest.approx(np.std(result.findings.sample_areas, axis=1))


def test_diameters_are_those_of_the_largest_of_several_pieces() -> None:
    """Squares of 10 and 6 pixels of 0.5 mm, 60 pixels apart: diagonals of 10 x sqrt(2), not the way between them."""
    case = ct()
    grid = whole_slice(*case.shape, 80)
    samples = np.zeros((3, 2, *grid.shape), np.float32)
    native = np.zeros(case.shape, np.bool_)
    native[20:30, 5:15] = native[22:28, 70:76] = True
    samples[:] = masks_to_grid(native[None], grid)[0]
    outcome = outcome_of(case, result_on(case, grid, samples))
    majority = numbers(outcome)["majority"]
    assert majority["largest_diameter_px"] == pytest.approx(200**0.5)
    assert majority["largest_diameter_mm"] == pytest.approx(200**0.5 / 2)
    note = facts.area_notes(page_of(outcome, View()))[0]
    expected = (
        "At least 2 of 3 readers, the largest of 2 pieces: 7.1 x 7.1 mm (largest diameter, extent at right angles)"
    )
    assert note == expected


def test_ged_is_null_without_readers_and_both_have_their_definition() -> None:
    case = photograph()
    content = numbers(outcome_of(case, result_of(case)))
    assert content["ged"]["value"] is None
    assert content["references"] is None
    assert "2 E[d(S,Y)]" in content["ged"]["definition"]
    assert content["diversity"]["value"] > 0
    assert "1 - IoU" in content["diversity"]["definition"]


def test_without_a_scale_there_are_no_millimetres() -> None:
    case = photograph()
    content = numbers(outcome_of(case, result_of(case)))
    assert content["case"]["pixel_mm"] is None
    areas = [*(content[name] for name in ("core", "outer", "consistent", "ambiguous")), *content["levels"]]
    assert [area["area_mm2"] for area in areas] == [None] * 7


def test_a_file_that_is_there_is_kept(tmp_path: Path) -> None:
    (tmp_path / "result.json").write_text("mine")
    case = photograph()
    with pytest.raises(OutputError, match=r"result\.json"):
        write_numbers(outcome_of(case, result_of(case)), tmp_path / "result.json")
    write_numbers(outcome_of(case, result_of(case)), tmp_path / "result.json", overwrite=True)
    assert written(tmp_path)["schema"] == "concord-result/1"
