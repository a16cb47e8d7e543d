"""EfficientNet-Lite0 as it was published, without its last stage."""

import torch
from torch import nn

from app.networks.backbone import WIDTHS, Backbone
from app.segmenters.familiarity import described, fit
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


def test_other_kinds_of_pictures_lie_far_from_the_likes_of_those_learnt() -> None:
    """Discs on skin tones are known; stripes, noise and a dark picture are not; ImageNet knows them apart."""
    backbone, chance = Backbone(3), torch.Generator().manual_seed(0)
    start_at_imagenet(backbone)

    def discs(count: int) -> torch.Tensor:
        rows, columns = torch.meshgrid(torch.linspace(-1, 1, 64), torch.linspace(-1, 1, 64), indexing="ij")
        radius = 0.3 + 0.4 * torch.rand((count, 1, 1, 1), generator=chance)
        skin = torch.tensor([0.8, 0.6, 0.5])[:, None, None] + 0.1 * torch.randn((count, 1, 1, 1), generator=chance)
        texture = 0.02 * torch.randn((count, 3, 64, 64), generator=chance)
        return (torch.where((rows**2 + columns**2).sqrt() < radius, 0.5 * skin, skin) + texture).clamp(0, 1)

    def seen(pictures: torch.Tensor) -> torch.Tensor:
        with torch.inference_mode():
            return described(pictures, backbone.summary(2 * pictures - 1))

    known = fit(seen(discs(300)))
    assert sum(bool(known.caution(one)) for one in seen(discs(40))) <= 2
    stripes = ((torch.arange(64) // 8) % 2).float().expand(1, 3, 64, 64)
    for other in (stripes, torch.rand((1, 3, 64, 64), generator=chance), torch.zeros(1, 3, 64, 64)):
        assert known.caution(seen(other)[0])


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
