"""Where the samples of a level are cut, so that together they vary as much as readers do."""

from collections.abc import Sequence

import numpy as np

from app.domain.arrays import FloatArray
from app.postprocess.agreement import centred

STRATA = 4
WIDEST = 10.0


def checked(height_spread: float) -> None:
    """Refuse a spread that heights cannot have.

    Raises:
        ValueError: it is not within 0 and `WIDEST`.
    """
    if not 0 <= height_spread <= WIDEST:
        raise ValueError(f"height_spread must be 0 to {WIDEST:g}, got {height_spread}")


def heights(chunk: range, samples: int, height_spread: float = 1.0) -> list[float]:
    """Return where each sample of a chunk is cut, in (0, 1).

    A network that puts out the probability that a level has a pixel knows that the level may be larger, smaller or
    empty. Cut at one half, all samples would say the same; cut at heights spread evenly over (0, 1), each pixel is in
    as many of them as the probability says. The strata of a round of four are dealt from the middle outwards, each
    followed by the one as far on the other side, in another order each round, lest it were the same views of the image
    that are always cut low. The mean over an even number of samples crosses one half where a probability does.

    Args:
        chunk: numbers of the samples.
        samples: how many there are to be in all; of fewer than four the strata are as many.
        height_spread: 1 for the heights above; their logits are multiplied by it, for a network that is surer than it
            is right by such a factor (temperature scaling, Guo et al. 2017). 0 cuts all samples at one half.
    """
    strata = min(samples, STRATA)
    outwards = sorted(range(strata), key=lambda stratum: abs(2 * stratum + 1 - strata))
    even = [(outwards[number % strata ^ number // strata % strata] + 0.5) / strata for number in chunk]
    return [1 / (1 + (1 / height - 1) ** height_spread) for height in even]


def cut_at(estimate: FloatArray, at: Sequence[float]) -> FloatArray:
    """Bend samples so that one half, where masks are cut, lies where each one's height was.

    Args:
        estimate: (levels, samples, rows, columns) in [0, 1].
        at: height of each sample, in (0, 1).
    """
    samples = zip(estimate.swapaxes(0, 1), at, strict=True)
    return np.stack([centred(sample, height) for sample, height in samples], axis=1)
