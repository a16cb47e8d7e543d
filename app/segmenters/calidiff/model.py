"""The network with its schedule: what trains it and what it makes of noised masks."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from app.diffusion.process import Prediction, add_noise, to_clean
from app.diffusion.sampler import ddim, so_far
from app.diffusion.schedule import Schedule, log_snr_linear
from app.networks.committee import Committee, CommitteeNetwork
from app.networks.compact import CompactConfig, Features
from app.networks.critic import Critic
from app.segmenters.base import Batch
from app.segmenters.calidiff import losses
from app.segmenters.calidiff.lesson import Lesson, Shares, draw_lesson
from app.segmenters.cards import DEFAULT_LENGTH, frozen
from app.segmenters.familiarity import described
from app.segmenters.heights import checked
from app.segmenters.losses import share_loss
from app.segmenters.views import Views

SYSTEM = "CaliDiff"
SUREST = 8.0
"""The greatest logit that is taken over from what was drawn."""
OWN_STEPS = 2
"""Steps in which training draws a committee of its own; at work there are a few more, whose mean is much the same."""


@dataclass(frozen=True, slots=True)
class CaliDiffConfig:
    """The choices that make a CaliDiff model; a weight of 0 or False leaves a part of the paper out.

    Attributes:
        network: sizes of the network.
        length: number of time steps in training, T.
        start: share of the time steps that readers' masks are noised by before they are calibrated.
        draws: committees for each image of a training batch; the image is encoded once for all.
        corruption: share of the readers given in training who are biased.
        blind: share of the calibrations in training that the image is withheld from.
        blind_committees: share of the committees at work that calibrate without the image. Where there were few images
            to learn from, the network knows readers better than it knows images.
        fusion: Cross-Expert Fusion.
        implicit: Implicit Consensus Inference.
        alignment: weight of Expertness Consistent Alignment.
        endogenous: weight of what a committee learns from the masks that it drew itself; see `calidiff`.
        adversarial: weight of the adversarial soft supervision.
        expertness_weight: of the loss of the expertness.
        guess_weight: of the encoder's own first guess in the loss.
        dice_weight: of `dice_loss` beside the cross-entropy of each reader's mask and of each level.
        height_spread: how far apart the samples of a level are cut; see `heights`.
        encoder_fixed: whether the encoder stays as the recipe's `start` left it. Where there were few images to learn
            from, what it knows of others is soon unlearnt.
        views: number of `Views` of the image that the committees take in turn.
    """

    network: CompactConfig
    length: int = DEFAULT_LENGTH
    start: float = 0.3
    draws: int = 1
    corruption: float = 0.25
    blind: float = 0.0
    blind_committees: float = 0.0
    fusion: bool = True
    implicit: bool = True
    alignment: float = 0.1
    endogenous: float = 0.5
    adversarial: float = 0.0
    expertness_weight: float = 0.5
    guess_weight: float = 0.5
    dice_weight: float = 0.0
    height_spread: float = 1.0
    encoder_fixed: bool = False
    views: int = 1

    def __post_init__(self) -> None:
        """Refuse a spread that cannot be.

        Raises:
            ValueError: see `heights.checked`.
        """
        checked(self.height_spread)

    @classmethod
    def read(cls, table: Mapping[str, Any]) -> "CaliDiffConfig":
        """Make a configuration of a recipe's or card's table.

        Raises:
            KeyError, TypeError, ValueError: the table does not fit.
        """
        network = CompactConfig(**frozen(table["network"]))
        return cls(network, **{key: value for key, value in table.items() if key != "network"})


class CaliDiffModel:
    """A network with its schedule: the loss to train it and the denoiser to sample with."""

    def __init__(self, config: CaliDiffConfig) -> None:
        """Build with random weights from torch's current seed."""
        self.config = config
        self.views = Views(config.views)
        self.schedule: Schedule = log_snr_linear(config.length, highest=5.0, lowest=-10.0)
        self.committee = CommitteeNetwork(config.network, fusion=config.fusion, implicit=config.implicit)
        self.critic = Critic(config.network.channels)
        self.network = nn.ModuleDict({"committee": self.committee, "critic": self.critic})

    def loss(self, batch: Batch, rng: torch.Generator) -> Tensor:
        """Return the loss of a batch; see `Trainable.loss`."""
        images, readers = batch.images, batch.readers
        config, draws = self.config, self.config.draws
        with torch.set_grad_enabled(torch.is_grad_enabled() and not config.encoder_fixed):
            features, guess = self.committee.encode(images)
        features = tuple(part.repeat_interleave(draws, dim=0) for part in features)
        repeated = readers.repeat_interleave(draws, dim=0)
        shares = Shares(config.start, config.corruption, config.blind)
        lesson = draw_lesson(repeated, self.schedule.length, shares, rng)
        sighted = withheld(features, lesson.blind)
        noised, time = self._noised(lesson.given, lesson.step, rng)
        seen: Committee = self.committee(noised, lesson.present, sighted, time, lesson.calibrating)
        loss = losses.inverse_diffusion(seen.calibrated, lesson.clean, lesson.present, config.dice_weight)
        loss = loss + losses.consensus_inference(seen.consensus, lesson.truth)
        loss = loss + config.expertness_weight * losses.expertness_calibration(
            seen.expertness, lesson.given, lesson.truth, lesson.present
        )
        if config.alignment:
            calibrating = lesson.present & lesson.calibrating[:, None]
            loss = loss + config.alignment * losses.alignment(
                seen.calibrated, seen.expertness, lesson.given, calibrating
            )
        if config.endogenous or config.adversarial:
            pictures = images.repeat_interleave(draws, dim=0)
            loss = loss + self._endogenous(pictures, features, lesson, seen.consensus, rng)
        return loss + config.guess_weight * share_loss(guess, readers)

    def guess_loss(self, batch: Batch) -> Tensor:
        """Return the loss of the first guess alone; see `Guesser`."""
        return share_loss(self.committee.encode(batch.images)[1], batch.readers)

    def _noised(self, masks: Tensor, step: Tensor, rng: torch.Generator) -> tuple[Tensor, Tensor]:
        """Noise the masks of committees to a time step each; return them and the times in [0, 1]."""
        noise = torch.randn(masks.shape, generator=rng).to(masks)
        noised = add_noise(2 * masks - 1, noise, self.schedule.signal[step].to(masks)[:, None, None, None])
        return noised, step.to(masks) / (self.schedule.length - 1)

    def _endogenous(
        self, images: Tensor, features: Features, lesson: Lesson, consensus: Tensor, rng: torch.Generator
    ) -> Tensor:
        """Return the loss of what committees that were given no masks make of those that they draw themselves.

        Args:
            images: of each committee.
            features: of each committee.
            lesson: what the batch is taught.
            consensus: (batch, rows, columns) logits; that over readers' masks is the pseudo ground truth.
            rng: on the CPU.
        """
        given, drawing = lesson.calibrating, ~lesson.calibrating
        if not drawing.any():
            return consensus.new_zeros(())
        seen = self._seen_in_own(tuple(part[drawing] for part in features), lesson.clean[drawing].shape, rng)
        share = lesson.truth[drawing]
        inferred = losses.consensus_inference(seen.consensus, share)
        if self.config.implicit:
            inferred = inferred + losses.levels_inference(seen.levels, lesson.clean[drawing], self.config.dice_weight)
        loss = self.config.endogenous * inferred
        if self.config.adversarial and given.any():
            trusted = consensus[given].detach().sigmoid()
            played = losses.adversarial(self.critic, images[drawing], seen.consensus, images[given], trusted)
            loss = loss + self.config.adversarial * played
        return loss

    def _seen_in_own(self, features: Features, shape: torch.Size, rng: torch.Generator) -> Committee:
        """Draw committees from noise, with no gradient, and calibrate and fuse them and their levels."""
        noise = torch.randn(shape, generator=rng).to(features[0].device)
        known = tuple(part.detach() for part in features)

        def denoise(noised: Tensor, step: Tensor) -> Tensor:
            return self.denoise(noised, step, known, calibrating=False)[0]

        *_, drawn = so_far(ddim(denoise, lambda: noise, self.schedule, OWN_STEPS))
        masks = (drawn >= 0).float()
        present = torch.ones(shape[:2], dtype=torch.bool, device=masks.device)
        step = (torch.rand(shape[0], generator=rng) * self.config.start * self.schedule.length).long()
        noised, time = self._noised(masks, step, rng)
        seen: Committee = self.committee(noised, present, features, time, present[:, 0], to_logits(drawn))
        return seen

    def denoise(
        self, noised: Tensor, step: Tensor, features: Features, *, calibrating: bool, drawn: Tensor | None = None
    ) -> tuple[Tensor, Committee]:
        """Return what the network makes of committees: the clean masks, in [-1, 1], and all else that it says.

        Args:
            noised: (committees, readers, rows, columns).
            step: 0-d, the time step.
            features: of one image for all committees, or of each.
            calibrating: whether the masks are readers' or come from noise.
            drawn: (committees, levels, rows, columns) logits, the levels that they drew; see `CommitteeNetwork`.
        """
        count = noised.shape[0]
        time = (step / (self.schedule.length - 1)).to(noised).expand(count)
        present = torch.ones(noised.shape[:2], dtype=torch.bool, device=noised.device)
        features = tuple(part.expand(count, *part.shape[1:]) for part in features)
        given = torch.full((count,), calibrating, device=noised.device)
        seen: Committee = self.committee(noised, present, features, time, given, drawn)
        signal = self.schedule.signal[int(step)].to(noised)
        return to_clean(seen.calibrated, noised, signal, Prediction.LOGIT), seen

    @torch.inference_mode()
    def describe(self, images: Tensor) -> Tensor:
        """Return what the network sees in images, for `Familiarity`; see `Trainable.describe`."""
        return described(images, self.committee.summary(images))


def to_logits(clean: Tensor) -> Tensor:
    """Return the logits of estimates of clean masks, which lie in [-1, 1]; no further than `SUREST` from 0."""
    return ((clean + 1) / 2).logit(eps=1 / (1 + math.exp(SUREST)))


def withheld(features: Features, blind: Tensor) -> Features:
    """Blank what is known of the image for the committees that calibrate without it.

    Args:
        features: of one image for all committees, or of each.
        blind: (committees,) bool.
    """
    if not blind.any():
        return features
    return tuple(part * ~blind[:, None, None, None] for part in features)
