"""Between clean and noised masks."""

import pytest
import torch

from app.diffusion.process import Prediction, add_noise, target, to_clean, to_noise


def _pair() -> tuple[torch.Tensor, torch.Tensor]:
    rng = torch.Generator().manual_seed(0)
    clean = torch.randint(2, (4, 1, 8, 8), generator=rng, dtype=torch.float64) * 2 - 1
    return clean, torch.randn(clean.shape, generator=rng, dtype=torch.float64)


def test_noise_is_added_by_equation_4_of_ddpm() -> None:
    """s = 0.64 keeps 0.8 of the mask and adds 0.6 of the noise."""
    noised = add_noise(torch.tensor(1.0), torch.tensor(2.0), torch.tensor(0.64))
    assert noised.item() == pytest.approx(0.8 * 1 + 0.6 * 2)


@pytest.mark.parametrize("prediction", [Prediction.NOISE, Prediction.CLEAN, Prediction.VELOCITY])
def test_a_perfect_output_gives_the_clean_mask_back(prediction: Prediction) -> None:
    """Whatever the network is asked for, its right answer leads to x_0."""
    clean, noise = _pair()
    signal = torch.tensor(0.3, dtype=torch.float64)
    noised = add_noise(clean, noise, signal)
    output = target(clean, noise, signal, prediction)
    torch.testing.assert_close(to_clean(output, noised, signal, prediction), clean)


def test_a_logit_stands_for_the_posterior_mean() -> None:
    """A probability of 0.75 of being inside is a mean of 0.5 on the scale from -1 to 1; its target is the mask."""
    logit = torch.logit(torch.tensor(0.75))
    signal = torch.tensor(0.5)
    assert to_clean(logit, torch.tensor(0.0), signal, Prediction.LOGIT).item() == pytest.approx(0.5)
    clean, noise = _pair()
    assert torch.equal(target(clean, noise, signal, Prediction.LOGIT), (clean > 0).double())


def test_the_noise_is_found_again() -> None:
    """to_noise inverts add_noise."""
    clean, noise = _pair()
    signal = torch.tensor(0.9, dtype=torch.float64)
    torch.testing.assert_close(to_noise(clean, add_noise(clean, noise, signal), signal), noise)


def test_estimates_stay_within_the_range_of_masks() -> None:
    """A wild output is cut to [-1, 1]."""
    wild = torch.tensor([-9.0, 9.0])
    assert to_clean(wild, wild, torch.tensor(0.5), Prediction.CLEAN).tolist() == [-1.0, 1.0]
