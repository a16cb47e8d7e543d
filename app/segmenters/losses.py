"""Losses that more than one system is taught with."""

import torch
from torch import Tensor
from torch.nn import functional as fn

SHARPNESS = 4.0
"""How much steeper than its share a level is taken to be in `levels_dice_loss`, lest nothing but certainty mark."""


def share_loss(guess: Tensor, readers: Tensor) -> Tensor:
    """Return the cross-entropy of a first guess, (batch, 1, rows, columns) logits, with the share of readers."""
    return fn.binary_cross_entropy_with_logits(guess, readers.mean(dim=1, keepdim=True))


def dice_loss(logits: Tensor, masks: Tensor) -> Tensor:
    """Return one minus the soft Dice coefficient of each mask (Milletari et al. 2016, section 3, without the squares).

    Cross-entropy counts pixels: where the extent of something small is in doubt, it is best served by marking nothing.
    This one counts a mask as a whole. One pixel is added above and below, so that empty and empty is no loss.

    Args:
        logits: (..., rows, columns).
        masks: (..., rows, columns) in {0, 1}.

    Returns:
        (...).
    """
    inside = logits.float().sigmoid()
    common, marked = (inside * masks).sum(dim=(-2, -1)), (inside + masks).sum(dim=(-2, -1))
    return 1 - (2 * common + 1) / (marked + 1)


def levels_dice_loss(logits: Tensor, share: Tensor, levels: int) -> Tensor:
    """Return `dice_loss` of what a map of shares marks at each consensus level, mean over levels and maps.

    Args:
        logits: (maps, rows, columns) of the share of readers.
        share: (maps, rows, columns) in [0, 1], the share that there is.
        levels: number of consensus levels, C; level c is where the share is above (c - 1/2) / C.
    """
    cuts = ((torch.arange(1, levels + 1) - 0.5) / levels).to(share)[:, None, None]
    beyond = SHARPNESS * (logits[:, None].float() - cuts.logit())
    return dice_loss(beyond, (share[:, None] > cuts).to(share)).mean()
