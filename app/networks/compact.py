"""The compact network: nearly all work is done once per image, so that steps, levels and samples are cheap.

After Amit et al. 2023, the prediction is D(E(F(x_t) + G(I), z_t + z_c)). Here G is an image U-Net whose decoder gives
features at three sizes, each added where the small denoiser works at that size. The mask enters and leaves as patches
(2x2 by default), so that the denoiser's widest layers run at half the side. G's own encoder is either small and learnt
from the start, or a backbone that ImageNet has taught.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn

from app.networks.backbone import WIDTHS, Backbone
from app.networks.blocks import Attention, ResidualBlock, Sinusoids, Upsample, conv, moments, norm

HEADS = 4
SCALES = 3


@dataclass(frozen=True, slots=True)
class CompactConfig:
    """Sizes of a compact network.

    Attributes:
        channels: of the image.
        image_widths: channels of the image encoder at full, 1/2, 1/4, 1/8 and 1/16 of the side.
        mask_widths: channels of the denoiser at 1/2, 1/4 and 1/8 of the side with patches of 2; with patches of 1 the
            first is at the full side, with patches of 4 at 1/4.
        embedding: width of the embedding of time and level.
        patch: side of the mask's patches in pixels, 1, 2 or 4; 1 is for structures of a few pixels, 4 needs a backbone.
        guided: whether the denoiser also sees the encoder's first guess.
        backbone: whether the image is seen by an EfficientNet-Lite0, and `image_widths` are those of the way back.
    """

    channels: int
    image_widths: tuple[int, int, int, int, int] = (16, 32, 64, 96, 128)
    mask_widths: tuple[int, int, int] = (24, 48, 64)
    embedding: int = 128
    patch: int = 2
    guided: bool = False
    backbone: bool = False

    def __post_init__(self) -> None:
        """Refuse patches that the sizes do not fit."""
        if self.patch not in _FINEST:
            raise ValueError(f"patch must be one of {sorted(_FINEST)}, got {self.patch}")
        if self.finest + SCALES == len(self.image_widths) and not self.backbone:
            raise ValueError(f"patch {self.patch} needs a backbone")

    @property
    def finest(self) -> int:
        """The place in `image_widths` of the denoiser's widest size."""
        return _FINEST[self.patch]


_FINEST = {1: 0, 2: 1, 4: 2}

Features = tuple[Tensor, ...]
"""What the encoder knows of an image, from the denoiser's widest size down; then its first guess, for a guided one."""


class CompactNetwork(nn.Module):
    """Predicts a clean mask from a noised one, an image's features, a time and a level."""

    def __init__(self, config: CompactConfig) -> None:
        """Build with random weights."""
        super().__init__()
        self.guided = config.guided
        self.encoder = image_encoder(config)
        self.denoiser = MaskDenoiser(config)
        width = config.embedding
        self.time = nn.Sequential(Sinusoids(width), nn.Linear(width, width), nn.SiLU(), nn.Linear(width, width))
        self.level = nn.Sequential(Sinusoids(width, 16.0), nn.Linear(width, width), nn.SiLU(), nn.Linear(width, width))

    def encode(self, images: Tensor) -> tuple[Features, Tensor]:
        """Look at images once.

        Args:
            images: (batch, channels, rows, columns) in [0, 1]; rows and columns divisible by 16, or by 32 for
                a backbone.

        Returns:
            The features, and a first guess: (batch, 1, rows, columns) logits of the share of readers.
        """
        features, guess = self.encoder(2 * images - 1)
        return (*features, torch.tanh(guess.detach() / 2)) if self.guided else features, guess

    def summary(self, images: Tensor) -> Tensor:
        """Return what images as `encode` takes them show as a whole: (batch, features)."""
        if isinstance(self.encoder, BackboneEncoder):
            return self.encoder.backbone.summary(2 * images - 1)
        return moments(*self.encode(images)[0])

    def forward(self, noised: Tensor, features: Features, time: Tensor, level: Tensor) -> Tensor:
        """Denoise.

        Args:
            noised: (batch, 1, rows, columns).
            features: of `encode`, with the same batch, or 1 for all.
            time: (batch,) in [0, 1], 1 being the noisiest.
            level: (batch,) in [0, 1], the share of readers asked for.

        Returns:
            (batch, 1, rows, columns), what the system's prediction kind says.
        """
        output: Tensor = self.denoiser(noised, features, self.time(time) + self.level(level))
        return output


class WayBack(nn.Module):
    """The half of G, a U-Net over the image, that leads from what is seen at all sizes back to the denoiser's."""

    def lay(self, config: CompactConfig, seen: Sequence[int]) -> None:
        """Build with random weights for a number of channels seen at each size, the full side first."""
        self.finest = config.finest
        coarse_to_fine = seen[config.finest :][::-1]
        self.ups = nn.ModuleList(Upsample(coarse, fine) for coarse, fine in pairwise(coarse_to_fine))
        self.merges = nn.ModuleList(ResidualBlock(2 * width, width) for width in coarse_to_fine[1:])
        used = config.image_widths[config.finest : config.finest + SCALES]
        self.heads = nn.ModuleList(
            nn.Sequential(norm(inputs), nn.SiLU(), nn.Conv2d(inputs, outputs, 1))
            for inputs, outputs in zip(used, config.mask_widths, strict=True)
        )
        self.guess = nn.Sequential(norm(used[0]), nn.SiLU(), *leave(used[0], config.patch))

    def back(self, seen: Sequence[Tensor]) -> tuple[Features, Tensor]:
        """Make features and the first guess's logits of what is seen at each size, the full side first."""
        *skips, picture = seen
        decoded = []
        for up, merge, skip in zip(self.ups, self.merges, reversed(skips[self.finest :]), strict=True):
            picture = merge(torch.cat([up(picture), skip], dim=1))
            decoded.append(picture)
        pairs = zip(self.heads, decoded[: -SCALES - 1 : -1], strict=True)
        return tuple(head(level) for head, level in pairs), self.guess(picture)


