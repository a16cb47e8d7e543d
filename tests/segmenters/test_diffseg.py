"""DiffSeg: what the paper asks, and what its learnt read-out promises."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from app.domain.arrays import BoolArray, FloatArray
from app.domain.grid import Grid
from app.domain.result import Device, Options, Step
from app.metrics import overlap
from app.segmenters.base import Batch, Trainable
from app.segmenters.diffseg import NOISE_STEPS, SYSTEM, DiffSegConfig, DiffSegModel, overlap_loss, spread
from app.segmenters.familiarity import fit
from app.segmenters.store import load_segmenter, new_model
from tests.segmenters.builders import GRID, SIDE, install_toy

TABLE: dict[str, Any] = {"network": {"widths": [16, 16, 24, 24], "embedding": 32, "head": 8}}
CARD: dict[str, Any] = {
    "system": SYSTEM, "readers": 1, "simulated_readers": False, "intake": {"side": SIDE, "channels": 3},
    "steps": 10, "samples": 2, "most_steps": 10,
}  # fmt: skip


def lesions(count: int, seed: int) -> tuple[FloatArray, FloatArray, BoolArray]:
    """Draw brown discs on mottled skin.

    Returns:
        images and the same skin without the disc, (count, 3, side, side) in [0, 1]; masks (count, 1, side, side).
    """
    rng = np.random.default_rng(seed)
    rows, columns = np.mgrid[:SIDE, :SIDE]
    skin = rng.uniform(0.6, 0.8, (count, 3, 1, 1)) + rng.normal(0, 0.03, (count, 1, SIDE, SIDE))
    centres, radii = rng.uniform(11, 21, (2, count, 1, 1)), rng.uniform(5, 9, (count, 1, 1))
    masks = np.hypot(rows - centres[0], columns - centres[1]) <= radii
    brown = rng.uniform(0.15, 0.4, (count, 1, 1, 1)) * np.array([0.9, 1.0, 1.1])[:, None, None]
    images = skin - brown * masks[:, None]
    return images.astype(np.float32), skin.astype(np.float32), masks[:, None]


def _trained(table: dict[str, Any], steps: int) -> DiffSegModel:
    model = new_model(SYSTEM, table, seed=0)
    assert isinstance(model, DiffSegModel)
    images, skin, masks = (torch.from_numpy(part) for part in lesions(64, seed=1))
    optimiser = torch.optim.Adam(model.network.parameters(), lr=3e-3)
    rng = torch.Generator().manual_seed(0)
    for step in range(steps):
        chosen = torch.arange(8) + 8 * (step % 8)
        loss = model.loss(Batch(images[chosen], masks[chosen].float(), skin[chosen]), rng)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
    return model


def _stirred() -> Trainable:
    """Build a model whose weights are all random; one fresh from its constructor sees no difference anywhere."""
    model = new_model(SYSTEM, TABLE, seed=1)
    torch.manual_seed(0)
    for parameter in model.network.parameters():
        torch.nn.init.normal_(parameter, std=0.1)
    return model


def _steps(folder: Path, options: Options, grid: Grid = GRID) -> list[Step]:
    image, _, _ = lesions(1, seed=2)
    return list(load_segmenter(folder, "toy").sample(image[0], grid, options))


@pytest.mark.parametrize("readout", ["learnt", "difference"])
def test_a_short_training_finds_the_disc_and_leaves_skin_alone(tmp_path: Path, readout: str) -> None:
    """Each output at each noise step overlaps an unseen disc (mean Dice > 0.8), and plain skin stays unmarked."""
    table = TABLE | {"readout": readout}
    install_toy(tmp_path, model=_trained(table, 120), configuration=table, **CARD)
    segmenter = load_segmenter(tmp_path, "toy")
    dices = []
    for image, mask in zip(*lesions(4, seed=3)[::2], strict=True):
        *_, step = segmenter.sample(image, GRID, Options(2, 4, 0, Device.CPU))
        dices += [overlap.dice(output >= 0.5, mask[0]) for output in step.estimate[0]]
    assert len(dices) == 4 * 2 * 4
    assert np.mean(dices) > 0.8
    *_, step = segmenter.sample(lesions(1, seed=4)[1][0], GRID, Options(2, 2, 0, Device.CPU))
    assert (step.estimate >= 0.5).mean() < 0.05


def test_the_steps_are_the_papers_noise_steps(tmp_path: Path) -> None:
    """60, 70 .. 150, each with its outputs beside those of the steps before, and the paper's figure 2 as pictures."""
    install_toy(tmp_path, model=_stirred(), configuration=TABLE, **CARD)
    steps = _steps(tmp_path, Options(2, 10, 0, Device.CPU))
    whole = {step.index: step for step in steps}
    assert [step.label for step in whole.values()] == ["60", "70", "80", "90", "100", "110", "120", "130", "140", "150"]
    assert [step.estimate.shape[1] for step in whole.values()] == [2 * (n + 1) for n in range(10)]
    assert steps[0].estimate.shape == (1, 1, SIDE, SIDE)
    assert steps[-1].progress == 1
    assert list(steps[-1].pictures) == [
        "original", "noise, diseased", "noise, healthy", "healthy skin", "difference", "output",
    ]  # fmt: skip
    assert all(0 <= picture.min() <= picture.max() <= 1 for picture in steps[-1].pictures.values())


