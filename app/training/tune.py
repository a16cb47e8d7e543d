"""Choosing on validation images what no training chooses: where the fused map is cut, and how its CRF works."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np

from app.domain.arrays import BoolArray, FloatArray
from app.domain.result import INSIDE, Options
from app.metrics.overlap import dice, reaches
from app.postprocess.agreement import centred, find
from app.postprocess.crf import CrfOptions, refine
from app.segmenters.base import Segmenter
from app.training.data import Example
from app.training.evaluate import last_step

CUTS = tuple(round(0.2 + 0.05 * n, 2) for n in range(13))
FIELDS = tuple(
    CrfOptions(colour_weight=weight, colour_width=width, least_overlap=overlap)
    for weight in (1.0, 2.0, 5.0)
    for width in (8.0, 13.0)
    for overlap in (0.8, 0.9)
)
NO_FIELD = CrfOptions(least_overlap=1.0)
"""Keeps every mask as it is: the choice where no field is better than none."""


@dataclass(frozen=True, slots=True, eq=False)
class Fused:
    """What a model makes of one example.

    Attributes:
        image: (channels, rows, columns) in [0, 1].
        map: (rows, columns) in [0, 1], the map of the level "at least half"; 1/2 and more is inside.
        majority: (rows, columns), what at least half of the readers marked.
    """

    image: FloatArray = field(repr=False)
    map: FloatArray = field(repr=False)
    majority: BoolArray = field(repr=False)


def fuse(segmenter: Segmenter, examples: Sequence[Example], options: Options) -> Iterator[Fused]:
    """Run a model on examples and fuse its samples."""
    for example in examples:
        step = last_step(segmenter.sample(example.image, example.grid, replace(options, settle=0)))
        findings = find(step.estimate, example.grid)
        majority = reaches(example.readers.mean(axis=0, dtype=np.float32), INSIDE)
        yield Fused(example.image, findings.level_maps[findings.majority - 1], majority)


def try_cuts(fused: Sequence[Fused], cuts: Sequence[float] = CUTS) -> dict[float, float]:
    """Return the mean Dice with the readers' majority of the fused maps cut at each value."""
    return {cut: float(np.mean([dice(reaches(one.map, cut), one.majority) for one in fused])) for cut in cuts}


def try_fields(
    fused: Sequence[Fused], cut: float = INSIDE, fields: Sequence[CrfOptions] = FIELDS
) -> dict[CrfOptions, float]:
    """Return by how much each CRF raises the mean Dice of the fused maps, bent so that the cut lies at one half."""
    bent = [replace(one, map=centred(one.map, cut)) for one in fused]
    before = try_cuts(bent, (INSIDE,))[INSIDE]
    return {
        field: float(np.mean([dice(refine(one.image, one.map, field), one.majority) for one in bent])) - before
        for field in fields
    }


def best_field(gains: Mapping[CrfOptions, float]) -> CrfOptions:
    """Choose the field that gains most; one that keeps every mask where none gains anything."""
    best = max(gains, key=lambda field: gains[field])
    return best if gains[best] > 0 else NO_FIELD


def tuned(facts: Mapping[str, Any], cut: float, field: CrfOptions) -> dict[str, Any]:
    """Return a card's facts with what was chosen.

    Args:
        facts: of the card; a system without a cut of its own keeps the one at one half.
        cut: of the fused map, in which the system's present threshold lies at one half.
        field: the CRF.
    """
    standard = asdict(CrfOptions())
    crf = {name: value for name, value in asdict(field).items() if value != standard[name]}
    configuration = dict(facts["configuration"])
    if "cut" in configuration:
        present = configuration["cut"]["threshold"]
        threshold = float(np.interp(cut, (0, INSIDE, 1), (0, present, 1)))
        configuration["cut"] = configuration["cut"] | {"threshold": round(threshold, 3)}
    return {**facts, "configuration": configuration, "crf": crf}
