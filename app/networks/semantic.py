"""A denoiser of pictures that can be told what to see in them: one U-Net, its decoder run once under each semantic.

The encoder knows nothing of the semantic and is run once for both. The decoder's weights are shared too; an embedding
of the semantic is added to that of the time in each of its blocks, so that what the two semantics' features differ in
is what the semantic alone has changed. Pictures enter and leave as patches of 2x2 pixels, or of 4x4 with a backbone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn

from app.networks.blocks import Attention, ResidualBlock, Sinusoids, Upsample, conv, norm
from app.networks.lite import LITE, Lite

HEADS = 4
SEMANTICS = 2


@dataclass(frozen=True, slots=True)
class SemanticConfig:
    """Sizes of the denoiser.

    Attributes:
        channels: of the picture.
        widths: channels at 1/2, 1/4, 1/8 and 1/16 of the side, or at half of those sides with a backbone.
        embedding: width of the embedding of time and semantic.
        head: channels of the head that reads the difference.
        backbone: "efficientnet-lite0" encodes with a network that may begin with weights learnt on other pictures; ""
            learns everything.
    """

    channels: int = 3
    widths: tuple[int, ...] = (40, 80, 120, 152)
    embedding: int = 128
    head: int = 32
    backbone: str = ""

    def __post_init__(self) -> None:
        """Refuse a backbone that is not known."""
        if self.backbone not in ("", LITE):
            raise ValueError(f"backbone must be {LITE!r} or nothing, got {self.backbone!r}")

    @property
    def patch(self) -> int:
        """Side of a patch in pixels."""
        return 4 if self.backbone else 2


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What the network puts out for noised pictures.

    Attributes:
        pictures: (semantics, batch, channels, rows, columns), the residual from which the clean pictures are made.
        difference: (batch, 1, rows, columns), logits that the two semantics differ in earnest.
    """

    pictures: Tensor
    difference: Tensor


class SemanticNetwork(nn.Module):
    """Predicts the clean picture from a noised one under every semantic, and where the semantics differ."""

    def __init__(self, config: SemanticConfig) -> None:
        """Build with random weights."""
        super().__init__()
        widths, width, patches = config.widths, config.embedding, config.channels * config.patch**2
        self.time = nn.Sequential(Sinusoids(width), nn.Linear(width, width), nn.SiLU(), nn.Linear(width, width))
        self.semantic = nn.Embedding(SEMANTICS, width)
        self.backbone = _Backbone(config.channels, widths) if config.backbone else None
        if self.backbone is None:
            self.enter = nn.Sequential(nn.PixelUnshuffle(config.patch), conv(patches, widths[0]))
            self.first = ResidualBlock(widths[0], widths[0], width)
            self.downs = nn.ModuleList(_Down(fine, coarse, width) for fine, coarse in pairwise(widths))
        self.attention = Attention(widths[-1], HEADS)
        self.middle = ResidualBlock(widths[-1], widths[-1], width)
        self.ups = nn.ModuleList(_Up(coarse, fine, width) for coarse, fine in pairwise(widths[::-1]))
        self.leave = nn.Sequential(norm(widths[0]), nn.SiLU(), conv(widths[0], patches), nn.PixelShuffle(config.patch))
        self.norm = norm(widths[0])
        self.head = nn.Sequential(
            conv(widths[0], config.head), nn.SiLU(), conv(config.head, config.patch**2), nn.PixelShuffle(config.patch)
        )

    def encode(self, noised: Tensor, time: Tensor) -> tuple[Tensor, ...]:
        """Look at noised pictures (batch, channels, rows, columns) at times (batch,) in [0, 1], finest features first.

        Rows and columns are divisible by 16 (32 with a backbone).
        """
        *skips, coarsest = self._down(noised, time) if self.backbone is None else self.backbone(noised)
        return (*skips, self.attention(coarsest))

    def _down(self, noised: Tensor, time: Tensor) -> list[Tensor]:
        embedding = self.time(time)
        features: list[Tensor] = [self.first(self.enter(noised), embedding)]
        for down in self.downs:
            features.append(down(features[-1], embedding))
        return features

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


class _Backbone(nn.Module):
    """The pretrained encoder's features, brought to the decoder's widths; it is not told the time."""

    def __init__(self, channels: int, widths: Sequence[int]) -> None:
        super().__init__()
        self.lite = Lite(channels)
        self.narrow = nn.ModuleList(
            nn.Conv2d(seen, width, 1) for seen, width in zip(Lite.packed_widths, widths, strict=True)
        )

    def forward(self, noised: Tensor) -> list[Tensor]:
        return [narrow(seen) for narrow, seen in zip(self.narrow, self.lite.packed(noised), strict=True)]


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
