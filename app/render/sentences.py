"""Findings in plain words, before any number."""

import math
from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from app.domain.arrays import BoolArray
from app.domain.geometry import Geometry
from app.domain.result import Findings
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


# A line of eight directions is longer than a smooth one by 8 (sqrt 2 - 1) / pi in the mean over all directions.
_STAIRS = math.pi / (8 * (math.sqrt(2) - 1))


def _percent(share: float) -> str:
    """Return a share in whole per cent, rounded neither to none nor to all."""
    return f"{100 if share == 1 else min(max(round(share * 100), 1), 99)} %"


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
