"""Masks whose files hold an image's own grid in another order of axes."""

from itertools import permutations
from typing import TypeAlias

import numpy as np

from app.domain.arrays import BoolArray
from app.domain.geometry import Geometry

Shape: TypeAlias = tuple[int, ...]


def turned_like(masks: BoolArray, given: Geometry, wanted: Geometry, shape: Shape) -> BoolArray | None:
    """Exchange and flip axes as converters do who write the rows of a DICOM series from the bottom up.

    Where distances between slices are not known, rows and columns are compared alone.

    Args:
        masks: (readers, slices, rows, columns).
        given: of the masks.
        wanted: of the image.
        shape: slices, rows and columns of the image.

    Returns:
        the masks on the image's grid, or None where the two grids do not coincide in any order of axes.
    """
    if not (given.in_plane_known and wanted.in_plane_known):
        return None
    order = _order(given, wanted, _compared(given, wanted, shape))
    if order is None or tuple(masks.shape[1 + axis] for axis in order) != shape:
        return None
    flipped = [axis for axis in range(_AXES) if np.dot(wanted.directions[axis], given.directions[order[axis]]) < 0]
    if not _coincide(_first_voxel(given, order, flipped, shape), given, wanted, order, shape):
        return None
    turned = np.flip(masks.transpose(0, *(1 + axis for axis in order)), tuple(1 + axis for axis in flipped))
    return np.ascontiguousarray(turned)


_AXES = 3
_SLIGHT = 1e-3
_LEEWAY = 0.01
_Order: TypeAlias = tuple[int, ...]


def _compared(given: Geometry, wanted: Geometry, shape: Shape) -> tuple[int, ...]:
    """Return the image's axes along which both files say how far voxels are apart."""
    both = given.slices_known and wanted.slices_known and shape[0] > 1
    return (0, 1, 2) if both else (1, 2)


def _order(given: Geometry, wanted: Geometry, compared: tuple[int, ...]) -> _Order | None:
    """Return which of the masks' axes lies along each of the image's."""
    dots = np.array(wanted.directions) @ np.array(given.directions).T
    return next(
        (
            order
            for order in permutations(range(_AXES))
            if all(abs(abs(dots[axis, order[axis]]) - 1) < _SLIGHT for axis in compared)
        ),
        None,
    )


def _first_voxel(given: Geometry, order: _Order, flipped: list[int], shape: Shape) -> tuple[float, ...]:
    """Return the centre (x, y, z) of what is the masks' first voxel once they are turned."""
    place = np.array(given.origin_mm)
    for axis in flipped:
        place += (shape[axis] - 1) * given.spacing_mm[order[axis]] * np.array(given.directions[order[axis]])
    return tuple(place.tolist())


def _coincide(first: tuple[float, ...], given: Geometry, wanted: Geometry, order: _Order, shape: Shape) -> bool:
    """Tell whether turned masks begin within half a voxel of the image and have voxels of its size."""
    compared = _compared(given, wanted, shape)
    sizes = [(given.spacing_mm[order[axis]], wanted.spacing_mm[axis]) for axis in compared]
    away = np.abs(np.array(wanted.directions) @ np.subtract(first, wanted.origin_mm))
    beside = away if shape[0] == 1 else away[list(compared)]  # one slice has a place, though no next one
    near = bool(beside.max() < min(size for size, _ in sizes) / 2)
    return near and all(abs(size - own) <= _LEEWAY * own for size, own in sizes)
