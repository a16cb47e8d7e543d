"""The masks that a reader draws on a case, and every step of drawing them."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from app.domain.arrays import AnyArray, BoolArray
from app.domain.box import Box, Spot, whole
from app.domain.edit import Edit, Layer, Patch, merged
from app.domain.packing import Kept, from_arrays, to_arrays


class EditedMasks:
    """Layers of masks with their history; it is changed in place, by one thread.

    A step begins with its first change and ends with `commit`.
    """

    def __init__(self, shape: tuple[int, int, int]) -> None:
        """Start without a layer on a case of so many slices, rows and columns."""
        self.shape = shape
        self.layers: tuple[Layer, ...] = ()
        self.hidden: frozenset[int] = frozenset()
        self._masks: dict[tuple[int, int], BoolArray] = {}
        self._extents: dict[tuple[int, int], Box] = {}
        self._pending: list[Patch] = []
        self._done: list[Edit] = []
        self._undone: list[Edit] = []
        self._next_key = 1

    def layer(self, key: int | None) -> Layer | None:
        """Return the layer with a key, or None where there is none."""
        return next((layer for layer in self.layers if layer.key == key), None)

    def mask(self, key: int, slice_index: int) -> BoolArray | None:
        """Return what a layer marks of a slice (rows, columns), not to be written to; None where that is nothing."""
        return self._masks.get((key, slice_index))

    def extent(self, key: int, slice_index: int) -> Box:
        """Return a box that holds all that a layer marks of a slice; it may be larger than need be."""
        return self._extents.get((key, slice_index), Box(0, 0, 0, 0))

    def marked_slices(self, key: int) -> tuple[int, ...]:
        """Return the slices on which a layer marks a pixel, in their order."""
        return tuple(
            sorted(slice_index for owner, slice_index in self._masks if owner == key and self.area(key, slice_index))
        )

    def area(self, key: int, slice_index: int) -> int:
        """Return how many pixels of a slice a layer marks."""
        mask = self.mask(key, slice_index)
        return 0 if mask is None else int(np.count_nonzero(mask[self.extent(key, slice_index).slices]))

    def volume(self, key: int) -> BoolArray:
        """Return a layer's masks of all slices, (slices, rows, columns)."""
        masks = np.zeros(self.shape, np.bool_)
        for slice_index in self.marked_slices(key):
            masks[slice_index] = self._masks[key, slice_index]
        return masks

    def show(self, key: int, shown: bool) -> None:
        """Show or hide a layer; that is no step of drawing."""
        self.hidden = self.hidden - {key} if shown else self.hidden | {key}

    # Steps

    def add(self, layer: Layer, caption: str, masks: Mapping[int, BoolArray] | None = None) -> Layer:
        """Add a layer under a new key, with masks (rows, columns) by their slice.

        Returns:
            The layer with its key.
        """
        layer = replace(layer, key=self._next_key)
        self._next_key += 1
        self._list((*self.layers, layer), caption, masks or {}, layer.key)
        return layer

    def remove(self, key: int, caption: str) -> None:
        """Remove a layer with all that it marks."""
        marked = {slice_index: self._masks[key, slice_index] for slice_index in self.marked_slices(key)}
        self._list(tuple(layer for layer in self.layers if layer.key != key), caption, marked, key)

    def change(self, layer: Layer, caption: str) -> None:
        """Put a layer in the place of the one with its key."""
        self._list(tuple(layer if layer.key == old.key else old for old in self.layers), caption, {}, layer.key)

    def draw(self, key: int, slice_index: int, spot: Spot, *, on: bool) -> Box | None:
        """Mark pixels, or take their marks away.

        Returns:
            A box that holds what changed, or None where nothing did.
        """
        spot = self._clipped(spot)
        there = self._target(key, slice_index)[spot.box.slices]
        return self._toggle(key, slice_index, Spot(spot.box, spot.inside & (there != on)).trimmed)

    def put(self, key: int, slice_index: int, spot: Spot) -> Box | None:
        """Make a box of a slice as it is given.

        Returns:
            As `draw` does.
        """
        spot = self._clipped(spot)
        there = self._target(key, slice_index)[spot.box.slices]
        return self._toggle(key, slice_index, Spot(spot.box, spot.inside ^ there).trimmed)

    def commit(self, caption: str) -> Edit | None:
        """End a step and return it; None where it changed nothing."""
        patches, self._pending = merged(self._pending), []
        return self._remember(Edit(caption, patches, self.layers, self.layers)) if patches else None

    @property
    def undoable(self) -> str:
        """Caption of the step that `undo` takes back, or ""."""
        return self._done[-1].caption if self._done else ""

    @property
    def redoable(self) -> str:
        """Caption of the step that `redo` does again, or ""."""
        return self._undone[-1].caption if self._undone else ""

    def undo(self) -> Edit | None:
        """Take the last step back and return it; None where there is none."""
        if not self._done:
            return None
        edit = self._done.pop()
        self._undone.append(edit)
        return self._apply(edit, edit.before)

    def redo(self) -> Edit | None:
        """Do the step again that was taken back last and return it; None where there is none."""
        if not self._undone:
            return None
        edit = self._undone.pop()
        self._done.append(edit)
        return self._apply(edit, edit.after)

    @property
    def history_bytes(self) -> int:
        """Memory that the steps take, but for their captions and layers."""
        return sum(len(patch.bits) for edit in (*self._done, *self._undone) for patch in edit.patches)

    def packed(self) -> dict[str, AnyArray]:
        """Return the layers and what they mark as `packing.to_arrays` does; the history is not among them."""
        marked = {
            (layer.key, slice_index): self._spot(layer.key, slice_index)
            for layer in self.layers
            for slice_index in self.marked_slices(layer.key)
        }
        return to_arrays(Kept(self.shape, self.layers, self.hidden, marked))

    @classmethod
    def unpacked(cls, arrays: Mapping[str, AnyArray], shape: tuple[int, int, int]) -> "EditedMasks":
        """Return what `packed` was called on, without its history.

        Args:
            arrays: from `packed`.
            shape: slices, rows and columns of the case that they should have been drawn on.

        Raises:
            ValueError: the arrays are not what `packed` returns, damaged, or of another case.
        """
        kept = from_arrays(arrays)
        if kept.shape != shape:
            raise ValueError(f"drawn masks of {kept.shape} do not fit {shape}")
        edited = cls(kept.shape)
        edited.layers, edited.hidden = kept.layers, kept.hidden
        edited._next_key = max((layer.key for layer in kept.layers), default=0) + 1
        for (key, slice_index), spot in kept.marked.items():
            edited._flip(Patch.of(key, slice_index, spot), spot.inside)
        return edited

    def _list(self, layers: tuple[Layer, ...], caption: str, masks: Mapping[int, BoolArray], key: int) -> None:
        """Take other layers, and change what is marked in one of them, as one step."""
        self.commit(caption)
        before, self.layers = self.layers, layers
        for slice_index, mask in masks.items():
            self._toggle(key, slice_index, whole(mask).trimmed)
        patches, self._pending = tuple(self._pending), []
        self._remember(Edit(caption, patches, before, layers))

    def _remember(self, edit: Edit) -> Edit:
        self._done.append(edit)
        self._undone.clear()
        return edit

    def _apply(self, edit: Edit, layers: tuple[Layer, ...]) -> Edit:
        for patch in edit.patches:
            self._flip(patch)
        self.layers = layers
        return edit

    def _clipped(self, spot: Spot) -> Spot:
        """Return what of a spot lies on a slice."""
        box = spot.box.within(self.shape[1:])
        if box.is_empty:
            return Spot(Box(0, 0, 0, 0), np.zeros((0, 0), np.bool_))
        return spot if box == spot.box else Spot(box, spot.inside[box.seen_from(spot.box).slices])

    def _spot(self, key: int, slice_index: int) -> Spot:
        """Return what a layer marks of a slice."""
        box = self.extent(key, slice_index)
        return Spot(box, self._target(key, slice_index)[box.slices]).trimmed

    def _target(self, key: int, slice_index: int) -> BoolArray:
        """Return the mask to be changed, made where there was none."""
        if (key, slice_index) not in self._masks:
            self._masks[key, slice_index] = np.zeros(self.shape[1:], np.bool_)
        return self._masks[key, slice_index]

    def _toggle(self, key: int, slice_index: int, changed: Spot) -> Box | None:
        if changed.box.is_empty:
            return None
        patch = Patch.of(key, slice_index, changed)
        self._pending.append(patch)
        self._flip(patch, changed.inside)
        return changed.box

    def _flip(self, patch: Patch, changed: BoolArray | None = None) -> None:
        at = patch.layer, patch.slice_index
        self._target(*at)[patch.box.slices] ^= patch.changed if changed is None else changed
        before = self._extents.get(at)
        self._extents[at] = patch.box if before is None else before.united(patch.box)
