"""Each part of CaliDiff's training does what it says; expected values by hand."""

import math

import pytest
import torch
from torch import Tensor

from app.networks.critic import Critic
from app.segmenters.calidiff.losses import (
    adversarial,
    alignment,
    consensus_inference,
    corrupted,
    expertness_calibration,
    inverse_diffusion,
    levels_inference,
)

BOTH = torch.tensor([[True, True]])


def _maps(*values: float) -> Tensor:
    """One item; each reader has the same value everywhere."""
    return torch.tensor(values)[None, :, None, None].expand(1, len(values), 4, 4).clone()


def _logit(share: float) -> float:
    return math.log(share / (1 - share))


def test_inverse_diffusion_is_the_cross_entropy_of_those_present() -> None:
    """A logit of 0 costs ln 2; a sure and right one nothing; an absent reader is not counted."""
    clean = _maps(1.0, 0.0)
    assert inverse_diffusion(_maps(0.0, 0.0), clean, BOTH).item() == pytest.approx(math.log(2))
    assert inverse_diffusion(_maps(30.0, -30.0), clean, BOTH).item() == pytest.approx(0)
    assert inverse_diffusion(_maps(30.0, 30.0), clean, torch.tensor([[True, False]])).item() == pytest.approx(0)


def test_inverse_diffusion_may_count_overlap_besides() -> None:
    """The second reader marks all 16 pixels where nothing is: a logit of 30 costs 30, the overlap 1 - 1 / 17."""
    clean, marked = _maps(1.0, 0.0), _maps(30.0, 30.0)
    assert inverse_diffusion(marked, clean, BOTH, dice_weight=1.0).item() == pytest.approx((30 + 16 / 17) / 2)
    assert inverse_diffusion(marked, clean, torch.tensor([[True, False]]), dice_weight=1.0).item() == pytest.approx(0)


def test_each_level_is_scored_by_itself() -> None:
    """A level of chance costs ln 2, a sure and right one nothing; 8 of 16 pixels overlap by 17 / 25."""
    levels, marked = _maps(0.0, 30.0), _maps(1.0, 1.0)
    assert levels_inference(levels, marked).item() == pytest.approx(math.log(2) / 2)
    assert levels_inference(levels, marked, dice_weight=1.0).item() == pytest.approx((math.log(2) + 1 - 17 / 25) / 2)


@pytest.mark.parametrize("share", [0.25, 0.5, 0.75])
def test_the_best_consensus_is_the_share_of_held_out_readers(share: float) -> None:
    """The gradient vanishes there, and nowhere else."""
    truth = torch.full((1, 4, 4), share)
    for logit, best in ((_logit(share), True), (_logit(share) + 0.5, False)):
        consensus = torch.full((1, 4, 4), logit, requires_grad=True)
        consensus_inference(consensus, truth).backward()  # type: ignore[no-untyped-call]
        assert consensus.grad is not None
        assert (consensus.grad.abs().max().item() < 1e-6) == best


def test_the_best_expertness_is_the_share_who_agree_with_what_was_drawn() -> None:
    """A quarter of the held-out readers marked: they agree by 1/4 with one who marked, by 3/4 with one who did not."""
    expertness = _maps(_logit(0.25), _logit(0.75)).requires_grad_()
    truth = torch.full((1, 4, 4), 0.25)
    expertness_calibration(expertness, _maps(1.0, 0.0), truth, BOTH).backward()  # type: ignore[no-untyped-call]
    assert expertness.grad is not None
    assert expertness.grad.abs().max().item() < 1e-6


