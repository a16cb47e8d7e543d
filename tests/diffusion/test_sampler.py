"""The samplers, on a distribution whose denoiser is known exactly."""

from collections.abc import Callable, Iterator

import pytest
import torch
from torch import Tensor

from app.diffusion.sampler import Denoise, Draw, ancestral, ddim, so_far
from app.diffusion.schedule import Schedule, log_snr_linear

Sampler = Callable[[Denoise, Draw, Schedule, int], Iterator[Tensor]]
SCHEDULE = log_snr_linear(1000, highest=9.0, lowest=-9.0)
DEVIATION = 0.4
MEAN = 0.2


def _gaussian_denoiser(noised: Tensor, step: Tensor) -> Tensor:
    """E[x_0 | x_t] for x_0 ~ N(MEAN, DEVIATION^2), by the rule for two Gaussians."""
    signal = SCHEDULE.signal[step].to(noised)
    gain = signal.sqrt() * DEVIATION**2 / (signal * DEVIATION**2 + 1 - signal)
    return MEAN + gain * (noised - signal.sqrt() * MEAN)


def _noise(count: int) -> Draw:
    rng = torch.Generator().manual_seed(3)
    return lambda: torch.randn(count, generator=rng)


@pytest.mark.parametrize("sampler", [ancestral, ddim])
def test_samples_follow_the_distribution_that_the_denoiser_knows(sampler: Sampler) -> None:
    """With many steps the mean and the spread of 20,000 samples are those of the data."""
    *_, last = sampler(_gaussian_denoiser, _noise(20_000), SCHEDULE, 200)
    assert last.mean().item() == pytest.approx(MEAN, abs=0.01)
    assert last.std().item() == pytest.approx(DEVIATION, rel=0.03)


@pytest.mark.parametrize("sampler", [ancestral, ddim])
def test_a_denoiser_that_knows_the_mask_is_followed_at_every_step(sampler: Sampler) -> None:
    """Each estimate is what the denoiser said, and there is one for each step."""
    mask = torch.tensor([1.0, -1.0, 1.0])
    estimates = list(sampler(lambda _noised, _step: mask, _noise(3), SCHEDULE, 4))
    assert len(estimates) == 4
    assert all(torch.equal(estimate, mask) for estimate in estimates)


def test_sampling_starts_at_the_noisiest_step_and_goes_down() -> None:
    """The denoiser is asked for falling time steps, the first being T - 1."""
    asked: list[int] = []

    def listen(noised: Tensor, step: Tensor) -> Tensor:
        asked.append(int(step))
        return torch.zeros_like(noised)

    list(ddim(listen, _noise(2), SCHEDULE, 5))
    assert asked == [999, 799, 599, 399, 199]


def test_the_same_noise_gives_the_same_samples() -> None:
    """All chance comes in through `draw`."""
    first = list(ancestral(_gaussian_denoiser, _noise(10), SCHEDULE, 5))[-1]
    second = list(ancestral(_gaussian_denoiser, _noise(10), SCHEDULE, 5))[-1]
    assert torch.equal(first, second)


def test_inference_mode_does_not_leak_to_the_consumer() -> None:
    """Between steps the consumer may build graphs of its own."""
    for _ in ddim(_gaussian_denoiser, _noise(2), SCHEDULE, 2):
        assert not torch.is_inference_mode_enabled()


def test_the_mean_of_the_steps_so_far() -> None:
    """1, then 1 and 4, then 1, 4 and -2; what the sampler gave stays as it was."""
    given = [torch.tensor([value]) for value in (1.0, 4.0, -2.0)]
    assert [mean.item() for mean in so_far(iter(given))] == [1, 2.5, 1]
    assert [value.item() for value in given] == [1, 4, -2]
