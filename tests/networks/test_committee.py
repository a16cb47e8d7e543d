"""The committee's promises: readers have no number, come in any number, and may be absent."""

import pytest
import torch

from app.networks.committee import Committee, CommitteeNetwork
from app.networks.compact import CompactConfig
from app.networks.critic import Critic, reverse_gradient

CONFIG = CompactConfig(1, (8, 8, 16, 16, 16), (8, 16, 16), 32)
PARTS = ("calibrated", "expertness", "consensus")


def _network(*, fusion: bool = True, implicit: bool = True, config: CompactConfig = CONFIG) -> CommitteeNetwork:
    torch.manual_seed(0)
    network = CommitteeNetwork(config, fusion=fusion, implicit=implicit)
    for parameter in network.parameters():
        torch.nn.init.normal_(parameter, std=0.1)
    return network.eval()


@torch.inference_mode()
def _seen(
    network: CommitteeNetwork,
    noised: torch.Tensor,
    present: torch.Tensor | None = None,
    *,
    given: bool = True,
    drawn: torch.Tensor | None = None,
) -> Committee:
    batch, readers = noised.shape[:2]
    torch.manual_seed(1)
    features, _ = network.encode(torch.rand(batch, 1, *noised.shape[2:]))
    if present is None:
        present = torch.ones(batch, readers, dtype=torch.bool)
    time = torch.full((batch,), 0.2)
    seen: Committee = network(noised, present, features, time, torch.full((batch,), given), drawn)
    return seen


@pytest.mark.parametrize("fusion", [True, False])
@pytest.mark.parametrize("implicit", [True, False])
def test_the_order_of_readers_does_not_matter(fusion: bool, implicit: bool) -> None:
    """Exchanged readers give exchanged masks and expertness, and the same consensus."""
    network, noised = _network(fusion=fusion, implicit=implicit), torch.randn(2, 4, 32, 32)
    order = torch.tensor([2, 0, 3, 1])
    before, after = _seen(network, noised), _seen(network, noised[:, order])
    torch.testing.assert_close(after.calibrated, before.calibrated[:, order], atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(after.expertness, before.expertness[:, order], atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(after.consensus, before.consensus, atol=1e-5, rtol=1e-4)


def test_an_absent_reader_is_as_if_it_had_never_been() -> None:
    """Whatever stands in its place, the others come out as without it."""
    network, noised = _network(), torch.randn(1, 4, 32, 32)
    present = torch.tensor([[True, False, True, True]])
    alone, beside = _seen(network, noised[:, [0, 2, 3]]), _seen(network, noised, present)
    torch.testing.assert_close(beside.calibrated[:, [0, 2, 3]], alone.calibrated, atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(beside.consensus, alone.consensus, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("readers", [1, 2, 7])
def test_any_number_of_readers_and_any_picture_size(readers: int) -> None:
    """One network for all; empty masks give numbers too."""
    seen = _seen(_network(config=CompactConfig(1, (8, 8, 16, 16, 16), (8, 16, 16), 32, patch=1, guided=True)),
                 -torch.ones(1, readers, 32, 48))  # fmt: skip
    assert seen.calibrated.shape == seen.expertness.shape == (1, readers, 32, 48)
    assert seen.consensus.shape == (1, 32, 48)
    assert all(torch.isfinite(getattr(seen, part)).all() for part in PARTS)


def test_readers_hear_of_each_other_only_by_fusion() -> None:
    """Another reader's mask changes what becomes of the first one's with Cross-Expert Fusion, and not without."""
    noised = torch.randn(1, 2, 32, 32)
    other = torch.stack([noised[:, 0], torch.randn(1, 32, 32)], dim=1)
    for fusion in (True, False):
        network = _network(fusion=fusion)
        moved = (_seen(network, noised).calibrated[:, 0] - _seen(network, other).calibrated[:, 0]).abs().max()
        assert (moved > 1e-3) == fusion


def test_members_who_are_drawn_have_a_place_each() -> None:
    """Asked for what 1/8, 3/8, 5/8 and 7/8 of readers would mark, equal masks differ; given, they stay alike."""
    network, noised = _network(fusion=False), torch.randn(1, 1, 32, 32).expand(1, 4, 32, 32)
    for given in (True, False):
        apart = (_seen(network, noised, given=given).calibrated.diff(dim=1)).abs().amax(dim=(0, 2, 3))
        assert ((apart > 1e-4) == (not given)).all()


def test_a_mask_that_was_given_is_told_from_the_middle_level() -> None:
    """The one member of a committee is asked for half of the readers; so is a mask given, but it is marked as given."""
    network, noised = _network(), torch.randn(1, 1, 32, 32)
    for alike in (False, True):
        given, drawn = (_seen(network, noised, given=given).calibrated for given in (True, False))
        assert torch.allclose(given, drawn, atol=1e-5) == alike
        torch.nn.init.zeros_(network.annotated)


def test_levels_begin_at_what_was_drawn() -> None:
    """Implicit Consensus Inference has a say in each level, at first of nothing; nothing drawn, no level."""
    torch.manual_seed(0)
    drawn, noised = torch.randn(2, 3, 32, 32), torch.randn(2, 4, 32, 32)
    for network in (CommitteeNetwork(CONFIG).eval(), _network(implicit=False)):
        torch.testing.assert_close(_seen(network, noised, drawn=drawn).levels, drawn)
    moved = _seen(_network(), noised, drawn=drawn).levels - drawn
    assert (moved.diff(dim=1).abs().amax(dim=(2, 3)) > 1e-4).all()
    assert _seen(_network(), noised).levels.shape == (2, 0, 32, 32)


def test_without_fusion_and_inference_the_consensus_is_the_mean_logit() -> None:
    """All readers count the same."""
    seen = _seen(_network(fusion=False, implicit=False), torch.randn(1, 3, 32, 32))
    torch.testing.assert_close(seen.consensus, seen.calibrated.mean(dim=1))


def test_default_sizes_leave_room_in_a_16_megabyte_file() -> None:
    """float32 weights with the discriminator."""
    parts = (CommitteeNetwork(CompactConfig(3)), Critic(3))
    assert sum(4 * parameter.numel() for part in parts for parameter in part.parameters()) < 16e6


def test_a_reversed_gradient_is_the_gradients_opposite() -> None:
    """Ganin et al. 2016: forward the identity, backward times -1. The derivative of x^2 at 3 is 6."""
    value = torch.tensor([3.0], requires_grad=True)
    turned = reverse_gradient(value)
    assert turned.item() == 3
    turned.square().sum().backward()  # type: ignore[no-untyped-call]
    assert value.grad is not None
    assert value.grad.item() == -6


def test_the_critic_judges_patches_of_sixteen_pixels() -> None:
    assert Critic(3)(torch.rand(2, 3, 64, 32), torch.rand(2, 64, 32)).shape == (2, 1, 4, 2)
