"""The network of Amit et al. (MICCAI 2023, section 3), at any size: D(E(F(x_t) + G(I), z_t + z_c)).

G is a chain of residual-in-residual dense blocks (Wang et al. 2018, ESRGAN, without batch normalisation), F one
convolution of the mask, E and D the U-Net of improved diffusion (Nichol and Dhariwal 2021); z_t and z_c are looked up.
With the paper's sizes (256 pixels, width 128) it has well over a hundred million parameters.
"""

from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as fn

from app.networks.blocks import Attention, ResidualBlock, Upsample, conv, moments, norm
from app.networks.compact import Features

RESIDUAL_SCALE = 0.2
SLOPE = 0.2
CONVOLUTIONS = 4
HEADS = 4


@dataclass(frozen=True, slots=True)
class PaperConfig:
    """Sizes of the paper's network.

    Attributes:
        channels: of the image.
        levels: number of readers, C.
        times: number of time steps, T.
        width: channels at the full side, of G and of the U-Net.
        growth: channels that each convolution of a dense block adds.
        rrdb_blocks: residual-in-residual dense blocks of G.
        multipliers: of the width at the full side, 1/2, 1/4 ... of it.
        attention: places among the multipliers that have self-attention.
    """

    channels: int
    levels: int
    times: int
    width: int = 128
    growth: int = 32
    rrdb_blocks: int = 8
    multipliers: tuple[int, ...] = (1, 1, 2, 2, 4, 4)
    attention: tuple[int, ...] = (4, 5)


class PaperNetwork(nn.Module):
    """Predicts from a noised mask, an image's features, a time and a level; the interface of `CompactNetwork`."""

    def __init__(self, config: PaperConfig) -> None:
        """Build with random weights."""
        super().__init__()
        self.config = config
        width = config.width
        self.image = nn.Sequential(
            conv(config.channels, width),
            *(DenseInDense(width, config.growth) for _ in range(config.rrdb_blocks)),
            conv(width, width),
        )
        self.mask = conv(1, width)
        embedding = 4 * width
        self.time = nn.Embedding(config.times, embedding)
        self.level = nn.Embedding(config.levels, embedding)
        self.embed = nn.Sequential(nn.Linear(embedding, embedding), nn.SiLU())
        self.unet = UNet(config, embedding)

    def encode(self, images: Tensor) -> tuple[Features, None]:
        """Compute G(I) of (batch, channels, rows, columns) images in [0, 1]; there is no first guess."""
        return (self.image(2 * images - 1),), None

    def summary(self, images: Tensor) -> Tensor:
        """Return what images show as a whole; see `CompactNetwork.summary`."""
        return moments(*self.encode(images)[0])

    def forward(self, noised: Tensor, features: Features, time: Tensor, level: Tensor) -> Tensor:
        """Denoise; arguments and result are those of `CompactNetwork.forward`."""
        times = (time * (self.config.times - 1)).round().long()
        levels = (level * self.config.levels).long().clamp(max=self.config.levels - 1)
        output: Tensor = self.unet(self.mask(noised) + features[0], self.embed(self.time(times) + self.level(levels)))
        return output


class DenseInDense(nn.Module):
    """Three dense blocks, each and all of them with a scaled residual (Wang et al. 2018, section 3.1)."""

    def __init__(self, width: int, growth: int) -> None:
        """Build with random weights."""
        super().__init__()
        self.blocks = nn.Sequential(*(Dense(width, growth) for _ in range(3)))

    def forward(self, picture: Tensor) -> Tensor:
        """Map (batch, width, rows, columns) to the same shape."""
        added: Tensor = picture + RESIDUAL_SCALE * self.blocks(picture)
        return added


class Dense(nn.Module):
    """Convolutions that each see the outputs of all before them."""

    def __init__(self, width: int, growth: int) -> None:
        """Build with random weights."""
        super().__init__()
        self.grow = nn.ModuleList(conv(width + place * growth, growth) for place in range(CONVOLUTIONS))
        self.gather = conv(width + CONVOLUTIONS * growth, width)

    def forward(self, picture: Tensor) -> Tensor:
        """Map (batch, width, rows, columns) to the same shape."""
        seen = picture
        for layer in self.grow:
            seen = torch.cat([seen, fn.leaky_relu(layer(seen), SLOPE)], dim=1)
        added: Tensor = picture + RESIDUAL_SCALE * self.gather(seen)
        return added


class UNet(nn.Module):
    """E and D: two residual blocks a size, attention at the coarse ones, skips from each size to its counterpart."""

    def __init__(self, config: PaperConfig, embedding: int) -> None:
        """Build with random weights."""
        super().__init__()
        widths = [config.width * factor for factor in config.multipliers]
        places = range(len(widths))
        self.down = nn.ModuleList(_stage(width, width, embedding, place in config.attention)
                                  for place, width in zip(places, widths, strict=True))  # fmt: skip
        self.coarser = nn.ModuleList(conv(fine, coarse, stride=2) for fine, coarse in pairwise(widths))
        self.middle = _stage(widths[-1], widths[-1], embedding, attends=True)
        self.up = nn.ModuleList(_stage(2 * width, width, embedding, place in config.attention)
                                for place, width in zip(places, widths, strict=True))  # fmt: skip
        self.finer = nn.ModuleList(Upsample(coarse, fine) for fine, coarse in pairwise(widths))
        self.leave = nn.Sequential(norm(widths[0]), nn.SiLU(), conv(widths[0], 1))

    def forward(self, picture: Tensor, embedding: Tensor) -> Tensor:
        """Map (batch, width, rows, columns) to (batch, 1, rows, columns)."""
        skips = []
        for place, stage in enumerate(self.down):
            picture = stage(picture, embedding)
            skips.append(picture)
            if place < len(self.coarser):
                picture = self.coarser[place](picture)
        picture = self.middle(picture, embedding)
        for place in reversed(range(len(self.up))):
            picture = self.up[place](torch.cat([picture, skips[place]], dim=1), embedding)
            if place > 0:
                picture = self.finer[place - 1](picture)
        left: Tensor = self.leave(picture)
        return left


class Stage(nn.Module):
    """Residual, attention where there is any, residual."""

    def __init__(self, first: ResidualBlock, attention: nn.Module, second: ResidualBlock) -> None:
        """Put the parts together."""
        super().__init__()
        self.first, self.attention, self.second = first, attention, second

    def forward(self, picture: Tensor, embedding: Tensor) -> Tensor:
        """Map a picture to one of as many rows and columns."""
        through: Tensor = self.second(self.attention(self.first(picture, embedding)), embedding)
        return through


def _stage(inputs: int, outputs: int, embedding: int, attends: bool) -> Stage:
    attention = Attention(outputs, HEADS) if attends else nn.Identity()
    return Stage(ResidualBlock(inputs, outputs, embedding), attention, ResidualBlock(outputs, outputs, embedding))
