"""The pretrained encoder against the published network, built here once more in the plainest way."""

import numpy as np
import pytest
import torch
from skimage import data, transform
from torch import Tensor
from torch.nn import functional as fn

from app.networks.compact import CompactConfig, CompactNetwork
from app.networks.lite import STAGES, Lite, SameConv, folded
from app.training.pretrained import published

TABBY, TIGER_CAT, EGYPTIAN_CAT = 281, 282, 285


@pytest.fixture(name="weights", scope="module")
def _weights() -> dict[str, Tensor]:
    return published("efficientnet-lite0")


def test_a_convolution_with_stride_two_pads_as_tensorflow_does() -> None:
    """SAME padding of 6 pixels with kernel 5 and stride 2 adds 1 before and 2 after: sums of 4, 5 and 3 pixels."""
    layer = SameConv(1, 1, 5, 2)
    layer.load_state_dict({"conv.weight": torch.ones(1, 1, 5, 5), "conv.bias": torch.zeros(1)})
    seen = layer(torch.ones(1, 1, 6, 6))[0, 0].detach().numpy()
    np.testing.assert_allclose(seen, np.outer([4, 5, 3], [4, 5, 3]))


def test_features_are_those_of_the_published_network(weights: dict[str, Tensor]) -> None:
    """Folding the normalisations changes nothing."""
    network = Lite(3)
    network.load_state_dict(folded(weights, 3))
    images = torch.rand(1, 3, 64, 96, generator=torch.Generator().manual_seed(1)) * 2 - 1
    with torch.no_grad():
        seen, expected = network(images), _plainly(images, weights)
    assert [tuple(part.shape[1:]) for part in seen] == [
        (16, 32, 48),
        (24, 16, 24),
        (40, 8, 12),
        (112, 4, 6),
        (192, 2, 3),
    ]
    torch.testing.assert_close(seen[-1], expected, rtol=1e-3, atol=1e-3)


def test_the_published_network_knows_a_cat(weights: dict[str, Tensor]) -> None:
    """With its own last layers put behind it, the encoder takes a photograph of a cat for one."""
    network = Lite(3)
    network.load_state_dict(folded(weights, 3))
    cat = transform.resize(data.chelsea()[:, 75:375], (224, 224), anti_aliasing=True)
    images = torch.from_numpy(cat.astype(np.float32)).permute(2, 0, 1)[None] * 2 - 1
    with torch.no_grad():
        seen = _bottleneck(network(images)[-1], weights, 15, 6, 3, 1)
        pooled = fn.relu6(_normed(fn.conv2d(seen, weights["_conv_head.weight"]), weights, "_bn1")).mean((2, 3))
        best = int((pooled @ weights["_fc.weight"].T + weights["_fc.bias"]).argmax())
    assert best in {TABBY, TIGER_CAT, EGYPTIAN_CAT}


def test_a_grey_picture_looks_the_same_through_one_channel_as_through_three(weights: dict[str, Tensor]) -> None:
    """The stem's weights are summed over the colours."""
    colour, grey = Lite(3), Lite(1)
    colour.load_state_dict(folded(weights, 3))
    grey.load_state_dict(folded(weights, 1))
    picture = torch.rand(1, 1, 32, 32) * 2 - 1
    with torch.no_grad():
        torch.testing.assert_close(grey(picture)[-1], colour(picture.expand(1, 3, 32, 32))[-1], rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("patch", [2, 4])
def test_a_compact_network_can_look_through_it(patch: int) -> None:
    """One mask a chain and one guess an image, at the image's size."""
    config = CompactConfig(
        3, (8, 8, 16, 16, 16), (8, 16, 16), 32, patch=patch, guided=True, backbone="efficientnet-lite0"
    )
    network = CompactNetwork(config)
    features, guess = network.encode(torch.rand(2, 3, 64, 32))
    output = network(torch.randn(2, 1, 64, 32), features, torch.rand(2), torch.rand(2))
    assert output.shape == guess.shape == (2, 1, 64, 32)


@pytest.mark.parametrize(("backbone", "patch"), [("resnet", 2), ("efficientnet-lite0", 1)])
def test_a_backbone_that_is_unknown_or_too_coarse_is_refused(backbone: str, patch: int) -> None:
    with pytest.raises(ValueError, match=r"backbone|patch"):
        CompactConfig(3, patch=patch, backbone=backbone)


def _plainly(images: Tensor, weights: dict[str, Tensor]) -> Tensor:
    """Run the published network with its normalisations as they are, up to its last but one stage."""
    stem = fn.conv2d(fn.pad(images, (0, 1, 0, 1)), weights["_conv_stem.weight"], stride=2)
    picture = fn.relu6(_normed(stem, weights, "_bn0"))
    number = 0
    for expansion, kernel, stride, _, count in STAGES:
        for block in range(count):
            picture = _bottleneck(picture, weights, number, expansion, kernel, stride if block == 0 else 1)
            number += 1
    return picture


def _bottleneck(
    picture: Tensor, weights: dict[str, Tensor], number: int, expansion: int, kernel: int, stride: int
) -> Tensor:
    name, hidden = f"_blocks.{number}", picture
    if expansion > 1:
        hidden = fn.relu6(_normed(fn.conv2d(hidden, weights[f"{name}._expand_conv.weight"]), weights, f"{name}._bn0"))
    before, after = (kernel // 2, kernel // 2) if stride == 1 else ((kernel - 2) // 2, (kernel - 1) // 2)
    hidden = fn.pad(hidden, (before, after, before, after))
    hidden = fn.conv2d(hidden, weights[f"{name}._depthwise_conv.weight"], stride=stride, groups=hidden.shape[1])
    hidden = fn.relu6(_normed(hidden, weights, f"{name}._bn1"))
    hidden = _normed(fn.conv2d(hidden, weights[f"{name}._project_conv.weight"]), weights, f"{name}._bn2")
    return picture + hidden if hidden.shape == picture.shape else hidden


def _normed(picture: Tensor, weights: dict[str, Tensor], name: str) -> Tensor:
    mean, variance = weights[f"{name}.running_mean"], weights[f"{name}.running_var"]
    return fn.batch_norm(picture, mean, variance, weights[f"{name}.weight"], weights[f"{name}.bias"], eps=1e-3)
