"""The rival: an ensemble of plain U-Nets."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from app.domain.result import Device, Options
from app.networks.backbone import Backbone
from app.segmenters.base import Batch
from app.segmenters.ensemble import SYSTEM, levels_dice_loss
from app.segmenters.store import load_segmenter, new_model
from tests.segmenters.builders import CONFIGURATION, GRID, SIDE, discs, install_toy

TABLE: dict[str, Any] = {"network": CONFIGURATION["network"], "members": 2}


@pytest.mark.parametrize("weight", [0.0, 0.5])
def test_a_minute_of_training_teaches_levels_that_shrink(tmp_path: Path, weight: float) -> None:
    """On discs that three readers draw wide, middling and tight, the majority is found (Dice > 0.85)."""
    model = new_model(SYSTEM, TABLE | {"dice_weight": weight}, seed=0)
    images, readers = discs(64, seed=1)
    optimiser = torch.optim.Adam(model.network.parameters(), lr=3e-3)
    rng = torch.Generator().manual_seed(0)
    for step in range(120):
        chosen = np.arange(8) + 8 * (step % 8)
        loss = model.loss(Batch(torch.from_numpy(images[chosen]), torch.from_numpy(readers[chosen]).float()), rng)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
    install_toy(tmp_path, model=model, system=SYSTEM, configuration=TABLE)
    test_images, test_readers = discs(1, seed=2)
    (step_,) = load_segmenter(tmp_path, "toy").sample(test_images[0], GRID, Options(5, 5, 0, Device.CPU))
    assert step_.estimate.shape == (3, 2, SIDE, SIDE)
    masks = step_.estimate.mean(axis=1) >= 0.5
    majority = test_readers[0].sum(axis=0) >= 2
    assert 2 * (masks[1] & majority).sum() / (masks[1].sum() + majority.sum()) > 0.85
    assert masks[0].sum() > masks[1].sum() > masks[2].sum()
    assert model.describe(torch.from_numpy(test_images)).shape[0] == 1


def test_members_may_have_a_backbone_each() -> None:
    """The rival is to see the image as the model does that it is measured beside."""
    network = TABLE["network"] | {"image_widths": [8, 8, 8, 8, 8], "backbone": True}
    model = new_model(SYSTEM, {"network": network, "members": 2}, seed=0)
    backbones = [module for module in model.network.modules() if isinstance(module, Backbone)]
    assert len(backbones) == 2
    batch = Batch(torch.zeros(1, 1, 64, 64), torch.zeros(1, 3, 64, 64))
    model.loss(batch, torch.Generator()).backward()  # type: ignore[no-untyped-call]
    assert all(weight.grad is not None for backbone in backbones for weight in backbone.parameters())


def test_the_overlap_of_levels_goes_by_their_own_cuts() -> None:
    """Of two readers one marked the pixel at the left: a share of 1/2 is level 1 (from 1/4 on), not level 2 (3/4).

    One pixel marked and none drawn, or the other way round, costs 1 - 1/2 of that level, half of that of both.
    """
    drawn = torch.tensor([[[0.5, 0.0]]])
    for share, loss in ((0.5, 0.008), (1 - 1e-6, 0.25), (1e-6, 0.25)):
        assert levels_dice_loss(_logit(share, 1e-6), drawn, 2).item() == pytest.approx(loss, abs=1e-3)


def _logit(*shares: float) -> torch.Tensor:
    return torch.tensor(shares).logit().reshape(1, 1, -1)
