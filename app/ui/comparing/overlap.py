"""How far the two sides of a comparison agree, as numbers and as one sentence."""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from app.domain.arrays import BoolArray, FloatArray
from app.domain.geometry import Geometry
from app.domain.words import tr
from app.metrics.overlap import dice
from app.ui import readout
from app.ui.frames import Frame

Outlined: TypeAlias = Callable[[], BoolArray]
"""Makes the mask of a side on the slice's own pixels, (rows, columns)."""

SAME_PER_CENT = 0.5


@dataclass(frozen=True, slots=True)
class Overlap:
    """What two outlined areas have in common.

    Attributes:
        dice: 2 |a and b| / (|a| + |b|).
        left_px: area on the left, in pixels of the slice.
        right_px: area on the right.
    """

    dice: float
    left_px: float
    right_px: float


def predicted(values: FloatArray | BoolArray, frame: Frame) -> Outlined:
    """Return how to make the mask where a map on a frame's grid is at least a half."""
    return partial(_on_slice, values, frame)


def drawn(mask: BoolArray) -> Outlined:
    """Return how to make a reader's mask, which is there already."""
    return lambda: mask


def overlapping(left: Outlined, right: Outlined) -> Generator[None, None, Overlap]:
    """Count both areas and what they share; large pictures take a moment."""
    first = left()
    yield
    second = right()
    yield
    return Overlap(dice(first, second), float(first.sum()), float(second.sum()))


def overlap_sentence(overlap: Overlap, geometry: Geometry) -> str:
    """Say how far the sides overlap and how their areas differ."""
    left, right = (readout.area_text(area, geometry) for area in (overlap.left_px, overlap.right_px))
    if not (overlap.left_px and overlap.right_px):
        return tr("Nothing to overlap: {left} on the left, {right} on the right.").format(left=left, right=right)
    text = tr("Overlap (Dice) {dice}, 1 is identical.\nLeft {left}, right {right}: {difference}.")
    return text.format(
        dice=f"{overlap.dice:.2f}",
        left=left,
        right=right,
        difference=difference_text(overlap.left_px, overlap.right_px),
    )


def difference_text(left: float, right: float) -> str:
    """Say how much larger or smaller the right area is."""
    per_cent = 100 * (right - left) / left
    if abs(per_cent) < SAME_PER_CENT:
        return tr("the same size")
    text = tr("the right is {share} % larger") if per_cent > 0 else tr("the right is {share} % smaller")
    return text.format(share=f"{abs(per_cent):.0f}")


def _on_slice(values: FloatArray | BoolArray, frame: Frame) -> BoolArray:
    from app.postprocess.native import native_mask

    return native_mask(values, frame.grid)
