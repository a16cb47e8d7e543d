"""The slices of a case: each is here, still to come, or beyond reading."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from app.domain.arrays import AnyArray
from app.domain.errors import MissingSliceError


@dataclass(frozen=True, slots=True, eq=False)
class Packed:
    """One slice as it is kept: a value is the stored number times slope plus intercept.

    Attributes:
        stored: (rows, columns, channels); uint8 with 3 channels (sRGB) for colour, any number with 1 channel for grey.
        slope: 1 for colour.
        intercept: 0 for colour.
        invalid: number of pixels without a valid number in the file, which hold the smallest value instead.
    """

    stored: AnyArray = field(repr=False)
    slope: float = 1.0
    intercept: float = 0.0
    invalid: int = 0

    def __post_init__(self) -> None:
        """Refuse pixels that break the promise above."""
        if not (self.stored.ndim == _SLICE_AXES and (self.stored.shape[2] == 1 or self.is_colour)):
            raise ValueError(f"a slice must be uint8 RGB or grey, got {self.stored.dtype} {self.stored.shape}")

    @property
    def is_colour(self) -> bool:
        """Whether the pixels are RGB."""
        return self.stored.dtype == np.uint8 and self.stored.shape[2] == _COLOUR

    @property
    def values(self) -> AnyArray:
        """The slice (rows, columns, channels): uint8 RGB as it is stored, or float32 grey."""
        return self.stored if self.is_colour else self._scaled(self.stored)

    def values_at(self, row: int, column: int) -> tuple[float, ...]:
        """Return one pixel's value, or three for colour."""
        pixel = self.stored[row, column]
        return tuple(float(value) for value in (pixel if self.is_colour else self._scaled(pixel)))

    def line(self, axis: int, index: int) -> AnyArray:
        """Return one row (axis 0) or one column (axis 1) of the values, (pixels, channels)."""
        stored = self.stored[index] if axis == 0 else self.stored[:, index]
        return stored if self.is_colour else self._scaled(stored)

    def _scaled(self, stored: AnyArray) -> AnyArray:
        if self.slope == 1 and self.intercept == 0:
            return stored.astype(np.float32)
        return (stored.astype(np.float64) * self.slope + self.intercept).astype(np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """A slice made small, to be looked at until the slice itself is there; nothing is measured on it.

    Attributes:
        stored: as in `Packed`, one value for each square of the slice; edges take what is left.
        factor: side of those squares in pixels, a power of two.
    """

    stored: AnyArray = field(repr=False)
    factor: int


def pack(values: AnyArray, invalid: int = 0) -> Packed:
    """Keep a slice (rows, columns, channels) in the fewest bytes that lose nothing: whole numbers as integers."""
    if values.dtype.kind != "f":
        return Packed(values, invalid=invalid)
    least, most = float(values.min()), float(values.max())
    kind = next((kind for kind in _INTEGERS if np.iinfo(kind).min <= least and most <= np.iinfo(kind).max), None)
    if kind is not None:
        whole = values.astype(kind)
        if np.array_equal(whole, values):
            return Packed(whole, invalid=invalid)
    return Packed(values.astype(np.float32), invalid=invalid)


class Stack:
    """Slices of one shape, in bounded memory; any thread may use it.

    A slice that was put in may be dropped again for others that were looked at later; who needs it asks its reader.
    """

    def __init__(
        self,
        shape: tuple[int, int, int, int],
        limit_bytes: int | None = None,
        source: Callable[[int], Packed] | None = None,
    ) -> None:
        """Start with every slice still to come.

        Args:
            shape: slices, rows, columns, channels (3 for uint8 RGB, 1 for grey).
            limit_bytes: that the slices may take together; None for no limit. One slice is kept at least.
            source: reads a slice that is asked for by `packed` and not here.
        """
        self.shape = shape
        self.limit_bytes = limit_bytes
        self._held: OrderedDict[int, Packed] = OrderedDict()
        self._faults: dict[int, str] = {}
        self._drafts: dict[int, Draft] = {}
        self._invalid: dict[int, int] = {}
        self._source = source
        self._bytes = 0
        self._lock = threading.Lock()

    @classmethod
    def of(cls, pixels: AnyArray) -> "Stack":
        """Return a stack of (slices, rows, columns, channels) of which every slice is here."""
        if pixels.ndim != _SLICE_AXES + 1:
            raise ValueError(f"pixels must be 4-D, got {pixels.dtype} {pixels.shape}")
        return cls.holding([pack(single) for single in pixels])

    @classmethod
    def holding(cls, slices: Sequence[Packed]) -> "Stack":
        """Return a stack of slices that are all here."""
        rows, columns, channels = slices[0].stored.shape
        stack = cls((len(slices), rows, columns, channels))
        for index, single in enumerate(slices):
            stack.put(index, single)
        return stack

    def __len__(self) -> int:
        """Return the number of slices."""
        return self.shape[0]

    @property
    def is_colour(self) -> bool:
        """Whether the pixels are uint8 RGB; otherwise they are float32 grey without NaN."""
        return self.shape[3] == _COLOUR

    @property
    def held_bytes(self) -> int:
        """Memory that the slices take."""
        return self._bytes

    @property
    def room(self) -> int:
        """Number of slices of the present size that fit into the limit."""
        if self.limit_bytes is None or not self._held:
            return len(self)
        each = self._bytes / len(self._held)
        return max(1, min(len(self), int(self.limit_bytes / each)))

    def put(self, index: int, single: Packed) -> None:
        """Keep a slice, and drop those looked at longest ago where memory asks for it."""
        if not 0 <= index < len(self) or single.stored.shape != self.shape[1:]:
            raise ValueError(f"slice {index} of shape {single.stored.shape} does not belong to {self.shape}")
        with self._lock:
            self._drop(index)
            self._drafts.pop(index, None)
            self._held[index] = single
            self._invalid[index] = single.invalid
            self._bytes += single.stored.nbytes
            while self.limit_bytes is not None and self._bytes > self.limit_bytes and len(self._held) > 1:
                self._drop(next(iter(self._held)))

    def sketch(self, index: int, draft: Draft) -> None:
        """Keep what is shown in a slice's place until it is here or beyond reading."""
        self._drafts[index] = draft

    def draft(self, index: int) -> Draft | None:
        """Return what stands in for a slice that is still to come, if anything does."""
        return self._drafts.get(index)

    def give_up(self, index: int, reason: str) -> None:
        """Note that a slice cannot be read; the reason is the rest of a sentence, lower case, without a full stop."""
        self._drafts.pop(index, None)
        self._faults[index] = reason

    def fault(self, index: int) -> str:
        """Return why a slice cannot be read, or ""."""
        return self._faults.get(index, "")

    def take(self, index: int) -> Packed | None:
        """Return a slice as it is kept, or None where it is not here; it will be among the last to be dropped."""
        with self._lock:
            single = self._held.get(index)
            if single is not None:
                self._held.move_to_end(index)
            return single

    def peek(self, index: int) -> Packed | None:
        """Return a slice as it is kept, or None where it is not here; this does not count as looking at it."""
        return self._held.get(index)

    def slice(self, index: int) -> AnyArray | None:
        """Return a slice (rows, columns, channels), uint8 RGB or float32 grey, or None where it is not here."""
        single = self.take(index)
        return None if single is None else single.values

    def has(self, index: int) -> bool:
        """Whether a slice is here; asking does not count as looking at it."""
        return index in self._held

    def __getitem__(self, index: int) -> AnyArray:
        """Return a slice as `slice` does.

        Raises:
            IndexError: there is no such slice.
            MissingSliceError: it is not here.
        """
        return self.packed(index).values

    def packed(self, index: int) -> Packed:
        """Return a slice as it is kept.

        Raises:
            IndexError: there is no such slice.
            MissingSliceError: it is not here.
        """
        if not 0 <= index < len(self):
            raise IndexError(index)
        single = self.take(index)
        if single is None and self._source is not None:
            single = self._source(index)
            self.put(index, single)
        if single is None:
            raise MissingSliceError(index, self.fault(index))
        return single

    def lacking(self) -> tuple[int, ...]:
        """Return the slices that are neither here nor beyond reading."""
        return tuple(index for index in range(len(self)) if index not in self._held and index not in self._faults)

    @property
    def faults(self) -> dict[int, str]:
        """The slices beyond reading, and why."""
        return dict(self._faults)

    @property
    def invalid(self) -> int:
        """Number of pixels without a valid number in the slices that were here so far."""
        return sum(self._invalid.values())

    def whole(self) -> AnyArray:
        """Return (slices, rows, columns, channels).

        Raises:
            MissingSliceError: a slice is not here.
        """
        return np.stack([self[index] for index in range(len(self))])

    def only(self, index: int) -> "Stack":
        """Return a stack of one slice.

        Raises:
            MissingSliceError: it is not here.
        """
        return Stack.holding([self.packed(index)])

    def __reduce__(self) -> tuple[object, ...]:
        """Cross a process boundary with what is here."""
        return _rebuilt, (self.shape, self.limit_bytes, dict(self._held), dict(self._faults))

    def _drop(self, index: int) -> None:
        dropped = self._held.pop(index, None)
        if dropped is not None:
            self._bytes -= dropped.stored.nbytes


_SLICE_AXES = 3
_COLOUR = 3
_INTEGERS = (np.uint8, np.int16, np.uint16)


def _rebuilt(
    shape: tuple[int, int, int, int], limit_bytes: int | None, held: dict[int, Packed], faults: dict[int, str]
) -> Stack:
    stack = Stack(shape, limit_bytes)
    for index, single in held.items():
        stack.put(index, single)
    for index, reason in faults.items():
        stack.give_up(index, reason)
    return stack
