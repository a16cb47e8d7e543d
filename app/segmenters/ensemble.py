"""The honest rival: an ensemble of plain U-Nets that regress the share of readers (Lakshminarayanan et al. 2017).

Each member is the image encoder of the consensus model with its first guess put out as the answer; there is no
diffusion. A member's share s marks level c of C where s >= (c - 1/2) / C. It is no part of the viewer's models; it is
trained on the same data to be measured beside them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as fn

from app.domain.arrays import FloatArray
from app.domain.grid import Grid
from app.domain.model import ModelCard
from app.domain.result import Options, Step
from app.networks.blocks import moments
from app.networks.compact import CompactConfig, image_encoder
from app.segmenters.base import Batch, choose_device, device_name
from app.segmenters.cards import frozen
from app.segmenters.consensus_variants import Variant, as_levels
from app.segmenters.familiarity import described
from app.segmenters.losses import dice_loss

SYSTEM = "U-Net ensemble"
SHARPNESS = 4.0
"""How much steeper than its share a level is taken to be in `levels_dice_loss`, lest nothing but certainty mark."""


@dataclass(frozen=True, slots=True)
class EnsembleConfig:
    """The choices that make an ensemble.

    Attributes:
        network: sizes of each member; those of the denoiser are not used.
        members: number of U-Nets.
        dice_weight: of `levels_dice_loss` beside the cross-entropy.
    """

    network: CompactConfig
    members: int = 3
    dice_weight: float = 0.0

    @classmethod
    def read(cls, table: Mapping[str, Any]) -> "EnsembleConfig":
        """Make a configuration of a recipe's or card's table.

        Raises:
            KeyError, TypeError, ValueError: the table does not fit.
        """
        network = CompactConfig(**frozen(table["network"]))
        return cls(network, **{key: value for key, value in table.items() if key != "network"})


class EnsembleModel:
    """The members and the loss to train them."""

    def __init__(self, config: EnsembleConfig) -> None:
        """Build with random weights from torch's current seed, different for each member."""
        self.dice_weight = config.dice_weight
        self.network = nn.ModuleList(image_encoder(config.network) for _ in range(config.members))

    def guesses(self, images: Tensor) -> Tensor:
        """Return each member's logits of the share of readers: (members, batch, 1, rows, columns)."""
        return torch.stack([member(2 * images - 1)[1] for member in self.network])

    def loss(self, batch: Batch, rng: torch.Generator) -> Tensor:  # noqa: ARG002 - draws nothing
        """Return the members' mean loss of a batch; see `Trainable.loss`."""
        share = batch.readers.mean(dim=1, keepdim=True)
        guesses = self.guesses(batch.images)
        shares = share.expand_as(guesses)
        loss = fn.binary_cross_entropy_with_logits(guesses, shares)
        if not self.dice_weight:
            return loss
        levels = batch.readers.shape[1]
        return loss + self.dice_weight * levels_dice_loss(guesses.flatten(0, 2), shares.flatten(0, 2), levels)

    @torch.inference_mode()
    def describe(self, images: Tensor) -> Tensor:
        """Return what the first member sees in images; see `Trainable.describe`."""
        return described(images, moments(*self.network[0](2 * images - 1)[0]))


@dataclass(frozen=True, slots=True, eq=False)
class EnsembleSegmenter:
    """A trained ensemble; see `Segmenter`. Its samples are its members, whatever number is asked for."""

    card: ModelCard
    model: EnsembleModel

    @torch.inference_mode()
    def sample(self, image: FloatArray, grid: Grid, options: Options) -> Iterator[Step]:
        """Give every member's answer at once, in the only step there is."""
        device = choose_device(options.device)
        self.model.network.to(device).eval()
        picture = torch.from_numpy(image)[None].to(device)
        shares: FloatArray = torch.sigmoid(self.model.guesses(picture))[None, :, 0, 0].float().cpu().numpy()
        estimate = as_levels(shares, Variant.SOFT_LABEL, self.card.readers) * grid.on_slice()
        yield Step(0, 1, estimate, 1.0, grid, device=device_name(device))


def levels_dice_loss(logits: Tensor, share: Tensor, levels: int) -> Tensor:
    """Return `dice_loss` of what a map of shares marks at each consensus level, mean over levels and maps.

    Args:
        logits: (maps, rows, columns) of the share of readers.
        share: (maps, rows, columns) in [0, 1], the share that there is.
        levels: number of consensus levels, C; level c is where the share is above (c - 1/2) / C.
    """
    cuts = ((torch.arange(1, levels + 1) - 0.5) / levels).to(share)[:, None, None]
    beyond = SHARPNESS * (logits[:, None].float() - cuts.logit())
    return dice_loss(beyond, (share[:, None] > cuts).to(share)).mean()
