"""Losses that more than one system is taught with."""

from torch import Tensor
from torch.nn import functional as fn


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
