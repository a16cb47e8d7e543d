"""Whether an image is like those that a model was trained on: a Mahalanobis distance of what the network sees in it.

Lee et al. (NeurIPS 2018, section 2.1), with one class and with values and features taken over the whole picture. The
covariance is shrunk towards its diagonal (Schaefer and Strimmer 2005), since there may be fewer images than features.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from app.domain.words import mark, tr
from app.networks.blocks import moments

PREFIX = "familiarity."
SHRINKAGE = 0.2
QUANTILE = 0.99
MARGIN = 1.25
UNLIKE = mark("This image is unlike those that the model was trained on; do not rely on its outlines.")


@dataclass(frozen=True, slots=True, eq=False)
class Familiarity:
    """What a model's training images look like to its encoder.

    Attributes:
        mean: (features,).
        whitening: (features, features); it turns a deviation from the mean into one of unit variance.
        limit: distance from which on an image counts as unlike the training images.
    """

    mean: Tensor
    whitening: Tensor
    limit: Tensor

    def distance(self, seen: Tensor) -> float:
        """Return the Mahalanobis distance of (features,) divided by the root of their number; about 1 for the like."""
        away = (seen.float().cpu() - self.mean) @ self.whitening
        return float(away.square().mean().sqrt())

    def caution(self, seen: Tensor) -> tuple[str, ...]:
        """Return a warning for an image that is unlike the training images."""
        if self.distance(seen) <= float(self.limit):
            return ()
        return (tr(UNLIKE),)

    def tensors(self) -> dict[str, Tensor]:
        """Return what is stored beside the weights."""
        return {PREFIX + "mean": self.mean, PREFIX + "whitening": self.whitening, PREFIX + "limit": self.limit}


def described(images: Tensor, summary: Tensor) -> Tensor:
    """Take mean and standard deviation of a picture's values and of their steps, beside what a network sees in it.

    Args:
        images: (batch, channels, rows, columns).
        summary: (batch, features), what the network says that the pictures show as a whole.

    Returns:
        (batch, four times the channels and all features).
    """
    steps = (images[..., 1:, 1:] - images[..., :-1, :-1]).abs()
    return torch.cat([moments(images, steps), summary], dim=1)


def fit(seen: Tensor) -> Familiarity:
    """Learn what training images look like.

    Args:
        seen: (images, features), `described` of training images, augmented as in training.
    """
    seen = seen.double()
    mean = seen.mean(dim=0)
    covariance = torch.cov(seen.T)
    diagonal = torch.diag(covariance.diagonal().clamp(min=1e-8))
    shrunk = (1 - SHRINKAGE) * covariance + SHRINKAGE * diagonal
    whitening = torch.linalg.inv(torch.linalg.cholesky(shrunk)).T
    distances = ((seen - mean) @ whitening).square().mean(dim=1).sqrt()
    limit = MARGIN * torch.quantile(distances, QUANTILE)
    return Familiarity(mean.float(), whitening.float().contiguous(), limit.float())


def split(tensors: Mapping[str, Tensor]) -> tuple[dict[str, Tensor], Familiarity | None]:
    """Part a file's tensors into the network's weights and what was learnt by `fit`, if it is there."""
    weights = {name: value for name, value in tensors.items() if not name.startswith(PREFIX)}
    if len(weights) == len(tensors):
        return weights, None
    mean, whitening, limit = (tensors[PREFIX + name] for name in ("mean", "whitening", "limit"))
    return weights, Familiarity(mean, whitening, limit)
