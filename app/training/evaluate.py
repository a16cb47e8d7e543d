"""From a test set to a table of scores, taken on the slices' own pixels; every score stands beside its definition."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from app.domain.arrays import BoolArray, FloatArray
from app.domain.grid import Grid
from app.domain.result import INSIDE, Options, Step
from app.imaging.prepare import map_to_native
from app.metrics import matching, overlap
from app.postprocess.agreement import find
from app.postprocess.native import native_levels, native_mask
from app.segmenters.base import Segmenter
from app.training.data import Example

DEFINITIONS: Mapping[str, str] = {
    "soft Dice": "Dice of the soft map (levels / C) and the readers' mean, both cut at 0.1, 0.3, 0.5, 0.7, 0.9; "
    "empty/empty = 1; mean over cuts, then cases",
    "Dice": "of the level 'at least half' and the readers' majority; mean over cases",
    "precision": "share of that level that the majority marked",
    "recall": "share of the majority that the level contains",
    "GED": "D^2 = 2 E[d(S,Y)] - E[d(S,S')] - E[d(Y,Y')], d = 1 - IoU, self-pairs included, empty/empty = 0; "
    "S all samples of all levels, Y the readers",
    "HM-IoU": "mean IoU of samples and readers under the best one-to-one matching, readers repeated",
    "diversity": "E[d(S,S')] over the same samples",
    "ECE": "mean |share of readers - predicted share| over 10 bins of the mean level map, weighted by pixels",
}


@dataclass(frozen=True, slots=True)
class CaseScores:
    """The scores of one example.

    Attributes:
        name: of the example.
        scores: by the names in `DEFINITIONS`; those that need several readers are absent where there is one.
        reliability: (3, bins) of `overlap.reliability` of the mean level map; None where there is one reader.
    """

    name: str
    scores: Mapping[str, float]
    reliability: npt.NDArray[np.float64] | None = None


def evaluate(segmenter: Segmenter, examples: Sequence[Example], options: Options) -> Iterator[CaseScores]:
    """Run a model on examples and score each on its slice's own pixels."""
    for example in examples:
        step = _last(segmenter.sample(example.image, example.grid, replace(options, settle=0)))
        readers = example.readers if example.drawn is None else example.drawn
        yield score(example.name, step.estimate, example.grid, readers)


def score(name: str, samples: FloatArray, grid: Grid, readers: BoolArray) -> CaseScores:
    """Score one example.

    Args:
        name: of the example.
        samples: (levels, samples, rows, columns) in [0, 1] on the grid.
        grid: how they lie on the slice.
        readers: (readers, rows, columns) on the slice.
    """
    findings = find(samples, grid)
    share = readers.mean(axis=0, dtype=np.float32)
    levels = np.stack(list(native_levels(findings, grid)))
    drawn = np.stack([native_mask(sample, grid) for sample in samples.reshape(-1, *grid.shape)])
    half, majority = levels[findings.majority - 1], share >= INSIDE
    scores = {
        "Dice": overlap.dice(half, majority),
        "precision": overlap.precision(half, majority),
        "recall": overlap.recall(half, majority),
        "diversity": overlap.diversity(drawn),
    }
    if len(readers) == 1:
        return CaseScores(name, scores)
    predicted = map_to_native(findings.level_maps.mean(axis=0), grid)
    bins = overlap.reliability(predicted, share)
    scores |= {
        "soft Dice": overlap.soft_dice(levels.mean(axis=0, dtype=np.float32), share),
        "GED": overlap.generalised_energy_distance(drawn, readers, scores["diversity"]),
        "HM-IoU": matching.hungarian_iou(drawn, readers),
        "ECE": overlap.expected_calibration_error(predicted, share),
    }
    return CaseScores(name, scores, np.stack(bins))


def summarise(results: Sequence[CaseScores]) -> dict[str, float]:
    """Average each score over the examples that have it."""
    names = [name for name in DEFINITIONS if any(name in result.scores for result in results)]
    return {name: float(np.mean([result.scores[name] for result in results])) for name in names}


def reliability(results: Sequence[CaseScores]) -> list[tuple[float, float, float]]:
    """Gather a reliability diagram.

    Returns:
        for each filled bin the mean predicted share, the mean share of readers who marked its pixels, and the bin's
        share of all pixels; nothing where there is but one reader.
    """
    parts = [result.reliability for result in results if result.reliability is not None]
    if not parts:
        return []
    count, predicted, marked = np.sum(parts, axis=0)
    filled = count > 0
    columns = (predicted[filled] / count[filled], marked[filled] / count[filled], count[filled] / count.sum())
    return [(float(x), float(y), float(share)) for x, y, share in zip(*columns, strict=True)]


def _last(steps: Iterator[Step]) -> Step:
    step = None
    for step in steps:  # noqa: B007 - only the last one counts
        pass
    if step is None:
        raise ValueError("the segmenter yielded no step")
    return step