class ImageEncoder(WayBack):
    """G with a small encoder of our own."""

    def __init__(self, config: CompactConfig) -> None:
        """Build with random weights."""
        super().__init__()
        widths = config.image_widths
        self.stem = conv(config.channels, widths[0])
        self.downs = nn.ModuleList(
            nn.Sequential(conv(fine, coarse, stride=2), ResidualBlock(coarse, coarse), ResidualBlock(coarse, coarse))
            for fine, coarse in pairwise(widths)
        )
        self.middle = nn.Sequential(Attention(widths[-1], HEADS), ResidualBlock(widths[-1], widths[-1]))
        self.lay(config, widths)

    def forward(self, images: Tensor) -> tuple[Features, Tensor]:
        """Map (batch, channels, rows, columns) in [-1, 1] to features and the first guess's logits."""
        seen = [self.stem(images)]
        for down in self.downs:
            seen.append(down(seen[-1]))
        return self.back([*seen[:-1], self.middle(seen[-1])])


class BackboneEncoder(WayBack):
    """G with a backbone, which sees the image down to 1/32 of its side."""

    def __init__(self, config: CompactConfig) -> None:
        """Build with random weights."""
        super().__init__()
        widths = config.image_widths
        self.stem = nn.Identity() if config.finest else conv(config.channels, widths[0])
        self.backbone = Backbone(config.channels)
        self.laterals = nn.ModuleList(
            nn.Identity() if size < config.finest else nn.Conv2d(seen, width, 1)
            for size, (seen, width) in enumerate(zip(WIDTHS[:-1], widths[1:], strict=True), start=1)
        )
        self.middle = Attention(WIDTHS[-1], HEADS)
        self.lay(config, (*widths, WIDTHS[-1]))

    def forward(self, images: Tensor) -> tuple[Features, Tensor]:
        """Map (batch, channels, rows, columns) in [-1, 1] to features and the first guess's logits."""
        *finer, coarsest = self.backbone(images)
        between = [lateral(level) for lateral, level in zip(self.laterals, finer, strict=True)]
        return self.back([self.stem(images), *between, self.middle(coarsest)])


def image_encoder(config: CompactConfig) -> ImageEncoder | BackboneEncoder:
    """Build the encoder that a configuration asks for, with random weights."""
    return BackboneEncoder(config) if config.backbone else ImageEncoder(config)


class MaskDenoiser(nn.Module):
    """F, E and D: a small U-Net over the noised mask, given the image's features."""

    def __init__(self, config: CompactConfig) -> None:
        """Build with random weights."""
        super().__init__()
        half, quarter, eighth = config.mask_widths
        width, patch = config.embedding, config.patch
        self.guided = config.guided
        self.enter = nn.Sequential(nn.PixelUnshuffle(patch), conv((1 + config.guided) * patch**2, half))
        self.down_half = ResidualBlock(half, half, width)
        self.to_quarter = conv(half, quarter, stride=2)
        self.down_quarter = ResidualBlock(quarter, quarter, width)
        self.to_eighth = conv(quarter, eighth, stride=2)
        self.middle = nn.ModuleList([ResidualBlock(eighth, eighth, width), ResidualBlock(eighth, eighth, width)])
        self.from_eighth = Upsample(eighth, quarter)
        self.up_quarter = ResidualBlock(quarter, quarter, width)
        self.from_quarter = Upsample(quarter, half)
        self.up_half = ResidualBlock(half, half, width)
        self.leave = nn.Sequential(norm(half), nn.SiLU(), *leave(half, patch))

    def forward(self, noised: Tensor, features: Features, embedding: Tensor) -> Tensor:
        """Map (batch, 1, rows, columns) to the same shape."""
        half, quarter, eighth = self.down(noised, features, embedding)
        for block in self.middle:
            eighth = block(eighth, embedding)
        left: Tensor = self.leave(self.up(half, quarter, eighth, embedding))
        return left

    def down(self, noised: Tensor, features: Features, embedding: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return what is seen of noised masks at the three sizes, the widest first."""
        if self.guided:
            noised = torch.cat([noised, features[SCALES].expand_as(noised)], dim=1)
        half = self.down_half(self.enter(noised) + features[0], embedding)
        quarter = self.down_quarter(self.to_quarter(half) + features[1], embedding)
        return half, quarter, self.to_eighth(quarter) + features[2]

    def up(self, half: Tensor, quarter: Tensor, eighth: Tensor, embedding: Tensor) -> Tensor:
        """Bring the three sizes together at the widest, for `leave`."""
        quarter = self.up_quarter(self.from_eighth(eighth) + quarter, embedding)
        widest: Tensor = self.up_half(self.from_quarter(quarter) + half, embedding)
        return widest


def leave(inputs: int, patch: int) -> tuple[nn.Conv2d, nn.Module]:
    """Build the way from features to single pixels of a mask."""
    return conv(inputs, patch**2), nn.PixelShuffle(patch)
