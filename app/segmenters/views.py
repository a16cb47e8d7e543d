"""An image seen from several sides, where what a model learnt knows no left and right, up and down.

Samples take the views in turn, so that their mean is a mean over views as well (test-time augmentation; Wang et al.,
Neurocomputing 338, 2019).
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from app.networks.compact import Features

_MIRRORS = ((), (-1,), (-2,), (-2, -1))


@dataclass(frozen=True, slots=True)
class Views:
    """The views of an image: as it is, then mirrored from left to right, from top to bottom, both.

    Attributes:
        count: how many of them, 1 to 4.
    """

    count: int = 1

    def __post_init__(self) -> None:
        """Refuse a number of views that there is not."""
        if not 1 <= self.count <= len(_MIRRORS):
            raise ValueError(f"views must be 1 to {len(_MIRRORS)}, got {self.count}")

    def of(self, image: Tensor) -> Tensor:
        """Return (views, channels, rows, columns) of (1, channels, rows, columns)."""
        return torch.cat([image.flip(mirror) if mirror else image for mirror in _MIRRORS[: self.count]])

    def for_samples(self, features: Features, samples: range) -> Features:
        """Return the features of each sample's view; those of the only view there is stay one for all.

        Args:
            features: each (views, ...).
            samples: their numbers.
        """
        if self.count == 1:
            return features
        seen = torch.tensor([sample % self.count for sample in samples], device=features[0].device)
        return tuple(part[seen] for part in features)

    def turned(self, pictures: Tensor, samples: range) -> Tensor:
        """Turn each sample's (..., rows, columns) as its view is, or back, which is the same.

        Args:
            pictures: (samples, ..., rows, columns).
            samples: their numbers.
        """
        if self.count == 1:
            return pictures
        mirrors = (_MIRRORS[sample % self.count] for sample in samples)
        return torch.stack(
            [picture.flip(mirror) if mirror else picture for picture, mirror in zip(pictures, mirrors, strict=True)]
        )
