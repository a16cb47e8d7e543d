"""The compact network's promises: sizes, what it depends on, and what it shares."""

import pytest
import torch

from app.networks.blocks import Attention, Sinusoids
from app.networks.compact import CompactConfig, CompactNetwork


@pytest.fixture(name="network", params=[False, True], ids=["plain", "backbone"])
def _network(request: pytest.FixtureRequest) -> CompactNetwork:
    torch.manual_seed(0)
    network = CompactNetwork(CompactConfig(1, (8, 8, 16, 16, 16), (8, 16, 16), 32, backbone=request.param))
    for name, parameter in network.named_parameters():
        if "backbone" not in name:
            torch.nn.init.normal_(parameter, std=0.1)
    return network.eval()


def test_output_has_the_masks_shape_and_the_guess_the_images(network: CompactNetwork) -> None:
    """One mask a chain, one guess an image; sizes need not be square."""
    features, guess = network.encode(torch.rand(2, 1, 32, 64))
    output = network(torch.randn(2, 1, 32, 64), features, torch.rand(2), torch.rand(2))
    assert output.shape == guess.shape == (2, 1, 32, 64)


def test_one_images_features_serve_any_number_of_chains(network: CompactNetwork) -> None:
    """Features of a batch of one are shared by all chains: the same as repeating them."""
    features, _ = network.encode(torch.rand(1, 1, 32, 32))
    noised, time, level = torch.randn(3, 1, 32, 32), torch.rand(3), torch.rand(3)
    half, quarter, eighth = (part.repeat(3, 1, 1, 1) for part in features)
    shared = network(noised, features, time, level)
    torch.testing.assert_close(shared, network(noised, (half, quarter, eighth), time, level))


@pytest.mark.parametrize("changed", ["image", "noised", "time", "level"])
def test_the_output_depends_on_everything_it_is_given(network: CompactNetwork, changed: str) -> None:
    """Image, noised mask, time and level all matter."""
    given = {
        "image": torch.zeros(1, 1, 32, 32),
        "noised": torch.zeros(1, 1, 32, 32),
        "time": torch.tensor([0.2]),
        "level": torch.tensor([0.2]),
    }

    def run() -> torch.Tensor:
        features, _ = network.encode(given["image"])
        output: torch.Tensor = network(given["noised"], features, given["time"], given["level"])
        return output

    before = run()
    given[changed] = given[changed] + 0.5
    assert (run() - before).abs().max() > 1e-4


def test_default_sizes_leave_room_in_a_16_megabyte_file() -> None:
    """float32 weights of the default network."""
    network = CompactNetwork(CompactConfig(3))
    assert sum(4 * parameter.numel() for parameter in network.parameters()) < 16e6


@pytest.mark.parametrize("patch", [1, 2, 4])
def test_a_backbones_way_back_ends_where_the_denoiser_begins(patch: int) -> None:
    """Features at the patches' size and the next two; mask and guess have the image's; all weights are taught."""
    sizes = CompactConfig(3, (8, 8, 16, 16, 24), (8, 16, 24), 32, patch, guided=True, backbone=True)
    network = CompactNetwork(sizes)
    features, guess = network.encode(torch.rand(1, 3, 64, 64))
    output = network(torch.randn(1, 1, 64, 64), features, torch.rand(1), torch.rand(1))
    assert [part.shape[1:] for part in features[:3]] == [
        (width, 64 // patch >> shift, 64 // patch >> shift) for shift, width in enumerate((8, 16, 24))
    ]
    assert output.shape == guess.shape == (1, 1, 64, 64)
    (output.sum() + guess.sum()).backward()
    assert [name for name, weight in network.named_parameters() if weight.grad is None] == []


def test_patches_of_four_need_a_backbone() -> None:
    """The small encoder's way back has no three sizes there."""
    with pytest.raises(ValueError, match="patch 4 needs a backbone"):
        CompactConfig(1, patch=4)


def test_nearby_numbers_have_nearby_embeddings() -> None:
    """The embedding is continuous, so that a level between two trained ones makes sense."""
    embed = Sinusoids(32, 16.0)
    near, far = embed(torch.tensor([0.50, 0.505, 0.9]))[0:2], embed(torch.tensor([0.5, 0.9]))
    assert (near[0] - near[1]).norm() < (far[0] - far[1]).norm() / 3


def test_attention_starts_without_mixing_positions() -> None:
    """The output projection's weights start at zero (Dhariwal and Nichol 2021): only a constant is added."""
    picture = torch.randn(1, 16, 4, 4)
    added = Attention(16, 4)(picture) - picture
    torch.testing.assert_close(added, added[:, :, :1, :1].expand_as(added), atol=1e-6, rtol=0)
