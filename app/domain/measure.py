"""What a reader measures on a slice: places, and the lengths, angles and areas between them.

Every function takes the size of a pixel (height, width) in the unit that is wanted, so that pixels that are not square
are measured right; (1, 1) gives pixels.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any, TypeAlias

import numpy as np

from app.domain.arrays import AnyArray, BoolArray
from app.domain.stack import Packed

Place: TypeAlias = tuple[float, float]
PixelSize: TypeAlias = tuple[float, float]

FEWEST_CORNERS = 3


class Kind(Enum):
    """What is measured, and the number of its places where that is fixed."""

    DISTANCE = ("distance", 2)
    ANGLE = ("angle", 3)
    DIAMETERS = ("diameters", 4)
    ELLIPSE = ("ellipse", 2)
    OUTLINE = ("outline", None)
    POINT = ("point", 1)

    @property
    def places(self) -> int | None:
        """Number of places; None where there may be any from three on."""
        count: int | None = self.value[1]
        return count


@dataclass(frozen=True, slots=True)
class Measurement:
    """Something measured on one slice.

    Attributes:
        kind: what is measured.
        slice_index: the slice it belongs to.
        places: (row, column) each: the two ends of a distance; arm, vertex, arm of an angle; the ends of the largest
            diameter and then of the one at right angles; two opposite corners of the box around an ellipse; the
            corners of an outline; one point.
        of: what was measured where it was not marked by hand ("at least 4 of 7 readers").
        run: the identity of the result that this was taken from; "" where it was marked by hand.
    """

    kind: Kind
    slice_index: int
    places: tuple[Place, ...]
    of: str = ""
    run: str = ""

    def __post_init__(self) -> None:
        """Refuse places that make no such thing."""
        wanted = self.kind.places
        if len(self.places) != wanted and (wanted is not None or len(self.places) < FEWEST_CORNERS):
            raise ValueError(f"{self.kind.value[0]} cannot have {len(self.places)} places")

    @classmethod
    def unpacked(cls, packed: Mapping[str, Any]) -> "Measurement":
        """Return the measurement that `packed` came of.

        Raises:
            ValueError, KeyError, TypeError: it makes no sense.
        """
        places = tuple((float(row), float(column)) for row, column in packed["places"])
        if not all(math.isfinite(part) for place in places for part in place):
            raise ValueError(f"no places: {places}")
        made = str(packed["of"]), str(packed.get("run", ""))  # older sessions do not know the run
        return cls(Kind[packed["kind"]], int(packed["slice"]), places, *made)

    def packed(self) -> dict[str, Any]:
        """Return it as JSON's kinds of values."""
        places = [list(place) for place in self.places]
        made = {"of": self.of, "run": self.run}
        return {"kind": self.kind.name, "slice": self.slice_index, "places": places, **made}

    def belongs_to(self, identity: str) -> bool:
        """Return whether it goes with the result of an identity, "" being none: what was marked by hand always does."""
        return not self.of or (bool(self.run) and self.run == identity)

    def shifted(self, down: float, right: float) -> "Measurement":
        """Return it elsewhere; what was taken from an outline is then the reader's own."""
        return replace(self, places=tuple((row + down, column + right) for row, column in self.places), of="", run="")

    def with_place(self, index: int, place: Place, pixel: PixelSize) -> "Measurement":
        """Return it with one place elsewhere; the two diameters stay at right angles."""
        places = (*self.places[:index], place, *self.places[index + 1 :])
        if self.kind is Kind.DIAMETERS:
            places = _swung(places, pixel) if index < _SHORT_AXIS else squared(places, pixel, held=index)
        return replace(self, places=places, of="", run="")


@dataclass(frozen=True, slots=True)
class Greys:
    """The grey values of the pixels whose centres lie in a region.

    Attributes:
        mean: of them.
        spread: their standard deviation.
        count: number of pixels.
    """

    mean: float
    spread: float
    count: int


@dataclass(frozen=True, slots=True, eq=False)
class Patch:
    """The pixels of a slice whose centres lie in a region.

    Attributes:
        top: first row of the mask.
        left: first column of the mask.
        mask: (rows, columns) of the part of the slice.
    """

    top: int
    left: int
    mask: BoolArray = field(repr=False)


def distance(first: Place, second: Place, pixel: PixelSize) -> float:
    """Return the distance between two places."""
    return math.hypot((second[0] - first[0]) * pixel[0], (second[1] - first[1]) * pixel[1])


def angle_deg(arm: Place, vertex: Place, other: Place, pixel: PixelSize) -> float:
    """Return the angle between two arms, from 0 to 180 degrees; only the ratio of a pixel's sides matters."""
    first, second = _vector(vertex, arm, pixel), _vector(vertex, other, pixel)
    cross = first[0] * second[1] - first[1] * second[0]
    return math.degrees(math.atan2(abs(cross), first[0] * second[0] + first[1] * second[1]))


def outline_area(corners: Sequence[Place], pixel: PixelSize) -> float:
    """Return the area within a closed polygon (Gauss's shoelace formula)."""
    rows, columns = np.array(corners).T
    twice = rows @ np.roll(columns, -1) - columns @ np.roll(rows, -1)
    return float(abs(twice)) / 2 * pixel[0] * pixel[1]


