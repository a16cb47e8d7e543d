"""The numbers of a result as JSON."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

from app.domain.measure import Measurement
from app.domain.result import Provenance
from app.domain.words import english, mark, nameless
from app.export.files import save_atomically
from app.export.lesion import lesion
from app.export.outcome import Outcome
from app.export.own import drawn_numbers, measured_numbers
from app.postprocess.diameters import diameters
from app.postprocess.native import Area, Measurements, measure, native_mask, sized
from app.render.sentences import DIVERSITY_DEFINITION, EXPERTNESS_DEFINITION, GED_DEFINITION, agreement_sentence

SCHEMA = "concord-result/1"
DISCLAIMER = mark("Not for diagnostic use")


def write_numbers(
    outcome: Outcome, path: Path, measurements: Sequence[Measurement] = (), *, overwrite: bool = False
) -> None:
    """Write `numbers` as a JSON file.

    Args:
        outcome: the slice and the result of a run on it.
        path: of the file.
        measurements: of the reader on the slice.
        overwrite: whether a file that is already there is replaced.

    Raises:
        OutputError: a file is already there, or it cannot be written.
    """
    text = json.dumps(numbers(outcome, measurements), indent=2, ensure_ascii=False, allow_nan=False) + "\n"

    def write(file: IO[bytes]) -> None:
        file.write(text.encode())

    save_atomically(path, write, overwrite=overwrite)


def numbers(outcome: Outcome, measurements: Sequence[Measurement] = ()) -> dict[str, Any]:
    """Return a result's numbers in schema `concord-result/1`.

    - `schema`: "concord-result/1"; the number rises with any change that could mislead a reader of the file.
    - `disclaimer`: "Not for diagnostic use".
    - `case`: `pixels_sha256` (of the slice's pixels; a file's name may be a patient's and stays out), `modality`
      ("dermoscopy", "CT", "MR", "other"), `synthetic` (true for a phantom), `slice` (from 1), `slices`, `rows`,
      `columns`, `pixel_mm` ([height, width], or null where it is not safe to measure with).
    - `agreement`: one plain sentence on the share of `outer` that is in `core`.
    - `core` and `outer`: {`area_px`, `area_mm2`} of what at least 90 % and at least 10 % of all samples contain.
    - `consistent` and `ambiguous`: the same of what every sample contains, and what some but not all do.
    - `majority`: {`level`, `of`, `largest_diameter_px`, `perpendicular_diameter_px`, `largest_diameter_mm`,
      `perpendicular_diameter_mm`} of the largest connected piece of the mask "at least half of the readers": the
      greatest distance between two points of its edge, and its extent at right angles to that; null where the mask is
      empty.
    - `levels`: for each consensus level {`level`, `of`, `area_px`, `area_mm2`, `area_sd_px`}; the area is that of the
      mask in `levels.nii.gz`, the standard deviation is over the areas of the level's samples.
    - `diversity` and `ged`: {`value`, `definition`}; `ged.value` is null without reference masks.
    - `references`: null, or {`count`, `simulated`}.
    - `lesion`: null where the case is no dermoscopic image or the majority's mask (the refined one, where there is one)
      is empty; else of its largest piece `area_px`, `equivalent_diameter_px`, `largest_diameter_px`,
      `asymmetry_major`, `asymmetry_minor`, `border_irregularity`, `colour_variegation`, each {`value`, `sd`} with the
      standard deviation over the samples, and their `definitions`. They are parts of the ABCD rule; no score is made.
    - `calibration`: null, or of the readers given to the model, if their masks are the ones beside the case:
      `expertness` with its `definition`, `drawn_area_px` (of what lies where the model looked) and
      `calibrated_area_px`, each with one value for each reader in the order of the files; `fused` {`area_px`,
      `area_mm2`} of the fused mask; `readers_diversity` (mean 1 - IoU between readers) and `ged` (of the samples to the
      readers), each {`drawn`, `calibrated`}: to the masks before and after calibration.
    - `measurements`: what the reader measured on the slice: {`kind`, `of`} and the numbers of that kind: `length_px`,
      `length_mm`; `angle_deg`; `largest_diameter_px` and `perpendicular_diameter_px`, and both in mm; `area_px`,
      `area_mm2` of an outline or ellipse. `of` says what was measured where the ends come of a model's outline, or "".
    - `drawn`: for each outline that the reader drew {`copied_from_ai`, `area_px`, `area_mm2`}.
    - `warnings` and `notices`: sentences that the reader must see, of the run and of the case; "[file]" stands in the
      place of a file's name.
    - `provenance`: `system`, `model`, `weights_sha256`, `program`, `version`, `seed`, `samples_per_level` (drawn),
      `most_samples_per_level` (asked for; fewer are drawn when the soft map settles before), `steps`, `device`,
      `seconds`, `simulated_readers` (whether those that the model learnt from were).

    Every `area_mm2`, length and diameter in mm is null where `pixel_mm` is. The same as a JSON Schema:
    `resources/schemas/concord-result-1.schema.json`.
    """
    case, result, findings = outcome.case, outcome.result, outcome.result.findings
    measured = measure(findings, result.grid, case.geometry)
    return {
        "schema": SCHEMA,
        "disclaimer": DISCLAIMER,
        "case": _case(outcome),
        "agreement": english(agreement_sentence(findings, case.geometry)),
        "core": _area(measured.core),
        "outer": _area(measured.outer),
        "consistent": _area(measured.consistent),
        "ambiguous": _area(measured.ambiguous),
        "majority": _majority(outcome),
        "levels": _levels(measured),
        "diversity": {"value": findings.diversity, "definition": DIVERSITY_DEFINITION},
        "ged": {"value": findings.ged, "definition": GED_DEFINITION},
        "references": _references(outcome),
        "lesion": lesion(result.lesion),
        "calibration": _calibration(outcome),
        "measurements": measured_numbers(measurements, case.geometry),
        "drawn": drawn_numbers(outcome.outlines, case.geometry),
        "warnings": list(map(english, result.warnings)),
        "notices": [english(nameless(notice)) for notice in (*case.notices, *case.geometry.faults)],
        "provenance": _provenance(result.provenance),
    }


def _case(outcome: Outcome) -> dict[str, Any]:
    case = outcome.case
    rows, columns = case.shape
    return {
        "pixels_sha256": outcome.pixels_sha256,
        "modality": case.modality.value,
        "synthetic": case.synthetic,
        "slice": outcome.slice_index + 1,
        "slices": outcome.slices,
        "rows": rows,
        "columns": columns,
        "pixel_mm": case.geometry.pixel_mm and list(case.geometry.pixel_mm),
    }


def _area(area: Area) -> dict[str, Any]:
    return {"area_px": area.px, "area_mm2": area.mm2}


def _levels(measured: Measurements) -> list[dict[str, Any]]:
    count = len(measured.levels)
    return [
        {"level": level, "of": count, **_area(area), "area_sd_px": spread}
        for level, (area, spread) in enumerate(zip(measured.levels, measured.level_spreads_px, strict=True), start=1)
    ]


def _majority(outcome: Outcome) -> dict[str, Any]:
    findings, grid, pixel_mm = outcome.result.findings, outcome.result.grid, outcome.case.geometry.pixel_mm
    mask = native_mask(findings.level_maps[findings.majority - 1], grid)
    in_px, in_mm = diameters(mask), diameters(mask, pixel_mm) if pixel_mm else None
    return {
        "level": findings.majority,
        "of": findings.level_count,
        "largest_diameter_px": in_px and in_px.largest,
        "perpendicular_diameter_px": in_px and in_px.perpendicular,
        "largest_diameter_mm": in_mm and in_mm.largest,
        "perpendicular_diameter_mm": in_mm and in_mm.perpendicular,
    }


def _references(outcome: Outcome) -> dict[str, Any] | None:
    references = outcome.case.references
    return None if references is None else {"count": references.count, "simulated": references.simulated}


def _calibration(outcome: Outcome) -> dict[str, Any] | None:
    found, grid, geometry = outcome.calibration_of(outcome.result), outcome.result.grid, outcome.case.geometry
    if found is None:
        return None
    calibrated = [int(native_mask(mask, grid).sum()) for mask in found.calibrated]
    return {
        "expertness": [round(value, 4) for value in found.expertness],
        "definition": EXPERTNESS_DEFINITION,
        "drawn_area_px": [round(area) for area in found.drawn_areas],
        "calibrated_area_px": calibrated,
        "fused": _area(sized(round(found.fused_area), geometry)),
        "readers_diversity": {"drawn": found.spreads[0], "calibrated": found.spreads[1]},
        "ged": {"drawn": found.distances[0], "calibrated": found.distances[1]},
    }


def _provenance(provenance: Provenance) -> dict[str, Any]:
    return {
        "system": provenance.system,
        "model": provenance.model,
        "weights_sha256": provenance.weights_sha256,
        "program": "concord",
        "version": provenance.version,
        "seed": provenance.seed,
        "samples_per_level": provenance.samples,
        "most_samples_per_level": provenance.most_samples or provenance.samples,
        "steps": provenance.steps,
        "device": provenance.device,
        "seconds": round(provenance.seconds, 3),
        "simulated_readers": provenance.simulated_readers,
    }
