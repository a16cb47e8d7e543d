"""Several readers seen by one network: all masks pass the same denoiser, and readers exchange what they saw.

Nothing in it knows the number of a reader who gives a mask, so that any number of readers may come in any order. The
members of a committee that it draws itself are the levels of a consensus, from what any reader would mark to what all
would: member c of C is asked for what the share (c - 1/2) / C of readers would mark.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as fn

from app.networks.blocks import ResidualBlock, norm
from app.networks.compact import HEADS, CompactConfig, CompactNetwork, Features, leave


@dataclass(frozen=True, slots=True, eq=False)
class Committee:
    """What the network makes of a committee of readers; all are logits, in float32.

    Attributes:
        calibrated: (batch, readers, rows, columns), each reader's clean mask, or each level of a committee to be drawn.
        expertness: (batch, readers, rows, columns), that a reader who was not asked agrees with this one at a pixel.
        consensus: (batch, rows, columns), that a reader who was not asked marks the pixel.
        levels: (batch, levels, rows, columns), that at least so large a share of such readers does as each level stands
            for; none where none was drawn before.
    """

    calibrated: Tensor
    expertness: Tensor
    consensus: Tensor
    levels: Tensor


class CommitteeNetwork(nn.Module):
    """Denoises the masks of a committee together and fuses them."""

    def __init__(self, config: CompactConfig, *, fusion: bool = True, implicit: bool = True) -> None:
        """Build with random weights.

        Args:
            config: of the denoiser that all readers share.
            fusion: whether readers exchange what they saw and are weighted by expertness, or stay alone and equal.
            implicit: whether the consensus and its levels are also inferred from the image and all readers' features.
                What this adds starts at 0, so that the consensus does at the readers' weighted mean, and each level at
                what was drawn.
        """
        super().__init__()
        self.shared = CompactNetwork(config)
        widest, _, coarsest = config.mask_widths
        self.patch, self.fusion, self.implicit = config.patch, fusion, implicit
        self.annotated = nn.Parameter(torch.zeros(config.embedding))
        self.expertness = nn.Sequential(norm(widest), nn.SiLU(), *leave(widest, config.patch))
        if fusion:
            self.exchanges = nn.ModuleList(ReaderAttention(coarsest, HEADS) for _ in self.shared.denoiser.middle)
            self.meeting = ReaderMean(widest)
        if implicit:
            self.inference = ResidualBlock(2 * widest, widest)
            self.inferred = _leave_from_zero(widest, config.patch)
            self.at_level = ResidualBlock(widest, widest, config.embedding)
            self.level_inferred = _leave_from_zero(widest, config.patch)

    def encode(self, images: Tensor) -> tuple[Features, Tensor]:
        """Look at images once; see `CompactNetwork.encode`."""
        return self.shared.encode(images)

    def summary(self, images: Tensor) -> Tensor:
        """Return what images show as a whole; see `CompactNetwork.summary`."""
        return self.shared.summary(images)

    def forward(
        self,
        noised: Tensor,
        present: Tensor,
        features: Features,
        time: Tensor,
        given: Tensor,
        drawn: Tensor | None = None,
    ) -> Committee:
        """Denoise and fuse.

        Args:
            noised: (batch, readers, rows, columns).
            present: (batch, readers) bool, at least one a row; what stands in an absent reader's place does not matter.
            features: of `encode`, with the same batch.
            time: (batch,) in [0, 1], 1 being the noisiest.
            given: (batch,) bool, whether the masks are annotations that may be biased, or levels that come from noise.
            drawn: (batch, levels, rows, columns) logits, the levels that a committee drew; None where it drew none.
        """
        batch, readers, *size = noised.shape
        seen = self._seen(noised, present, features, self._embedding(time, given, readers))
        calibrated = self.shared.denoiser.leave(seen).view(batch, readers, *size).float()
        expertness = self.expertness(seen).view(batch, readers, *size).float()
        weights = _shares(expertness if self.fusion else torch.zeros_like(expertness), present)
        consensus = (weights * calibrated).sum(dim=1)
        levels = calibrated.new_empty((batch, 0, *size)) if drawn is None else drawn.float()
        if self.implicit:
            inferred = self._inferred(seen, weights, features)
            consensus = consensus + self.inferred(inferred)[:, 0].float()
            if drawn is not None:
                levels = levels + self._levels_inferred(inferred, levels.shape[1])
        return Committee(calibrated, expertness, consensus, levels)

    def _embedding(self, time: Tensor, given: Tensor, readers: int) -> Tensor:
        """Return (batch * readers, width), of the time and what each reader is asked for."""
        asked = torch.where(given[:, None], 0.5, level_shares(readers).to(time))
        level = self.shared.level(asked.flatten()).view(*asked.shape, -1) + given[:, None, None] * self.annotated
        together: Tensor = self.shared.time(time)[:, None] + level
        return together.flatten(0, 1)

    def _seen(self, noised: Tensor, present: Tensor, features: Features, embedding: Tensor) -> Tensor:
        """Return (batch * readers, channels, rows, columns) at the denoiser's widest size."""
        readers, denoiser = noised.shape[1], self.shared.denoiser
        features = tuple(part.repeat_interleave(readers, dim=0) for part in features)
        half, quarter, eighth = denoiser.down(noised.flatten(0, 1)[:, None], features, embedding)
        for index, block in enumerate(denoiser.middle):
            if self.fusion:
                eighth = self.exchanges[index](eighth, present)
            eighth = block(eighth, embedding)
        widest = denoiser.up(half, quarter, eighth, embedding)
        return self.meeting(widest, present) if self.fusion else widest

    def _inferred(self, seen: Tensor, weights: Tensor, features: Features) -> Tensor:
        """Implicit Consensus Inference: what the image and the readers' weighted features say, at the widest size."""
        weights = fn.avg_pool2d(weights, self.patch).to(seen)
        pooled = (seen.view(*weights.shape[:2], *seen.shape[1:]) * weights[:, :, None]).sum(dim=1)
        together: Tensor = self.inference(torch.cat([pooled, features[0].to(pooled)], dim=1))
        return together

    def _levels_inferred(self, inferred: Tensor, levels: int) -> Tensor:
        """Return what is added to the logits of each level, (batch, levels, rows, columns)."""
        embedding = self.shared.level(level_shares(levels).to(inferred.device)).repeat(len(inferred), 1)
        added: Tensor = self.level_inferred(self.at_level(inferred.repeat_interleave(levels, dim=0), embedding))
        return added.view(len(inferred), levels, *added.shape[2:]).float()


