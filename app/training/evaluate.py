"""From a test set to a table of scores, taken on the slices' own pixels; every score stands beside its definition."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.stats import spearmanr

from app.domain.arrays import BoolArray, FloatArray
from app.domain.grid import Grid
from app.domain.result import INSIDE, Options, Step
from app.domain.words import tr
from app.imaging.prepare import map_to_native
from app.metrics import matching, overlap
from app.postprocess.agreement import find
from app.postprocess.crf import CrfOptions, refine
from app.postprocess.native import native_levels, native_mask
from app.segmenters.base import Segmenter
from app.segmenters.familiarity import UNLIKE
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
    "ambiguous": "area that some but not all outputs contain, as a share of the area that any contains",
    "CRF gain": "Dice of that level refined by the dense CRF, minus its Dice; models whose card has a CRF",
    "rho(diversity, error)": "Spearman's rank correlation over cases of the diversity and 1 - Dice",
    "rho(ambiguous, error)": "the same of the ambiguous share and 1 - Dice",
    "rho(diversity, annotators)": "the same of the diversity and 1 - the mean pairwise Dice of real annotators, "
    "over the cases where that is known",
    "ECE": "mean |share of readers - predicted share| over 10 bins of the mean level map, weighted by pixels",
    "unfamiliar": "share of the cases that the model warns of as unlike its training images",
}


@dataclass(frozen=True, slots=True)
class CaseScores:
    """The scores of one example.

    Attributes:
        name: of the example.
        scores: by the names in `DEFINITIONS`; those that need several readers are absent where there is one.
        reliability: (3, bins) of `overlap.reliability` of the mean level map; None where there is one reader.
        agreement: mean pairwise Dice of real annotators of the example, where it is known.
    """

    name: str
    scores: Mapping[str, float]
    reliability: npt.NDArray[np.float64] | None = None
    agreement: float | None = None


def evaluate(segmenter: Segmenter, examples: Sequence[Example], options: Options) -> Iterator[CaseScores]:
    """Run a model on examples and score each on its slice's own pixels."""
    for example in examples:
        step = last_step(segmenter.sample(example.image, example.grid, replace(options, settle=0)))
        readers = example.readers if example.drawn is None else example.drawn
        scores = score(example.name, step.estimate, example.grid, readers)
        gain = _crf_gain(example, step, readers, segmenter.card.crf, scores.scores["Dice"])
        warned = {"unfamiliar": float(tr(UNLIKE) in step.notices)}
        yield replace(scores, scores={**scores.scores, **gain, **warned}, agreement=example.agreement)


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
        "ambiguous": float(findings.ambiguous.sum() / max((findings.ambiguous | findings.consistent).sum(), 1)),
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
    means = {name: float(np.mean([result.scores[name] for result in results])) for name in names}
    return means | correlations(results)


def correlations(results: Sequence[CaseScores]) -> dict[str, float]:
    """Tell whether uncertainty predicts error: rank correlations over cases, where there are enough that differ."""
    errors = [1 - result.scores["Dice"] for result in results]
    known = [result for result in results if result.agreement is not None]
    pairs = {
        "rho(diversity, error)": ([result.scores["diversity"] for result in results], errors),
        "rho(ambiguous, error)": ([result.scores["ambiguous"] for result in results], errors),
        "rho(diversity, annotators)": (
            [result.scores["diversity"] for result in known],
            [1 - float(result.agreement or 0) for result in known],
        ),
    }
    enough = {name: pair for name, pair in pairs.items() if min(len(set(values)) for values in pair) >= _ENOUGH_CASES}
    return {name: float(spearmanr(*pair).statistic) for name, pair in enough.items()}


_ENOUGH_CASES = 10


def _crf_gain(
    example: Example, step: Step, readers: BoolArray, crf: Mapping[str, Any], before: float
) -> dict[str, float]:
    """Return by how much a model's CRF raises its Dice, where its card has one."""
    if not crf:
        return {}
    findings = find(step.estimate, example.grid)
    refined = refine(example.image, findings.level_maps[findings.majority - 1], CrfOptions(**crf))
    majority = readers.mean(axis=0, dtype=np.float32) >= INSIDE
    return {"CRF gain": overlap.dice(native_mask(refined, example.grid), majority) - before}


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


def last_step(steps: Iterator[Step]) -> Step:
    """Drain a run and return its last step."""
    step = None
    for step in steps:  # noqa: B007 - only the last one counts
        pass
    if step is None:
        raise ValueError("the segmenter yielded no step")
    return step
