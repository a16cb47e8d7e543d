"""Findings in plain words, before any number."""

import math
import re

import numpy as np

from app.domain.arrays import BoolArray
from app.domain.geometry import Geometry
from app.domain.model import Usual
from app.domain.result import Calibration, Findings, between_different
from app.domain.words import mark, tr
from app.render.legend import reader_name, upper_first
from app.render.scene import CORE_SHARE, OUTER_SHARE
from app.render.strokes import crossings

GED_DEFINITION = mark(
    "Generalised energy distance D² = 2 E[d(S,Y)] - E[d(S,S')] - E[d(Y,Y')] between samples S and readers' masks Y, "
    "d = 1 - IoU, self-pairs included, IoU of two empty masks = 1."
)
DIVERSITY_DEFINITION = mark(
    "Sample diversity E[d(S,S')] between samples S, d = 1 - IoU, self-pairs included, IoU of two empty masks = 1."
)

EXPERTNESS_DEFINITION = mark(
    "Expertness: mean over the pixels on which the readers differ (all pixels, if they do not) of the estimated "
    "probability that a further reader would agree with this one; it is not a measure of correctness."
)


def agreement_sentence(findings: Findings, geometry: Geometry) -> str:
    """Say how far the samples agree.

    The outlined area is what at least 10 % of the samples contain, the agreed area what at least 90 % do: the two
    outlines that are drawn. The width of the border is the area between them divided by the mean of their lengths; it
    is said only where millimetres are safe.

    Args:
        findings: of a run.
        geometry: of the slice.
    """
    samples = findings.sample_areas.size
    outer, core = findings.agreement >= OUTER_SHARE, findings.agreement >= CORE_SHARE
    if not (findings.consistent.any() or findings.ambiguous.any()):
        return tr("None of the {n} samples outlines anything on this slice.").format(n=samples)
    if samples == 1:
        return tr("There is only one sample, so nothing can be said about agreement.")
    if not findings.ambiguous.any():
        return tr("All {n} samples outline the same area.").format(n=samples)
    if not core.any():
        sentence = tr("There is no place that {core} of the {n} samples agree on.")
        return sentence.format(core=_percent(CORE_SHARE), n=samples)
    width = _border_width_mm(core, outer, _grid_pixel_mm(findings, geometry))
    sentence = tr("At least {core} of the {n} samples agree on {share} of the outlined area.")
    if width:
        sentence = tr(
            "At least {core} of the {n} samples agree on {share} of the outlined area; its border varies by about "
            "{width} mm."
        )
    share, shown = _percent(int(core.sum()) / int(outer.sum())), f"{width:.2g}" if width else ""
    return sentence.format(core=_percent(CORE_SHARE), n=samples, share=share, width=shown)


def usual_sentence(findings: Findings, usual: Usual | None) -> str:
    """Say where a diversity lies among those of a model's test cases; empty where those are not known.

    The place is read off the deciles; with fewer than ten cases it is counted in those.
    """
    if usual is None:
        return ""
    diversity = between_different(findings.diversity, findings.sample_areas.size)
    groups = min(len(usual.deciles) - 1, usual.cases)
    place = float(np.interp(diversity, usual.deciles, np.linspace(0, 1, len(usual.deciles))))
    below = math.floor(place * groups + _TIE)
    if groups == 1:
        less = tr("Less disagreement than in the one case of the model's test set.")
        return tr("More disagreement than in the one case of the model's test set.") if below else less
    if below == 0:
        return tr("Less disagreement than in any of the {n} cases of the model's test set.").format(n=groups)
    if below == groups:
        return tr("More disagreement than in any of the {n} cases of the model's test set.").format(n=groups)
    return tr("More disagreement than in {m} of {n} cases of the model's test set.").format(m=below, n=groups)


_TIE = 1e-6


def distance_line(findings: Findings, simulated: bool = False) -> str:
    """Return the distance to the readers' masks, or without those the diversity of the samples, with its scale.

    Args:
        findings: of a run.
        simulated: whether the readers whose masks `ged` was taken against are simulated.
    """
    samples = _counted(findings.sample_areas.size, tr("1 sample"), tr("{n} samples"))
    if findings.ged is None:
        line = tr("Sample diversity = {number} ({samples}; mean 1 - IoU between samples; 0 = identical)")
        return line.format(number=f"{findings.diversity:.2f}", samples=samples)
    real = tr("1 reader"), tr("{n} readers")
    readers = _counted(
        findings.readers, *((tr("1 simulated reader"), tr("{n} simulated readers")) if simulated else real)
    )
    line = tr("GED D² = {number} ({samples}, {readers}; 0 = identical)")
    return line.format(number=f"{findings.ged:.3f}", samples=samples, readers=readers)