class ReaderAttention(nn.Module):
    """Cross-Expert Fusion: at every position each reader attends to all readers who are present, with a residual."""

    def __init__(self, channels: int, heads: int) -> None:
        """Build for channels divisible by heads; it starts as the identity."""
        super().__init__()
        self.heads = heads
        self.norm = norm(channels)
        self.qkv = nn.Conv2d(channels, 3 * channels, 1)
        self.out = nn.Conv2d(channels, channels, 1)
        _start_at_zero(self.out)

    def forward(self, seen: Tensor, present: Tensor) -> Tensor:
        """Map (batch * readers, channels, rows, columns) to the same shape; present is (batch, readers) bool."""
        _, channels, rows, columns = seen.shape
        packed = self.qkv(self.norm(seen)).view(*present.shape, 3, self.heads, channels // self.heads, rows * columns)
        query, key, value = packed.unbind(dim=2)
        scores = torch.einsum("brhdp,bshdp->bhrsp", query, key) * (channels // self.heads) ** -0.5
        scores = scores.masked_fill(~present[:, None, None, :, None], -torch.inf)
        mixed = torch.einsum("bhrsp,bshdp->brhdp", scores.softmax(dim=3), value)
        attended: Tensor = self.out(mixed.reshape(-1, channels, rows, columns))
        return seen + attended


class ReaderMean(nn.Module):
    """What attention would cost too much for at the widest size: each reader sees the mean of all who are present."""

    def __init__(self, channels: int) -> None:
        """Build for a number of channels; it starts as the identity."""
        super().__init__()
        self.mix = nn.Sequential(norm(2 * channels), nn.Conv2d(2 * channels, channels, 1), nn.SiLU())
        self.out = nn.Conv2d(channels, channels, 1)
        _start_at_zero(self.out)

    def forward(self, seen: Tensor, present: Tensor) -> Tensor:
        """Map (batch * readers, channels, rows, columns) to the same shape; present is (batch, readers) bool."""
        apart = seen.view(*present.shape, *seen.shape[1:])
        share = (present / present.sum(dim=1, keepdim=True)).to(seen)[:, :, None, None, None]
        mean = (apart * share).sum(dim=1, keepdim=True).expand_as(apart)
        added: Tensor = self.out(self.mix(torch.cat([apart, mean], dim=2).flatten(0, 1)))
        return seen + added


def level_shares(levels: int) -> Tensor:
    """Return the share of readers that each level stands for, (levels,): (c - 1/2) / C for level c of C."""
    return (torch.arange(1, levels + 1) - 0.5) / levels


def _shares(logits: Tensor, present: Tensor) -> Tensor:
    """Softmax over the readers who are present, (batch, readers, rows, columns)."""
    return logits.masked_fill(~present[:, :, None, None], -torch.inf).softmax(dim=1)


def _leave_from_zero(inputs: int, patch: int) -> nn.Sequential:
    """Build the way from features to logits of single pixels, which start at 0."""
    out, apart = leave(inputs, patch)
    _start_at_zero(out)
    return nn.Sequential(norm(inputs), nn.SiLU(), out, apart)


def _start_at_zero(layer: nn.Conv2d) -> None:
    nn.init.zeros_(layer.weight)
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
