"""How much noise there is at each time step."""

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, slots=True, eq=False)
class Schedule:
    """The share of signal that is left at each of T time steps.

    Attributes:
        signal: (T,) float64; signal[t] is the product of 1 - beta up to t (alpha-bar of Ho et al. 2020), falling.
    """

    signal: Tensor

    @property
    def length(self) -> int:
        """Number of time steps, T."""
        return int(self.signal.shape[0])

    def respaced(self, steps: int) -> Tensor:
        """Choose evenly spaced time steps from the noisiest down (Nichol and Dhariwal 2021, section 4).

        Args:
            steps: number of time steps, from 1 to T.

        Returns:
            (steps,) int64, falling from T - 1; T steps give every one of them down to 0.
        """
        if not 1 <= steps <= self.length:
            raise ValueError(f"steps must be in 1..{self.length}, got {steps}")
        spacing = self.length / steps
        return torch.round(self.length - 1 - spacing * torch.arange(steps, dtype=torch.float64)).clamp(min=0).long()

    def up_to(self, share: float) -> "Schedule":
        """Return the least noisy share of the time steps, to start from a mask that is there (Meng et al. 2022)."""
        if not 0 < share <= 1:
            raise ValueError(f"share must be in (0, 1], got {share}")
        return Schedule(self.signal[: max(1, round(share * self.length))])


def linear(length: int, first: float, last: float) -> Schedule:
    """Betas rising linearly from first to last (Ho et al. 2020, section 4)."""
    betas = torch.linspace(first, last, length, dtype=torch.float64)
    return Schedule(torch.cumprod(1 - betas, dim=0))


def log_snr_linear(length: int, highest: float, lowest: float) -> Schedule:
    """Logarithm of the signal-to-noise ratio falling linearly (Kingma et al. 2021, section 3.2).

    A mask of many pixels shows through much noise, so that lowest must be well below 0 for the last step to hide it.
    """
    return Schedule(torch.sigmoid(torch.linspace(highest, lowest, length, dtype=torch.float64)))
