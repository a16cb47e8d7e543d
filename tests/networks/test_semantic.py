"""The denoiser under two semantics: sizes, and what its outputs depend on."""

import pytest
import torch

from app.networks.semantic import Seen, SemanticConfig, SemanticNetwork, semantic_network

SMALL = SemanticConfig(3, (8, 16, 16, 16), 32, 8)
SEEN_BY_BACKBONE = SemanticConfig(3, (8, 16, 16, 16, 16), 32, 8, backbone=True)


@pytest.fixture(name="network", params=[SMALL, SEEN_BY_BACKBONE], ids=["plain", "backbone"])
def _network(request: pytest.FixtureRequest) -> SemanticNetwork:
    torch.manual_seed(0)
    network = semantic_network(request.param)
    for name, parameter in network.named_parameters():
        if "backbone" not in name:
            torch.nn.init.normal_(parameter, std=0.1)
    return network.eval()


def _seen(network: SemanticNetwork, noised: torch.Tensor, time: float) -> Seen:
    seen: Seen = network(noised, torch.full((len(noised),), time))
    return seen


def test_each_semantic_gives_a_picture_and_both_one_difference(network: SemanticNetwork) -> None:
    """Sizes need not be square."""
    seen = _seen(network, torch.randn(2, 3, 32, 64), 0.1)
    assert seen.pictures.shape == (2, 2, 3, 32, 64)
    assert seen.difference.shape == (2, 1, 32, 64)
    assert not torch.allclose(seen.pictures[0], seen.pictures[1])


def test_semantics_with_one_embedding_see_no_difference(network: SemanticNetwork) -> None:
    """Then the head sees zeros, whatever the picture: away from the border its logits are the same everywhere."""
    with torch.no_grad():
        network.semantic.weight[1] = network.semantic.weight[0]
    seen = _seen(network, torch.randn(1, 3, 32, 32), 0.1)
    torch.testing.assert_close(seen.pictures[0], seen.pictures[1])
    inner = seen.difference[..., 4:-4, 4:-4].reshape(12, 2, 12, 2)
    torch.testing.assert_close(inner, inner[:1, :, :1].expand_as(inner))


def test_pictures_of_a_batch_do_not_mix(network: SemanticNetwork) -> None:
    """One picture alone is seen as it is within a batch."""
    noised = torch.randn(3, 3, 32, 32)
    together, alone = _seen(network, noised, 0.1), _seen(network, noised[1:2], 0.1)
    torch.testing.assert_close(together.pictures[:, 1:2], alone.pictures, atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(together.difference[1:2], alone.difference, atol=1e-4, rtol=1e-4)


def test_the_time_matters(network: SemanticNetwork) -> None:
    noised = torch.randn(1, 3, 32, 32)
    assert not torch.allclose(_seen(network, noised, 0.06).pictures, _seen(network, noised, 0.15).pictures)


def test_default_sizes_leave_room_in_a_16_megabyte_file() -> None:
    """float32 weights of the default network."""
    network = semantic_network(SemanticConfig())
    assert sum(4 * parameter.numel() for parameter in network.parameters()) < 16e6
