"""What an exported page says in words and numbers, before it is laid out as picture or print."""

from app.domain.case import Case
from app.domain.measure import Measurement
from app.domain.model import Sampling
from app.domain.words import is_ours, nameless, tr
from app.export.own import outline_entries
from app.export.page import Page
from app.postprocess.native import Area, sized
from app.render.legend import LegendEntry, legend, level_label, reader_name
from app.render.lesion import lesion_rows, lesion_title
from app.render.measures import NAMES
from app.render.sentences import DIVERSITY_DEFINITION, GED_DEFINITION, agreement_sentence, distance_line

HASH_LENGTH = 12


def agreement(page: Page) -> tuple[str, str, str]:
    """Return the plain sentence, the GED or the diversity, and what that number is."""
    findings = page.scene.findings
    definition = DIVERSITY_DEFINITION if findings.ged is None else GED_DEFINITION
    sentence = agreement_sentence(findings, page.case.geometry)
    return sentence, distance_line(findings, page.outcome.simulated_references), tr(definition)


def cautions(page: Page) -> tuple[str, ...]:
    """Return what a reader must not overlook."""
    unsized = () if page.case.geometry.in_plane_known else (tr("Size not calibrated: areas are in pixels only."),)
    synthetic = (tr("Synthetic image: a phantom, not a patient."),) if page.case.synthetic else ()
    said = (*page.result.warnings, *map(nameless, page.case.notices), *page.case.geometry.faults)
    return (*synthetic, *dict.fromkeys(map(tr, said)), *unsized)


def legend_entries(page: Page) -> tuple[LegendEntry, ...]:
    """Return what each line and colour of the picture means, with simulated readers called so."""
    names = reader_names(page.case)
    marked = (
        tuple(tr("{name} (simulated)").format(name=name) for name in names)
        if page.outcome.simulated_references
        else names
    )
    return (*legend(page.scene, page.view, marked), *outline_entries(page.outcome.outlines))


def areas(page: Page) -> list[list[str]]:
    """Return the areas as a table, its head first; millimetres have no column where they are not safe."""
    measured, count = page.measured, len(page.measured.levels)
    head = ["", "px", tr("SD px"), "mm²"]
    rows = [
        [_row_name(level, count), f"{area.px:,}", f"{spread:,.0f}", _millimetres(area)]
        for level, (area, spread) in enumerate(zip(measured.levels, measured.level_spreads_px, strict=True), start=1)
    ]
    regions = [
        (tr("Core"), measured.core),
        (tr("Outer limit"), measured.outer),
        (tr("In every sample"), measured.consistent),
        (tr("In some samples only"), measured.ambiguous),
    ]
    rows += [[name, f"{area.px:,}", "", _millimetres(area)] for name, area in regions]
    kept = slice(None) if page.case.geometry.in_plane_known else slice(3)
    return [row[kept] for row in (head, *rows)]


def lesion(page: Page) -> tuple[str, list[list[str]]]:
    """Return what a dermatologist reads off the final mask, title and table; empty where there is nothing to read."""
    measured = page.result.lesion
    if measured is None or page.scene.intermediate:
        return "", []
    return lesion_title(measured), [[row.name, row.text] for row in lesion_rows(measured, page.case.geometry)]


def readers(page: Page) -> list[list[str]]:
    """Return each calibrated reader's expertness as a table; empty where none was calibrated."""
    found, names = page.scene.calibration, reader_names(page.case)
    if found is None:
        return []
    return [[reader_name(names, reader), f"{value:.2f}"] for reader, value in enumerate(found.expertness)]


def reader_names(case: Case) -> tuple[str, ...]:
    """Return what the readers are called where others see it; the name of a mask's file may be a patient's."""
    names = () if case.references is None else case.references.names
    if all(map(is_ours, names)):
        return tuple(map(nameless, names))
    return tuple(tr("reader {n}").format(n=number) for number in range(1, len(names) + 1))


def area_notes(page: Page) -> tuple[str, ...]:
    """Return what the table's figures are, and the two diameters of the largest piece of the majority's mask."""
    spread = tr("SD: over the {n} samples of a level").format(n=page.scene.findings.sample_areas.shape[1])
    across = page.diameters
    if across is None:
        return (spread,)
    unit = "mm" if page.case.geometry.in_plane_known else "px"
    label = level_label(page.scene.findings.majority, page.scene.findings.level_count)
    sizes = f"{across.largest:,.1f} x {across.perpendicular:,.1f} {unit}"
    text = tr("{level}: {sizes} (largest diameter, extent at right angles)")
    if across.pieces > 1:
        text = tr("{level}, the largest of {n} pieces: {sizes} (largest diameter, extent at right angles)")
    return (text.format(level=label, sizes=sizes, n=across.pieces), spread)


def measurements(page: Page) -> list[tuple[str, str]]:
    """Return what the reader measured on the slice, by name, in the order of its making."""
    said = zip(page.measurements, page.measured_words, strict=True)
    return [(_measured_name(found), ", ".join(words)) for found, words in said]


def _measured_name(found: Measurement) -> str:
    name = tr(NAMES[found.kind])
    return tr("{name} of {what}").format(name=name, what=found.of) if found.of else name


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
    readers = tr("{n} simulated readers") if made.simulated_readers else tr("{n} readers")
    step = tr("{n} of {m}, intermediate") if page.scene.intermediate else tr("{n} of {m}, final")
    return {
        tr("System"): tr(made.system),
        tr("Model"): made.model,
        tr("Weights"): made.weights_sha256[:HASH_LENGTH],
        tr("Learnt from"): readers.format(n=page.scene.findings.level_count),
        tr("Samples"): _samples(page),
        tr("Step shown"): step.format(n=page.step + 1, m=made.steps),
        tr("Seed"): str(made.seed),
        tr("Device"): made.device,
    }


def _samples(page: Page) -> str:
    """Say how many samples were drawn for what, and how many were asked for where the soft map settled before."""
    card, made = page.outcome.card, page.result.provenance
    if card is not None and card.sampling is Sampling.STEP:
        said = tr("{n}: {each} at each of {steps} noise steps")
        return said.format(n=made.samples, each=made.samples // made.steps, steps=made.steps)
    if made.most_samples > made.samples:
        return tr("{n} for each level (settled before {m})").format(n=made.samples, m=made.most_samples)
    return tr("{n} for each level").format(n=made.samples)


def _row_name(level: int, count: int) -> str:
    if count == 1:
        return level_label(level, count)
    return tr("All {n}").format(n=count) if level == count else tr("At least {n} of {m}").format(n=level, m=count)


def _millimetres(area: Area) -> str:
    return "" if area.mm2 is None else f"{area.mm2:,.1f}"
