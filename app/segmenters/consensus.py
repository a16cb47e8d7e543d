"""Consensus diffusion (Amit, Shichrur, Shaharabany and Wolf, MICCAI 2023, arXiv 2306.09004).

The ground truth at level c of C readers is M_c = 1[at least c readers marked the pixel]. A diffusion model is trained
to draw M_c given the image and the level. Several generations are averaged for each level.

The paper's configuration (T = 100 linear betas, ancestral sampling, noise prediction, RRDB encoder, lookup embeddings)
is a table like any other: `recipes/paper-kidney.toml`. The fast configuration differs in three things. The level is
embedded as the share of readers (c - 1/2) / C and not through a lookup table, so that one embedding serves any number
of readers. The network puts out the logit of x_0 under cross-entropy: a proper score whose optimum, the posterior mean
of x_0, is also that of the paper's squared error. And the image is encoded once by a U-Net, whose own first guess of
the share of readers the denoiser may see.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any, assert_never

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as fn

from app.diffusion.process import Prediction, add_noise, target, to_clean
from app.diffusion.sampler import ancestral, ddim
from app.diffusion.schedule import Schedule, linear, log_snr_linear
from app.domain.arrays import FloatArray
from app.domain.grid import Grid
from app.domain.model import ModelCard
from app.domain.result import Options, Step
from app.networks.compact import CompactConfig, CompactNetwork, Features
from app.networks.paper import PaperConfig, PaperNetwork
from app.postprocess.agreement import ramps
from app.segmenters.base import Batch, share_loss
from app.segmenters.cards import DEFAULT_LENGTH, frozen
from app.segmenters.drawing import Place, SampleNoise, Start, draw
from app.segmenters.familiarity import Familiarity, described
from app.segmenters.views import Views

SYSTEM = "consensus diffusion"
BYTES_PER_PIXEL = 2_000
_SAMPLERS = {"ancestral": ancestral, "ddim": ddim}


class Variant(Enum):
    """What is drawn: the paper's method and the ablations of its table 3."""

    CONSENSUS = "consensus"
    ANNOTATOR = "annotator"
    NO_ANNOTATOR = "no-annotator"
    SOFT_LABEL = "soft-label"


@dataclass(frozen=True, slots=True)
class ConsensusConfig:
    """The choices that make a consensus diffusion model.

    Attributes:
        network: sizes of the network.
        variant: what is drawn: consensus masks, each annotator's mask, any annotator's mask, or the soft map itself.
        length: number of time steps in training, T.
        schedule: "log-snr" or the paper's "linear".
        prediction: what the network puts out.
        sampler: "ancestral" (the paper's) or "ddim".
        draws: (level, time, noise) draws for each image of a training batch; the image is encoded once for all.
        guess_weight: of the encoder's own first guess in the loss.
        views: number of `Views` of the image that the samples take in turn.
    """

    network: CompactConfig | PaperConfig
    variant: Variant = Variant.CONSENSUS
    length: int = DEFAULT_LENGTH
    schedule: str = "log-snr"
    prediction: Prediction = Prediction.LOGIT
    sampler: str = "ancestral"
    draws: int = 3
    guess_weight: float = 0.5
    views: int = 1

    @classmethod
    def read(cls, table: Mapping[str, Any]) -> "ConsensusConfig":
        """Make a configuration of a recipe's or card's table.

        Raises:
            KeyError, TypeError, ValueError: the table does not fit.
        """
        length = int(table.get("length", DEFAULT_LENGTH))
        named = {"network", "prediction", "variant"}
        return cls(
            network=_network_config(table["network"], length),
            variant=Variant(table.get("variant", Variant.CONSENSUS.value)),
            prediction=Prediction(table.get("prediction", Prediction.LOGIT.value)),
            **{key: value for key, value in table.items() if key not in named},
        )

    def noise_schedule(self) -> Schedule:
        """Build the schedule; the paper's betas (0.001 to 0.2 at T = 100) are rescaled to other lengths."""
        if self.schedule == "linear":
            return linear(self.length, 0.1 / self.length, 20 / self.length)
        return log_snr_linear(self.length, highest=5.0, lowest=-10.0)


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
        truth, level = _truth(readers.repeat_interleave(draws, dim=0), self.config.variant, rng)
        step = torch.randint(self.schedule.length, (count,), generator=rng)
        noise = torch.randn((count, 1, *images.shape[2:]), generator=rng).to(images)
        signal = self.schedule.signal[step].to(images)[:, None, None, None]
        noised = add_noise(2 * truth - 1, noise, signal)
        time = step.to(images) / (self.schedule.length - 1)
        output = self.network(noised, _repeated(features, draws), time, level)
        expected = target(2 * truth - 1, noise, signal, self.config.prediction)
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
            return fn.binary_cross_entropy_with_logits(output, expected)
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
        draw_noise = _noise(variant, levels, options.seed, chunk, grid.shape)

        def denoise(noised: Tensor, step: Tensor) -> Tensor:
            with place.autocast:
                return self.model.denoise(noised, step, features, share)

        sampler = _SAMPLERS[self.model.config.sampler]
        on_slice = grid.on_slice()
        for clean in sampler(denoise, lambda: draw_noise().to(place.device), self.model.schedule, options.steps):
            inside = views.turned(((clean + 1) / 2).reshape(-1, len(chunk), *grid.shape).transpose(0, 1), chunk)
            drawn: FloatArray = inside.transpose(0, 1).float().cpu().numpy()
            yield as_levels(drawn, variant, levels) * on_slice


