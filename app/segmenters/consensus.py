"""Consensus diffusion (Amit, Shichrur, Shaharabany and Wolf, MICCAI 2023, arXiv 2306.09004).

The ground truth at level c of C readers is M_c = 1[at least c readers marked the pixel]. A diffusion model is trained
to draw M_c given the image and the level. Several generations are averaged for each level.

The paper's configuration (T = 100 linear betas, ancestral sampling, noise prediction, RRDB encoder, lookup embeddings)
is a table like any other: `recipes/paper-kidney.toml`. The fast configuration differs in three things. The level is
embedded as the share of readers (c - 1/2) / C and not through a lookup table, so that one embedding serves any number
of readers. The network puts out the logit of x_0 under cross-entropy: a proper score whose optimum, the posterior mean
of x_0, is also that of the paper's squared error. Where a recipe gives it a weight, the overlap of the masks is scored
beside it. And the image is encoded once by a U-Net, whose own first guess of the share of readers the denoiser may see.
A recipe may also ask for the mean of the steps in place of the last one, and for samples that are cut at `heights`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any, assert_never

import torch
from torch import Tensor
from torch.nn import functional as fn

from app.diffusion.process import Prediction, add_noise, target, to_clean
from app.diffusion.sampler import Denoise, Draw, ancestral, ddim, so_far
from app.diffusion.schedule import Schedule, linear, log_snr_linear
from app.domain.arrays import FloatArray
from app.domain.grid import Grid
from app.domain.model import ModelCard
from app.domain.result import Options, Step
from app.networks.compact import CompactConfig, CompactNetwork, Features
from app.networks.paper import PaperConfig, PaperNetwork
from app.segmenters.base import Batch
from app.segmenters.cards import DEFAULT_LENGTH, frozen
from app.segmenters.consensus_variants import Variant, as_levels, asked, noise_source, truth
from app.segmenters.drawing import Place, Start, draw
from app.segmenters.familiarity import Familiarity, described
from app.segmenters.heights import checked, cut_at, heights
from app.segmenters.losses import dice_loss, share_loss
from app.segmenters.views import Views

SYSTEM = "consensus diffusion"
BYTES_PER_PIXEL = 2_000
FEWEST_LENGTH = 2


class ScheduleKind(Enum):
    """How the noise grows with the time step."""

    LOG_SNR = "log-snr"
    LINEAR = "linear"


class SamplerKind(Enum):
    """How noise is led back to a mask."""

    ANCESTRAL = "ancestral"
    DDIM = "ddim"


@dataclass(frozen=True, slots=True)
class ConsensusConfig:
    """The choices that make a consensus diffusion model.

    Attributes:
        network: sizes of the network.
        variant: what is drawn: consensus masks, each annotator's mask, any annotator's mask, or the soft map itself.
        length: number of time steps in training, T.
        schedule: of the noise; the paper's is linear.
        prediction: what the network puts out.
        sampler: the paper's is ancestral.
        draws: (level, time, noise) draws for each image of a training batch; the image is encoded once for all.
        guess_weight: of the encoder's own first guess in the loss.
        dice_weight: of `dice_loss` beside the cross-entropy; only for a logit.
        mean_of_steps: whether a step gives the mean of its estimate and those of the steps before it.
        height_spread: how far apart the samples of a level are cut; see `heights`. 0 cuts all at one half.
        views: number of `Views` of the image that the samples take in turn.
    """

    network: CompactConfig | PaperConfig
    variant: Variant = Variant.CONSENSUS
    length: int = DEFAULT_LENGTH
    schedule: ScheduleKind = ScheduleKind.LOG_SNR
    prediction: Prediction = Prediction.LOGIT
    sampler: SamplerKind = SamplerKind.ANCESTRAL
    draws: int = 3
    guess_weight: float = 0.5
    dice_weight: float = 0.0
    mean_of_steps: bool = False
    height_spread: float = 0.0
    views: int = 1

    def __post_init__(self) -> None:
        """Refuse choices that exclude each other.

        Raises:
            ValueError: overlap is asked of a network that does not put out a logit, or a spread that cannot be.
        """
        checked(self.height_spread)
        if self.dice_weight and self.prediction is not Prediction.LOGIT:
            raise ValueError(f"dice_weight needs the prediction {Prediction.LOGIT.value}")

    @classmethod
    def read(cls, table: Mapping[str, Any]) -> "ConsensusConfig":
        """Make a configuration of a recipe's or card's table.

        Raises:
            KeyError, TypeError, ValueError: the table does not fit.
        """
        length = int(table.get("length", DEFAULT_LENGTH))
        rest: dict[str, Any] = {
            key: _CHOICES[key](value) if key in _CHOICES else value for key, value in table.items() if key != "network"
        }
        return cls(network=_network_config(table["network"], length), **rest)

    def noise_schedule(self) -> Schedule:
        """Build the schedule; the paper's betas (0.001 to 0.2 at T = 100) are rescaled to other lengths.

        Raises:
            ValueError: there are too few steps: the rescaled betas reach 1 at T = 20.
        """
        if self.length < FEWEST_LENGTH:
            raise ValueError(f"length must be {FEWEST_LENGTH} or more, got {self.length}")
        schedule = _schedule(self.schedule, self.length)
        if not ((schedule.signal > 0) & (schedule.signal < 1)).all():
            raise ValueError(
                f"a {self.schedule.value} schedule of {self.length} steps takes the share of signal out of (0, 1)"
            )
        return schedule


_CHOICES: dict[str, type[Enum]] = {
    "variant": Variant,
    "schedule": ScheduleKind,
    "prediction": Prediction,
    "sampler": SamplerKind,
}


def _schedule(kind: ScheduleKind, length: int) -> Schedule:
    match kind:
        case ScheduleKind.LOG_SNR:
            return log_snr_linear(length, highest=5.0, lowest=-10.0)
        case ScheduleKind.LINEAR:
            return linear(length, 0.1 / length, 20 / length)
        case _:
            assert_never(kind)


def _network_config(table: Mapping[str, Any], length: int) -> CompactConfig | PaperConfig:
    sizes = frozen(table)
    if sizes.pop("kind", "compact") == "paper":
        return PaperConfig(times=length, **sizes)
    return CompactConfig(**sizes)


class ConsensusModel:
    """A network with its schedule: the loss to train it and the denoiser to sample with."""

    def __init__(self, config: ConsensusConfig) -> None:
        """Build with random weights from torch's current seed."""
        self.config = config
        self.views = Views(config.views)
        self.schedule = config.noise_schedule()
        sizes = config.network
        self.network = PaperNetwork(sizes) if isinstance(sizes, PaperConfig) else CompactNetwork(sizes)

    def loss(self, batch: Batch, rng: torch.Generator) -> Tensor:
        """Return the loss of a batch; see `Trainable.loss`."""
        images, readers, draws = batch.images, batch.readers, self.config.draws
        features, guess = self.network.encode(images)
        count = images.shape[0] * draws
        masks, level = truth(readers.repeat_interleave(draws, dim=0), self.config.variant, rng)
        step = torch.randint(self.schedule.length, (count,), generator=rng)
        noise = torch.randn((count, 1, *images.shape[2:]), generator=rng).to(images)
        signal = self.schedule.signal[step].to(images)[:, None, None, None]
        noised = add_noise(2 * masks - 1, noise, signal)
        time = step.to(images) / (self.schedule.length - 1)
        output = self.network(noised, _repeated(features, draws), time, level)
        expected = target(2 * masks - 1, noise, signal, self.config.prediction)
        loss = self._score(output, expected)
        if guess is not None:
            loss = loss + self.config.guess_weight * share_loss(guess, readers)
        return loss

    def guess_loss(self, batch: Batch) -> Tensor | None:
        """Return the loss of the first guess alone; see `Guesser`."""
        guess = self.network.encode(batch.images)[1]
        return None if guess is None else share_loss(guess, batch.readers)

    def _score(self, output: Tensor, expected: Tensor) -> Tensor:
        if self.config.prediction is Prediction.LOGIT:
            score = fn.binary_cross_entropy_with_logits(output, expected)
            weight = self.config.dice_weight
            return score + weight * dice_loss(output, expected).mean() if weight else score
        return fn.mse_loss(output, expected)

    def denoise(self, noised: Tensor, step: Tensor, features: Features, level: Tensor) -> Tensor:
        """Return the estimate of the clean masks.

        Args:
            noised: (chains, 1, rows, columns).
            step: 0-d, the time step.
            features: of one image.
            level: (chains,) shares of readers.
        """
        time = (step / (self.schedule.length - 1)).to(noised).expand(noised.shape[0])
        signal = self.schedule.signal[step].to(noised)
        output = self.network(noised, features, time, level).to(noised)
        return to_clean(output, noised, signal, self.config.prediction)

    @torch.inference_mode()
    def describe(self, images: Tensor) -> Tensor:
        """Return what the network sees in images, for `Familiarity`; see `Trainable.describe`."""
        return described(images, self.network.summary(images))