def deviation_sentence(found: Calibration, names: tuple[str, ...]) -> str:
    """Say which readers deviate most from what the readers would agree on.

    They are those below the widest gap in expertness that has at most half of the readers below it.

    Args:
        found: what a model made of the readers.
        names: of the readers.
    """
    if not found.is_contested:
        return tr("The readers drew the same.") if found.given.any() else tr("None of the readers marked anything.")
    ranked = sorted(range(found.readers), key=lambda reader: found.expertness[reader])
    ordered = [found.expertness[reader] for reader in ranked]
    gaps = [ordered[count] - ordered[count - 1] for count in range(1, found.readers // 2 + 1)]
    if max(gaps) < _CLEAR_GAP:
        return tr(
            "No reader stands out: where they differ, a further reader would agree with each on {share} of those "
            "pixels."
        ).format(share=_range(ordered))
    count = gaps.index(max(gaps)) + 1
    facts = {"share": _range(ordered[:count]), "rest": _range(ordered[count:])}
    called = [reader_name(names, reader) for reader in sorted(ranked[:count])]
    if count > 1:
        return tr(_DEVIATE).format(names=upper_first(", ".join(called)), **facts)
    more = found.drawn_areas[ranked[0]] / found.fused_area - 1 if found.fused_area else 0.0
    sentence = tr(_DEVIATES[0 if abs(more) < _CLEAR_SIZE else 1 if more > 0 else -1])
    return sentence.format(name=upper_first(called[0]), more=_percent(abs(more)), **facts)


_CLEAR_GAP, _CLEAR_SIZE = 0.02, 0.02
_DEVIATE = mark(
    "{names} deviate most: where the readers differ, a further reader would agree with each of them on {share} of "
    "those pixels (the others: {rest})."
)
_DEVIATES = {
    0: mark(
        "{name} deviates most: where the readers differ, a further reader would agree with it on {share} of those "
        "pixels (the others: {rest})."
    ),
    1: mark(
        "{name} deviates most: where the readers differ, a further reader would agree with it on {share} of those "
        "pixels (the others: {rest}); it marks {more} more than the fused mask."
    ),
    -1: mark(
        "{name} deviates most: where the readers differ, a further reader would agree with it on {share} of those "
        "pixels (the others: {rest}); it marks {more} less than the fused mask."
    ),
}


def _range(shares: list[float]) -> str:
    """Return shares, lowest first, in percent: "41 %", or "62 % to 71 %"."""
    low, high = _percent(shares[0]), _percent(shares[-1])
    return low if low == high else tr("{low} to {high}").format(low=low, high=high)


def readers_lines(found: Calibration) -> tuple[str, str]:
    """Return how far the readers differ, and how far the samples lie from them, before and after calibration."""
    between, away = [f"{value:.2f}" for value in found.spreads], [f"{value:.3f}" for value in found.distances]
    spreads = tr("Between readers (mean 1 - IoU): {drawn} as drawn, {calibrated} calibrated")
    distances = tr("GED D² of the samples to the readers: {drawn} as drawn, {calibrated} calibrated; 0 = identical")
    return (
        spreads.format(drawn=between[0], calibrated=between[1]),
        distances.format(drawn=away[0], calibrated=away[1]),
    )


def evaluated_text(name: str) -> str:
    """Return on what a model was scored, by the name that its card keeps the scores under."""
    found = _EVALUATION.fullmatch(name)
    if found is None:
        return name
    return tr(_SAID[found["unit"]]).format(
        **found.groupdict() | {"split": tr(_SPLITS.get(found["split"], found["split"]))}
    )


_EVALUATION = re.compile(
    r"(?:\S+ on )?(?P<place>\S+), (?P<split>\w+): (?P<n>\d+) cases, (?P<m>\d+) samples a (?P<unit>level|noise step), "
    r"(?P<steps>\d+) steps, seeds \[(?P<seeds>.*)\]"
)
_SAID = {
    "level": mark("{place}, {split}: {n} cases, {m} samples a level, {steps} steps, seeds [{seeds}]"),
    "noise step": mark("{place}, {split}: {n} cases, {m} samples a noise step, {steps} steps, seeds [{seeds}]"),
}
_SPLITS = {"val": mark("validation part"), "test": mark("test part"), "external": mark("external data")}


# A line of eight directions is longer than a smooth one by 8 (sqrt 2 - 1) / pi in the mean over all directions.
_STAIRS = math.pi / (8 * (math.sqrt(2) - 1))


def _percent(share: float) -> str:
    """Return a share in whole per cent, rounded neither to none nor to all."""
    return f"{100 if share == 1 else min(max(round(share * 100), 1), 99) if share < 1 else round(share * 100)} %"


def _counted(count: int, one: str, many: str) -> str:
    return one if count == 1 else many.format(n=count)


def _border_width_mm(core: BoolArray, outer: BoolArray, pixel_mm: float | None) -> float | None:
    """Return the mean width of the area between two outlines, or None where millimetres are not safe."""
    if pixel_mm is None:
        return None
    return int((outer & ~core).sum()) / ((_length(core) + _length(outer)) / 2) * pixel_mm


def _length(mask: BoolArray) -> float:
    """Return the length of a mask's outline in pixels, corrected for the stairs of a pixel grid."""
    lines = crossings(mask.astype(np.float32), 0.5)
    return _STAIRS * sum(float(np.hypot(*np.diff(points, axis=0).T).sum()) for points in lines)


def _grid_pixel_mm(findings: Findings, geometry: Geometry) -> float | None:
    """Return the side of a network pixel, which is square in millimetres, from what an area of it measures."""
    counts = findings.levels.sum(axis=(1, 2))
    if geometry.pixel_area_mm2 is None or not counts.any():
        return None
    largest = int(counts.argmax())
    return math.sqrt(findings.level_areas[largest] / int(counts[largest]) * geometry.pixel_area_mm2)
