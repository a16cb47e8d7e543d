"""One step of drawing, small enough to keep every one of a session."""

import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from app.domain.arrays import BoolArray
from app.domain.box import Box, Spot


@dataclass(frozen=True, slots=True)
class Layer:
    """What a reader draws, over all slices of a case.

    Attributes:
        key: tells it from the others of its case; none is given twice.
        name: as its reader calls it.
        colour: place in the palette of drawn layers.
        is_reader: whether it counts among the readers' masks of its case.
        origin: name of the model that it was copied from, or "" where a reader drew it all.
    """

    key: int
    name: str
    colour: int = 0
    is_reader: bool = False
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Patch:
    """Pixels of one layer's slice that changed; changing them once more brings back what was there.

    Attributes:
        layer: its key.
        slice_index: the slice.
        box: that holds them.
        bits: one bit for each pixel of the box, compressed.
    """

    layer: int
    slice_index: int
    box: Box
    bits: bytes = field(repr=False)

    @classmethod
    def of(cls, layer: int, slice_index: int, changed: Spot) -> "Patch":
        """Keep the pixels that changed."""
        return cls(layer, slice_index, changed.box, zlib.compress(np.packbits(changed.inside).tobytes(), _QUICKEST))

    @property
    def changed(self) -> BoolArray:
        """The pixels that changed, (*box.shape)."""
        bits = np.frombuffer(zlib.decompress(self.bits), np.uint8)
        rows, columns = self.box.shape
        return np.unpackbits(bits, count=rows * columns).reshape(rows, columns).astype(np.bool_)


@dataclass(frozen=True, slots=True)
class Edit:
    """One step that can be taken back.

    Attributes:
        caption: what was done, in a word or two.
        patches: pixels that changed, one for each slice of each layer.
        before: the layers before it.
        after: the layers after it.
    """

    caption: str
    patches: tuple[Patch, ...]
    before: tuple[Layer, ...]
    after: tuple[Layer, ...]


def merged(patches: Iterable[Patch]) -> tuple[Patch, ...]:
    """Return one patch for each slice of each layer that changes the same pixels; changed twice is unchanged."""
    grouped: dict[tuple[int, int], list[Patch]] = {}
    for patch in patches:
        grouped.setdefault((patch.layer, patch.slice_index), []).append(patch)
    joined = (_joined(group) for group in grouped.values())
    return tuple(patch for patch in joined if not patch.box.is_empty)


_QUICKEST = 1


def _joined(patches: list[Patch]) -> Patch:
    first = patches[0]
    if len(patches) == 1:
        return first
    box = first.box
    for patch in patches[1:]:
        box = box.united(patch.box)
    changed = np.zeros(box.shape, np.bool_)
    for patch in patches:
        changed[patch.box.seen_from(box).slices] ^= patch.changed
    return Patch.of(first.layer, first.slice_index, Spot(box, changed).trimmed)
