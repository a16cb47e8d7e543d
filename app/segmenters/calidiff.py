"""CaliDiff (Wang et al., Medical Image Analysis 107, 2026, doi 10.1016/j.media.2025.103812), as far as it is public.

Only the abstract is. It names the parts; each equation below is this project's own choice, and the model cards say so.
Readers k drew masks y_k on an image I; x_k,t is y_k noised to time t, and a(.) is the logistic function.

- Shared-parameter inverse diffusion: one denoiser for all readers gives the logit l_k of the clean mask from x_k,t, I
  and what the others drew; its loss is cross-entropy with y_k. In training some masks are biased before they are noised
  (dilated, eroded, shifted, a blob, empty), so that it learns to take a reader's bias away.
- Cross-Expert Fusion: attention over readers inside the denoiser, and the fused logit sum_k w_k l_k with
  w = softmax over readers of e. The expertness a(e_k) of a pixel is the probability that a further reader agrees there
  with what reader k drew; its loss is cross-entropy with the share of held-out readers who did.
- Implicit Consensus Inference: a head adds to the fused logit what image and readers' features say. The consensus is
  the probability that a further reader marks the pixel; its loss is cross-entropy with the readers who were held out.
- Expertness Consistent Alignment: mean over pixels of c Var_k a(l_k), the confidence being
  c = max(0, 2 mean_k a(e_k) - 1).
- Committee-based Endogenous Knowledge Learning: a discriminator between the consensus and the mean of all clean masks.

Calibrating noises the readers' masks a little and goes the few steps back (SDEdit, Meng et al. 2022). Predicting draws
a committee from pure noise with the same network; its levels are what so many of the members mark.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as fn

from app.diffusion.process import Prediction, add_noise, to_clean
from app.diffusion.sampler import ddim
from app.diffusion.schedule import Schedule, log_snr_linear
from app.domain.arrays import BoolArray, FloatArray
from app.domain.grid import Grid
from app.domain.model import ModelCard
from app.domain.result import Options, Step
from app.networks.committee import Committee, CommitteeNetwork
from app.networks.compact import CompactConfig, Features
from app.networks.critic import Critic
from app.segmenters import calidiff_losses as losses
from app.segmenters.cards import DEFAULT_LENGTH
from app.segmenters.drawing import Place, SampleNoise, Start, draw
from app.segmenters.familiarity import Familiarity, pooled
from app.segmenters.tally import Tally

SYSTEM = "CaliDiff"
BYTES_PER_PIXEL = 3_000


@dataclass(frozen=True, slots=True)
class CaliDiffConfig:
    """The choices that make a CaliDiff model; a weight of 0 or False leaves a part of the paper out.

    Attributes:
        network: sizes of the network.
        length: number of time steps in training, T.
        start: share of the time steps that readers' masks are noised by before they are calibrated.
        draws: committees for each image of a training batch; the image is encoded once for all.
        corruption: share of the readers given in training who are biased.
        fusion: Cross-Expert Fusion.
        implicit: Implicit Consensus Inference.
        alignment: weight of Expertness Consistent Alignment.
        adversarial: weight of the adversarial soft supervision.
        expertness_weight: of the loss of the expertness.
        guess_weight: of the encoder's own first guess in the loss.
    """

    network: CompactConfig
    length: int = DEFAULT_LENGTH
    start: float = 0.3
    draws: int = 1
    corruption: float = 0.25
    fusion: bool = True
    implicit: bool = True
    alignment: float = 0.1
    adversarial: float = 0.01
    expertness_weight: float = 0.5
    guess_weight: float = 0.5

    @classmethod
    def read(cls, table: Mapping[str, Any]) -> "CaliDiffConfig":
        """Make a configuration of a recipe's or card's table.

        Raises:
            KeyError, TypeError, ValueError: the table does not fit.
        """
        sizes: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in table["network"].items()
        }
        return cls(CompactConfig(**sizes), **{key: value for key, value in table.items() if key != "network"})


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """What one batch of committees is taught.

    Attributes:
        clean: (batch, readers, rows, columns), the masks as drawn.
        given: the same with the biases of some.
        present: (batch, readers) bool, who is given; the others are held out.
        truth: (batch, rows, columns), mean of the readers held out, or of all where none is.
        step: (batch,) int64, the time step that masks are noised to.
        calibrating: (batch,) bool, whether masks are given to be calibrated or a committee is drawn.
    """

    clean: Tensor
    given: Tensor
    present: Tensor
    truth: Tensor
    step: Tensor
    calibrating: Tensor


class CaliDiffModel:
    """A network with its schedule: the loss to train it and the denoiser to sample with."""

    def __init__(self, config: CaliDiffConfig) -> None:
        """Build with random weights from torch's current seed."""
        self.config = config
        self.schedule: Schedule = log_snr_linear(config.length, highest=5.0, lowest=-10.0)
        parts = {"committee": CommitteeNetwork(config.network, fusion=config.fusion, implicit=config.implicit)}
        self.committee, self.critic = parts["committee"], Critic(config.network.channels)
        self.network = nn.ModuleDict({**parts, "critic": self.critic})

    def loss(self, images: Tensor, readers: Tensor, rng: torch.Generator) -> Tensor:
        """Return the loss of a batch; see `Trainable.loss`."""
        config, draws = self.config, self.config.draws
        features, guess = self.committee.encode(images)
        features = tuple(part.repeat_interleave(draws, dim=0) for part in features)
        lesson = self.lesson(readers.repeat_interleave(draws, dim=0), rng)
        seen = self._seen(lesson, features, rng)
        loss = losses.inverse_diffusion(seen.calibrated, lesson.clean, lesson.present)
        loss = loss + losses.consensus_inference(seen.consensus, lesson.truth)
        loss = loss + config.expertness_weight * losses.expertness_calibration(
            seen.expertness, lesson.given, lesson.truth, lesson.present
        )
        if config.alignment:
            loss = loss + config.alignment * losses.alignment(
                seen.calibrated, seen.expertness, lesson.present & lesson.calibrating[:, None]
            )
        if config.adversarial:
            pictures = images.repeat_interleave(draws, dim=0)
            loss = loss + config.adversarial * losses.adversarial(
                self.critic, pictures, seen.consensus, lesson.clean.mean(dim=1)
            )
        share = readers.mean(dim=1, keepdim=True)
        return loss + config.guess_weight * fn.binary_cross_entropy_with_logits(guess, share)

    def lesson(self, readers: Tensor, rng: torch.Generator) -> Lesson:
        """Draw what a batch is taught: half of it to calibrate some readers for others, half to draw a committee.

        Args:
            readers: (batch, readers, rows, columns) in {0, 1}.
            rng: on the CPU.
        """
        batch, count = readers.shape[:2]
        calibrating = torch.rand(batch, generator=rng) < 0.5  # noqa: PLR2004 - half of them
        few = torch.randint(1, max(2, count), (batch,), generator=rng)
        rank = torch.rand((batch, count), generator=rng).argsort(dim=1)
        present = (rank < few[:, None]) | ~calibrating[:, None]
        chosen = torch.rand((batch, count), generator=rng) < self.config.corruption
        given = losses.corrupted(readers, chosen & present & calibrating[:, None], rng)
        share = torch.rand(batch, generator=rng) * torch.where(calibrating, self.config.start, 1.0)
        return Lesson(
            clean=readers,
            given=given,
            present=present.to(readers.device),
            truth=_held_out(readers, present.to(readers.device)),
            step=(share * self.schedule.length).long(),
            calibrating=calibrating.to(readers.device),
        )

    def _seen(self, lesson: Lesson, features: Features, rng: torch.Generator) -> Committee:
        noise = torch.randn(lesson.given.shape, generator=rng).to(lesson.given)
        signal = self.schedule.signal[lesson.step].to(lesson.given)[:, None, None, None]
        noised = add_noise(2 * lesson.given - 1, noise, signal)
        time = lesson.step.to(lesson.given) / (self.schedule.length - 1)
        seen: Committee = self.committee(noised, lesson.present, features, time, lesson.calibrating.to(noised))
        return seen

    def denoise(self, noised: Tensor, step: Tensor, features: Features, *, calibrating: bool) -> Committee:
        """Return what the network makes of committees.

        Args:
            noised: (committees, readers, rows, columns).
            step: 0-d, the time step.
            features: of one image.
            calibrating: whether the masks are readers' or come from noise.
        """
        count = noised.shape[0]
        time = (step / (self.schedule.length - 1)).to(noised).expand(count)
        present = torch.ones(noised.shape[:2], dtype=torch.bool, device=noised.device)
        features = tuple(part.expand(count, *part.shape[1:]) for part in features)
        seen: Committee = self.committee(noised, present, features, time, torch.full_like(time, float(calibrating)))
        return seen

    @torch.inference_mode()
    def describe(self, images: Tensor) -> Tensor:
        """Return what the network sees in images, for `Familiarity`; see `Trainable.describe`."""
        return pooled(self.committee.encode(images)[0])


