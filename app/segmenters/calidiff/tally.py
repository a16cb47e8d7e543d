"""What a run finds out about readers while it draws samples: means over the samples drawn so far, step by step."""

import numpy as np
import torch

from app.domain.arrays import BoolArray, FloatArray
from app.domain.result import INSIDE, Calibration
from app.metrics import overlap
from app.networks.committee import Committee
from app.postprocess.agreement import best_cut, mostly_marked
from app.postprocess.regions import upheld

BEYOND_ALL = 2.0


class Tally:
    """Gathers what a network makes of the readers in each chunk of samples."""

    def __init__(self, annotations: BoolArray, on_slice: BoolArray) -> None:
        """Begin with the readers' masks, (readers, rows, columns), and which pixels of the grid lie on the slice."""
        self.annotations, self.on_slice = annotations, on_slice
        self._sums: dict[int, dict[int, _Sums]] = {}

    def restart(self) -> None:
        """Forget what was gathered; the samples are drawn anew."""
        self._sums = {}

    def add(self, index: int, chunk: range, seen: Committee) -> None:
        """Gather one chunk of samples, one for each item of the batch, after a diffusion step."""
        calibrated, consensus = (_array(values.sigmoid().sum(dim=0)) for values in (seen.calibrated, seen.consensus))
        self._sums.setdefault(index, {})[chunk.start] = (len(chunk), calibrated, consensus)

    def at(self, index: int, samples: BoolArray) -> Calibration:
        """Return what is known of the readers after a diffusion step, beside the samples (n, rows, columns) so far.

        The consensus is the mean over the steps so far: each asks the network anew, the first ones with the masks
        closest to what the readers drew. Whether it marks anything is the readers' to say: it does if at least half of
        them do, and has no piece in a place where none of them drew.
        Where the consensus gives a further reader the probability p of marking a pixel, that reader agrees with one who
        marked it with p, and with one who did not with 1 - p: the expertness.
        """
        calibrated = _means(self._sums[index])[0]
        consensus: FloatArray = np.mean(
            [_means(chunks)[1] for step, chunks in self._sums.items() if step <= index], axis=0
        )
        drawn = np.asarray(self.annotations.any(axis=0))
        cut = best_cut(consensus * self.on_slice) if mostly_marked(self.annotations) else BEYOND_ALL
        consensus = upheld(consensus * self.on_slice, cut, drawn)
        maps = np.where(self.annotations, consensus, 1 - consensus)
        calibrated = calibrated * self.on_slice
        sides = self.annotations, overlap.reaches(calibrated, INSIDE)
        within = overlap.diversity(samples)
        return Calibration(
            calibrated=calibrated,
            consensus=consensus,
            cut=cut,
            expertness=overall(maps, self.annotations),
            expertness_maps=maps.astype(np.float16),
            spreads=(overlap.diversity(sides[0]), overlap.diversity(sides[1])),
            distances=(
                overlap.generalised_energy_distance(samples, sides[0], within),
                overlap.generalised_energy_distance(samples, sides[1], within),
            ),
        )


def overall(maps: FloatArray, annotations: BoolArray) -> tuple[float, ...]:
    """Return each reader's mean expertness where the readers differ, or everywhere if they do not.

    Args:
        maps: (readers, rows, columns) in [0, 1].
        annotations: (readers, rows, columns), as the readers drew.
    """
    contested = annotations.any(axis=0) & ~annotations.all(axis=0)
    where = contested if contested.any() else np.ones_like(contested)
    return tuple(float(reader[where].mean()) for reader in maps)


_Sums = tuple[int, FloatArray, FloatArray]


def _means(chunks: dict[int, _Sums]) -> tuple[FloatArray, FloatArray]:
    """Return calibrated masks and consensus over all samples of the chunks."""
    counts, *sums = zip(*chunks.values(), strict=True)
    samples = sum(counts)
    calibrated, consensus = (np.asarray(np.sum(parts, axis=0) / samples, np.float32) for parts in sums)
    return calibrated, consensus


def _array(values: torch.Tensor) -> FloatArray:
    array: FloatArray = values.float().cpu().numpy()
    return array