def ellipse_area(corner: Place, opposite: Place, pixel: PixelSize) -> float:
    """Return the area of the ellipse in a box."""
    height, width = abs(opposite[0] - corner[0]) * pixel[0], abs(opposite[1] - corner[1]) * pixel[1]
    return math.pi / 4 * height * width


def squared(places: tuple[Place, ...], pixel: PixelSize, held: int = 2) -> tuple[Place, ...]:
    """Return two crossed lines with the second turned to a right angle to the first.

    Args:
        places: two ends of the first line, two of the second.
        pixel: height and width of a pixel.
        held: the end of the second line (2 or 3) that stays where it is.
    """
    along = _vector(places[0], places[1], pixel)
    length = math.hypot(*along)
    if length == 0:
        return places
    normal = -along[1] / length, along[0] / length
    fixed, loose = places[held], places[5 - held]
    reach = sum(part * other for part, other in zip(_vector(fixed, loose, pixel), normal, strict=True))
    turned = fixed[0] + reach * normal[0] / pixel[0], fixed[1] + reach * normal[1] / pixel[1]
    second = (fixed, turned) if held == _SHORT_AXIS else (turned, fixed)
    return (*places[:2], *second)


def inside_outline(corners: Sequence[Place], shape: tuple[int, int]) -> Patch:
    """Return the pixels whose centres lie in a closed polygon, by the even-odd rule.

    Args:
        corners: of the polygon, which may reach beyond the slice.
        shape: rows and columns of the slice.
    """
    ends = np.array(corners, np.float64)
    (top, left), (bottom, right) = _box(ends, shape)
    patch = np.zeros((bottom - top, right - left + 1), np.uint8)
    rows = np.arange(top, bottom)
    starts, stops = ends, np.roll(ends, -1, axis=0)
    for (row, column), (next_row, next_column) in zip(starts, stops, strict=True):
        low, high = min(row, next_row), max(row, next_row)
        crossed = rows[(rows >= low) & (rows < high)]
        at = column + (crossed - row) / (next_row - row) * (next_column - column) if crossed.size else crossed
        first = np.clip(np.ceil(at) - left, 0, right - left).astype(int)
        np.bitwise_xor.at(patch, (crossed - top, first), 1)
    return Patch(top, left, np.bitwise_xor.accumulate(patch[:, :-1], axis=1).view(np.bool_))


def inside_ellipse(corner: Place, opposite: Place, shape: tuple[int, int]) -> Patch:
    """Return the pixels whose centres lie in the ellipse in a box, which may reach beyond the slice's shape."""
    ends = np.array([corner, opposite], np.float64)
    (top, left), (bottom, right) = _box(ends, shape)
    middle, half = ends.mean(axis=0), np.maximum(np.abs(ends[1] - ends[0]) / 2, 1e-9)
    rows = (np.arange(top, bottom) - middle[0]) / half[0]
    columns = (np.arange(left, right) - middle[1]) / half[1]
    reach = np.sqrt(np.clip(1 - rows**2, 0, 1))
    return Patch(top, left, np.abs(columns) <= reach[:, None])


def greys(single: Packed, patch: Patch) -> Greys | None:
    """Return the grey values of a patch; None for colour, and where it holds no pixel's centre."""
    if single.is_colour or not patch.mask.any():
        return None
    rows, columns = patch.mask.shape
    part = single.stored[patch.top : patch.top + rows, patch.left : patch.left + columns, 0][patch.mask]
    values = replace(single, stored=part[None, :, None]).values.astype(np.float64)
    return Greys(float(values.mean()), float(values.std()), values.size)


_SHORT_AXIS = 2


def _swung(places: tuple[Place, ...], pixel: PixelSize) -> tuple[Place, ...]:
    """Turn the second of two lines about its middle to a right angle to the first; it keeps its length."""
    along, across = _vector(places[0], places[1], pixel), _vector(places[2], places[3], pixel)
    length, half = math.hypot(*along), math.hypot(*across) / 2
    if length == 0:
        return places
    side = half / length if along[0] * across[1] >= along[1] * across[0] else -half / length
    down, right = -along[1] * side / pixel[0], along[0] * side / pixel[1]
    row, column = ((first + second) / 2 for first, second in zip(places[2], places[3], strict=True))
    return (*places[:2], (row - down, column - right), (row + down, column + right))


def _vector(start: Place, end: Place, pixel: PixelSize) -> tuple[float, float]:
    return (end[0] - start[0]) * pixel[0], (end[1] - start[1]) * pixel[1]


def _box(ends: AnyArray, shape: tuple[int, int]) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return first and one-past-last (row, column) of the pixels on the slice whose centres a region may hold."""
    edge = np.array(shape)
    first = np.clip(np.ceil(ends.min(axis=0)), 0, edge).astype(int)
    last = np.clip(np.floor(ends.max(axis=0)) + 1, first, edge).astype(int)
    return (int(first[0]), int(first[1])), (int(last[0]), int(last[1]))