def test_alignment_is_variance_weighted_by_confidence() -> None:
    """0.2 and 0.8 have variance 0.09. One marked, the other not.

    With an expertness of 0.9 and 0.1 both say that a further reader marks it with 0.9: a confidence of 0.8. With 0.9
    both ways they say 0.9 and 0.1, in the mean nothing; so they do at chance.
    """
    apart, split = _maps(_logit(0.2), _logit(0.8)), _maps(1.0, 0.0)
    sure, opposed, unsure = _maps(_logit(0.9), _logit(0.1)), _maps(_logit(0.9), _logit(0.9)), _maps(0.0, 0.0)
    assert alignment(apart, sure, split, BOTH).item() == pytest.approx(0.072)
    assert alignment(apart, sure.flip(1), split, BOTH).item() == pytest.approx(0.072)
    assert alignment(apart, opposed, split, BOTH).item() == pytest.approx(0)
    assert alignment(apart, unsure, split, BOTH).item() == pytest.approx(0)
    assert alignment(_maps(1.0, 1.0), sure, split, BOTH).item() == pytest.approx(0)


def test_alignment_asks_only_where_those_present_differ() -> None:
    """Where all were given the same nothing is asked; an absent reader differs from nobody."""
    apart, sure, split = _maps(_logit(0.2), _logit(0.8)), _maps(_logit(0.9), _logit(0.1)), _maps(1.0, 0.0)
    assert alignment(apart, sure, _maps(1.0, 1.0), BOTH).item() == pytest.approx(0)
    assert alignment(apart, sure, _maps(0.0, 0.0), BOTH).item() == pytest.approx(0)
    for present in ([True, False], [False, True], [False, False]):
        assert alignment(apart, sure, split, torch.tensor([present])).item() == pytest.approx(0)
    split[..., 1:] = 0  # they differ in one column of four, and its mean counts, not that of all
    assert alignment(apart, sure, split, BOTH).item() == pytest.approx(0.072)


def test_alignment_brings_readers_together_and_leaves_doubt_alone() -> None:
    """Descending it, the lower reader rises, the higher falls, and no gradient reaches the expertness."""
    apart = _maps(_logit(0.2), _logit(0.8)).requires_grad_()
    sure = _maps(2.0, -2.0).requires_grad_()
    alignment(apart, sure, _maps(1.0, 0.0), BOTH).backward()  # type: ignore[no-untyped-call]
    assert apart.grad is not None
    assert (apart.grad[:, 0] < 0).all()
    assert (apart.grad[:, 1] > 0).all()
    assert sure.grad is None


def test_critic_and_consensus_pull_in_opposite_directions() -> None:
    """A step of the critic along the loss's descent tells the two better apart; one of the consensus, worse.

    There may be more of the one than of the other, and the pseudo ground truth has no gradient.
    """
    torch.manual_seed(0)
    critic = Critic(1)
    images, trusted_images = torch.rand(2, 1, 32, 32), torch.rand(3, 1, 32, 32)
    trusted = (torch.rand(3, 32, 32) > 0.5).float()
    own = torch.zeros(2, 32, 32, requires_grad=True)
    before = adversarial(critic, images, own, trusted_images, trusted)
    before.backward()  # type: ignore[no-untyped-call]
    assert own.grad is not None
    fooled = (own - 1e2 * own.grad).detach()
    assert adversarial(critic, images, fooled, trusted_images, trusted).item() > before.item()
    with torch.no_grad():
        for parameter in critic.parameters():
            assert parameter.grad is not None
            parameter.sub_(1e-2 * parameter.grad)
    assert adversarial(critic, images, own, trusted_images, trusted).item() < before.item()


def test_only_chosen_readers_are_biased_and_the_seed_decides_how() -> None:
    """A disc: every kind of bias changes it."""
    rows, columns = torch.meshgrid(torch.arange(32), torch.arange(32), indexing="ij")
    disc = ((rows - 16) ** 2 + (columns - 16) ** 2 < 36).float()
    readers = disc.expand(8, 2, 32, 32)
    chosen = torch.tensor([[True, False]]).expand(8, 2)
    first, again, other = (corrupted(readers, chosen, torch.Generator().manual_seed(seed)) for seed in (0, 0, 1))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    assert torch.equal(first[:, 1], readers[:, 1])
    assert all((one != disc).any() for one in first[:, 0])
    assert ((first == 0) | (first == 1)).all()
