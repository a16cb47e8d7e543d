"""Random changes to training pictures that leave their meaning alone."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as fn

_KNOTS = 5


@dataclass(frozen=True, slots=True)
class Augmentation:
    """How far a training picture may be changed.

    Attributes:
        degrees: of rotation, either way.
        translate: share of the side, either way.
        scale: share of the size, either way.
        flips: whether left and right, and up and down, may be exchanged.
        gain: share by which contrast and each colour channel may change.
        offset: by which brightness may change, in [0, 1] values.
        gamma: share by which the exponent of the values may change.
        bend: how far points may move against each other (elastic deformation, Ronneberger et al. 2015), as the standard
            deviation at the knots of a coarse grid, in shares of the side.
    """

    degrees: float = 15.0
    translate: float = 0.1
    scale: float = 0.1
    flips: bool = True
    gain: float = 0.15
    offset: float = 0.05
    gamma: float = 0.2
    bend: float = 0.0


def augment(images: Tensor, masks: Tensor, how: Augmentation, rng: torch.Generator) -> tuple[Tensor, Tensor]:
    """Change a batch at random, pictures and masks alike.

    Args:
        images: (batch, channels, rows, columns) in [0, 1], or (batch, views, channels, rows, columns): all views of an
            item are changed alike.
        masks: (batch, readers, rows, columns) in {0, 1}.
        how: limits of the changes.
        rng: on the CPU.

    Returns:
        The changed images and masks; what moves in from beyond the edge is the mirrored picture.
    """
    flat = images.flatten(1, -3)
    where = fn.affine_grid(_affine(images.shape[0], how, rng), list(flat.shape), align_corners=False)
    if how.bend:
        where = where + _bent(flat.shape, how.bend, rng)
    moved = fn.grid_sample(flat, where, padding_mode="reflection", align_corners=False).view_as(images)
    moved_masks = fn.grid_sample(masks, where, padding_mode="reflection", align_corners=False)
    return _recoloured(moved, how, rng), moved_masks.round()


def _affine(batch: int, how: Augmentation, rng: torch.Generator) -> Tensor:
    angle = _uniform((batch,), math.radians(how.degrees), rng)
    scale = 1 + _uniform((batch, 1, 1), how.scale, rng)
    turn = torch.stack([angle.cos(), -angle.sin(), angle.sin(), angle.cos()], dim=1).view(batch, 2, 2) * scale
    if how.flips:
        turn = turn * (1 - 2 * torch.randint(2, (batch, 1, 2), generator=rng))
    return torch.cat([turn, _uniform((batch, 2, 1), 2 * how.translate, rng)], dim=2)


def _bent(shape: torch.Size, bend: float, rng: torch.Generator) -> Tensor:
    """Return a smooth random displacement, (batch, rows, columns, 2), in the units of `affine_grid`."""
    batch, _, rows, columns = shape
    knots = torch.randn((batch, 2, _KNOTS, _KNOTS), generator=rng) * 2 * bend
    smooth = fn.interpolate(knots, (rows, columns), mode="bicubic", align_corners=True)
    return smooth.permute(0, 2, 3, 1)


def _recoloured(images: Tensor, how: Augmentation, rng: torch.Generator) -> Tensor:
    each = (images.shape[0], *(1 for _ in images.shape[1:]))
    coloured = (*each[:-3], images.shape[-3], 1, 1)
    gain = 1 + _uniform(each, how.gain, rng) + _uniform(coloured, how.gain / 2, rng)
    offset = _uniform(each, how.offset, rng)
    gamma = 1 + _uniform(each, how.gamma, rng)
    return (images.clamp(0, 1) ** gamma * gain + offset).clamp(0, 1)


def _uniform(shape: tuple[int, ...], limit: float, rng: torch.Generator) -> Tensor:
    return (2 * torch.rand(shape, generator=rng) - 1) * limit
