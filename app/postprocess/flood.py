"""Areas that hang together, and smooth ones, with numpy and Pillow alone: the window's process loads no scipy."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

from app.domain.arrays import AnyArray, BoolArray
from app.domain.box import Box, Spot
from app.postprocess.brush import greys

_Ints: TypeAlias = npt.NDArray[np.intp]


def like(values: AnyArray, bounds: tuple[float, float]) -> BoolArray:
    """Return where the grey values of a slice (rows, columns, channels) lie in a range."""
    inside = np.empty(values.shape[:2], np.bool_)
    for top in range(0, len(values), _BAND):  # a large photograph as float32 would fill the memory
        grey = greys(values[top : top + _BAND])
        inside[top : top + _BAND] = (grey >= bounds[0]) & (grey <= bounds[1])
    return inside


def flood(allowed: BoolArray, seed: tuple[int, int]) -> Spot:
    """Return the pixels that hang together with one by their edges (4-neighbours), all of them allowed.

    Args:
        allowed: (rows, columns), True where the flood may go.
        seed: row and column of the pixel; where it is not allowed, nothing is flooded.
    """
    inside = np.zeros(allowed.shape, np.bool_)
    if allowed[seed]:
        runs = _runs(allowed)
        reached = _reached(runs, int(np.searchsorted(runs.starts, seed[0] * runs.width + seed[1], side="right")) - 1)
        inside = _painted(runs, reached, allowed.shape)
    return Spot(Box(0, allowed.shape[0], 0, allowed.shape[1]), inside).trimmed


def largest_piece(mask: BoolArray) -> tuple[BoolArray, int]:
    """Return the largest of the pieces of a mask that hang together by their edges, and how many pieces there are.

    Of several that are as large the first in reading order is taken; an empty mask has none and is returned.
    """
    if not mask.any():
        return mask, 0
    runs = _runs(mask)
    firsts = _firsts(runs)
    sizes = np.bincount(firsts, runs.ends - runs.starts)
    return _painted(runs, firsts == sizes.argmax(), mask.shape), int(np.count_nonzero(sizes))


def filled(mask: BoolArray, seed: tuple[int, int]) -> Spot:
    """Return the empty pixels around one that an outline or the slice's border bounds."""
    return flood(~mask, seed)


def smoothed(spot: Spot, radius: float, shape: tuple[int, int]) -> Spot:
    """Return a mask with its edge smoothed: a Gaussian mean of it, cut at a half.

    Args:
        spot: the mask.
        radius: standard deviation of the Gaussian in pixels.
        shape: rows and columns of the slice, beyond which the mask is taken to go on.

    Returns:
        A box around the mask as it is then.
    """
    margin = int(np.ceil(3 * radius))
    box = spot.box.grown(margin)
    wide = np.zeros(box.shape, np.uint8)
    wide[spot.box.seen_from(box).slices] = spot.inside * np.uint8(255)
    on_slice = box.within(shape).seen_from(box)
    kept = np.pad(wide[on_slice.slices], _margins(on_slice, box.shape), mode="edge")
    mean = Image.fromarray(kept).filter(ImageFilter.GaussianBlur(radius))
    smooth: BoolArray = np.asarray(mean) > _HALF
    return Spot(box.within(shape), smooth[on_slice.slices])


_BAND = 256
_HALF = 127


@dataclass(frozen=True, slots=True, eq=False)
class _Runs:
    """Stretches of allowed pixels along the rows, in reading order.

    Attributes:
        starts: place of the first pixel, counted through rows that are one pixel wider than the picture.
        ends: place after the last pixel.
        width: of such a row.
    """

    starts: _Ints = field(repr=False)
    ends: _Ints = field(repr=False)
    width: int


def _runs(allowed: BoolArray) -> _Runs:
    rows, columns = allowed.shape
    wide = np.zeros((rows, columns + 1), np.int8)  # an empty column keeps the runs of two rows apart
    wide[:, :-1] = allowed
    steps = np.diff(wide.ravel(), prepend=np.int8(0))
    return _Runs(np.flatnonzero(steps == 1), np.flatnonzero(steps == -1), columns + 1)


def _painted(runs: _Runs, chosen: BoolArray, shape: tuple[int, ...]) -> BoolArray:
    """Return the mask (rows, columns) of some of the runs."""
    edges = np.zeros(shape[0] * runs.width, np.int8)
    edges[runs.starts[chosen]] = 1
    edges[runs.ends[chosen]] -= 1
    inside: BoolArray = np.cumsum(edges, dtype=np.int8).reshape(-1, runs.width)[:, :-1].astype(np.bool_)
    return inside


def _firsts(runs: _Runs) -> _Ints:
    """Return for each run the first one of its piece: neighbours take the lesser number until all agree."""
    numbers = np.arange(runs.starts.size)
    lows, counts = _spans(runs, runs.width)
    upper, lower = np.repeat(numbers, counts), _listed(lows, counts)
    while True:
        least = np.minimum(numbers[upper], numbers[lower])
        hooked = numbers.copy()
        np.minimum.at(hooked, numbers[upper], least)
        np.minimum.at(hooked, numbers[lower], least)
        hooked = hooked[hooked]
        if np.array_equal(hooked, numbers):
            return numbers
        numbers = hooked


def _reached(runs: _Runs, first: int) -> BoolArray:
    """Return which runs hang together with one, row by row from those that were reached last."""
    neighbours = [_touching(runs, shift) for shift in (-runs.width, runs.width)]
    reached = np.zeros(runs.starts.size, np.bool_)
    reached[first] = True
    front: _Ints = np.array([first])
    while front.size:
        near = np.concatenate([touching(front) for touching in neighbours])
        near = near[~reached[near]]
        reached[near] = True
        front = np.unique(near)
    return reached


def _touching(runs: _Runs, shift: int) -> Callable[[_Ints], _Ints]:
    """Return what finds the runs that lie directly above (a negative shift) or below others."""
    lows, counts = _spans(runs, shift)
    return lambda front: _listed(lows[front], counts[front])


def _spans(runs: _Runs, shift: int) -> tuple[_Ints, _Ints]:
    """Return for each run the first of those that lie directly above or below it, and how many they are."""
    lows = np.searchsorted(runs.ends, runs.starts + shift, side="right")
    return lows, np.maximum(np.searchsorted(runs.starts, runs.ends + shift, side="left") - lows, 0)


def _listed(lows: _Ints, counts: _Ints) -> _Ints:
    """Return so many numbers from each low one on, in one row."""
    offsets = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    found: _Ints = np.repeat(lows, counts) + offsets
    return found


def _margins(part: Box, shape: tuple[int, int]) -> tuple[tuple[int, int], tuple[int, int]]:
    return (part.top, shape[0] - part.bottom), (part.left, shape[1] - part.right)
