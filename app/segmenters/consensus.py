"""Consensus diffusion (Amit, Shichrur, Shaharabany and Wolf, MICCAI 2023, arXiv 2306.09004).

The ground truth at level c of C readers is M_c = 1[at least c readers marked the pixel]. A diffusion model is trained
to draw M_c given the image and the level. Several generations are averaged for each level.

Two things differ from the paper in the fast configuration kept here. The level is embedded as the share of readers
(c - 1/2) / C and not through a lookup table, so that one embedding serves any number of readers. And the network puts
out the logit of x_0 under cross-entropy: a proper score whose optimum, the posterior mean of x_0, is also that of the
paper's squared error.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as fn

from app.diffusion.process import Prediction, add_noise, to_clean
from app.diffusion.sampler import ancestral, ddim
from app.diffusion.schedule import Schedule, linear, log_snr_linear
from app.domain.arrays import FloatArray
from app.domain.grid import Grid
from app.domain.model import ModelCard
from app.domain.result import Options, Step
from app.networks.compact import CompactConfig, CompactNetwork, Features
from app.segmenters.base import choose_device
from app.segmenters.cards import DEFAULT_LENGTH

SYSTEM = "consensus diffusion"
FIRST_CHUNK = 1
CHUNK = 4
_SAMPLERS = {"ancestral": ancestral, "ddim": ddim}


@dataclass(frozen=True, slots=True)
class ConsensusConfig:
    """The choices that make a consensus diffusion model.

    Attributes:
        network: sizes of the network.
        length: number of time steps in training, T.
        schedule: "log-snr" or the paper's "linear".
        prediction: what the network puts out.
        sampler: "ancestral" (the paper's) or "ddim".
        draws: (level, time, noise) draws for each image of a training batch; the image is encoded once for all.
        guess_weight: of the encoder's own first guess in the loss.
    """

    network: CompactConfig
    length: int = DEFAULT_LENGTH
    schedule: str = "log-snr"
    prediction: Prediction = Prediction.LOGIT
    sampler: str = "ancestral"
    draws: int = 3
    guess_weight: float = 0.5

    @classmethod
    def read(cls, table: Mapping[str, Any]) -> "ConsensusConfig":
        """Make a configuration of a recipe's or card's table.

        Raises:
            KeyError, TypeError, ValueError: the table does not fit.
        """
        sizes: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in table["network"].items()
        }
        rest = {key: value for key, value in table.items() if key not in {"network", "prediction"}}
        prediction = Prediction(table.get("prediction", Prediction.LOGIT.value))
        return cls(network=CompactConfig(**sizes), prediction=prediction, **rest)

    def noise_schedule(self) -> Schedule:
        """Build the schedule; the paper's betas (0.001 to 0.2 at T = 100) are rescaled to other lengths."""
        if self.schedule == "linear":
            return linear(self.length, 0.1 / self.length, 20 / self.length)
        return log_snr_linear(self.length, highest=5.0, lowest=-10.0)


class ConsensusModel:
    """A network with its schedule: the loss to train it and the denoiser to sample with."""

    def __init__(self, config: ConsensusConfig) -> None:
        """Build with random weights from torch's current seed."""
        self.config = config
        self.schedule = config.noise_schedule()
        self.network = CompactNetwork(config.network)

    def loss(self, images: Tensor, readers: Tensor, rng: torch.Generator) -> Tensor:
        """Return the loss of a batch; see `Trainable.loss`."""
        count, draws = readers.shape[1], self.config.draws
        share = readers.mean(dim=1, keepdim=True)
        features, guess = self.network.encode(images)
        guessed = fn.binary_cross_entropy_with_logits(guess, share)
        batch = images.shape[0] * draws
        level = (torch.randint(1, count + 1, (batch,), generator=rng).to(images) - 0.5) / count
        step = torch.randint(self.schedule.length, (batch,), generator=rng)
        noise = torch.randn((batch, 1, *images.shape[2:]), generator=rng).to(images)
        truth = (share.repeat_interleave(draws, dim=0) > level[:, None, None, None]).to(images)
        signal = self.schedule.signal[step].to(images)[:, None, None, None]
        noised = add_noise(2 * truth - 1, noise, signal)
        repeated = _repeated(features, draws)
        output = self.network(noised, repeated, step.to(images) / (self.schedule.length - 1), level)
        return self._score(output, noised, truth, signal) + self.config.guess_weight * guessed

    def _score(self, output: Tensor, noised: Tensor, truth: Tensor, signal: Tensor) -> Tensor:
        if self.config.prediction is Prediction.LOGIT:
            return fn.binary_cross_entropy_with_logits(output, truth)
        clean = to_clean(output, noised, signal, self.config.prediction)
        return fn.mse_loss(clean, 2 * truth - 1)

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
        return to_clean(self.network(noised, features, time, level), noised, signal, self.config.prediction)


@dataclass(frozen=True, slots=True, eq=False)
class ConsensusSegmenter:
    """A trained consensus diffusion model; see `Segmenter`."""

    card: ModelCard
    model: ConsensusModel

    @torch.inference_mode()
    def sample(self, image: FloatArray, grid: Grid, options: Options) -> Iterator[Step]:
        """Draw `options.samples` masks for each level; the chunks of samples advance in lockstep."""
        device = choose_device(options.device)
        network = self.model.network.to(device).eval()
        features, _ = network.encode(torch.from_numpy(image)[None].to(device))
        chunks = _chunks(options.samples)
        runs = [self._run(features, chunk, grid, options, device) for chunk in chunks]
        total, advanced = options.steps, 0
        for index in range(total):
            done: list[FloatArray] = []
            for chunk, run in zip(chunks, runs, strict=True):
                done.append(next(run))
                advanced += len(chunk)
                estimate = np.concatenate(done, axis=1)
                yield Step(index, total, estimate, advanced / (total * options.samples), grid)

    def _run(
        self, features: Features, chunk: range, grid: Grid, options: Options, device: torch.device
    ) -> Iterator[FloatArray]:
        """Sample one chunk for all levels, yielding (levels, samples, rows, columns) after each step."""
        levels = self.card.readers
        share = ((torch.arange(1, levels + 1) - 0.5) / levels).repeat_interleave(len(chunk)).to(device)
        noise, on_slice = SampleNoise(options.seed, chunk, grid.shape), grid.on_slice()
        sampler = _SAMPLERS[self.model.config.sampler]
        estimates = sampler(
            lambda noised, step: self.model.denoise(noised, step, features, share),
            lambda: noise.draw().repeat(levels, 1, 1, 1).to(device),
            self.model.schedule,
            options.steps,
        )
        for clean in estimates:
            inside: FloatArray = ((clean + 1) / 2).reshape(levels, len(chunk), *grid.shape).cpu().numpy()
            yield inside * on_slice


class SampleNoise:
    """Noise that belongs to a sample's number, whatever chunk, level or device it is drawn for.

    All levels of a sample share their noise (common random numbers), which keeps them nearly nested.
    """

    def __init__(self, seed: int, samples: range, shape: tuple[int, ...]) -> None:
        """Start one stream for each sample; shape is (rows, columns)."""
        self.shape = shape
        seeds = (np.random.SeedSequence([seed, sample]).generate_state(1)[0] for sample in samples)
        self.streams = [torch.Generator().manual_seed(int(value)) for value in seeds]

    def draw(self) -> Tensor:
        """Return (samples, 1, rows, columns) standard normal noise on the CPU."""
        return torch.stack([torch.randn((1, *self.shape), generator=stream) for stream in self.streams])


def _chunks(samples: int) -> list[range]:
    """Cut the samples into a small first chunk, for an early preview, and larger ones."""
    edges = [0, *range(FIRST_CHUNK, samples, CHUNK), samples]
    return [range(start, end) for start, end in pairwise(edges)]


def _repeated(features: Features, times: int) -> Features:
    half, quarter, eighth = (part.repeat_interleave(times, dim=0) for part in features)
    return half, quarter, eighth