@dataclass(frozen=True, slots=True, eq=False)
class ConsensusSegmenter:
    """A trained consensus diffusion model; see `Segmenter`."""

    card: ModelCard
    model: ConsensusModel
    familiarity: Familiarity | None = None

    def sample(self, image: FloatArray, grid: Grid, options: Options) -> Iterator[Step]:
        """Draw `options.samples` masks for each level, or fewer where they settle before."""
        notices: list[str] = []

        def begin(place: Place) -> Start:
            network = self.model.network.to(place.device).eval()
            picture = torch.from_numpy(image)[None].to(place.device)
            with torch.inference_mode(), place.autocast:
                features = network.encode(self.model.views.of(picture))[0]
            if self.familiarity is not None and not notices:
                notices.extend(self.familiarity.caution(self.model.describe(picture)[0]))
            return lambda chunk: self._chain(features, chunk, grid, options, place)

        pixels = grid.shape[0] * grid.shape[1]
        for step in draw(begin, options, grid, BYTES_PER_PIXEL * pixels * self.card.readers):
            yield replace(step, notices=(*notices, *step.notices))

    @torch.inference_mode()
    def _chain(
        self, features: Features, chunk: range, grid: Grid, options: Options, place: Place
    ) -> Iterator[FloatArray]:
        """Sample one chunk for all levels, yielding (levels, samples, rows, columns) after each step."""
        variant, levels, views = self.model.config.variant, self.card.readers, self.model.views
        share = asked(variant, levels).repeat_interleave(len(chunk)).to(place.device)
        features = tuple(
            part if len(part) == 1 else part.repeat(len(share) // len(chunk), 1, 1, 1)
            for part in views.for_samples(features, chunk)
        )
        draw_noise = noise_source(variant, levels, options.seed, chunk, grid.shape)

        def denoise(noised: Tensor, step: Tensor) -> Tensor:
            with place.autocast:
                return self.model.denoise(noised, step, features, share)

        sampler, spread = _sampler(self.model.config.sampler), self.model.config.height_spread
        on_slice, at = grid.on_slice(), heights(chunk, options.samples, spread)
        drawing = sampler(denoise, lambda: draw_noise().to(place.device), self.model.schedule, options.steps)
        for clean in so_far(drawing) if self.model.config.mean_of_steps else drawing:
            inside = views.turned(((clean + 1) / 2).reshape(-1, len(chunk), *grid.shape).transpose(0, 1), chunk)
            drawn: FloatArray = inside.transpose(0, 1).float().cpu().numpy()
            maps = as_levels(drawn, variant, levels)
            yield (cut_at(maps, at) if spread else maps) * on_slice


def _sampler(kind: SamplerKind) -> Callable[[Denoise, Draw, Schedule, int], Iterator[Tensor]]:
    match kind:
        case SamplerKind.ANCESTRAL:
            return ancestral
        case SamplerKind.DDIM:
            return ddim
        case _:
            assert_never(kind)


def _repeated(features: Features, times: int) -> Features:
    return tuple(part.repeat_interleave(times, dim=0) for part in features)
