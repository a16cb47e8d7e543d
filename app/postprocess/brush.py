"""The pixels under a brush, inside an outline, and of like grey: what drawing tools mark.

A pixel belongs to a shape if its centre does. Places are (row, column); the first pixel's centre is (0, 0).
"""

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TypeAlias

import numpy as np

from app.domain.arrays import AnyArray, BoolArray, FloatArray
from app.domain.box import Box, Spot

Place: TypeAlias = tuple[float, float]


def strokes(start: Place, end: Place, radius: float, aspect: float, shape: tuple[int, int]) -> Iterator[Spot]:
    """Yield what a round brush marks on its way from one place to another, in pieces that are quickly made.

    Args:
        start: of the way.
        end: of the way; the same place gives one dab.
        radius: of the brush in columns; the pixel under its middle is always marked.
        aspect: height of a pixel divided by its width; the brush is round on screen.
        shape: rows and columns of the slice.
    """
    length = math.hypot((end[0] - start[0]) * aspect, end[1] - start[1])
    pieces = max(1, math.ceil(length / max(_PIECE * radius, _SHORTEST)))
    places = [_between(start, end, number / pieces) for number in range(pieces + 1)]
    for one, other in pairwise(places):
        spot = _capsule(one, other, max(radius, _SMALLEST), aspect, shape)
        if not spot.box.is_empty:
            yield spot


def polygon(corners: Sequence[Place], shape: tuple[int, int]) -> Spot:
    """Return the inside of a closed outline by the even-odd rule.

    Args:
        corners: at least three; the last is joined with the first.
        shape: rows and columns of the slice.
    """
    points = np.array(corners, np.float64)
    top, left = np.ceil(points.min(axis=0)).astype(int)
    bottom, right = np.floor(points.max(axis=0)).astype(int) + 1
    box = Box(int(top), int(bottom), int(left), int(right)).within(shape)
    if box.is_empty:
        return Spot(Box(0, 0, 0, 0), np.zeros((0, 0), np.bool_))
    crossed = np.zeros((box.bottom - box.top, box.right - box.left + 1), np.uint8)
    for (row, column), (next_row, next_column) in zip(points, np.roll(points, -1, axis=0), strict=True):
        low, high = sorted((row, next_row))
        rows = np.arange(max(math.ceil(low), box.top), min(math.ceil(high), box.bottom))  # the upper end counts
        if rows.size:
            at = column + (rows - row) * (next_column - column) / (next_row - row)
            first = np.clip(np.ceil(at).astype(int), box.left, box.right) - box.left
            crossed[rows - box.top, first] ^= 1
    inside = np.bitwise_xor.accumulate(crossed, axis=1)[:, :-1].astype(np.bool_)
    return Spot(box, inside)


def greys(values: AnyArray) -> FloatArray:
    """Return a part of a slice (rows, columns, channels) as grey values (rows, columns); colour becomes its luma."""
    if values.shape[-1] == 1:
        return np.asarray(values[..., 0], np.float32)
    luma: FloatArray = values.astype(np.float32) @ _LUMA
    return luma


def grey_range(values: AnyArray, spot: Spot, tolerance: float) -> tuple[float, float]:
    """Return the grey values around the median of those under a spot.

    Args:
        values: the slice, (rows, columns, channels).
        spot: that lies on it.
        tolerance: that a value may differ from the median.
    """
    middle = float(np.median(greys(values[spot.box.slices])[spot.inside]))
    return middle - tolerance, middle + tolerance


def within_range(values: AnyArray, spot: Spot, bounds: tuple[float, float]) -> Spot:
    """Return those pixels of a spot whose grey value lies in a range."""
    grey = greys(values[spot.box.slices])
    return Spot(spot.box, spot.inside & (grey >= bounds[0]) & (grey <= bounds[1]))


_LUMA = np.array([0.299, 0.587, 0.114], np.float32)  # ITU-R BT.601
_PIECE = 3.0
_SHORTEST = 16.0
_SMALLEST = 0.5


def _between(start: Place, end: Place, share: float) -> Place:
    return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share


def _capsule(start: Place, end: Place, radius: float, aspect: float, shape: tuple[int, int]) -> Spot:
    """Return the pixels no further than a radius from the line between two places, and those under its ends."""
    reach = radius / aspect
    box = Box(
        math.floor(min(start[0], end[0]) - reach),
        math.ceil(max(start[0], end[0]) + reach) + 1,
        math.floor(min(start[1], end[1]) - radius),
        math.ceil(max(start[1], end[1]) + radius) + 1,
    ).within(shape)
    if box.is_empty:
        return Spot(box, np.zeros(box.shape, np.bool_))
    down = ((np.arange(box.top, box.bottom) - start[0]) * aspect).astype(np.float32)[:, None]
    right = (np.arange(box.left, box.right) - start[1]).astype(np.float32)[None]
    way = np.array([(end[0] - start[0]) * aspect, end[1] - start[1]], np.float32)
    if way.any():
        along: FloatArray = np.clip((down * way[0] + right * way[1]) / (way @ way), 0, 1)
        down, right = down - along * way[0], right - along * way[1]
    inside: BoolArray = down * down + right * right <= np.float32(radius * radius)
    for row, column in (start, end):
        at = Box(round(row), round(row) + 1, round(column), round(column) + 1).seen_from(box)
        if at.within(box.shape) == at:
            inside[at.slices] = True
    return Spot(box, inside)
