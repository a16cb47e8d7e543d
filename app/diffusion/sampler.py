"""From noise to clean masks, one step at a time.

Every sampler is a generator: it yields its estimate of the clean mask, in [-1, 1], after each step, so that its
consumer may stop, show or keep any of them.
"""

from collections.abc import Callable, Iterator

import torch
from torch import Tensor

from app.diffusion.process import add_noise, to_noise
from app.diffusion.schedule import Schedule

Denoise = Callable[[Tensor, Tensor], Tensor]
"""(noised masks, time step as a 0-d int64 tensor) -> estimate of the clean masks in [-1, 1], of the same shape."""

Draw = Callable[[], Tensor]
"""Fresh standard normal noise, always of the same shape."""


@torch.inference_mode()
def ancestral(denoise: Denoise, draw: Draw, schedule: Schedule, steps: int) -> Iterator[Tensor]:
    """Ancestral sampling (Ho et al. 2020, algorithm 2), respaced to fewer steps.

    The posterior's mean and variance are those of equations 6 and 7, with beta taken between the steps kept.

    Args:
        denoise: the network, seen as clean-mask predictor.
        draw: gives x_T and the noise added after every step; after the last one its weight is zero.
        schedule: of the noise.
        steps: number of steps.

    Yields:
        The estimate of the clean masks after each step, shaped like the noise.
    """
    noised = draw()
    for now, before in _pairs(schedule, steps, noised):
        (time, signal), earlier = now, before
        clean = denoise(noised, time)
        yield clean
        kept = signal / earlier
        spread = (1 - earlier) / (1 - signal) * (1 - kept)
        mean = (earlier.sqrt() * (1 - kept) * clean + kept.sqrt() * (1 - earlier) * noised) / (1 - signal)
        noised = mean + spread.sqrt() * draw()


@torch.inference_mode()
def ddim(denoise: Denoise, draw: Draw, schedule: Schedule, steps: int) -> Iterator[Tensor]:
    """Deterministic sampling (Song et al. 2021, equation 12 with sigma = 0).

    Arguments and yields are those of `ancestral`; all chance lies in x_T.
    """
    noised = draw()
    for now, before in _pairs(schedule, steps, noised):
        time, signal = now
        clean = denoise(noised, time)
        yield clean
        noised = add_noise(clean, to_noise(clean, noised, signal), before)


def so_far(estimates: Iterator[Tensor]) -> Iterator[Tensor]:
    """Yield the mean of each estimate of the clean masks and those of the steps before it.

    The estimates of one chain are so many answers of the network to the same question. Their mean errs less than the
    last one where what the noise adds is no variety that readers have.
    """
    total: Tensor | None = None
    for count, estimate in enumerate(estimates, start=1):
        total = estimate if total is None else total + estimate
        yield total / count


def _pairs(schedule: Schedule, steps: int, like: Tensor) -> Iterator[tuple[tuple[Tensor, Tensor], Tensor]]:
    """Yield ((time step, its signal), signal of the step after it), the last one being 1: no noise."""
    times = schedule.respaced(steps)
    signals = torch.cat([schedule.signal[times], torch.ones(1, dtype=torch.float64)]).to(like)
    for index, time in enumerate(times):
        yield (time.to(like.device), signals[index]), signals[index + 1]
