"""Between a clean mask and a noised one, in one place.

A clean mask x_0 is -1 outside and 1 inside. A noised one is x_t = sqrt(s) x_0 + sqrt(1 - s) n with the signal
s = alpha-bar(t) and standard normal noise n (Ho et al. 2020, equation 4).
"""

from enum import Enum
from typing import assert_never

import torch
from torch import Tensor


class Prediction(Enum):
    """What a network's output stands for."""

    NOISE = "noise"
    CLEAN = "clean"
    VELOCITY = "velocity"
    LOGIT = "logit"


def add_noise(clean: Tensor, noise: Tensor, signal: Tensor) -> Tensor:
    """Return x_t; signal is broadcast against the masks."""
    return signal.sqrt() * clean + (1 - signal).sqrt() * noise


def to_clean(output: Tensor, noised: Tensor, signal: Tensor, prediction: Prediction) -> Tensor:
    """Read the clean mask, in [-1, 1], from a network's output.

    Args:
        output: of the network, shaped like noised.
        noised: x_t.
        signal: alpha-bar(t), broadcast against noised.
        prediction: what output stands for; a logit is that of the probability of being inside, a velocity that of
            Salimans and Ho 2022, appendix D.
    """
    match prediction:
        case Prediction.NOISE:
            clean = (noised - (1 - signal).sqrt() * output) / signal.sqrt()
        case Prediction.CLEAN:
            clean = output
        case Prediction.VELOCITY:
            clean = signal.sqrt() * noised - (1 - signal).sqrt() * output
        case Prediction.LOGIT:
            clean = torch.tanh(output / 2)
        case _:
            assert_never(prediction)
    return clean.clamp(-1, 1)


def to_noise(clean: Tensor, noised: Tensor, signal: Tensor) -> Tensor:
    """Return the noise that leads from a clean mask to a noised one; the inverse of `add_noise`."""
    return (noised - signal.sqrt() * clean) / (1 - signal).sqrt()


def target(clean: Tensor, noise: Tensor, signal: Tensor, prediction: Prediction) -> Tensor:
    """Return what a network should have put out; for a logit, the probability of being inside."""
    match prediction:
        case Prediction.NOISE:
            return noise
        case Prediction.CLEAN:
            return clean
        case Prediction.VELOCITY:
            return signal.sqrt() * noise - (1 - signal).sqrt() * clean
        case Prediction.LOGIT:
            return (clean + 1) / 2
        case _:
            assert_never(prediction)
