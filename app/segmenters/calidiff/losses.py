"""The parts of CaliDiff's training, one function each; `calidiff` says how they go together.

Masks are (batch, readers, rows, columns) in {0, 1}; what the network makes of them are logits of that shape.
"""

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as fn

from app.networks.critic import Critic, reverse_gradient
from app.segmenters.biases import Bias, biased
from app.segmenters.losses import dice_loss

LEAST_BIAS_PX = 1.0
MOST_BIAS_SHARE = 0.125
_SMOOTH_REAL = 0.9


def corrupted(readers: Tensor, chosen: Tensor, rng: torch.Generator) -> Tensor:
    """Replace the masks of some readers by ones with a random bias.

    Args:
        readers: masks.
        chosen: (batch, readers) bool, who gets one.
        rng: on the CPU.

    Returns:
        masks; outlines are moved by 1 pixel up to an eighth of the side.
    """
    chance = np.random.default_rng(int(torch.randint(2**62, (), generator=rng)))
    kinds, masks = list(Bias), readers.cpu().numpy() > 0
    for item, reader in chosen.nonzero().tolist():
        amount = chance.uniform(LEAST_BIAS_PX, MOST_BIAS_SHARE * masks.shape[-1])
        masks[item, reader] = biased(masks[item, reader], kinds[chance.integers(len(kinds))], amount, chance)
    return torch.from_numpy(masks).to(readers)


def inverse_diffusion(calibrated: Tensor, clean: Tensor, present: Tensor, dice_weight: float = 0.0) -> Tensor:
    """Shared-parameter inverse diffusion: cross-entropy of each mask with what it was before noise and bias.

    Args:
        calibrated: logits.
        clean: masks.
        present: (batch, readers) bool; absent readers do not count.
        dice_weight: of `dice_loss` beside it.
    """
    loss = _mean_of_present(fn.binary_cross_entropy_with_logits(calibrated, clean, reduction="none"), present)
    if not dice_weight:
        return loss
    return loss + dice_weight * (dice_loss(calibrated, clean) * present).sum() / present.sum()


def consensus_inference(consensus: Tensor, truth: Tensor) -> Tensor:
    """Cross-entropy of the fused consensus with the share of readers who marked a pixel, those who were held out.

    Its optimum is the probability that a further reader marks the pixel, which no vote of the readers at hand is.

    Args:
        consensus: (batch, rows, columns) logits.
        truth: (batch, rows, columns) in [0, 1].
    """
    return fn.binary_cross_entropy_with_logits(consensus, truth)


def levels_inference(levels: Tensor, marked: Tensor, dice_weight: float = 0.0) -> Tensor:
    """Cross-entropy of each consensus level of a committee with where so many of the readers marked.

    A level is not where the consensus, the mean over all readers who might come, is as probable as its share: readers
    who agree on whether there is anything at all mark it together or not at all.

    Args:
        levels: (batch, levels, rows, columns) logits.
        marked: (batch, levels, rows, columns) in {0, 1}.
        dice_weight: of `dice_loss` beside it.
    """
    loss = fn.binary_cross_entropy_with_logits(levels, marked)
    return loss + dice_weight * dice_loss(levels, marked).mean() if dice_weight else loss


def expertness_calibration(expertness: Tensor, given: Tensor, truth: Tensor, present: Tensor) -> Tensor:
    """Cross-entropy of each reader's expertness with the share of held-out readers who agree with what it drew.

    Args:
        expertness: logits.
        given: masks as they were given, biased ones too.
        truth: (batch, rows, columns) in [0, 1].
        present: (batch, readers) bool.
    """
    agreement = 1 - (given - truth[:, None]).abs()
    return _mean_of_present(fn.binary_cross_entropy_with_logits(expertness, agreement, reduction="none"), present)


def alignment(calibrated: Tensor, expertness: Tensor, given: Tensor, present: Tensor) -> Tensor:
    """Expertness Consistent Alignment: variance among calibrated readers where they differed, weighted by confidence.

    A reader's expertness says how likely a further one would agree with what it drew, hence how likely that one would
    mark the pixel. Confidence is how far the mean of this over the readers is from chance, scaled to 0..1: where all
    expertness points to one side, calibrated readers are to meet, and where it does not, they may differ. The mean is
    over the pixels that some of those given marked and others did not, which are few: over all pixels the loss would
    vanish beside the others. No gradient runs through the confidence, or the loss would be won by doubting everything.

    Args:
        calibrated: logits.
        expertness: logits.
        given: masks as they were given, biased ones too.
        present: (batch, readers) bool; one reader alone differs from nobody.
    """
    here = present[:, :, None, None].to(calibrated)
    count = here.sum(dim=1)
    agreeing = expertness.sigmoid()
    marking = _mean_over_readers(given * agreeing + (1 - given) * (1 - agreeing), here)
    confidence = (2 * marking - 1).abs().detach()
    marked = (given * here).sum(dim=1)
    contested = ((marked > 0) & (marked < count)).to(calibrated)
    inside = calibrated.sigmoid()
    variance = _mean_over_readers((inside - _mean_over_readers(inside, here)[:, None]).square(), here)
    return (contested * confidence * variance).sum() / contested.sum().clamp(min=1)


def adversarial(critic: Critic, images: Tensor, own: Tensor, trusted_images: Tensor, trusted: Tensor) -> Tensor:
    """Committee-based Endogenous Knowledge Learning: a discriminator between two kinds of consensus.

    One is over masks that a committee drew itself from the image alone, the other, the pseudo ground truth, over those
    that readers drew. One loss trains both sides: the critic descends it, and the former consensus, behind a reversed
    gradient, ascends it. The pseudo ground truth is labelled 0.9 and not 1 (Salimans et al. 2016, section 3.4).

    Args:
        critic: the discriminator.
        images: (batch, channels, rows, columns) in [0, 1].
        own: (batch, rows, columns) logits.
        trusted_images: (others, channels, rows, columns) in [0, 1].
        trusted: (others, rows, columns) in [0, 1].
    """
    real = critic(trusted_images, trusted).float()
    drawn = critic(images, reverse_gradient(own.sigmoid())).float()
    return fn.binary_cross_entropy_with_logits(
        real, torch.full_like(real, _SMOOTH_REAL)
    ) + fn.binary_cross_entropy_with_logits(drawn, torch.zeros_like(drawn))


def _mean_of_present(values: Tensor, present: Tensor) -> Tensor:
    weights = present.to(values)
    return (values.mean(dim=(2, 3)) * weights).sum() / weights.sum()


def _mean_over_readers(values: Tensor, here: Tensor) -> Tensor:
    """Mean over those present, (batch, rows, columns); `here` is (batch, readers, 1, 1) in {0, 1}."""
    return (values * here).sum(dim=1) / here.sum(dim=1).clamp(min=1)
