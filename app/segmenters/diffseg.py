"""DiffSeg: the diffusion difference of two semantics (Shuai et al. 2024, arXiv 2404.16474).

One denoiser f(x_t, t, s) predicts a clean picture under a semantic s: "diseased" gives the picture itself, "healthy"
the same skin without the lesion. With the signal a = alpha-bar(t) of T = 1000 linear betas (1e-4 to 0.02), noise e and

    x_t = sqrt(a) I + sqrt(1 - a) e,        n_s = (x_t - sqrt(a) f_s) / sqrt(1 - a),

the noises that the two semantics see differ by sqrt(a / (1 - a)) (f_healthy - f_diseased). The factor is known, so
difference is taken of the pictures, where one unit means the same at every noise step. At each of the noise steps
60, 70 .. 150 some draws of e give one output each; all outputs together stand for several annotators.

Two read-outs make a mask of the difference. "difference" is the paper's: mean over colours, scaled and cut by the rule
of `postprocess.difference`. "learnt" takes it where the decoder ends, in the features g_s that f_s is made of, and
gives a head the difference g_diseased - g_healthy alone: where both semantics see the same, it sees nothing.

The denoiser puts out what is missing after a skip, f_s = k(a) x_t + F_s, k(a) = sqrt(a) v / (a v + 1 - a) (Karras et
al. 2022, equation 7 for pictures of variance v); the skip is common to both semantics and leaves their difference
alone. Trained by

    |f_diseased - I|^2 + (1 + w m) |f_healthy - H|^2     (H: the counterpart without the lesion, m: the mask)
    + cross-entropy and 1 - soft Dice of the head's probability against m,

at times around those that are used. A share of the pictures is shown with the lesion removed, and healthy skin as it
is: both semantics then have to give the picture back, so that hair, rulers, ink and dark corners read as no lesion.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, assert_never

import numpy as np
import torch
from scipy.special import expit
from torch import Tensor
from torch.nn import functional as fn

from app.diffusion.process import add_noise, to_noise
from app.diffusion.schedule import linear
from app.domain.arrays import FloatArray
from app.domain.grid import Grid
from app.domain.model import ModelCard
from app.domain.result import Options, Step
from app.networks.semantic import SemanticConfig, semantic_network
from app.postprocess.agreement import centred
from app.postprocess.difference import Cut, Look, figure, grey_difference, scaled
from app.segmenters.base import Batch
from app.segmenters.cards import frozen
from app.segmenters.drawing import FIRST_CHUNK, Place, SampleNoise, chunks, descend
from app.segmenters.familiarity import Familiarity, described

SYSTEM = "DiffSeg"
LENGTH = 1000
NOISE_STEPS = tuple(range(60, 151, 10))
VARIANCE = 0.25
BYTES_PER_PIXEL = 6_000


class Readout(Enum):
    """How the difference of the semantics becomes a mask."""

    DIFFERENCE = "difference"
    LEARNT = "learnt"


@dataclass(frozen=True, slots=True)
class DiffSegConfig:
    """The choices that make a DiffSeg model.

    Attributes:
        network: sizes of the denoiser.
        readout: the paper's, or a learnt one.
        cut: of the difference or of the learnt probability.
        noise_steps: that an output is made at.
        trained_steps: first and last time step drawn in training.
        picture_weight: of the two reconstructions in the loss.
        lesion_weight: w, by which marked pixels count more in the healthy reconstruction.
        head_weight: of the learnt read-out in the loss.
        removed: share of training pictures that are shown with the lesion removed.
    """

    network: SemanticConfig
    readout: Readout = Readout.LEARNT
    cut: Cut = field(default_factory=Cut)
    noise_steps: tuple[int, ...] = NOISE_STEPS
    trained_steps: tuple[int, int] = (40, 170)
    picture_weight: float = 4.0
    lesion_weight: float = 4.0
    head_weight: float = 1.0
    removed: float = 0.1

    @classmethod
    def read(cls, table: Mapping[str, Any]) -> "DiffSegConfig":
        """Make a configuration of a recipe's or card's table.

        Raises:
            KeyError, TypeError, ValueError: the table does not fit.
        """
        plain = {key: value for key, value in frozen(table).items() if key not in {"network", "readout", "cut"}}
        return cls(
            network=SemanticConfig(**frozen(table["network"])),
            readout=Readout(table.get("readout", Readout.LEARNT.value)),
            cut=Cut(**table.get("cut", {})),
            **plain,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Reconstructed:
    """What the denoiser makes of noised pictures, in [-1, 1] where it is right.

    Attributes:
        diseased: (batch, channels, rows, columns), the picture with the lesion.
        healthy: the same without.
        logits: (batch, 1, rows, columns) of the head.
    """

    diseased: Tensor
    healthy: Tensor
    logits: Tensor


class DiffSegModel:
    """The denoiser with its schedule, and the loss to train it."""

    def __init__(self, config: DiffSegConfig) -> None:
        """Build with random weights from torch's current seed."""
        self.config = config
        self.schedule = linear(LENGTH, 1e-4, 0.02)
        self.network = semantic_network(config.network)

    def loss(self, batch: Batch, rng: torch.Generator) -> Tensor:
        """Return the loss of a batch whose examples have counterparts; see `Trainable.loss`."""
        images, healthy, marked = self._shown(batch, rng)
        first, last = self.config.trained_steps
        step = torch.randint(first, last + 1, (len(images),), generator=rng)
        noise = torch.randn(images.shape, generator=rng).to(images)
        seen = self.reconstruct(add_noise(images, noise, self.signal(step, images)), step)
        weight = 1 + self.config.lesion_weight * marked
        loss = fn.mse_loss(seen.diseased, images) + (weight * (seen.healthy - healthy).square()).mean()
        loss = self.config.picture_weight * loss
        if self.config.readout is Readout.LEARNT:
            loss = loss + self.config.head_weight * overlap_loss(seen.logits, marked)
        return loss

    def _shown(self, batch: Batch, rng: torch.Generator) -> tuple[Tensor, Tensor, Tensor]:
        """Return pictures and counterparts in [-1, 1] and the share of readers, some with the lesion removed."""
        if batch.counterparts is None:
            raise ValueError("DiffSeg is trained on pictures with counterparts")
        marked = batch.readers.mean(dim=1, keepdim=True)
        removed = (torch.rand(len(batch.images), generator=rng) < self.config.removed).to(batch.images.device)
        shown = torch.where(removed[:, None, None, None], batch.counterparts, batch.images)
        return 2 * shown - 1, 2 * batch.counterparts - 1, marked * ~removed[:, None, None, None]

    def signal(self, step: Tensor, like: Tensor) -> Tensor:
        """Return alpha-bar at time steps (batch,), to be broadcast against pictures."""
        return self.schedule.signal[step].to(like)[:, None, None, None]

    def reconstruct(self, noised: Tensor, step: Tensor) -> Reconstructed:
        """Predict the clean pictures of (batch, channels, rows, columns) noised to time steps (batch,)."""
        signal = self.signal(step, noised)
        seen = self.network(noised, (step / LENGTH).to(noised))
        kept = signal.sqrt() * VARIANCE / (signal * VARIANCE + 1 - signal) * noised
        diseased, healthy = seen.pictures.float() + kept
        return Reconstructed(diseased, healthy, seen.difference.float())

    @torch.inference_mode()
    def describe(self, images: Tensor) -> Tensor:
        """Return what the network sees in pictures without noise, for `Familiarity`; see `Trainable.describe`."""
        return described(images, self.network.summary(2 * images - 1))


