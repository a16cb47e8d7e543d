"""What a set of samples agrees on."""

import numpy as np

from app.domain.arrays import BoolArray, FloatArray
from app.domain.grid import Grid
from app.domain.result import INSIDE, Findings, majority_of
from app.metrics import overlap

CUTS = 100


def find(estimate: FloatArray, grid: Grid, references: BoolArray | None = None) -> Findings:
    """Find consensus levels, consistent and ambiguous regions and the spread of samples.

    The level maps are means of the samples' values, cut at one half as Amit et al. (MICCAI 2023, section 3) round the
    mean of their generations. All that counts samples (agreement, areas, diversity, GED) cuts each at one half first.

    Args:
        estimate: (levels, samples, rows, columns) in [0, 1] on the grid, as in `Step`.
        grid: how it lies on the slice.
        references: (readers, rows, columns) masks on the same grid, for the GED.
    """
    inside = overlap.reaches(estimate, INSIDE)
    masks = inside.reshape(-1, *estimate.shape[2:])
    level_maps = rearranged(estimate.mean(axis=1))
    levels = overlap.reaches(level_maps, INSIDE)
    counts = masks.view(np.uint8).sum(axis=0, dtype=np.uint32)
    consistent, ambiguous = counts == len(masks), (counts > 0) & (counts < len(masks))
    spread = overlap.diversity(masks)
    return Findings(
        level_maps=level_maps,
        levels=levels,
        soft=levels.mean(axis=0, dtype=np.float32),
        agreement=(counts / np.float32(len(masks))).astype(np.float32),
        consistent=consistent,
        ambiguous=ambiguous,
        level_areas=tuple(float(area) for area in _areas(levels, grid)),
        sample_areas=_areas(inside, grid),
        diversity=spread,
        ged=overlap.generalised_energy_distance(masks, references, spread) if references is not None else None,
        readers=0 if references is None else len(references),
        consistent_area=float(consistent.sum()) * grid.pixel_area,
        ambiguous_area=float(ambiguous.sum()) * grid.pixel_area,
        level_diversities=tuple(overlap.diversity(level) for level in inside),
        level_geds=() if references is None else _level_distances(inside, references),
    )


def _level_distances(inside: BoolArray, references: BoolArray) -> tuple[float, ...]:
    """Return the distance of each level's samples to the mask of the pixels that so many of the readers marked."""
    share, count = references.mean(axis=0, dtype=np.float32), len(inside)
    marked = (overlap.reaches(share, least_share(level, count)) for level in range(1, count + 1))
    return tuple(
        overlap.generalised_energy_distance(level, mask[None]) for level, mask in zip(inside, marked, strict=True)
    )


def least_share(level: int, count: int) -> float:
    """Return the share of readers from which on a pixel belongs to level c of C, whatever the number of readers.

    It is (c - 1/2) / C, for C readers the same as c of them; at the level of the majority and beyond at least one half.

    Args:
        level: c, from 1.
        count: C.
    """
    share = (level - 0.5) / count
    return max(share, INSIDE) if level >= majority_of(count) else share


def best_cut(shares: FloatArray) -> float:
    """Return where to cut a map for the greatest expected Dice with the mask of one more reader who marks something.

    A cut at one half loses where readers may mark nothing: if the next one draws an outline with a probability of 0.6,
    no pixel but the surest reaches one half. The reader's mask is taken to be the map cut at a random height, uniform
    between zero and the map's peak, so that it marks every pixel as often as the map says, of all times that it marks
    anything.

    Args:
        shares: (rows, columns) in [0, 1], probability that the reader marks a pixel.

    Returns:
        The cut, of those equally good the one nearest to half of the peak; 1/2 for a map of zeros.
    """
    peak = float(shares.max()) or 1.0
    heights = (np.arange(CUTS) + 0.5) / CUTS
    areas = np.array([np.count_nonzero(overlap.reaches(shares, height * peak)) for height in heights], np.float64)
    both, agreed = np.add.outer(areas, areas), np.ones((CUTS, CUTS))
    np.divide(2 * np.minimum.outer(areas, areas), both, out=agreed, where=both > 0)
    expected = agreed.mean(axis=1).round(9)
    best = heights[expected == expected.max()]
    return float(best[np.abs(best - INSIDE).argmin()]) * peak


def mostly_marked(masks: BoolArray) -> bool:
    """Tell whether at least half of the readers marked anything, of (readers, rows, columns) masks."""
    marked = int(masks.any(axis=(1, 2)).sum())
    return 2 * marked >= len(masks)


def ramps(soft: FloatArray, levels: int) -> FloatArray:
    """Turn soft maps into the maps of each level, which are nested and whose mean is the soft map.

    A soft map reaches level c of C from (c - 1/2) / C on, where the level's map passes through 1/2.

    Args:
        soft: (..., rows, columns) in [0, 1].
        levels: number of consensus levels, C.

    Returns:
        (levels, ..., rows, columns) in [0, 1].
    """
    places = np.arange(levels, dtype=np.float32).reshape(-1, *(1 for _ in soft.shape))
    maps: FloatArray = np.clip(soft * levels - places, 0, 1)
    return maps


def centred(values: FloatArray, threshold: float) -> FloatArray:
    """Bend values in [0, 1] along two lines so that the threshold comes to lie at one half, where masks are cut.

    Args:
        values: of any shape.
        threshold: strictly between 0 and 1.
    """
    return np.interp(values, (0, threshold, 1), (0, INSIDE, 1)).astype(np.float32)


def rearranged(level_maps: FloatArray) -> FloatArray:
    """Make level maps nested by sorting them at every pixel, highest first.

    Nothing in the sampling forces "at least c + 1 readers" inside "at least c readers". Rearranging a curve that should
    fall never brings it further from the true one, in any L^p norm (Chernozhukov, Fernandez-Val and Galichon,
    Biometrika 2009, proposition 1). The soft map stays exactly as it was: at each pixel as many maps reach one half.

    Args:
        level_maps: (levels, ..., rows, columns).
    """
    return np.ascontiguousarray(np.sort(level_maps, axis=0)[::-1], np.float32)


def _areas(masks: BoolArray, grid: Grid) -> FloatArray:
    """Area in pixels of the slice of each of (..., rows, columns) masks."""
    counts = np.count_nonzero(masks.reshape(*masks.shape[:-2], -1), axis=-1)
    return np.asarray(counts * grid.pixel_area, np.float32)