def test_fewer_steps_span_the_same_range() -> None:
    """Evenly spaced from 60 to 150; a single one is in the middle."""
    assert spread(NOISE_STEPS, 10) == NOISE_STEPS
    assert spread(NOISE_STEPS, 4) == (60, 90, 120, 150)
    assert spread(NOISE_STEPS, 1) == (110,)


def test_the_seed_makes_the_outputs_whatever_is_drawn_at_once(tmp_path: Path) -> None:
    """The same again for the same seed; a draw's output does not depend on how many draws there are."""
    install_toy(tmp_path, model=_stirred(), configuration=TABLE, **CARD)
    one, same, other = (_steps(tmp_path, Options(1, 1, seed, Device.CPU))[-1].estimate for seed in (0, 0, 1))
    many = _steps(tmp_path, Options(6, 1, 0, Device.CPU))[-1].estimate
    np.testing.assert_array_equal(one, same)
    assert not np.array_equal(one, other)
    np.testing.assert_allclose(many[:, :1], one, atol=1e-5)


def test_nothing_is_marked_beyond_the_slice(tmp_path: Path) -> None:
    """A grid that reaches beyond a wide slice keeps the rows above and below it empty."""
    install_toy(tmp_path, model=_stirred(), configuration=TABLE, **CARD)
    wide = Grid((SIDE, SIDE), (-8.5, -0.5), (1.0, 1.0), (16, SIDE))
    estimate = _steps(tmp_path, Options(1, 1, 0, Device.CPU), wide)[-1].estimate
    assert not estimate[:, :, :8].any()
    assert not estimate[:, :, 24:].any()


def test_a_picture_unlike_the_training_is_told(tmp_path: Path) -> None:
    """What the encoder sees in the training pictures is kept beside the weights; a chessboard is unlike it."""
    model = _stirred()
    seen = fit(model.describe(torch.from_numpy(lesions(200, seed=1)[0])))
    install_toy(tmp_path, model=model, extra=seen.tensors(), configuration=TABLE, **CARD)
    assert _steps(tmp_path, Options(1, 1, 0, Device.CPU))[-1].notices == ()
    checks = np.indices((SIDE, SIDE)).sum(axis=0) % 2 * np.ones((3, 1, 1))
    odd = load_segmenter(tmp_path, "toy").sample(checks.astype(np.float32), GRID, Options(1, 1, 0, Device.CPU))
    assert any("unlike those" in notice for notice in next(iter(odd)).notices)


def test_a_training_without_counterparts_is_refused() -> None:
    """There is nothing that the healthy semantic could learn."""
    images, _, masks = (torch.from_numpy(part) for part in lesions(2, seed=0))
    with pytest.raises(ValueError, match="counterparts"):
        DiffSegModel(DiffSegConfig.read(TABLE)).loss(Batch(images, masks.float()), torch.Generator())


def test_the_overlap_loss_is_its_two_parts() -> None:
    """Half sure everywhere, half of it marked: cross-entropy log 2; soft Dice 2*2*0.5/(4*0.25+2) = 2/3."""
    share = torch.tensor([[1.0, 1.0], [0.0, 0.0]])[None, None]
    expected = np.log(2) + 1 / 3
    assert overlap_loss(torch.zeros(1, 1, 2, 2), share).item() == pytest.approx(expected, abs=1e-6)
    nothing = overlap_loss(torch.full((1, 1, 2, 2), -20.0), torch.zeros(1, 1, 2, 2))
    assert nothing.item() == pytest.approx(0, abs=1e-6)
