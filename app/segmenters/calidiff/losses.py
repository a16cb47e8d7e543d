"""The parts of CaliDiff's training, one function each; `calidiff` says how they go together.

Masks are (batch, readers, rows, columns) in {0, 1}; what the network makes of them are logits of that shape.
"""

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as fn

from app.networks.critic import Critic, reverse_gradient
from app.segmenters.biases import Bias, biased

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


def inverse_diffusion(calibrated: Tensor, clean: Tensor, present: Tensor) -> Tensor:
    """Shared-parameter inverse diffusion: cross-entropy of each reader's mask with what it was before noise and bias.

    Args:
        calibrated: logits.
        clean: masks.
        present: (batch, readers) bool; absent readers do not count.
    """
    return _mean_of_present(fn.binary_cross_entropy_with_logits(calibrated, clean, reduction="none"), present)


def consensus_inference(consensus: Tensor, truth: Tensor) -> Tensor:
    """Cross-entropy of the fused consensus with the share of readers who marked a pixel, those who were held out.

    Its optimum is the probability that a further reader marks the pixel, which no vote of the readers at hand is.

    Args:
        consensus: (batch, rows, columns) logits.
        truth: (batch, rows, columns) in [0, 1].
    """
    return fn.binary_cross_entropy_with_logits(consensus, truth)


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


def alignment(calibrated: Tensor, expertness: Tensor, present: Tensor) -> Tensor:
    """Expertness Consistent Alignment: variance among calibrated readers, weighted by confidence.

    The confidence of a pixel is the mean of the readers' expertness there, from chance (1/2) to certainty scaled to
    0..1. No gradient runs through it, or the loss would be won by doubting everything.

    Args:
        calibrated: logits.
        expertness: logits.
        present: (batch, readers) bool; a committee without anyone counts as in agreement.
    """
    here = present[:, :, None, None].to(calibrated)
    count = here.sum(dim=1).clamp(min=1)
    confidence = (2 * (expertness.sigmoid() * here).sum(dim=1) / count - 1).clamp(min=0).detach()
    inside = calibrated.sigmoid()
    mean = (inside * here).sum(dim=1, keepdim=True) / count[:, None]
    variance = ((inside - mean).square() * here).sum(dim=1) / count
    return (confidence * variance).mean()


def adversarial(critic: Critic, images: Tensor, consensus: Tensor, pseudo_truth: Tensor) -> Tensor:
    """Committee-based Endogenous Knowledge Learning: a discriminator between the consensus and a pseudo ground truth.

    One loss trains both sides: the critic descends it, and the consensus, behind a reversed gradient, ascends it. Real
    ones are labelled 0.9 and not 1 (Salimans et al. 2016, section 3.4), the soft part of the supervision.

    Args:
        critic: the discriminator.
        images: (batch, channels, rows, columns) in [0, 1].
        consensus: (batch, rows, columns) logits.
        pseudo_truth: (batch, rows, columns) in [0, 1], made by the committee itself.
    """
    real = critic(images, pseudo_truth).float()
    drawn = critic(images, reverse_gradient(consensus.sigmoid())).float()
    return fn.binary_cross_entropy_with_logits(
        real, torch.full_like(real, _SMOOTH_REAL)
    ) + fn.binary_cross_entropy_with_logits(drawn, torch.zeros_like(drawn))


def _mean_of_present(values: Tensor, present: Tensor) -> Tensor:
    weights = present.to(values)
    return (values.mean(dim=(2, 3)) * weights).sum() / weights.sum()
