"""EfficientNet-Lite0 as it was published, without its last stage."""

import torch
from torch import nn

from app.networks.backbone import WIDTHS, Backbone
from app.training.start import start_at_imagenet


def _pattern() -> torch.Tensor:
    rows, columns = torch.meshgrid(torch.arange(64.0), torch.arange(64.0), indexing="ij")
    return torch.stack([(rows * 0.1).sin(), (columns * 0.2).cos(), (rows * columns * 0.01).sin()])[None]


def test_features_are_those_of_the_published_network() -> None:
    """Mean, standard deviation and one value at each size, taken from the package efficientnet-lite-pytorch 0.1.0."""
    backbone = Backbone(3)
    start_at_imagenet(nn.ModuleDict({"part": backbone}))
    with torch.inference_mode():
        features = backbone(_pattern())
    found = [torch.stack([level.mean(), level.std(), level[0, 3, 1, 1]]) for level in features]
    expected = torch.tensor(
        [
            [0.0806, 8.7611, -1.7845],
            [-0.6968, 12.4134, 14.2243],
            [0.2994, 10.2690, -12.0092],
            [0.7693, 6.2619, 3.8296],
            [1.0608, 9.0894, 9.3461],
        ]
    )
    torch.testing.assert_close(torch.stack(found), expected, atol=2e-4, rtol=0)


def test_a_grey_picture_is_seen_as_a_colour_picture_of_that_grey() -> None:
    """The first layer's weights of the three colours are added up."""
    grey, colour = Backbone(1), Backbone(3)
    start_at_imagenet(grey)
    start_at_imagenet(colour)
    picture = _pattern()[:, :1]
    with torch.inference_mode():
        for alone, threefold in zip(grey(picture), colour(picture.expand(-1, 3, -1, -1)), strict=True):
            torch.testing.assert_close(alone, threefold, atol=1e-3, rtol=1e-4)


def test_a_picture_is_seen_alike_alone_and_in_a_batch_in_training() -> None:
    """The normalisation's statistics stand still."""
    torch.manual_seed(0)
    backbone = Backbone(3).train()
    pictures = torch.randn(3, 3, 32, 64)
    together = backbone(pictures)
    for index, level in enumerate(backbone(pictures[1:2])):
        torch.testing.assert_close(level, together[index][1:2], atol=1e-5, rtol=1e-4)
    assert [tuple(level.shape[1:]) for level in together] == [
        (width, 32 >> shift, 64 >> shift) for shift, width in enumerate(WIDTHS, start=1)
    ]
