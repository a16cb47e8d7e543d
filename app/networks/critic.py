"""A small discriminator of masks, and the reversal that trains it and its adversary in one backward pass."""

from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.function import FunctionCtx

WIDTHS = (16, 32, 48)
SLOPE = 0.2


class Critic(nn.Module):
    """Tells, patch by patch, whether a soft mask is one that a committee of readers would make of the image."""

    def __init__(self, channels: int) -> None:
        """Build for images of a number of channels, with random weights."""
        super().__init__()
        layers: list[nn.Module] = [nn.AvgPool2d(2)]  # soft edges must not give away which mask is a network's
        before = channels + 1
        for width in WIDTHS:
            layers += [nn.Conv2d(before, width, 3, stride=2, padding=1), nn.LeakyReLU(SLOPE)]
            before = width
        self.layers = nn.Sequential(*layers, nn.Conv2d(before, 1, 1))

    def forward(self, images: Tensor, masks: Tensor) -> Tensor:
        """Map (batch, channels, rows, columns) and (batch, rows, columns) to logits (batch, 1, rows/16, columns/16)."""
        logits: Tensor = self.layers(torch.cat([2 * images - 1, 2 * masks[:, None] - 1], dim=1))
        return logits


def reverse_gradient(values: Tensor) -> Tensor:
    """Return the values as they are; in the backward pass the gradient's sign is turned (Ganin et al. 2016, eq. 18)."""
    turned: Tensor = _Reversal.apply(values)  # type: ignore[no-untyped-call]
    return turned


class _Reversal(torch.autograd.Function):
    @staticmethod
    def forward(_: FunctionCtx, values: Tensor) -> Tensor:
        return values.view_as(values)

    @staticmethod
    def backward(_: FunctionCtx, *gradients: Any) -> Tensor:
        turned: Tensor = -gradients[0]
        return turned
