"""What a run finds out about readers while it draws samples: means over the samples drawn so far, step by step."""

import numpy as np
import torch

from app.domain.arrays import BoolArray, FloatArray
from app.domain.grid import Grid
from app.domain.result import INSIDE, Calibration
from app.metrics import overlap
from app.networks.committee import Committee
from app.postprocess.agreement import best_cut, mostly_marked
from app.postprocess.regions import upheld

BEYOND_ALL = 2.0


class Tally:
    """Gathers what a network makes of the readers in each chunk of samples."""

    def __init__(self, annotations: BoolArray, grid: Grid) -> None:
        """Begin with the readers' masks, (readers, rows, columns), and how their grid lies on the slice."""
        self.annotations, self._grid = annotations, grid
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
        on_slice = self._grid.on_slice()
        calibrated = _means(self._sums[index])[0] * on_slice
        likely: FloatArray = on_slice * np.mean(
            [_means(chunks)[1] for step, chunks in self._sums.items() if step <= index], axis=0
        )
        consensus, cut = fused(likely, self.annotations)
        maps = np.where(self.annotations, likely, 1 - likely)
        sides = self.annotations, overlap.reaches(calibrated, INSIDE)
        within, pixel_area = overlap.diversity(samples), self._grid.pixel_area
        return Calibration(
            calibrated=calibrated,
            consensus=consensus,
            cut=cut,
            expertness=overall(maps, self.annotations, on_slice),
            expertness_maps=maps.astype(np.float16),
            spreads=(overlap.diversity(sides[0]), overlap.diversity(sides[1])),
            distances=(
                overlap.generalised_energy_distance(samples, sides[0], within),
                overlap.generalised_energy_distance(samples, sides[1], within),
            ),
            given=self.annotations,
            drawn_areas=tuple(float(mask.sum()) * pixel_area for mask in self.annotations),
            fused_area=float(overlap.reaches(consensus, cut).sum()) * pixel_area,
        )


def fused(likely: FloatArray, annotations: BoolArray) -> tuple[FloatArray, float]:
    """Return the consensus of readers and where it is cut.

    The cut is chosen on what is left once pieces that no reader's mask touches are taken away, or such a piece that the
    network is surer of than of what the readers drew would decide it.

    Args:
        likely: (rows, columns) in [0, 1], probability that a further reader marks the pixel.
        annotations: (readers, rows, columns), as the readers drew.

    Returns:
        The probabilities without those pieces, and the cut, which is beyond all of them if fewer than half of the
        readers marked anything.
    """
    if not mostly_marked(annotations):
        return likely, BEYOND_ALL
    drawn = np.asarray(annotations.any(axis=0))
    while True:
        cut = best_cut(likely)
        kept = upheld(likely, cut, drawn)
        if np.array_equal(kept, likely):
            return kept, cut
        likely = kept


def overall(maps: FloatArray, annotations: BoolArray, on_slice: BoolArray) -> tuple[float, ...]:
    """Return each reader's mean expertness where the readers differ, or on the whole slice if they do not.

    Args:
        maps: (readers, rows, columns) in [0, 1].
        annotations: (readers, rows, columns), as the readers drew.
        on_slice: (rows, columns), which pixels of the grid lie on the slice.
    """
    contested = annotations.any(axis=0) & ~annotations.all(axis=0)
    where = contested if contested.any() else on_slice
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
