"""The blocks of facts on an exported page."""

from app.domain.arrays import ByteArray
from app.export.page import Page
from app.export.rows import BODY, FAINT, LARGE, SMALL, Column, caution, entry, gap, heading, pair, paragraph, table
from app.export.sheet import Block
from app.postprocess.native import Area
from app.render.legend import legend, level_label
from app.render.sentences import agreement_sentence, distance_line

HASH_LENGTH = 12


def blocks(page: Page) -> list[Block]:
    """Return what a page says, in reading order; nothing of the model's where the view hides it."""
    cautions = _cautions(page)
    chosen: list[Block] = []
    if not page.view.hidden:
        chosen.append(lambda column: _agreement(page, column))
    if cautions:
        chosen.append(lambda column: _notes(cautions, column))
    if legend(page.scene, page.view):
        chosen.append(lambda column: _legend(page, column))
    if not page.view.hidden:
        chosen.append(lambda column: _areas(page, column))
        chosen.append(lambda column: _origin(page, column))
    return chosen


def _agreement(page: Page, column: Column) -> list[ByteArray]:
    findings = page.scene.findings
    return [
        heading(column, "Agreement"),
        paragraph(column, agreement_sentence(findings, page.case.geometry), LARGE),
        gap(column, 6),
        paragraph(column, distance_line(findings, page.outcome.simulated_references), BODY, FAINT),
    ]


def _cautions(page: Page) -> tuple[str, ...]:
    unsized = () if page.case.geometry.in_plane_known else ("Size not calibrated: areas are in pixels only.",)
    synthetic = ("Synthetic image: a phantom, not a patient.",) if page.case.synthetic else ()
    said = (*page.result.warnings, *page.case.notices, *page.case.geometry.faults)
    return (*synthetic, *dict.fromkeys(said), *unsized)


def _notes(cautions: tuple[str, ...], column: Column) -> list[ByteArray]:
    return [heading(column, "Please note"), *(caution(column, text) for text in cautions)]


def _legend(page: Page, column: Column) -> list[ByteArray]:
    references = page.case.references
    names = () if references is None else references.names
    marked = tuple(f"{name} (simulated)" for name in names) if page.outcome.simulated_references else names
    entries = legend(page.scene, page.view, marked)
    return [heading(column, "Legend"), *(entry(column, item, page.view.opacity) for item in entries)]


def _areas(page: Page, column: Column) -> list[ByteArray]:
    measured, count = page.measured, len(page.measured.levels)
    head = ["", "px", "SD px", "mm²"]
    rows = [
        [level_label(level, count).removesuffix(" readers"), f"{area.px:,}", f"{spread:,.0f}", _millimetres(area)]
        for level, (area, spread) in enumerate(zip(measured.levels, measured.level_spreads_px, strict=True), start=1)
    ]
    regions = [
        ("Core", measured.core),
        ("Outer limit", measured.outer),
        ("In every sample", measured.consistent),
        ("In some samples only", measured.ambiguous),
    ]
    rows += [[name, f"{area.px:,}", "", _millimetres(area)] for name, area in regions]
    kept = slice(None) if page.case.geometry.in_plane_known else slice(3)
    note = f"SD: over the {page.scene.findings.sample_areas.shape[1]} samples of a level"
    return [
        heading(column, "Areas (consensus levels of readers)"),
        table(column, [row[kept] for row in (head, *rows)]),
        paragraph(column, note, SMALL, FAINT),
    ]


def _millimetres(area: Area) -> str:
    return "" if area.mm2 is None else f"{area.mm2:,.1f}"


def _origin(page: Page, column: Column) -> list[ByteArray]:
    made = page.result.provenance
    facts = {
        "System": made.system,
        "Model": made.model,
        "Weights": made.weights_sha256[:HASH_LENGTH],
        "Learnt from": f"{page.scene.findings.level_count} {'simulated ' if made.simulated_readers else ''}readers",
        "Samples": f"{made.samples} for each level",
        "Step shown": page.step_text.removeprefix("step ")
        + (", intermediate" if page.scene.intermediate else ", final"),
        "Seed": str(made.seed),
        "Device": made.device,
    }
    return [heading(column, "How it was made"), *(pair(column, name, value) for name, value in facts.items())]
