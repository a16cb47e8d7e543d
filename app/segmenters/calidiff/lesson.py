"""What a batch is taught: some readers to calibrate for the others, or a committee to draw."""

from dataclasses import dataclass

import torch
from torch import Tensor

from app.segmenters.calidiff.losses import corrupted

SHARE_CALIBRATING = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """What one batch of committees is taught.

    Attributes:
        clean: (batch, readers, rows, columns), the masks as drawn; where a committee is to be drawn, the consensus
            levels instead of the readers: what at least c of them marked.
        given: the same with the biases of some.
        present: (batch, readers) bool, who is given; the others are held out.
        truth: (batch, rows, columns), mean of the readers held out, or of all where none is.
        step: (batch,) int64, the time step that masks are noised to.
        calibrating: (batch,) bool, whether masks are given to be calibrated or a committee is drawn.
        blind: (batch,) bool, whether the image is withheld; only where masks are given.
    """

    clean: Tensor
    given: Tensor
    present: Tensor
    truth: Tensor
    step: Tensor
    calibrating: Tensor
    blind: Tensor


@dataclass(frozen=True, slots=True)
class Shares:
    """How often what is taught.

    Attributes:
        start: share of the time steps that masks to be calibrated are noised by at most.
        corruption: share of the readers given to be calibrated who are biased.
        blind: share of the calibrations that the image is withheld from.
    """

    start: float
    corruption: float
    blind: float


def draw_lesson(readers: Tensor, schedule_length: int, shares: Shares, rng: torch.Generator) -> Lesson:
    """Draw what a batch is taught: half of it to calibrate some readers for others, half to draw a committee.

    Args:
        readers: (batch, readers, rows, columns) in {0, 1}.
        schedule_length: number of time steps, T.
        shares: how often what.
        rng: on the CPU.
    """
    batch, count = readers.shape[:2]
    calibrating = torch.rand(batch, generator=rng) < SHARE_CALIBRATING
    few = torch.randint(1, max(2, count), (batch,), generator=rng)
    rank = torch.rand((batch, count), generator=rng).argsort(dim=1)
    present = (rank < few[:, None]) | ~calibrating[:, None]
    chosen = torch.rand((batch, count), generator=rng) < shares.corruption
    clean = torch.where(calibrating.to(readers.device)[:, None, None, None], readers, consensus_levels(readers))
    given = corrupted(clean, chosen & present & calibrating[:, None], rng)
    share = torch.rand(batch, generator=rng) * torch.where(calibrating, shares.start, 1.0)
    chance = torch.rand(batch, generator=rng) if shares.blind else torch.ones(batch)
    present = present.to(readers.device)
    return Lesson(
        clean=clean,
        given=given,
        present=present,
        truth=_held_out(readers, present),
        step=(share * schedule_length).long(),
        calibrating=calibrating.to(readers.device),
        blind=(calibrating & (chance < shares.blind)).to(readers.device),
    )


def consensus_levels(readers: Tensor) -> Tensor:
    """Return what at least 1, 2 ... n of n readers marked, (batch, readers, rows, columns) as they come."""
    return readers.sort(dim=1, descending=True).values


def _held_out(readers: Tensor, present: Tensor) -> Tensor:
    """Mean mask of the readers held out of each committee, or of all where none is: (batch, rows, columns)."""
    out = (~present).to(readers)
    out = torch.where(out.any(dim=1, keepdim=True), out, torch.ones_like(out))
    truth: Tensor = torch.einsum("br,brhw->bhw", out / out.sum(dim=1, keepdim=True), readers)
    return truth
