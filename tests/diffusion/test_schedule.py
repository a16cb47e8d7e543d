"""The noise schedules, against their papers."""

import math

import numpy as np
import pytest
import torch

from app.diffusion.schedule import linear, log_snr_linear


def test_the_papers_schedule_is_the_running_product_of_one_minus_beta() -> None:
    """Amit et al. 2023: T = 100, betas from 0.001 to 0.2."""
    schedule = linear(100, 0.001, 0.2)
    betas = np.linspace(0.001, 0.2, 100)
    assert schedule.length == 100
    np.testing.assert_allclose(schedule.signal.numpy(), np.cumprod(1 - betas), rtol=1e-12)
    assert schedule.signal[0] == pytest.approx(0.999)


def test_a_shorter_schedule_begins_where_a_mask_is_still_seen() -> None:
    """The first 30 % of the steps, signals unchanged; at least one step, and no more than there are."""
    whole = log_snr_linear(1000, highest=5.0, lowest=-10.0)
    part = whole.up_to(0.3)
    assert part.length == 300
    assert torch.equal(part.signal, whole.signal[:300])
    assert part.respaced(3).tolist() == [299, 199, 99]
    assert whole.up_to(1.0).length == 1000
    assert whole.up_to(1e-6).length == 1
    for share in (0.0, 1.1):
        with pytest.raises(ValueError, match="share"):
            whole.up_to(share)


def test_the_log_of_signal_to_noise_falls_linearly() -> None:
    """log(s / (1 - s)) of three steps from 5 to -10 is 5, -2.5, -10."""
    signal = log_snr_linear(3, highest=5.0, lowest=-10.0).signal
    logs = [math.log(value / (1 - value)) for value in signal.tolist()]
    assert logs == pytest.approx([5.0, -2.5, -10.0])


@pytest.mark.parametrize(("steps", "expected"), [(1, [9]), (5, [9, 7, 5, 3, 1]), (10, [9, 8, 7, 6, 5, 4, 3, 2, 1, 0])])
def test_fewer_steps_are_spaced_evenly_from_the_noisiest(steps: int, expected: list[int]) -> None:
    """Respacing keeps the noisiest step, where sampling begins."""
    assert linear(10, 0.1, 0.2).respaced(steps).tolist() == expected


@pytest.mark.parametrize("steps", [0, 11])
def test_more_steps_than_there_are_is_refused(steps: int) -> None:
    """The message says what was asked."""
    with pytest.raises(ValueError, match=f"got {steps}"):
        linear(10, 0.1, 0.2).respaced(steps)


def test_signal_is_kept_in_double_precision() -> None:
    """1 - s near 1e-5 would lose most of its digits in single precision."""
    assert linear(100, 0.001, 0.2).signal.dtype == torch.float64
