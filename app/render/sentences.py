"""Findings in plain words, before any number."""

import math
from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from app.domain.arrays import BoolArray
from app.domain.geometry import Geometry
from app.domain.model import Usual
from app.domain.result import Calibration, Findings, between_different
from app.render.legend import reader_name
from app.render.scene import CORE_SHARE, OUTER_SHARE
from app.render.strokes import crossings

Translate: TypeAlias = Callable[[str], str]

GED_DEFINITION = (
    "Generalised energy distance D^2 = 2 E[d(S,Y)] - E[d(S,S')] - E[d(Y,Y')] between samples S and readers' masks Y, "
    "d = 1 - IoU, self-pairs included, IoU of two empty masks = 1."
)
DIVERSITY_DEFINITION = (
    "Sample diversity E[d(S,S')] between samples S, d = 1 - IoU, self-pairs included, IoU of two empty masks = 1."
)

EXPERTNESS_DEFINITION = (
    "Expertness: mean over the pixels on which the readers differ of the estimated probability that a further reader "
    "would agree with this one; it is not a measure of correctness."
)


def agreement_sentence(findings: Findings, geometry: Geometry, tr: Translate = str) -> str:
    """Say how far the samples agree.

    The outlined area is what at least 10 % of the samples contain, the agreed area what at least 90 % do: the two
    outlines that are drawn. The width of the border is the area between them divided by the mean of their lengths; it
    is said only where millimetres are safe.

    Args:
        findings: of a run.
        geometry: of the slice.
        tr: translates a sentence; exports are in English.
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
    cases = f"{groups} cases of the model's test set" if groups > 1 else "the one case of the model's test set"
    if below == 0:
        return f"Less disagreement than in {'any of the ' if groups > 1 else ''}{cases}."
    if below == groups:
        return f"More disagreement than in {'any of the ' if groups > 1 else ''}{cases}."
    return f"More disagreement than in {below} of {cases}."


_TIE = 1e-6


def distance_line(findings: Findings, simulated: bool = False, tr: Translate = str) -> str:
    """Return the distance to the readers' masks, or without those the diversity of the samples, with its scale.

    Args:
        findings: of a run.
        simulated: whether the readers whose masks `ged` was taken against are simulated.
        tr: translates a sentence; exports are in English.
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


def deviation_sentence(found: Calibration, names: tuple[str, ...], drawn_px: tuple[float, ...], fused_px: float) -> str:
    """Say which reader deviates most from what the readers would agree on.

    Args:
        found: what a model made of the readers.
        names: of the readers.
        drawn_px: area that each reader marked, in pixels of the slice.
        fused_px: area of the fused mask.
    """
    ranked = sorted(range(found.readers), key=lambda reader: found.expertness[reader])
    least, next_least = (found.expertness[reader] for reader in ranked[:2])
    if next_least - least < _CLEAR_GAP:
        low, high = _percent(least), _percent(found.expertness[ranked[-1]])
        agreed = f"a further reader would agree with each in {low} to {high} of cases"
        return f"No reader stands out: where they differ, {agreed}."
    name, others = reader_name(names, ranked[0]), [found.expertness[reader] for reader in ranked[1:]]
    rest = _percent(min(others)) + (f" to {_percent(max(others))}" if len(others) > 1 else "")
    sentence = (
        f"{name[0].upper()}{name[1:]} deviates most: where the readers differ, a further reader would agree with it "
        f"in {_percent(least)} of cases (the others: {rest})"
    )
    more = drawn_px[ranked[0]] / fused_px - 1 if fused_px else 0.0
    if abs(more) < _CLEAR_SIZE:
        return f"{sentence}."
    return f"{sentence}; it marks {_percent(abs(more))} {'more' if more > 0 else 'less'} than the fused mask."


_CLEAR_GAP, _CLEAR_SIZE = 0.02, 0.02


def readers_lines(found: Calibration) -> tuple[str, str]:
    """Return how far the readers differ, and how far the samples lie from them, before and after calibration."""
    between, away = found.spreads, found.distances
    return (
        f"Between readers (mean 1 - IoU): {between[0]:.2f} as drawn, {between[1]:.2f} calibrated",
        f"GED D² of the samples to the readers: {away[0]:.3f} as drawn, {away[1]:.3f} calibrated; 0 = identical",
    )


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
