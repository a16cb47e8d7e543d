"""A denoiser of pictures that can be told what to see in them: one U-Net, its decoder run once under each semantic.

The encoder knows nothing of the semantic and is run once for both. The decoder's weights are shared too; an embedding
of the semantic is added to that of the time in each of its blocks, so that what the two semantics' features differ in
is what the semantic alone has changed. Pictures leave as patches of 2x2 pixels. The encoder is either small and learnt
from the start, or a backbone that ImageNet has taught.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn

from app.networks.backbone import WIDTHS, Backbone
from app.networks.blocks import Attention, ResidualBlock, Sinusoids, Upsample, conv, moments, norm

HEADS = 4
PATCH = 2
SEMANTICS = 2


@dataclass(frozen=True, slots=True)
class SemanticConfig:
    """Sizes of the denoiser.

    Attributes:
        channels: of the picture.
        widths: channels at 1/2, 1/4, 1/8 and 1/16 of the side, and for a backbone also at 1/32.
        embedding: width of the embedding of time and semantic.
        head: channels of the head that reads the difference.
        backbone: whether pictures are seen by an EfficientNet-Lite0.
    """

    channels: int = 3
    widths: tuple[int, ...] = (40, 80, 120, 152)
    embedding: int = 128
    head: int = 32
    backbone: bool = False

    def __post_init__(self) -> None:
        """Refuse widths for another number of sizes than the encoder has."""
        if self.backbone and len(self.widths) != len(WIDTHS):
            raise ValueError(f"a backbone needs {len(WIDTHS)} widths, got {len(self.widths)}")


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What the network puts out for noised pictures.

    Attributes:
        pictures: (semantics, batch, channels, rows, columns), the residual from which the clean pictures are made.
        difference: (batch, 1, rows, columns), logits that the two semantics differ in earnest.
    """

    pictures: Tensor
    difference: Tensor


class SemanticNetwork(nn.Module, ABC):
    """Predicts the clean picture from a noised one under every semantic, and where the semantics differ."""

    def __init__(self, config: SemanticConfig) -> None:
        """Build what both semantics are told with random weights."""
        super().__init__()
        width = config.embedding
        self.time = nn.Sequential(Sinusoids(width), nn.Linear(width, width), nn.SiLU(), nn.Linear(width, width))
        self.semantic = nn.Embedding(SEMANTICS, width)

    def lay(self, config: SemanticConfig) -> None:
        """Build the decoder with random weights."""
        widths, width, patches = config.widths, config.embedding, config.channels * PATCH**2
        self.middle = ResidualBlock(widths[-1], widths[-1], width)
        self.ups = nn.ModuleList(_Up(coarse, fine, width) for coarse, fine in pairwise(widths[::-1]))
        self.leave = nn.Sequential(norm(widths[0]), nn.SiLU(), conv(widths[0], patches), nn.PixelShuffle(PATCH))
        self.norm = norm(widths[0])
        self.head = nn.Sequential(
            conv(widths[0], config.head), nn.SiLU(), conv(config.head, PATCH**2), nn.PixelShuffle(PATCH)
        )

    @abstractmethod
    def encode(self, noised: Tensor, time: Tensor) -> tuple[Tensor, ...]:
        """Look at noised pictures (batch, channels, rows, columns) at times (batch,) in [0, 1], finest features first.

        Rows and columns are divisible by 16, or by 32 for a backbone.
        """

    @abstractmethod
    def summary(self, pictures: Tensor) -> Tensor:
        """Return what pictures without noise, as `encode` takes them, show as a whole: (batch, features)."""

    def forward(self, noised: Tensor, time: Tensor) -> Seen:
        """See noised pictures as `encode` takes them under every semantic; semantic by semantic in one batch."""
        *skips, coarsest = (part.repeat(SEMANTICS, 1, 1, 1) for part in self.encode(noised, time))
        semantic = torch.arange(SEMANTICS, device=noised.device).repeat_interleave(len(noised))
        embedding = self.time(time).repeat(SEMANTICS, 1) + self.semantic(semantic)
        picture = self.middle(coarsest, embedding)
        for up, skip in zip(self.ups, reversed(skips), strict=True):
            picture = up(picture, skip, embedding)
        first, second = self.norm(picture).chunk(SEMANTICS)
        pictures: Tensor = self.leave(picture)
        return Seen(pictures.view(SEMANTICS, *noised.shape), self.head(first - second))