@dataclass(frozen=True, slots=True, eq=False)
class CaliDiffSegmenter:
    """A trained CaliDiff model; see `Segmenter` and `Calibrator`."""

    card: ModelCard
    model: CaliDiffModel
    familiarity: Familiarity | None = None

    def sample(self, image: FloatArray, grid: Grid, options: Options) -> Iterator[Step]:
        """Predict: draw committees of as many readers as the model was trained with."""
        return self._drawn(image, grid, options, None)

    def calibrate(self, image: FloatArray, grid: Grid, options: Options, annotations: BoolArray) -> Iterator[Step]:
        """Calibrate: noise the readers' masks, `options.samples` times, and go back."""
        tally = Tally(annotations, grid.on_slice())
        most = self.model.schedule.up_to(self.model.config.start).length
        for step in self._drawn(image, grid, replace(options, steps=min(options.steps, most)), tally):
            yield replace(step, calibration=tally.at(step.index))

    def _drawn(self, image: FloatArray, grid: Grid, options: Options, tally: Tally | None) -> Iterator[Step]:
        notices: list[str] = []

        def begin(place: Place) -> Start:
            self.model.network.to(place.device).eval()
            picture = torch.from_numpy(image)[None].to(place.device)
            with torch.inference_mode(), place.autocast:
                features = self.model.committee.encode(picture)[0]
            if self.familiarity is not None and not notices:
                notices.extend(self.familiarity.caution(pooled(features)[0]))
            if tally is not None:
                tally.restart()
            return lambda chunk: self._chain(features, chunk, options, place, _Origin(self.card.readers, grid, tally))

        members = self.card.readers if tally is None else len(tally.annotations)
        for step in draw(begin, options, grid, BYTES_PER_PIXEL * grid.shape[0] * grid.shape[1] * members):
            yield replace(step, notices=(*notices, *step.notices))

    @torch.inference_mode()
    def _chain(
        self, features: Features, chunk: range, options: Options, place: Place, origin: "_Origin"
    ) -> Iterator[FloatArray]:
        """Sample one chunk of committees, yielding (levels, samples, rows, columns) after each step."""
        calibrating = origin.tally is not None
        latest: list[Committee] = []
        schedule = self.model.schedule.up_to(self.model.config.start if calibrating else 1.0)

        def denoise(noised: Tensor, step: Tensor) -> Tensor:
            with place.autocast:
                latest[:] = [self.model.denoise(noised, step, features, calibrating=calibrating)]
            return to_clean(latest[0].calibrated, noised, schedule.signal[step].to(noised), Prediction.LOGIT)

        beginning = origin.source(chunk, options.seed, schedule, place.device)
        for index, clean in enumerate(ddim(denoise, beginning, schedule, options.steps)):
            if origin.tally is not None:
                origin.tally.add(index, chunk, latest[0])
            members: FloatArray = ((clean + 1) / 2).transpose(0, 1).float().cpu().numpy()
            yield levels_of(members, self.card.readers) * origin.grid.on_slice()


