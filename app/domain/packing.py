"""Layers and what they mark as a few small arrays, ready for an npz file, and back."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from app.domain.arrays import AnyArray, BoolArray
from app.domain.box import Box, Spot
from app.domain.edit import Layer

VERSION = 1


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """What is kept of drawn masks; their history is not.

    Attributes:
        shape: slices, rows and columns of the case.
        layers: in their order.
        hidden: keys of the layers that are not shown.
        marked: what a layer marks of a slice, by the layer's key and the slice.
    """

    shape: tuple[int, int, int]
    layers: tuple[Layer, ...] = ()
    hidden: frozenset[int] = frozenset()
    marked: Mapping[tuple[int, int], Spot] = field(default_factory=dict, repr=False)


def to_arrays(kept: Kept) -> dict[str, AnyArray]:
    """Return drawn masks as arrays of bytes.

    - `about`: JSON in UTF-8 with `version`, `shape`, `layers`, `hidden` and `masks`, a list of [key, slice, top,
      bottom, left, right] in the order of the other arrays.
    - `mask0`, `mask1` ...: one bit for each pixel of such a box, row by row (`numpy.packbits`).
    """
    about = {
        "version": VERSION,
        "shape": kept.shape,
        "layers": [asdict(layer) for layer in kept.layers],
        "hidden": sorted(kept.hidden),
        "masks": [
            [*at, spot.box.top, spot.box.bottom, spot.box.left, spot.box.right] for at, spot in kept.marked.items()
        ],
    }
    masks = {f"mask{number}": np.packbits(spot.inside) for number, spot in enumerate(kept.marked.values())}
    return {"about": np.frombuffer(json.dumps(about).encode(), np.uint8), **masks}


def from_arrays(arrays: Mapping[str, AnyArray]) -> Kept:
    """Return what `to_arrays` was given.

    Raises:
        ValueError: the arrays are not what `to_arrays` returns, or damaged.
    """
    try:
        return _kept(json.loads(bytes(arrays["about"])), arrays)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
        raise ValueError(f"these are no drawn masks: {error!r}") from error


def _kept(about: Mapping[str, Any], arrays: Mapping[str, AnyArray]) -> Kept:
    if about["version"] != VERSION:
        raise ValueError(f"version {about['version']} is not known")
    slices, rows, columns = (int(size) for size in about["shape"])
    marked = {}
    for number, (key, slice_index, top, bottom, left, right) in enumerate(about["masks"]):
        box = Box(int(top), int(bottom), int(left), int(right))
        if box.is_empty or box.within((rows, columns)) != box or not 0 <= slice_index < slices:
            raise ValueError(f"{box} of slice {slice_index} does not lie on {slices} x {rows} x {columns}")
        marked[int(key), int(slice_index)] = Spot(box, _bits(arrays[f"mask{number}"], box.shape))
    layers = tuple(_layer(entry) for entry in about["layers"])
    if len({layer.key for layer in layers} | {key for key, _ in marked}) != len(layers):
        raise ValueError("the layers of drawn masks do not fit their masks")
    return Kept((slices, rows, columns), layers, frozenset(int(key) for key in about["hidden"]), marked)


def _layer(entry: Mapping[str, Any]) -> Layer:
    return Layer(
        int(entry["key"]),
        str(entry["name"]),
        max(0, int(entry["colour"])),
        bool(entry["is_reader"]),
        str(entry["origin"]),
    )


def _bits(packed: AnyArray, shape: tuple[int, int]) -> BoolArray:
    rows, columns = shape
    if packed.dtype != np.uint8 or packed.size != -(-rows * columns // 8):
        raise ValueError(f"{packed.size} bytes of {packed.dtype} do not make a mask of {shape}")
    return np.unpackbits(packed, count=rows * columns).reshape(shape).astype(np.bool_)
