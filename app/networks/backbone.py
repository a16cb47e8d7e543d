"""An image backbone that can start from ImageNet: EfficientNet-Lite0 (Tan and Le 2019; Google's Lite variant of 2020).

Lite means no squeeze-and-excitation and ReLU6 for Swish. The last stage and the classifier are left out. Statistics of
the batch normalisation stay those of ImageNet, so that one picture is seen alike alone and in any batch.
"""

from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional as fn

EPSILON = 1e-3
STRIDE = 32


@dataclass(frozen=True, slots=True)
class _Stage:
    repeats: int
    kernel: int
    stride: int
    expansion: int
    width: int


STEM_WIDTH: Final = 32
_STAGES: Final = (
    _Stage(1, 3, 1, 1, 16),
    _Stage(2, 3, 2, 6, 24),
    _Stage(2, 5, 2, 6, 40),
    _Stage(3, 3, 2, 6, 80),
    _Stage(3, 5, 1, 6, 112),
    _Stage(4, 5, 2, 6, 192),
)
_LAST_OF_SIZE: Final = (0, 1, 2, 4, 5)
WIDTHS: Final = tuple(_STAGES[stage].width for stage in _LAST_OF_SIZE)
"""Channels of the features at 1/2, 1/4, 1/8, 1/16 and 1/32 of the side."""


class Backbone(nn.Module):
    """The convolutional part of EfficientNet-Lite0, with random weights."""

    def __init__(self, channels: int) -> None:
        """Build for pictures of some channels."""
        super().__init__()
        self.stem = Convolved(channels, STEM_WIDTH, 3, stride=2)
        self.stages = nn.ModuleList()
        inputs = STEM_WIDTH
        for stage in _STAGES:
            blocks = []
            for repeat in range(stage.repeats):
                blocks.append(_Inverted(inputs, stage, 1 if repeat else stage.stride))
                inputs = stage.width
            self.stages.append(nn.Sequential(*blocks))

    def forward(self, pictures: Tensor) -> tuple[Tensor, ...]:
        """Map (batch, channels, rows, columns) in [-1, 1] to features as `WIDTHS` says, finest first.

        Rows and columns are divisible by 32.
        """
        picture = fn.relu6(self.stem(pictures))
        features = []
        for index, stage in enumerate(self.stages):
            picture = stage(picture)
            if index in _LAST_OF_SIZE:
                features.append(picture)
        return tuple(features)

    def summary(self, pictures: Tensor) -> Tensor:
        """Return what pictures as `forward` takes them show as a whole: (batch, features).

        What ImageNet has taught at 1/16 and 1/32 of the side tells kinds of pictures apart, also those that no model
        here was trained on.
        """
        return torch.cat([level.float().mean(dim=(2, 3)) for level in reversed(self(pictures)[-2:])], dim=1)


class _Inverted(nn.Module):
    """An inverted bottleneck (Sandler et al. 2018): wide inside, depthwise, linear at its end."""

    def __init__(self, inputs: int, stage: _Stage, stride: int) -> None:
        super().__init__()
        inside = inputs * stage.expansion
        self.expand = Convolved(inputs, inside, 1) if stage.expansion > 1 else None
        self.depthwise = Convolved(inside, inside, stage.kernel, stride=stride, groups=inside)
        self.project = Convolved(inside, stage.width, 1)
        self.residual = stride == 1 and inputs == stage.width

    def forward(self, picture: Tensor) -> Tensor:
        inside = picture if self.expand is None else fn.relu6(self.expand(picture))
        left: Tensor = self.project(fn.relu6(self.depthwise(inside)))
        return picture + left if self.residual else left


class Convolved(nn.Module):
    """A convolution padded as TensorFlow pads it, and a batch normalisation whose statistics stand still."""

    mean: Tensor
    variance: Tensor

    def __init__(self, inputs: int, outputs: int, kernel: int, *, stride: int = 1, groups: int = 1) -> None:
        """Build with random weights and the statistics of normal values."""
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride=stride, groups=groups, bias=False)
        self.scale = nn.Parameter(torch.ones(outputs))
        self.shift = nn.Parameter(torch.zeros(outputs))
        self.register_buffer("mean", torch.zeros(outputs))
        self.register_buffer("variance", torch.ones(outputs))
        before = (kernel - stride) // 2
        self.padding = (before, kernel - stride - before) * 2

    def forward(self, picture: Tensor) -> Tensor:
        """Map (batch, inputs, rows, columns) to (batch, outputs, rows / stride, columns / stride)."""
        factor = self.scale * (self.variance + EPSILON).rsqrt()
        offset = self.shift - self.mean * factor
        weight = self.conv.weight * factor[:, None, None, None]
        padded = fn.pad(picture, self.padding) if any(self.padding) else picture
        convolved: Tensor = fn.conv2d(padded, weight, offset, self.conv.stride, groups=self.conv.groups)
        return convolved
