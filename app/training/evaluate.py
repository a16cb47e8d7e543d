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
    "soft Dice, 9 cuts": "the same with cuts at 0.1, 0.2 ... 0.9",
    "Dice": "of the level 'at least half' and the readers' majority; mean over cases",
    "precision": "share of that level that the majority marked",
    "recall": "share of the majority that the level contains",
    "HD95": "larger of the two 95th percentiles of the distance from the border of that level to that of the "
    "majority and back, in pixels of the slice; over the cases where both mark something",
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
    "ECE": "mean |share of readers - predicted share| over 10 bins of the mean level map (with one level: of the share "
    "of samples), weighted by pixels; against one reader, whose share is 0 or 1, it tells nothing of how many of "
    "several simulated readers would mark a pixel",
    "ECE, marked pixels": "the same over the pixels that any reader or the soft map (with one level: any sample) "
    "marks, where there are any; what the model leaves out counts only where a reader marked it, so that an empty map "
    "scores the mean share of readers there, and even a perfectly calibrated map more than 0",
    "unfamiliar": "share of the cases that the model warns of as unlike its training images; of models that can warn",
}


@dataclass(frozen=True, slots=True)
class CaseScores:
    """The scores of one example.

    Attributes:
        name: of the example.
        scores: by the names in `DEFINITIONS`; those that need several readers are absent where there is one.
        samples: drawn, over all levels or noise steps.
        readers: it was scored against.
        reliability: (3, bins) of `overlap.reliability` of the map that `ECE` is taken of.
        agreement: mean pairwise Dice of real annotators of the example, where it is known.
    """

    name: str
    scores: Mapping[str, float]
    samples: int
    readers: int
    reliability: npt.NDArray[np.float64] | None = None
    agreement: float | None = None


def evaluate(segmenter: Segmenter, examples: Sequence[Example], options: Options) -> Iterator[CaseScores]:
    """Run a model on examples and score each on its slice's own pixels."""
    for example in examples:
        step = last_step(segmenter.sample(example.image, example.grid, replace(options, settle=0)))
        readers = example.readers if example.drawn is None else example.drawn
        scores = score(example.name, step.estimate, example.grid, readers)
        gain = _crf_gain(example, step, readers, segmenter.card.crf, scores.scores["Dice"])
        warned = {"unfamiliar": float(tr(UNLIKE) in step.notices)} if _can_warn(segmenter) else {}
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
    if half.any() and majority.any():
        scores["HD95"] = matching.hausdorff_95(half, majority, (1, 1))
    if len(readers) > 1:
        soft = levels.mean(axis=0, dtype=np.float32)
        scores |= {
            "soft Dice": overlap.soft_dice(soft, share),
            "soft Dice, 9 cuts": overlap.soft_dice(soft, share, overlap.QUBIQ_NINE_THRESHOLDS),
            "GED": overlap.generalised_energy_distance(drawn, readers, scores["diversity"]),
            "HM-IoU": matching.hungarian_iou(drawn, readers),
        }
    predicted, outlines = map_to_native(findings.level_maps.mean(axis=0), grid), levels
    if len(levels) == 1:
        predicted, outlines = drawn.mean(axis=0, dtype=np.float32), drawn
    scores |= _calibration(predicted, share, outlines)
    return CaseScores(name, scores, len(drawn), len(readers), np.stack(overlap.reliability(predicted, share)))


def summarise(results: Sequence[CaseScores]) -> dict[str, float]:
    """Average each score over the examples that have it."""
    found = {name: [result.scores[name] for result in results if name in result.scores] for name in DEFINITIONS}
    return {name: float(np.mean(values)) for name, values in found.items() if values} | correlations(results)


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


def _can_warn(segmenter: Segmenter) -> bool:
    """Tell whether a model knows what its training images look like."""
    return getattr(segmenter, "familiarity", None) is not None


def _calibration(predicted: FloatArray, share: FloatArray, outlines: BoolArray) -> dict[str, float]:
    """Return the errors of a predicted share of readers, on all pixels and on those that anybody marks.

    Args:
        predicted: (rows, columns) in [0, 1].
        share: (rows, columns) in [0, 1], of the readers who marked the pixel.
        outlines: (masks, rows, columns), what the model marks.
    """
    marked = outlines.any(axis=0) | (share > 0)
    errors = {"ECE": overlap.expected_calibration_error(predicted, share)}
    if marked.any():
        errors["ECE, marked pixels"] = overlap.expected_calibration_error(predicted[marked], share[marked])
    return errors


def reliability(results: Sequence[CaseScores]) -> list[tuple[float, float, float]]:
    """Gather a reliability diagram.

    Returns:
        for each filled bin the mean predicted share, the mean share of readers who marked its pixels, and the bin's
        share of all pixels; nothing where no example has one. A single reader's share of a pixel is 0 or 1, its mean
        the share of the bin's pixels that this reader marked.
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
