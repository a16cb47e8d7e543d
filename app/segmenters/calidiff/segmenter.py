"""A trained model at work: committees drawn from noise, or from the masks that readers drew."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from app.diffusion.process import add_noise
from app.diffusion.sampler import ddim
from app.diffusion.schedule import Schedule
from app.domain.arrays import BoolArray, FloatArray
from app.domain.grid import Grid
from app.domain.model import ModelCard
from app.domain.result import INSIDE, Options, Step
from app.metrics import overlap
from app.networks.committee import Committee
from app.networks.compact import Features
from app.postprocess.agreement import centred, least_share, ramps
from app.segmenters.calidiff.model import CaliDiffModel, withheld
from app.segmenters.calidiff.tally import Tally
from app.segmenters.drawing import Place, SampleNoise, Start, draw
from app.segmenters.familiarity import Familiarity
from app.segmenters.views import Views

BYTES_PER_PIXEL = 3_000
STRATA = 4


@dataclass(frozen=True, slots=True, eq=False)
class CaliDiffSegmenter:
    """A trained CaliDiff model; see `Segmenter` and `Calibrator`."""

    card: ModelCard
    model: CaliDiffModel
    familiarity: Familiarity | None = None

    def sample(self, image: FloatArray, grid: Grid, options: Options) -> Iterator[Step]:
        """Predict: draw committees of as many readers as the model was trained with; the last step fuses each.

        All steps but the last draw; the last one takes the masks drawn for annotations, calibrates them once and gives
        what so large a share of further readers would mark as the levels. A level stands for a range of shares, over
        which its samples are spread; see `heights`.
        """
        return self._drawn(image, grid, options, None)

    def calibrate(self, image: FloatArray, grid: Grid, options: Options, annotations: BoolArray) -> Iterator[Step]:
        """Calibrate: noise the readers' masks, `options.samples` times, and go back."""
        tally = Tally(annotations, grid)
        most = self.model.schedule.up_to(self.model.config.start).length
        for step in self._drawn(image, grid, replace(options, steps=min(options.steps, most)), tally):
            yield replace(step, calibration=tally.at(step.index, inside(step.estimate)))

    def _drawn(self, image: FloatArray, grid: Grid, options: Options, tally: Tally | None) -> Iterator[Step]:
        notices: list[str] = []

        def begin(place: Place) -> Start:
            self.model.network.to(place.device).eval()
            picture = torch.from_numpy(image)[None].to(place.device)
            with torch.inference_mode(), place.autocast:
                features = self.model.committee.encode(self.model.views.of(picture))[0]
            if self.familiarity is not None and not notices:
                notices.extend(self.familiarity.caution(self.model.describe(picture)[0]))
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
        given, views = self.model.schedule.up_to(self.model.config.start), self.model.views
        noise = origin.noise(chunk, options.seed, place.device)
        features = views.for_samples(features, chunk)
        if origin.tally is not None:
            blind = blinded(chunk, self.model.config.blind_committees, views.count).to(place.device)
            features = withheld(features, blind)
            drawn = torch.from_numpy(origin.tally.annotations.copy()).to(place.device).expand(len(chunk), -1, -1, -1)
            start = noised(views.turned(drawn, chunk), noise(), given)
            back = self._back(start, given, options.steps, features, place, calibrating=True)
            for index, (clean, seen) in enumerate(back):
                origin.tally.add(index, chunk, turned(seen, views, chunk))
                yield self._levels(views.turned(clean, chunk), origin)
            return
        back = self._back(noise(), self.model.schedule, max(1, options.steps - 1), features, place, calibrating=False)
        clean = torch.empty(0)
        for clean, _ in back:
            if options.steps > 1:
                yield self._levels(views.turned(clean, chunk), origin)
        annotations = noised(clean >= 0, noise(), given)
        ((_, seen),) = self._back(annotations, given, 1, features, place, calibrating=True)
        fused = ramps(turned(seen, views, chunk).consensus.sigmoid().cpu().numpy(), self.card.readers)
        cut = [centred(fused[:, place], height) for place, height in enumerate(heights(chunk, options.samples))]
        yield np.stack(cut, axis=1) * origin.grid.on_slice()

    def _back(
        self, start: Tensor, schedule: Schedule, steps: int, features: Features, place: Place, *, calibrating: bool
    ) -> Iterator[tuple[Tensor, Committee]]:
        """Go the steps back from noised masks, yielding the clean ones, in [-1, 1], and all else seen in each step."""
        latest: list[Committee] = []

        def denoise(noised: Tensor, step: Tensor) -> Tensor:
            with place.autocast:
                clean, seen = self.model.denoise(noised, step, features, calibrating=calibrating)
            latest[:] = [seen]
            return clean

        for clean in ddim(denoise, lambda: start, schedule, steps):
            yield clean, latest[0]

    def _levels(self, clean: Tensor, origin: "_Origin") -> FloatArray:
        members: FloatArray = ((clean + 1) / 2).transpose(0, 1).float().cpu().numpy()
        return levels_of(members, self.card.readers) * origin.grid.on_slice()


