"""Where a network's weights start when they are not random."""

from collections.abc import Mapping

from torch import Tensor, nn


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
