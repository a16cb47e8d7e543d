"""Findings built by hand, plainly and slowly, so that drawing is tested without the code that finds them."""

import numpy as np

from app.domain.arrays import BoolArray, FloatArray
from app.domain.grid import Grid
from app.domain.result import Calibration, Findings
from app.imaging.prepare import masks_to_grid
from app.render.scene import Scene


def whole_slice(rows: int, columns: int, side: int) -> Grid:
    """Return the smallest centred square grid that holds a slice, as a whole-slice model has it."""
    edge = max(rows, columns)
    return Grid(
        shape=(side, side),
        origin=((rows - 1) / 2 - edge / 2, (columns - 1) / 2 - edge / 2),
        step=(edge / side, edge / side),
        native_shape=(rows, columns),
    )


def same_grid(rows: int, columns: int) -> Grid:
    """Return the grid that is the slice itself."""
    return Grid((rows, columns), (-0.5, -0.5), (1.0, 1.0), (rows, columns))


def findings_of(samples: BoolArray, grid: Grid, ged: float | None = None, readers: int = 0) -> Findings:
    """Return the findings of samples (levels, samples, rows, columns), from their definitions on `Findings`."""
    shares = np.sort(samples.mean(axis=1, dtype=np.float32), axis=0)[::-1]
    levels = shares >= 0.5
    agreement = samples.mean(axis=(0, 1), dtype=np.float32)
    return Findings(
        level_maps=np.ascontiguousarray(shares, np.float32),
        levels=levels,
        soft=(levels.sum(axis=0) / len(levels)).astype(np.float32),
        agreement=agreement,
        consistent=np.asarray(samples.all(axis=(0, 1))),
        ambiguous=np.asarray(samples.any(axis=(0, 1)) & ~samples.all(axis=(0, 1))),
        level_areas=tuple(float(count) * grid.pixel_area for count in levels.sum(axis=(1, 2))),
        sample_areas=(samples.sum(axis=(2, 3)) * grid.pixel_area).astype(np.float32),
        diversity=_diversity(samples.reshape(-1, *grid.shape)),
        ged=ged,
        readers=readers,
    )


def blobs(grid: Grid, levels: int = 7, count: int = 25, centre: tuple[float, float] | None = None) -> BoolArray:
    """Return wobbly discs, smaller at each level: (levels, count, *grid.shape)."""
    random = np.random.default_rng(7)
    rows, columns = np.mgrid[: grid.shape[0], : grid.shape[1]]
    middle = centre or (grid.shape[0] * 0.5, grid.shape[1] * 0.52)
    angle = np.arctan2(rows - middle[0], columns - middle[1])
    distance = np.hypot(rows - middle[0], columns - middle[1])
    side = min(grid.shape)
    drawn = np.zeros((levels, count, *grid.shape), bool)
    for level in range(levels):
        for index in range(count):
            wobble = sum(
                random.normal(0, 0.012) * side * np.cos(wave * angle + random.uniform(0, 6.3)) for wave in range(1, 6)
            )
            fixed = 0.03 * side * np.cos(3 * angle + 1) + 0.02 * side * np.sin(5 * angle)
            drawn[level, index] = distance < side * (0.27 - 0.012 * level) + wobble + fixed
    return drawn


def calibration(scene: Scene) -> Calibration:
    """Return two readers calibrated to what half of the samples contain; the second is expert nowhere."""
    calibrated = np.stack([scene.findings.agreement] * 2)
    maps = np.stack([np.ones(scene.grid.shape), np.zeros(scene.grid.shape)]).astype(np.float16)
    masks = np.zeros((2, *scene.grid.native_shape), bool) if scene.references is None else scene.references[:2]
    scores = (1.0, 0.0), maps, (0.2, 0.1), (0.3, 0.2)
    return Calibration(calibrated, scene.findings.agreement, 0.4, *scores, masks_to_grid(masks, scene.grid))


def disc(rows: int, columns: int, centre: tuple[float, float], radius: float) -> BoolArray:
    """Return the pixels whose centres lie within a circle."""
    row, column = np.mgrid[:rows, :columns]
    inside: BoolArray = np.hypot(row - centre[0], column - centre[1]) <= radius
    return inside


def _diversity(samples: BoolArray) -> float:
    flat: FloatArray = samples.reshape(len(samples), -1).astype(np.float32)
    both = flat @ flat.T
    area = np.diag(both)
    union = area[:, None] + area[None] - both
    return float(np.mean(1 - np.where(union > 0, both / np.maximum(union, 1), 1)))
