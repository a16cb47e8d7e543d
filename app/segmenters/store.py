"""From a model's name to a segmenter that is ready to run; the only place that tells systems apart."""

from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load

from app.domain.errors import MissingModelError
from app.domain.model import ModelCard
from app.segmenters import consensus
from app.segmenters import familiarity as familiar
from app.segmenters.base import Segmenter
from app.segmenters.cards import find_card, verify_weights


def load_segmenter(folder: Path, name: str) -> Segmenter:
    """Load an installed model.

    Raises:
        MissingModelError: it is not there or its files are damaged.
    """
    return segmenter_from(find_card(folder, name))


def segmenter_from(card: ModelCard) -> Segmenter:
    """Build the system that a card names and load its weights.

    Raises:
        MissingModelError: the weights are damaged or the system is unknown to this version.
    """
    content = verify_weights(card)
    try:
        model = new_model(card.system, card.facts["configuration"])
        weights, familiarity = familiar.split(load(content))
        model.network.load_state_dict(weights)
    except (SafetensorError, KeyError, TypeError, ValueError, RuntimeError) as error:
        raise MissingModelError(f"The model {card.name} does not fit this version of Concord.") from error
    return consensus.ConsensusSegmenter(card, model, familiarity)


def new_model(system: str, configuration: dict[str, object], seed: int = 0) -> consensus.ConsensusModel:
    """Build a system's untrained model.

    Raises:
        KeyError, TypeError, ValueError: the configuration does not fit the system.
    """
    if system != consensus.SYSTEM:
        raise ValueError(f"unknown system {system!r}")
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return consensus.ConsensusModel(consensus.ConsensusConfig.read(configuration))
