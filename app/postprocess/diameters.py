"""Diameters of a lesion, as a reader measures them with two crossed callipers."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.domain.arrays import BoolArray
from app.domain.measure import Place
from app.postprocess.flood import largest_piece


@dataclass(frozen=True, slots=True)
class Diameters:
    """Two diameters at right angles, of the largest piece of a mask.

    Attributes:
        largest: the greatest distance between two points of the piece's edge.
        perpendicular: the piece's extent at right angles to that.
        ends: (row, column) on the slice: two of the largest, then two of a line at right angles that is as long as the
            extent and begins where the piece reaches farthest.
        pieces: how many the mask has; pixels that touch by a corner alone are of two.
    """

    largest: float
    perpendicular: float
    ends: tuple[Place, Place, Place, Place]
    pieces: int = 1


def diameters(mask: BoolArray, pixel_size: tuple[float, float] = (1.0, 1.0)) -> Diameters | None:
    """Return the diameters of a mask's largest piece, or None where it is empty: callipers do not span two lesions.

    The edge runs round the pixels, not through their centres: one pixel of 1 x 1 has a diameter of its diagonal.

    Args:
        mask: (rows, columns).
        pixel_size: height and width of a pixel, in the unit that is wanted.
    """
    if not mask.any():
        return None
    piece, pieces = largest_piece(mask)
    corners = _hull(piece) * pixel_size
    between = corners[:, None] - corners
    distances = np.hypot(between[..., 0], between[..., 1])
    first, second = np.unravel_index(distances.argmax(), distances.shape)
    largest = float(distances[first, second])
    along = (corners[second] - corners[first]) / largest
    across = np.array([-along[1], along[0]])
    reach = corners @ across
    start, extent = corners[reach.argmin()], float(np.ptp(reach))
    ends = np.array([corners[first], corners[second], start, start + extent * across]) / pixel_size - _CORNER
    places = tuple((float(row), float(column)) for row, column in ends)
    return Diameters(largest, extent, (places[0], places[1], places[2], places[3]), pieces)


_CORNER = 0.5  # a pixel's corner lies half a pixel before its centre


def _hull(mask: BoolArray) -> npt.NDArray[np.float64]:
    """Return the corners (n, 2) of the convex hull of a mask's pixels.

    By Andrew's monotone chain (1979): scipy's hull would be the only part of scipy in the window's process.
    """
    rows = np.flatnonzero(mask.any(axis=1))
    first = mask[rows].argmax(axis=1)
    last = mask.shape[1] - mask[rows, ::-1].argmax(axis=1)
    left, right = (
        [(row + down, edge) for row, edge in zip(rows.tolist(), edges.tolist(), strict=True) for down in (0, 1)]
        for edges in (first, last)
    )
    return np.array([*_chain(left, -1), *_chain(right, 1)], np.float64)


def _chain(points: list[tuple[int, int]], side: int) -> list[tuple[int, int]]:
    """Return those of points, sorted by row, that a rope drawn tight on one side of them touches."""
    kept: list[tuple[int, int]] = []
    for row, column in points:
        while len(kept) > 1 and _turn(kept[-2], kept[-1], (row, column)) * side >= 0:
            kept.pop()
        kept.append((row, column))
    return kept


def _turn(first: tuple[int, int], second: tuple[int, int], third: tuple[int, int]) -> int:
    """Return whether the way over three points bends to greater columns (above 0), to smaller ones, or not at all."""
    return (second[0] - first[0]) * (third[1] - first[1]) - (second[1] - first[1]) * (third[0] - first[0])