def as_levels(drawn: FloatArray, variant: Variant, levels: int) -> FloatArray:
    """Turn what a variant draws into the masks of each consensus level.

    A committee of annotators gives level c as the c-th largest of their values at each pixel; a soft map reaches
    level c from (c - 1/2) / C on, and passes through 1/2 there.

    Args:
        drawn: (chains, samples, rows, columns) in [0, 1]; a chain is a level, an annotator, or the one soft map.
        variant: of the model.
        levels: number of consensus levels, C.

    Returns:
        (levels, samples, rows, columns) in [0, 1].
    """
    match variant:
        case Variant.CONSENSUS:
            return drawn
        case Variant.ANNOTATOR | Variant.NO_ANNOTATOR:
            return np.ascontiguousarray(np.sort(drawn, axis=0)[::-1])
        case Variant.SOFT_LABEL:
            return ramps(drawn[0], levels)
        case _:
            assert_never(variant)


def asked(variant: Variant, levels: int) -> Tensor:
    """Return what each chain of a sample is asked for, (chains,) in [0, 1]."""
    match variant:
        case Variant.CONSENSUS | Variant.ANNOTATOR:
            return (torch.arange(1, levels + 1) - 0.5) / levels
        case Variant.NO_ANNOTATOR:
            return torch.full((levels,), 0.5)
        case Variant.SOFT_LABEL:
            return torch.full((1,), 0.5)
        case _:
            assert_never(variant)


def _truth(readers: Tensor, variant: Variant, rng: torch.Generator) -> tuple[Tensor, Tensor]:
    """Draw what is to be learnt from each item's readers.

    Args:
        readers: (batch, readers, rows, columns) in {0, 1}.
        variant: of the model.
        rng: on the CPU.

    Returns:
        (batch, 1, rows, columns) in [0, 1], and what it was asked with, (batch,) in [0, 1].
    """
    batch, count = readers.shape[:2]
    number = torch.randint(1, count + 1, (batch,), generator=rng).to(readers.device)
    asked = (number.to(readers) - 0.5) / count
    share = readers.mean(dim=1, keepdim=True)
    match variant:
        case Variant.CONSENSUS:
            return (share > asked[:, None, None, None]).to(readers), asked
        case Variant.ANNOTATOR:
            return readers[torch.arange(batch), number - 1, None], asked
        case Variant.NO_ANNOTATOR:
            return readers[torch.arange(batch), number - 1, None], torch.full_like(asked, 0.5)
        case Variant.SOFT_LABEL:
            return share, torch.full_like(asked, 0.5)
        case _:
            assert_never(variant)


def _noise(variant: Variant, levels: int, seed: int, chunk: range, shape: tuple[int, ...]) -> Callable[[], Tensor]:
    """Return the source of a chunk's noise, (chains * samples, 1, rows, columns).

    All levels of a sample share their noise (common random numbers), which keeps them nearly nested; the annotators of
    a committee are drawn independently of each other.
    """
    if variant in {Variant.CONSENSUS, Variant.SOFT_LABEL}:
        shared = SampleNoise(seed, chunk, shape)
        chains = levels if variant is Variant.CONSENSUS else 1
        return lambda: shared.draw().repeat(chains, 1, 1, 1)
    return SampleNoise(seed, [sample * levels + reader for reader in range(levels) for sample in chunk], shape).draw


def _repeated(features: Features, times: int) -> Features:
    return tuple(part.repeat_interleave(times, dim=0) for part in features)
