"""Does calibrating readers find what they would have agreed on? Scores beside majority vote and STAPLE.

All masks are compared on the network's grid, the same for every method.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import SimpleITK as sitk

from app.domain.arrays import BoolArray
from app.domain.result import INSIDE, Calibration, Options
from app.metrics import overlap
from app.segmenters.base import Calibrator
from app.segmenters.biases import Bias, biased
from app.training.data import Example

CALIBRATED, MAJORITY, STAPLE, DRAWN = "calibrated", "majority vote", "STAPLE", "as drawn"
METHODS = (CALIBRATED, MAJORITY, STAPLE)
AMOUNTS_PX: Mapping[Bias, float] = {Bias.DILATED: 3.0, Bias.ERODED: 3.0, Bias.SHIFTED: 6.0, Bias.BLOB: 0.0}
FEWEST = 3
DEFINITIONS: Mapping[str, str] = {
    "left out": "Dice of the others' consensus and the reader left out, each in turn; mean over readers, then cases",
    "fall": "by how much the mean Dice of the consensus and the readers as they drew falls when one of them, who "
    "marked something, is replaced by a biased one: dilated or eroded by 3 px, shifted by 6 px, or a blob of its size",
    "found": "share of cases in which the biased reader has the lowest expertness; 1 / n where n readers share it",
    "mended": "Dice of the biased reader's mask, as drawn and calibrated, and what that reader drew without the bias",
    "between readers": "mean 1 - IoU between the readers' masks without any bias, as drawn and calibrated",
}


@dataclass(frozen=True, slots=True)
class CalibrationScores:
    """The scores of one example.

    Attributes:
        name: of the example.
        left_out: for each method, as defined.
        falls: for each bias and method, as defined.
        found: for each bias, whether the biased reader has the lowest expertness; see `found_share`.
        mended: for each bias, as defined, before and after.
        between: distance between readers, as defined, before and after.
    """

    name: str
    left_out: Mapping[str, float]
    falls: Mapping[Bias, Mapping[str, float]]
    found: Mapping[Bias, float]
    mended: Mapping[Bias, Mapping[str, float]]
    between: Mapping[str, float]


def evaluate_calibration(
    segmenter: Calibrator, examples: Sequence[Example], options: Options
) -> Iterator[CalibrationScores]:
    """Score every example that at least three readers drew on and one of them marked."""
    for number, example in enumerate(examples):
        if len(example.readers) >= FEWEST and example.readers.any():
            rng = np.random.default_rng([options.seed, number])
            yield _scored(segmenter, example, replace(options, settle=0), rng)


def majority_vote(masks: BoolArray) -> BoolArray:
    """Return what at least half of the readers mark, (rows, columns) of (readers, rows, columns)."""
    return overlap.reaches(masks.mean(axis=0), INSIDE)


def staple(masks: BoolArray) -> BoolArray:
    """Return where STAPLE (Warfield et al. 2004) gives a probability of at least one half, as SimpleITK computes it.

    Args:
        masks: (readers, rows, columns).
    """
    if (masks == masks[0]).all():
        return majority_vote(masks)  # where all agree there is nothing to estimate, and SimpleITK gives no number
    images = [sitk.GetImageFromArray(mask.astype(np.uint8)) for mask in masks]
    probability = sitk.GetArrayFromImage(sitk.STAPLE(images, 1.0))
    return overlap.reaches(probability, INSIDE)


def summarise_calibration(results: Sequence[CalibrationScores]) -> dict[str, dict[str, float]]:
    """Average over examples: a row for each thing measured, in it a value for each method it is measured of."""
    rows = {"left out": {method: _mean([result.left_out[method] for result in results]) for method in METHODS}}
    for bias in AMOUNTS_PX:
        falls = [result.falls[bias] for result in results]
        rows[f"fall, {bias.value}"] = {method: _mean([fall[method] for fall in falls]) for method in METHODS}
        rows[f"found, {bias.value}"] = {CALIBRATED: _mean([result.found[bias] for result in results])}
        mended = [result.mended[bias] for result in results]
        rows[f"mended, {bias.value}"] = {kind: _mean([each[kind] for each in mended]) for kind in (CALIBRATED, DRAWN)}
    rows["between readers"] = {
        kind: _mean([result.between[kind] for result in results]) for kind in (CALIBRATED, DRAWN)
    }
    return rows


def _scored(segmenter: Calibrator, example: Example, options: Options, rng: np.random.Generator) -> CalibrationScores:
    readers = example.readers
    left_out: dict[str, list[float]] = {method: [] for method in METHODS}
    for number, held in enumerate(readers):
        for method, mask in _fused(segmenter, example, np.delete(readers, number, axis=0), options)[0].items():
            left_out[method].append(overlap.dice(mask, held))
    fused, calibration = _fused(segmenter, example, readers, options)
    whole, between = _agreement(fused, readers), dict(zip((DRAWN, CALIBRATED), calibration.spreads, strict=True))
    falls, found, mended = {}, {}, {}
    for bias, amount in AMOUNTS_PX.items():
        number = int(rng.choice(np.flatnonzero(readers.any(axis=(1, 2)))))
        changed = readers.copy()
        changed[number] = biased(readers[number], bias, amount, rng)
        fused, calibration = _fused(segmenter, example, changed, options)
        after = _agreement(fused, readers)
        falls[bias] = {method: whole[method] - after[method] for method in METHODS}
        found[bias] = found_share(calibration.expertness, number)
        kinds = {DRAWN: changed[number], CALIBRATED: calibration.masks[number]}
        mended[bias] = {kind: overlap.dice(mask, readers[number]) for kind, mask in kinds.items()}
    alone = {key: _mean(value) for key, value in left_out.items()}
    return CalibrationScores(example.name, alone, falls, found, mended, between)


def found_share(expertness: Sequence[float], number: int) -> float:
    """Return how surely the lowest expertness names one reader: 1, or 1 / n where n readers share it, or 0.

    Two masks that are the same get the same expertness, as an outline tightened away and an honest reader's empty one.

    Args:
        expertness: of each reader.
        number: of the reader who is to be found.
    """
    lowest = np.isclose(expertness, min(expertness), rtol=0, atol=_TIE)
    return float(lowest[number]) / float(lowest.sum())


_TIE = 1e-6


def _fused(
    segmenter: Calibrator, example: Example, masks: BoolArray, options: Options
) -> tuple[dict[str, BoolArray], Calibration]:
    """Return each method's consensus, and the calibration behind the first."""
    calibration = None
    for step in segmenter.calibrate(example.image, example.grid, options, masks):
        calibration = step.calibration
    if calibration is None:
        raise ValueError("the segmenter yielded no calibration")
    return {CALIBRATED: calibration.mask, MAJORITY: majority_vote(masks), STAPLE: staple(masks)}, calibration


def _agreement(masks: Mapping[str, BoolArray], readers: BoolArray) -> dict[str, float]:
    return {method: _mean([overlap.dice(mask, reader) for reader in readers]) for method, mask in masks.items()}


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values))