class PlainSemanticNetwork(SemanticNetwork):
    """With a small encoder of our own, which is told the time."""

    def __init__(self, config: SemanticConfig) -> None:
        """Build with random weights."""
        super().__init__(config)
        widths, width = config.widths, config.embedding
        self.enter = nn.Sequential(nn.PixelUnshuffle(PATCH), conv(config.channels * PATCH**2, widths[0]))
        self.first = ResidualBlock(widths[0], widths[0], width)
        self.downs = nn.ModuleList(_Down(fine, coarse, width) for fine, coarse in pairwise(widths))
        self.attention = Attention(widths[-1], HEADS)
        self.lay(config)

    def encode(self, noised: Tensor, time: Tensor) -> tuple[Tensor, ...]:
        """Look at noised pictures; see `SemanticNetwork.encode`."""
        embedding = self.time(time)
        features = [self.first(self.enter(noised), embedding)]
        for down in self.downs:
            features.append(down(features[-1], embedding))
        *skips, coarsest = features
        return (*skips, self.attention(coarsest))

    def summary(self, pictures: Tensor) -> Tensor:
        """Return what pictures show as a whole; see `SemanticNetwork.summary`."""
        return moments(self.encode(pictures, torch.zeros(len(pictures)).to(pictures))[-1])


class BackboneSemanticNetwork(SemanticNetwork):
    """With a backbone, which sees the noise for itself; the decoder is told the time."""

    def __init__(self, config: SemanticConfig) -> None:
        """Build with random weights."""
        super().__init__(config)
        self.backbone = Backbone(config.channels)
        self.laterals = nn.ModuleList(
            nn.Conv2d(seen, width, 1) for seen, width in zip(WIDTHS, config.widths, strict=True)
        )
        self.attention = Attention(config.widths[-1], HEADS)
        self.lay(config)

    def encode(self, noised: Tensor, time: Tensor) -> tuple[Tensor, ...]:  # noqa: ARG002 - the noise shows the time
        """Look at noised pictures; see `SemanticNetwork.encode`."""
        seen = self.backbone(noised)
        *skips, coarsest = (lateral(level) for lateral, level in zip(self.laterals, seen, strict=True))
        return (*skips, self.attention(coarsest))

    def summary(self, pictures: Tensor) -> Tensor:
        """Return what pictures show as a whole; see `SemanticNetwork.summary`."""
        return self.backbone.summary(pictures)


def semantic_network(config: SemanticConfig) -> SemanticNetwork:
    """Build the network that a configuration asks for, with random weights."""
    return BackboneSemanticNetwork(config) if config.backbone else PlainSemanticNetwork(config)


class _Down(nn.Module):
    """Half the side, then two residual blocks."""

    def __init__(self, fine: int, coarse: int, embedding: int) -> None:
        super().__init__()
        self.shrink = conv(fine, coarse, stride=2)
        self.blocks = nn.ModuleList(ResidualBlock(coarse, coarse, embedding) for _ in range(2))

    def forward(self, picture: Tensor, embedding: Tensor) -> Tensor:
        picture = self.shrink(picture)
        for block in self.blocks:
            picture = block(picture, embedding)
        return picture


class _Up(nn.Module):
    """Double the side, then a residual block that also takes the encoder's features of that size."""

    def __init__(self, coarse: int, fine: int, embedding: int) -> None:
        super().__init__()
        self.grow = Upsample(coarse, fine)
        self.block = ResidualBlock(2 * fine, fine, embedding)

    def forward(self, picture: Tensor, skip: Tensor, embedding: Tensor) -> Tensor:
        merged: Tensor = self.block(torch.cat([self.grow(picture), skip], dim=1), embedding)
        return merged
