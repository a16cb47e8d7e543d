"""What editing does in the background, as plain generators that know no Qt."""

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np

from app.domain.arrays import AnyArray, BoolArray
from app.domain.box import Box, Spot, whole
from app.metrics.overlap import dice
from app.postprocess import brush, flood
from app.postprocess.native import native_mask
from app.render.scene import CORE_SHARE, OUTER_SHARE
from app.ui.frames import Frame


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """Pixels to mark, or a box as it is to be.

    Attributes:
        spot: the pixels.
        on: whether they are marked or their marks taken away; None where the box becomes as it is given.
        is_open: whether a flood ran out of its outline, so that nothing is to be done.
    """

    spot: Spot = field(repr=False)
    on: bool | None = True
    is_open: bool = False


Changing: TypeAlias = Generator[None, None, Change]
Copying: TypeAlias = Generator[None, None, Mapping[int, BoolArray]]


def fill_like(values: AnyArray, seed: tuple[int, int], tolerance: float) -> Changing:
    """Find what hangs together with a pixel and has grey values like the median of it and its neighbours."""
    yield
    row, column = seed
    near = Box(row - 1, row + 2, column - 1, column + 2).within(values.shape[:2])
    bounds = brush.grey_range(values, Spot(near, np.ones(near.shape, np.bool_)), tolerance)
    allowed = flood.like(values, bounds)
    allowed[seed] = True
    return Change(flood.flood(allowed, seed))


def fill_outline(mask: BoolArray, seed: tuple[int, int]) -> Changing:
    """Find what an outline holds around a pixel; it must be closed."""
    yield
    spot = flood.filled(mask, seed)
    box, (rows, columns) = spot.box, mask.shape
    is_open = box.top == 0 or box.left == 0 or box.bottom == rows or box.right == columns
    return Change(spot, is_open=is_open)


def unfill(mask: BoolArray, seed: tuple[int, int]) -> Changing:
    """Find the marked pixels that hang together with one."""
    yield
    return Change(flood.flood(mask, seed), on=False)


def smooth(mask: BoolArray, radius: float) -> Changing:
    """Find a mask with a smoother edge."""
    yield
    spot = whole(mask).trimmed
    return Change(spot if spot.box.is_empty else flood.smoothed(spot, radius, mask.shape), on=None)


def copy_level(frame: Frame, level: int, slice_index: int) -> Copying:
    """Take the consensus "at least so many readers" of a slice."""
    yield
    return {slice_index: native_mask(frame.findings.level_maps[level - 1], frame.grid)}


def copy_refined(frame: Frame, slice_index: int) -> Copying:
    """Take the outline refined by a CRF."""
    yield
    refined = frame.findings.refined
    return {} if refined is None else {slice_index: native_mask(refined, frame.grid)}


def copy_share(frame: Frame, slice_index: int, *, core: bool) -> Copying:
    """Take the core or the outer limit of a slice, as they are measured."""
    yield
    mask = native_mask(frame.findings.agreement, frame.grid, CORE_SHARE if core else OUTER_SHARE)
    return {slice_index: mask | native_mask(frame.findings.consistent, frame.grid)}


def copy_reader(masks: BoolArray) -> Copying:
    """Take a reader's masks (slices, rows, columns) of every slice."""
    yield
    return {index: mask.copy() for index, mask in enumerate(masks) if mask.any()}


def overlap(mask: BoolArray, frame: Frame) -> Generator[None, None, float]:
    """Return the Dice of a mask and the majority's of a run."""
    yield
    findings = frame.findings
    return dice(mask, native_mask(findings.level_maps[findings.majority - 1], frame.grid))