def overlap_loss(logits: Tensor, share: Tensor) -> Tensor:
    """Return cross-entropy plus 1 - soft Dice (Milletari et al. 2016), the latter of the pictures that have a lesion.

    Args:
        logits: (batch, 1, rows, columns).
        share: of readers, in [0, 1], shaped like it.
    """
    entropy = fn.binary_cross_entropy_with_logits(logits, share)
    inside = torch.sigmoid(logits)
    shared = 2 * (inside * share).sum(dim=(1, 2, 3))
    whole = (inside.square() + share.square()).sum(dim=(1, 2, 3))
    present = (share.amax(dim=(1, 2, 3)) > 0).to(logits)
    missed: Tensor = ((1 - shared / whole.clamp(min=1e-6)) * present).sum() / present.sum().clamp(min=1)
    return entropy + missed


@dataclass(frozen=True, slots=True, eq=False)
class DiffSegSegmenter:
    """A trained DiffSeg model; see `Segmenter`.

    A run's steps are noise steps, its samples the draws at each of them. The estimate of a step holds the outputs of
    all noise steps up to it.
    """

    card: ModelCard
    model: DiffSegModel
    familiarity: Familiarity | None = None

    def sample(self, image: FloatArray, grid: Grid, options: Options) -> Iterator[Step]:
        """Make `options.samples` outputs at each of `options.steps` noise steps."""
        pixels = grid.shape[0] * grid.shape[1]
        return descend(lambda place: self._run(image, grid, options, place), options.device, BYTES_PER_PIXEL * pixels)

    def _run(self, image: FloatArray, grid: Grid, options: Options, place: Place) -> Iterator[Step]:
        self.model.network.to(place.device).eval()
        notices = self._caution(image, place)
        noise = SampleNoise(options.seed, range(options.samples), image.shape).draw()[:, 0]
        times = spread(self.model.config.noise_steps, options.steps)
        outputs: list[FloatArray] = []
        for index, time in enumerate(times):
            looks: list[Look] = []
            for part in chunks(options.samples, place.chunk, FIRST_CHUNK if index == 0 else place.chunk):
                looks.append(self._look(image, noise[part.start : part.stop], time, place))
                outputs.append(looks[-1].outputs * grid.on_slice())
                estimate = np.concatenate(outputs)[None]
                done = estimate.shape[1] / (options.samples * len(times))
                pictures = figure(image, looks, self.model.config.cut)
                yield Step(index, len(times), estimate, done, grid, notices, str(time), pictures)

    def _caution(self, image: FloatArray, place: Place) -> tuple[str, ...]:
        if self.familiarity is None:
            return ()
        return self.familiarity.caution(self.model.describe(torch.from_numpy(image)[None].to(place.device))[0])

    @torch.inference_mode()
    def _look(self, image: FloatArray, noise: Tensor, time: int, place: Place) -> Look:
        """See one picture through some draws (draws, channels, rows, columns) of the noise."""
        drawn = noise.to(place.device)
        clean = (2 * torch.from_numpy(image) - 1).to(place.device).expand_as(drawn)
        step = torch.full((len(drawn),), time)
        signal = self.model.signal(step, drawn)
        noised = add_noise(clean, drawn, signal)
        with place.autocast:
            seen = self.model.reconstruct(noised, step)
        both = (seen.diseased, seen.healthy)
        diseased, healthy = (picture.cpu().numpy() for picture in both)
        seen_d, seen_h = (to_noise(picture, noised, signal).cpu().numpy() for picture in both)
        logits: FloatArray = seen.logits[:, 0].cpu().numpy()
        return Look(diseased, healthy, seen_d, seen_h, self._outputs(diseased, healthy, logits))

    def _outputs(self, diseased: FloatArray, healthy: FloatArray, logits: FloatArray) -> FloatArray:
        cut = self.model.config.cut
        match self.model.config.readout:
            case Readout.DIFFERENCE:
                values: FloatArray = np.stack([scaled(one / 2, cut) for one in grey_difference(diseased, healthy)])
            case Readout.LEARNT:
                values = expit(logits)
            case _:
                assert_never(self.model.config.readout)
        return centred(values, cut.threshold)


def spread(noise_steps: Sequence[int], count: int) -> tuple[int, ...]:
    """Choose some noise steps, evenly spaced from the first to the last; one alone is the middle one."""
    if count == 1:
        return (noise_steps[len(noise_steps) // 2],)
    places = np.rint(np.linspace(0, len(noise_steps) - 1, count)).astype(int)
    return tuple(noise_steps[place] for place in places)
