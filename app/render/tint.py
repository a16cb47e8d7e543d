"""Drawn masks at the fineness of a screen: a translucent area inside an antialiased outline with a dark halo."""

import numpy as np
import numpy.typing as npt

from app.domain.arrays import BoolArray, ByteArray
from app.render import colours
from app.render.colours import Colour

MARGIN_PX = 8
"""How far around a change the picture changes with it."""


def cover(mask: BoolArray, rows: npt.NDArray[np.intp], columns: npt.NDArray[np.intp], ratio: float = 1.0) -> ByteArray:
    """Return how deep inside a mask each pixel of a picture lies: 0 well outside, 255 well inside, half on its edge.

    Args:
        mask: (rows, columns) of a slice.
        rows: which row of the slice lies under each row of the picture, rising; those beyond the slice are empty.
        columns: the same for columns.
        ratio: pixels of the picture for a pixel of the layout; the edge is as many times softer.

    Returns:
        (len(rows), len(columns)).
    """
    down, right = _held(rows, mask.shape[0]), _held(columns, mask.shape[1])
    values = np.zeros((rows.size, columns.size), np.uint16)
    values[down, right] = mask[rows[down]][:, columns[right]]
    values *= 255
    for step in (1, 1) if ratio < _FINE else (2, 2):
        values = _smoothed(values, step)
    depth: ByteArray = (values >> 8).astype(np.uint8)
    return depth


def tints(colour: Colour) -> ByteArray:
    """Return the picture of each value of `cover`, (256, 4) straight RGBA: halo, line, translucent area."""
    depth = np.arange(256) / 255
    line = np.interp(depth, (0.05, 0.2, 0.8, 0.95), (0.0, 1.0, 1.0, 0.0))
    area = np.interp(depth, (0.8, 0.95), (0.0, AREA_OPACITY))
    alpha = np.maximum(line, area)
    halo = np.interp(depth, (0.0, 0.02, 0.2), (0.0, colours.HALO_OPACITY, 0.0))
    both = alpha + halo * (1 - alpha)
    mixed = np.outer(alpha, colour) + np.outer(halo * (1 - alpha), colours.HALO)
    straight = mixed / np.where(both > 0, both, 1)[:, None]
    table: ByteArray = np.rint(np.column_stack([straight, 255 * both])).astype(np.uint8)
    return table


AREA_OPACITY = 0.22
_FINE = 1.5


def _held(places: npt.NDArray[np.intp], size: int) -> slice:
    """Return which of some rising places lie on an axis of a slice."""
    return slice(int(np.searchsorted(places, 0)), int(np.searchsorted(places, size)))


def _smoothed(values: npt.NDArray[np.uint16], step: int) -> npt.NDArray[np.uint16]:
    """Return sixteen times the mean with weights 1 2 1 along both axes; the picture's border is repeated."""
    down = np.pad(values, ((step, step), (0, 0)), mode="edge")
    values = down[: -2 * step] + 2 * values + down[2 * step :]
    right = np.pad(values, ((0, 0), (step, step)), mode="edge")
    return right[:, : -2 * step] + 2 * values + right[:, 2 * step :]