@dataclass(frozen=True, slots=True, eq=False)
class _Origin:
    """What committees start from: noise for so many readers, or the masks of those who drew."""

    readers: int
    grid: Grid
    tally: Tally | None

    def noise(self, chunk: range, seed: int, device: torch.device) -> Callable[[], Tensor]:
        """Return the source of a chunk's noise, (samples, readers, rows, columns)."""
        readers = self.readers if self.tally is None else len(self.tally.annotations)
        numbers = [sample * readers + reader for sample in chunk for reader in range(readers)]
        source = SampleNoise(seed, numbers, self.grid.shape)
        return lambda: source.draw().view(len(chunk), readers, *self.grid.shape).to(device)


def noised(masks: Tensor, noise: Tensor, schedule: Schedule) -> Tensor:
    """Noise masks, (committees, readers, rows, columns) bool, to the schedule's noisiest step."""
    return add_noise(2 * masks.to(noise) - 1, noise, schedule.signal[-1].to(noise))


def turned(seen: Committee, views: Views, chunk: range) -> Committee:
    """Turn back what was seen of each committee in its view."""
    return Committee(*(views.turned(part, chunk) for part in (seen.calibrated, seen.expertness, seen.consensus)))


def blinded(chunk: range, share: float, views: int) -> Tensor:
    """Return which samples of a chunk calibrate without the image, (samples,) bool: a share of all, evenly spread.

    Samples take the views of the image in turn. Each round of them is moved on by one, lest it were the same views that
    are never seen.

    Args:
        chunk: numbers of the samples.
        share: of all samples, in [0, 1].
        views: number of views.
    """
    places = [sample + (sample // views if views > 1 else 0) for sample in chunk]
    return torch.tensor([int((place + 1) * share) > int(place * share) for place in places])


def heights(chunk: range, samples: int) -> list[float]:
    """Return where in its level each sample of a chunk is cut, in (0, 1), so that all samples are spread over it.

    Level c of C stands for the shares of readers from (c - 1) / C to c / C. Were all samples cut at its middle, a pixel
    that every twentieth reader marks would be in none of them. Of each round of four samples two are cut above the
    middle and two as far below it, so that a level's mean still crosses one half there, or near it after a part of a
    round.

    Args:
        chunk: numbers of the samples.
        samples: how many there are to be in all.
    """
    strata = min(samples, STRATA)
    return [((number + number // strata) % strata + 0.5) / strata for number in chunk]


def inside(estimate: FloatArray) -> BoolArray:
    """Return the samples of all levels, (levels * samples, rows, columns), as masks."""
    return overlap.reaches(estimate, INSIDE).reshape(-1, *estimate.shape[2:])


def levels_of(members: FloatArray, levels: int) -> FloatArray:
    """Return what each share of a committee marks.

    Level c of C is reached where at least the share (c - 1/2) / C of the members mark a pixel, from the level of the
    majority on at least half of them; with C members that is c of them.

    Args:
        members: (readers, samples, rows, columns) in [0, 1].
        levels: number of consensus levels, C.

    Returns:
        (levels, samples, rows, columns) in [0, 1].
    """
    ranked = np.sort(members, axis=0)[::-1]
    places = np.ceil(np.array([least_share(level, levels) for level in range(1, levels + 1)]) * len(members)).astype(
        int
    )
    return np.ascontiguousarray(ranked[places - 1])
