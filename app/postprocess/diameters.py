"""Diameters of a region, as a reader measures them with two crossed callipers."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.spatial import ConvexHull

from app.domain.arrays import BoolArray


@dataclass(frozen=True, slots=True)
class Diameters:
    """Two diameters at right angles.

    Attributes:
        largest: the greatest distance between two points of the region's edge.
        perpendicular: the region's extent at right angles to that.
    """

    largest: float
    perpendicular: float


def diameters(mask: BoolArray, pixel_size: tuple[float, float] = (1.0, 1.0)) -> Diameters | None:
    """Return a mask's diameters, or None where it is empty.

    The edge runs round the pixels, not through their centres: one pixel of 1 x 1 has a diameter of its diagonal.

    Args:
        mask: (rows, columns).
        pixel_size: height and width of a pixel, in the unit that is wanted.
    """
    if not mask.any():
        return None
    corners = _hull(mask) * pixel_size
    between = corners[:, None] - corners
    distances = np.hypot(between[..., 0], between[..., 1])
    first, second = np.unravel_index(distances.argmax(), distances.shape)
    largest = float(distances[first, second])
    along = (corners[second] - corners[first]) / largest
    across = corners @ np.array([-along[1], along[0]])
    return Diameters(largest, float(np.ptp(across)))


def _hull(mask: BoolArray) -> npt.NDArray[np.float64]:
    """Return the corners (n, 2) of the convex hull of a mask's pixels."""
    rows = np.flatnonzero(mask.any(axis=1))
    first = mask[rows].argmax(axis=1)
    last = mask.shape[1] - mask[rows, ::-1].argmax(axis=1)
    ends = np.concatenate([np.column_stack([rows + down, edge]) for down in (0, 1) for edge in (first, last)])
    points = ends.astype(np.float64)
    hull: npt.NDArray[np.float64] = points[ConvexHull(points).vertices]
    return hull
