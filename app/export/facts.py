"""What an exported page says in words and numbers, before it is laid out as picture or print."""

from app.domain.model import Sampling
from app.export.own import outline_entries
from app.export.page import Page
from app.postprocess.native import Area, sized
from app.render.legend import LegendEntry, legend, level_label, reader_name
from app.render.lesion import lesion_rows
from app.render.measures import NAMES
from app.render.sentences import DIVERSITY_DEFINITION, GED_DEFINITION, agreement_sentence, distance_line

HASH_LENGTH = 12


def agreement(page: Page) -> tuple[str, str, str]:
    """Return the plain sentence, the GED or the diversity, and what that number is."""
    findings = page.scene.findings
    definition = DIVERSITY_DEFINITION if findings.ged is None else GED_DEFINITION
    sentence = agreement_sentence(findings, page.case.geometry)
    return sentence, distance_line(findings, page.outcome.simulated_references), definition


def cautions(page: Page) -> tuple[str, ...]:
    """Return what a reader must not overlook."""
    unsized = () if page.case.geometry.in_plane_known else ("Size not calibrated: areas are in pixels only.",)
    synthetic = ("Synthetic image: a phantom, not a patient.",) if page.case.synthetic else ()
    said = (*page.result.warnings, *page.case.notices, *page.case.geometry.faults)
    return (*synthetic, *dict.fromkeys(said), *unsized)


def legend_entries(page: Page) -> tuple[LegendEntry, ...]:
    """Return what each line and colour of the picture means, with simulated readers called so."""
    references = page.case.references
    names = () if references is None else references.names
    marked = tuple(f"{name} (simulated)" for name in names) if page.outcome.simulated_references else names
    return (*legend(page.scene, page.view, marked), *outline_entries(page.outcome.outlines))


def areas(page: Page) -> list[list[str]]:
    """Return the areas as a table, its head first; millimetres have no column where they are not safe."""
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
    return [row[kept] for row in (head, *rows)]


def lesion(page: Page) -> list[list[str]]:
    """Return what a dermatologist reads off the final mask as a table; empty where there is nothing to read."""
    measured = page.result.lesion
    if measured is None or page.scene.intermediate:
        return []
    return [[row.name, row.text] for row in lesion_rows(measured, page.case.geometry)]


def readers(page: Page) -> list[list[str]]:
    """Return each calibrated reader's expertness as a table; empty where none was calibrated."""
    found, references = page.scene.calibration, page.case.references
    if found is None:
        return []
    names = () if references is None else references.names
    return [[reader_name(names, reader), f"{value:.2f}"] for reader, value in enumerate(found.expertness)]


def area_notes(page: Page) -> tuple[str, ...]:
    """Return what the table's figures are, and the two diameters of the majority's mask."""
    spread = f"SD: over the {page.scene.findings.sample_areas.shape[1]} samples of a level"
    across = page.diameters
    if across is None:
        return (spread,)
    unit = "mm" if page.case.geometry.in_plane_known else "px"
    label = level_label(page.scene.findings.majority, page.scene.findings.level_count)
    sizes = f"{across.largest:,.1f} x {across.perpendicular:,.1f} {unit}"
    return (f"{label}: {sizes} (largest diameter, extent at right angles)", spread)


def measurements(page: Page) -> list[tuple[str, str]]:
    """Return what the reader measured on the slice, by name, in the order of its making."""
    said = zip(page.measurements, page.measured_words, strict=True)
    return [(f"{NAMES[found.kind]}{f' of {found.of}' if found.of else ''}", ", ".join(words)) for found, words in said]


def drawn(page: Page) -> list[tuple[str, str]]:
    """Return the outlines that the reader drew, by name, with their areas."""
    outlines, geometry = page.outcome.outlines, page.case.geometry
    names = (entry.text for entry in outline_entries(outlines))
    areas = (sized(int(outline.mask.sum()), geometry) for outline in outlines)
    return [
        (name, f"{area.px:,} px" + (f", {_millimetres(area)} mm²" if area.mm2 is not None else ""))
        for name, area in zip(names, areas, strict=True)
    ]


def origin(page: Page) -> dict[str, str]:
    """Return how the result was made."""
    made = page.result.provenance
    return {
        "System": made.system,
        "Model": made.model,
        "Weights": made.weights_sha256[:HASH_LENGTH],
        "Learnt from": f"{page.scene.findings.level_count} {'simulated ' if made.simulated_readers else ''}readers",
        "Samples": _samples(page),
        "Step shown": page.step_text.removeprefix("step ")
        + (", intermediate" if page.scene.intermediate else ", final"),
        "Seed": str(made.seed),
        "Device": made.device,
    }


def _samples(page: Page) -> str:
    """Say how many samples were drawn for what, and how many were asked for where the soft map settled before."""
    card, made = page.outcome.card, page.result.provenance
    if card is not None and card.sampling is Sampling.STEP:
        return f"{made.samples}: {made.samples // made.steps} at each of {made.steps} noise steps"
    asked = f" (settled before {made.most_samples})" if made.most_samples > made.samples else ""
    return f"{made.samples} for each level{asked}"


def _millimetres(area: Area) -> str:
    return "" if area.mm2 is None else f"{area.mm2:,.1f}"
