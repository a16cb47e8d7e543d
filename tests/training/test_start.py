"""A network that starts with another's weights."""

import sys

import pytest
import torch
from torch import nn

from app.domain.errors import TrainingError
from app.networks.backbone import Backbone
from app.training.start import IMAGENET, start_at_imagenet, start_from


def _part(width: int = 4) -> nn.Sequential:
    return nn.Sequential(nn.Linear(2, 3), nn.Linear(3, width))


def test_a_part_finds_its_weights_in_the_whole_and_the_whole_in_the_part() -> None:
    """Names count from their end; what only one of them has stays as it was."""
    part, shared, own = _part(), _part(), nn.Linear(2, 2)
    whole, before = nn.ModuleDict({"shared": shared, "own": own}), own.weight.clone()
    assert start_from(whole, part.state_dict()) == 4
    torch.testing.assert_close(shared.state_dict(), part.state_dict())
    assert torch.equal(own.weight, before)
    other = _part()
    assert start_from(other, whole.state_dict()) == 4
    torch.testing.assert_close(other.state_dict(), part.state_dict())


def test_weights_of_another_size_are_left() -> None:
    """A layer that is wider in one of them keeps its random weights."""
    wide = _part(width=5)
    before = wide.state_dict()["1.weight"].clone()
    assert start_from(wide, _part().state_dict()) == 2
    assert torch.equal(wide.state_dict()["1.weight"], before)


def test_numbers_are_no_ends_of_longer_ones() -> None:
    """`1.weight` is not the end of `11.weight`."""
    other = {"11.weight": torch.full((4, 3), 7.0)}
    assert start_from(_part(), other) == 0


def test_a_network_without_a_backbone_cannot_start_at_imagenet() -> None:
    """It would start at random and nobody would know."""
    with pytest.raises(TrainingError, match="no backbone"):
        start_at_imagenet(_part())


def test_weights_of_imagenet_that_are_not_installed_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """They come with a package that only training needs."""
    monkeypatch.setitem(sys.modules, IMAGENET, None)
    with pytest.raises(TrainingError, match=f"install the package {IMAGENET}"):
        start_at_imagenet(Backbone(3))