@dataclass(frozen=True, slots=True, eq=False)
class _Origin:
    """What committees start from: noise for so many readers, or the masks of those who drew."""

    readers: int
    grid: Grid
    tally: Tally | None

    def source(self, chunk: range, seed: int, schedule: Schedule, device: torch.device) -> Callable[[], Tensor]:
        """Return the source of (samples, readers, rows, columns) at the schedule's noisiest step."""
        readers = self.readers if self.tally is None else len(self.tally.annotations)
        numbers = [sample * readers + reader for sample in chunk for reader in range(readers)]
        noise = SampleNoise(seed, numbers, self.grid.shape)

        def begin() -> Tensor:
            fresh = noise.draw().view(len(chunk), readers, *self.grid.shape)
            if self.tally is None:
                return fresh.to(device)
            drawn = 2 * torch.from_numpy(self.tally.annotations.astype(np.float32)) - 1
            return add_noise(drawn, fresh, schedule.signal[-1].to(fresh)).to(device)

        return begin


def levels_of(members: FloatArray, levels: int) -> FloatArray:
    """Return what each share of a committee marks.

    Level c of C is reached where at least the share (c - 1/2) / C of the members mark a pixel; with C members that is c
    of them.

    Args:
        members: (readers, samples, rows, columns) in [0, 1].
        levels: number of consensus levels, C.

    Returns:
        (levels, samples, rows, columns) in [0, 1].
    """
    ranked = np.sort(members, axis=0)[::-1]
    places = np.ceil((np.arange(levels) + 0.5) / levels * len(members)).astype(int) - 1
    return np.ascontiguousarray(ranked[places])


def _held_out(readers: Tensor, present: Tensor) -> Tensor:
    """Mean mask of the readers held out of each committee, or of all where none is: (batch, rows, columns)."""
    out = (~present).to(readers)
    out = torch.where(out.any(dim=1, keepdim=True), out, torch.ones_like(out))
    truth: Tensor = torch.einsum("br,brhw->bhw", out / out.sum(dim=1, keepdim=True), readers)
    return truth
