"""A trained model at work: committees drawn from noise, or from the masks that readers drew."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from app.diffusion.process import add_noise
from app.diffusion.sampler import ddim, so_far
from app.diffusion.schedule import Schedule
from app.domain.arrays import BoolArray, FloatArray
from app.domain.grid import Grid
from app.domain.model import ModelCard
from app.domain.result import INSIDE, Options, Step
from app.metrics import overlap
from app.networks.committee import Committee
from app.networks.compact import Features
from app.postprocess.agreement import least_share, rearranged
from app.segmenters.calidiff.model import CaliDiffModel, to_logits, withheld
from app.segmenters.calidiff.tally import Tally
from app.segmenters.drawing import Place, SampleNoise, Start, draw
from app.segmenters.familiarity import Familiarity
from app.segmenters.heights import cut_at, heights
from app.segmenters.views import Views

BYTES_PER_PIXEL = 3_000


@dataclass(frozen=True, slots=True, eq=False)
class CaliDiffSegmenter:
    """A trained CaliDiff model; see `Segmenter` and `Calibrator`."""

    card: ModelCard
    model: CaliDiffModel
    familiarity: Familiarity | None = None

    def sample(self, image: FloatArray, grid: Grid, options: Options) -> Iterator[Step]:
        """Predict: draw committees of as many readers as the model was trained with; the last step fuses each.

        All steps but the last draw, and give the mean of what was drawn so far; the last one takes the masks drawn for
        annotations and adds to each level what it infers from them. See `heights` for where they are cut.
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
            masks = torch.from_numpy(origin.tally.annotations.copy()).to(place.device).expand(len(chunk), -1, -1, -1)
            start = noised(views.turned(masks, chunk), noise(), given)
            back = self._back(start, given, options.steps, features, place, calibrating=True)
            for index, (clean, seen) in enumerate(back):
                origin.tally.add(index, chunk, turned(seen, views, chunk))
                yield self._levels(views.turned(clean, chunk), origin)
            return
        at = heights(chunk, options.samples, self.model.config.height_spread)
        back = self._back(noise(), self.model.schedule, max(1, options.steps - 1), features, place, calibrating=False)
        drawn = torch.empty(0)
        for drawn in so_far(clean for clean, _ in back):
            if options.steps > 1:
                yield self._cut(views.turned((drawn + 1) / 2, chunk), at, origin)
        annotations, last = noised(drawn >= 0, noise(), given), torch.tensor(given.length - 1)
        with place.autocast:
            _, seen = self.model.denoise(annotations, last, features, calibrating=True, drawn=to_logits(drawn))
        yield self._cut(turned(seen, views, chunk).levels.sigmoid(), at, origin)

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

    @staticmethod
    def _cut(levels: Tensor, at: Sequence[float], origin: "_Origin") -> FloatArray:
        """Nest the levels of each committee, (samples, levels, rows, columns), and cut each sample at its height."""
        return cut_at(rearranged(levels.transpose(0, 1).float().cpu().numpy()), at) * origin.grid.on_slice()

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
    parts = seen.calibrated, seen.expertness, seen.consensus, seen.levels
    return Committee(*(views.turned(part, chunk) for part in parts))


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
