"""What a consensus diffusion model draws: the paper's method and the ablations of its table 3.

A variant says what is learnt from readers, what each chain of a sample is asked for and started from, and how what the
chains draw becomes consensus levels.
"""

from collections.abc import Callable
from enum import Enum
from typing import assert_never

import numpy as np
import torch
from torch import Tensor

from app.domain.arrays import FloatArray
from app.networks.committee import level_shares
from app.postprocess.agreement import ramps
from app.segmenters.drawing import SampleNoise


class Variant(Enum):
    """What is drawn: the paper's method and the ablations of its table 3."""

    CONSENSUS = "consensus"
    ANNOTATOR = "annotator"
    NO_ANNOTATOR = "no-annotator"
    SOFT_LABEL = "soft-label"


def as_levels(drawn: FloatArray, variant: Variant, levels: int) -> FloatArray:
    """Turn what a variant draws into the masks of each consensus level.

    A committee of annotators gives level c as the c-th largest of their values at each pixel; a soft map reaches
    level c from (c - 1/2) / C on, and passes through 1/2 there.

    Args:
        drawn: (chains, samples, rows, columns) in [0, 1]; a chain is a level, an annotator, or the one soft map.
        variant: of the model.
        levels: number of consensus levels, C.

    Returns:
        (levels, samples, rows, columns) in [0, 1].
    """
    match variant:
        case Variant.CONSENSUS:
            return drawn
        case Variant.ANNOTATOR | Variant.NO_ANNOTATOR:
            return np.ascontiguousarray(np.sort(drawn, axis=0)[::-1])
        case Variant.SOFT_LABEL:
            return ramps(drawn[0], levels)
        case _:
            assert_never(variant)


def asked(variant: Variant, levels: int) -> Tensor:
    """Return what each chain of a sample is asked for, (chains,) in [0, 1]."""
    match variant:
        case Variant.CONSENSUS | Variant.ANNOTATOR:
            return level_shares(levels)
        case Variant.NO_ANNOTATOR:
            return torch.full((levels,), 0.5)
        case Variant.SOFT_LABEL:
            return torch.full((1,), 0.5)
        case _:
            assert_never(variant)


def truth(readers: Tensor, variant: Variant, rng: torch.Generator) -> tuple[Tensor, Tensor]:
    """Draw what is to be learnt from each item's readers.

    Args:
        readers: (batch, readers, rows, columns) in {0, 1}.
        variant: of the model.
        rng: on the CPU.

    Returns:
        (batch, 1, rows, columns) in [0, 1], and what it was asked with, (batch,) in [0, 1].
    """
    batch, count = readers.shape[:2]
    number = torch.randint(1, count + 1, (batch,), generator=rng).to(readers.device)
    asked = (number.to(readers) - 0.5) / count
    share = readers.mean(dim=1, keepdim=True)
    match variant:
        case Variant.CONSENSUS:
            return (share > asked[:, None, None, None]).to(readers), asked
        case Variant.ANNOTATOR:
            return readers[torch.arange(batch), number - 1, None], asked
        case Variant.NO_ANNOTATOR:
            return readers[torch.arange(batch), number - 1, None], torch.full_like(asked, 0.5)
        case Variant.SOFT_LABEL:
            return share, torch.full_like(asked, 0.5)
        case _:
            assert_never(variant)


def noise_source(
    variant: Variant, levels: int, seed: int, chunk: range, shape: tuple[int, ...]
) -> Callable[[], Tensor]:
    """Return the source of a chunk's noise, (chains * samples, 1, rows, columns).

    All levels of a sample share their noise (common random numbers), which keeps them nearly nested; the annotators of
    a committee are drawn independently of each other.
    """
    if variant in {Variant.CONSENSUS, Variant.SOFT_LABEL}:
        shared = SampleNoise(seed, chunk, shape)
        chains = levels if variant is Variant.CONSENSUS else 1
        return lambda: shared.draw().repeat(chains, 1, 1, 1)
    return SampleNoise(seed, [sample * levels + reader for reader in range(levels) for sample in chunk], shape).draw
