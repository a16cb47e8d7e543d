"""What a dermatologist reads off the outline of a run, as numbers."""

from dataclasses import asdict, replace
from typing import Any

import numpy as np

from app.domain.case import Modality
from app.domain.grid import Grid
from app.export.outcome import Outcome
from app.postprocess.dermatology import DEFINITIONS, Measured, read_lesion
from app.postprocess.native import native_mask

_IN_PX = ("area", "equivalent_diameter", "largest_diameter")
_LONGEST = 512  # pixels; forty outputs of a larger picture would take many seconds


def measured_lesion(outcome: Outcome) -> Measured | None:
    """Read the final mask of a dermoscopic case in pixels of the slice, with the spread over the samples.

    The final mask is the majority's, refined where the run refined it. A large photograph is read at every k-th pixel.
    """
    case, result = outcome.case, outcome.result
    if case.modality is not Modality.DERMOSCOPY:
        return None
    every = max(1, max(case.shape) // _LONGEST)
    findings, grid = result.findings, _coarser(result.grid, every)
    pixels = outcome.pixels[::every, ::every]
    final = findings.level_maps[findings.majority - 1] if findings.refined is None else findings.refined
    outputs = [native_mask(sample, grid) for sample in result.samples.reshape(-1, *grid.shape)]
    image = np.asarray(np.moveaxis(pixels, -1, 0) / np.float32(255), np.float32)
    return read_lesion(image, native_mask(final, grid), outputs, pixel=float(every))


def lesion(outcome: Outcome) -> dict[str, Any] | None:
    """Return the entry `lesion` of `concord-result/1`."""
    measured = measured_lesion(outcome)
    if measured is None:
        return None
    values, spreads = asdict(measured.value), asdict(measured.spread)
    units = {name: f"{name}_px" if name in _IN_PX else name for name in values}
    numbers = {units[name]: {"value": values[name], "sd": spreads[name]} for name in values}
    return numbers | {"definitions": {units[name]: text for name, text in DEFINITIONS.items()}}


def _coarser(grid: Grid, every: int) -> Grid:
    """Return how the samples lie on every k-th row and column of the slice."""
    (top, left), (height, width), (rows, columns) = grid.origin, grid.step, grid.native_shape
    shape = (-(-rows // every), -(-columns // every))
    return replace(grid, origin=(top / every, left / every), step=(height / every, width / every), native_shape=shape)
