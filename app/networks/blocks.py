"""The parts that the networks are built from."""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as fn

CHANNELS_PER_GROUP = 8


def norm(channels: int) -> nn.GroupNorm:
    """Group normalisation (Wu and He 2018) with groups of eight channels."""
    return nn.GroupNorm(max(1, channels // CHANNELS_PER_GROUP), channels)


def conv(inputs: int, outputs: int, stride: int = 1) -> nn.Conv2d:
    """A 3x3 convolution that keeps the picture's size, or halves it with stride 2."""
    return nn.Conv2d(inputs, outputs, 3, stride=stride, padding=1)


def moments(*pictures: Tensor) -> Tensor:
    """Take mean and standard deviation over all positions of pictures, each (batch, channels, rows, columns).

    Returns:
        (batch, twice all channels), picture by picture, the means first.
    """
    taken = [picture.float().flatten(2) for picture in pictures]
    return torch.cat([value for picture in taken for value in (picture.mean(dim=2), picture.std(dim=2))], dim=1)


class Sinusoids(nn.Module):
    """Embeds a number in [0, 1] in sines and cosines of many frequencies (Vaswani et al. 2017, section 3.5)."""

    frequencies: Tensor

    def __init__(self, width: int, highest: float = 256.0) -> None:
        """Prepare width / 2 frequencies from 1 to highest half turns over [0, 1]."""
        super().__init__()
        frequencies = torch.exp(torch.linspace(0, math.log(highest), width // 2)) * math.pi
        self.register_buffer("frequencies", frequencies, persistent=False)

    def forward(self, values: Tensor) -> Tensor:
        """Embed (batch,) in (batch, width)."""
        angles = values[:, None] * self.frequencies
        embedded: Tensor = torch.cat([angles.sin(), angles.cos()], dim=1)
        return embedded


class ResidualBlock(nn.Module):
    """GroupNorm-SiLU-conv twice, an embedding added after the first (Nichol and Dhariwal 2021)."""

    def __init__(self, inputs: int, outputs: int, embedding: int | None = None) -> None:
        """Build from inputs to outputs channels; without an embedding's width the block takes none."""
        super().__init__()
        self.first = nn.Sequential(norm(inputs), nn.SiLU(), conv(inputs, outputs))
        self.shift = None if embedding is None else nn.Linear(embedding, outputs)
        self.second = nn.Sequential(norm(outputs), nn.SiLU(), conv(outputs, outputs))
        self.skip = nn.Identity() if inputs == outputs else nn.Conv2d(inputs, outputs, 1)
        nn.init.zeros_(self.second[-1].weight)  # type: ignore[arg-type]

    def forward(self, picture: Tensor, embedding: Tensor | None = None) -> Tensor:
        """Map (batch, inputs, rows, columns) to (batch, outputs, rows, columns)."""
        hidden = self.first(picture)
        if self.shift is not None and embedding is not None:
            hidden = hidden + self.shift(embedding)[:, :, None, None]
        added: Tensor = self.skip(picture) + self.second(hidden)
        return added


class Attention(nn.Module):
    """Self-attention over all positions with a residual (Dhariwal and Nichol 2021)."""

    def __init__(self, channels: int, heads: int) -> None:
        """Build for channels divisible by heads."""
        super().__init__()
        self.heads = heads
        self.norm = norm(channels)
        self.qkv = nn.Conv2d(channels, 3 * channels, 1)
        self.out = nn.Conv2d(channels, channels, 1)
        nn.init.zeros_(self.out.weight)

    def forward(self, picture: Tensor) -> Tensor:
        """Map (batch, channels, rows, columns) to the same shape."""
        batch, channels, rows, columns = picture.shape
        packed = self.qkv(self.norm(picture)).view(batch, 3, self.heads, channels // self.heads, rows * columns)
        query, key, value = packed.transpose(-1, -2).unbind(dim=1)
        mixed = fn.scaled_dot_product_attention(query, key, value)
        attended: Tensor = self.out(mixed.transpose(-1, -2).reshape(batch, channels, rows, columns))
        return picture + attended


class Upsample(nn.Module):
    """Nearest-neighbour doubling, then a convolution."""

    def __init__(self, inputs: int, outputs: int) -> None:
        """Build from inputs to outputs channels."""
        super().__init__()
        self.conv = conv(inputs, outputs)

    def forward(self, picture: Tensor) -> Tensor:
        """Map (batch, inputs, rows, columns) to (batch, outputs, 2 rows, 2 columns)."""
        doubled: Tensor = self.conv(fn.interpolate(picture, scale_factor=2.0, mode="nearest"))
        return doubled
