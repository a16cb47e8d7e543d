"""What a run found of readers beside the readers' masks as they are on the slice."""

from dataclasses import replace

import numpy as np

from app.domain.arrays import BoolArray
from app.domain.grid import Grid
from app.domain.result import Calibration
from app.imaging.prepare import masks_to_grid
from app.postprocess.native import native_mask


def of_these(found: Calibration | None, masks: BoolArray | None, grid: Grid) -> Calibration | None:
    """Return what was found of readers if these are the masks that the model was given, else None.

    Masks are opened, drawn, changed and closed after a run, too; what it said of the ones must not stand beside others.

    Args:
        found: by a run, or None.
        masks: (readers, rows, columns) on the slice, or None.
        grid: of the run.
    """
    if found is None or masks is None or len(masks) != found.readers:
        return None
    return found if np.array_equal(masks_to_grid(masks, grid), found.given) else None


def counted_readers(found: Calibration, masks: BoolArray, grid: Grid) -> Calibration:
    """Return what was found of readers with its areas counted on the slice.

    Args:
        found: by a run.
        masks: (readers, rows, columns) on the slice, as the readers drew.
        grid: of the run; what a reader drew beyond it no model was shown, and is not counted.
    """
    reach = (
        slice(max(0, int(np.ceil(origin))), max(0, int(np.ceil(origin + count * step))))
        for origin, count, step in zip(grid.origin, grid.shape, grid.step, strict=True)
    )
    seen = masks[(slice(None), *reach)]
    fused = native_mask(found.consensus, grid, found.cut)
    return replace(found, drawn_areas=tuple(float(mask.sum()) for mask in seen), fused_area=float(fused.sum()))
