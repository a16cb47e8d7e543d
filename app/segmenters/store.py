"""From a model's name to a segmenter that is ready to run; the only place that tells systems apart."""

from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load

from app.domain.errors import MissingModelError
from app.domain.model import ModelCard
from app.domain.words import tr
from app.segmenters import consensus, diffseg, ensemble, familiarity
from app.segmenters.base import Segmenter, Trainable
from app.segmenters.calidiff import model as calidiff
from app.segmenters.calidiff.segmenter import CaliDiffSegmenter
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
        weights, familiar = familiarity.split(load(content))
        model = new_model(card.system, card.facts["configuration"])
        model.network.load_state_dict(weights)
    except (SafetensorError, KeyError, TypeError, ValueError, RuntimeError) as error:
        raise MissingModelError(
            tr("The model {name} does not fit this version of Concord.").format(name=card.name)
        ) from error
    return trained(card, model, familiar)


def trained(card: ModelCard, model: Trainable, familiar: familiarity.Familiarity | None = None) -> Segmenter:
    """Make a segmenter of a model whose weights are there."""
    match model:
        case consensus.ConsensusModel():
            return consensus.ConsensusSegmenter(card, model, familiar)
        case diffseg.DiffSegModel():
            return diffseg.DiffSegSegmenter(card, model, familiar)
        case calidiff.CaliDiffModel():
            return CaliDiffSegmenter(card, model, familiar)
        case ensemble.EnsembleModel():
            return ensemble.EnsembleSegmenter(card, model)
        case _:
            raise ValueError(f"no segmenter for {type(model).__name__}")


def new_model(system: str, configuration: dict[str, Any], seed: int = 0) -> Trainable:
    """Build a system's untrained model.

    Raises:
        KeyError, TypeError, ValueError: the configuration does not fit the system.
    """
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        match system:
            case consensus.SYSTEM:
                return consensus.ConsensusModel(consensus.ConsensusConfig.read(configuration))
            case diffseg.SYSTEM:
                return diffseg.DiffSegModel(diffseg.DiffSegConfig.read(configuration))
            case calidiff.SYSTEM:
                return calidiff.CaliDiffModel(calidiff.CaliDiffConfig.read(configuration))
            case ensemble.SYSTEM:
                return ensemble.EnsembleModel(ensemble.EnsembleConfig.read(configuration))
            case _:
                raise ValueError(f"unknown system {system!r}")
