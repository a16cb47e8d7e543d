"""After a training: what the training images look like to the network, kept beside its weights."""

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from torch import Tensor

from app.segmenters.base import Trainable
from app.segmenters.familiarity import fit
from app.training.augment import augment
from app.training.data import Example
from app.training.recipe import Recipe

VIEWS = 600
BATCH = 16


def familiar(
    model: Trainable, weights: Mapping[str, Tensor], examples: Sequence[Example], recipe: Recipe
) -> dict[str, Tensor]:
    """Show a trained network its training images, augmented as in training, and learn what they look like to it.

    Args:
        model: its network takes the weights.
        weights: of the network.
        examples: that it was trained on.
        recipe: of the training.

    Returns:
        tensors to store beside the weights.
    """
    model.network.load_state_dict(dict(weights))
    model.network.cpu().eval()
    rng, order = torch.Generator().manual_seed(recipe.seed), np.random.default_rng(recipe.seed)
    seen = []
    for _ in range(max(1, VIEWS // BATCH)):
        chosen = [examples[index] for index in order.integers(len(examples), size=BATCH)]
        images = torch.from_numpy(np.stack([example.image for example in chosen]))
        images, _ = augment(images, images[:, :1], recipe.augmentation, rng)
        seen.append(model.describe(images))
    return fit(torch.cat(seen)).tensors()
