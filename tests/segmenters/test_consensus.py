"""Consensus diffusion: what the paper asks, and what the fast default promises."""

import json
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from app.diffusion.sampler import ancestral
from app.domain.arrays import FloatArray
from app.domain.errors import MissingModelError
from app.domain.grid import Grid
from app.domain.result import Device, Options, Step
from app.segmenters.base import Batch
from app.segmenters.consensus import SYSTEM, ConsensusConfig, ConsensusModel
from app.segmenters.consensus_variants import Variant
from app.segmenters.drawing import SampleNoise
from app.segmenters.familiarity import fit
from app.segmenters.losses import dice_loss
from app.segmenters.store import load_segmenter, new_model
from tests.conftest import ROOT
from tests.segmenters.builders import CONFIGURATION, GRID, SIDE, discs, install_toy


def _steps(folder: Path, samples: int = 6, seed: int = 0, **configuration: Any) -> list[Step]:
    install_toy(folder, configuration=CONFIGURATION | configuration)
    segmenter = load_segmenter(folder, "toy")
    image, _ = discs(1, seed=5)
    return list(segmenter.sample(image[0], GRID, Options(samples, 3, seed, Device.CPU)))


def test_every_step_is_a_whole_answer(tmp_path: Path) -> None:
    """Levels, samples and picture are there from the first diffusion step on; progress rises to one."""
    steps = _steps(tmp_path)
    whole = [step for step in steps if step.estimate.shape[1] == 6]
    assert [step.index for step in whole] == [0, 1, 2]
    assert all(step.estimate.shape == (3, 6, SIDE, SIDE) and step.total == 3 for step in whole)
    assert all(step.estimate.min() >= 0 and step.estimate.max() <= 1 for step in steps)
    progress = [step.progress for step in steps]
    assert progress == sorted(progress)
    assert progress[-1] == pytest.approx(1.0)


def test_the_first_preview_comes_after_one_sample(tmp_path: Path) -> None:
    """The reader sees something long before all samples have made their first step."""
    assert _steps(tmp_path)[0].estimate.shape[1] == 1


def test_the_seed_decides_everything(tmp_path: Path) -> None:
    """Same seed, same masks to the bit; another seed, other masks."""
    first, again, other = (_steps(tmp_path, seed=seed)[-1].estimate for seed in (3, 3, 4))
    np.testing.assert_array_equal(first, again)
    assert np.abs(first - other).max() > 1e-3


def test_more_samples_keep_the_ones_before(tmp_path: Path) -> None:
    """A sample belongs to its number, not to the batch it was computed in."""
    few, many = _steps(tmp_path, samples=3)[-1].estimate, _steps(tmp_path, samples=7)[-1].estimate
    np.testing.assert_allclose(few, many[:, :3], atol=1e-4)


def test_a_step_may_give_the_mean_of_the_steps_so_far(tmp_path: Path) -> None:
    """With the same weights and noise: the second step is the mean of the plain model's first two, and so on."""
    plain, mean = (
        [step.estimate for step in _steps(tmp_path / name, **change) if step.estimate.shape[1] == 6]
        for name, change in (("plain", {}), ("mean", {"mean_of_steps": True}))
    )
    for index, estimate in enumerate(mean):
        np.testing.assert_allclose(estimate, np.mean(plain[: index + 1], axis=0), atol=1e-5)


def test_samples_of_a_level_may_be_cut_at_heights(tmp_path: Path) -> None:
    """With a spread of 2 the third of four counts what was above 1/50 as marked, the fourth what was above 49/50."""
    plain, spread = (
        _steps(tmp_path / name, 4, height_spread=value)[-1].estimate for name, value in (("a", 0), ("b", 2))
    )
    for sample, height in enumerate((9 / 34, 25 / 34, 1 / 50, 49 / 50)):
        clear = np.abs(plain[:, sample] - height) > 1e-4
        assert ((spread[:, sample] >= 0.5) == (plain[:, sample] >= height))[clear].all()


def test_nothing_is_outlined_beyond_the_slice(tmp_path: Path) -> None:
    """A slice of 16 rows in a square of 32: the quarter above and the quarter below stay empty."""
    install_toy(tmp_path)
    grid = Grid((SIDE, SIDE), (-8.5, -0.5), (1.0, 1.0), (16, SIDE))
    image, _ = discs(1, seed=5)
    *_, last = load_segmenter(tmp_path, "toy").sample(image[0], grid, Options(2, 2, 0, Device.CPU))
    assert not last.estimate[:, :, :8].any()
    assert not last.estimate[:, :, 24:].any()
    assert last.estimate[:, :, 8:24].min() > 0


@pytest.mark.parametrize("prediction", ["logit", "clean", "noise", "velocity"])
@pytest.mark.parametrize("schedule", ["log-snr", "linear"])
def test_every_prediction_and_schedule_gives_a_finite_loss(prediction: str, schedule: str) -> None:
    """The paper's configuration (noise, linear, T = 100) is one of them."""
    table = CONFIGURATION | {"prediction": prediction, "schedule": schedule, "length": 100}
    model = ConsensusModel(ConsensusConfig.read(table))
    images, readers = discs(2, seed=0)
    loss = model.loss(
        Batch(torch.from_numpy(images), torch.from_numpy(readers).float()), torch.Generator().manual_seed(0)
    )
    assert torch.isfinite(loss)
    assert loss.requires_grad


def test_the_papers_betas_are_the_linear_schedule() -> None:
    """T = 100 from 0.001 to 0.2: the last alpha-bar is the product of 1 - beta."""
    config = ConsensusConfig.read(CONFIGURATION | {"schedule": "linear", "length": 100})
    expected = np.prod(1 - np.linspace(0.001, 0.2, 100))
    assert config.noise_schedule().signal[-1].item() == pytest.approx(expected)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"schedule": "Linear"}, "'Linear' is not a valid"),
        ({"schedule": "cosine"}, "'cosine' is not a valid"),
        ({"sampler": "DDIM"}, "'DDIM' is not a valid"),
        ({"prediction": "epsilon"}, "'epsilon' is not a valid"),
        ({"variant": "committee"}, "'committee' is not a valid"),
        ({"schedule": "linear", "length": 10}, "a linear schedule of 10 steps takes the share of signal out"),
        ({"schedule": "linear", "length": 20}, "a linear schedule of 20 steps takes the share of signal out"),
        ({"schedule": "linear", "length": 0}, "length must be 2 or more, got 0"),
        ({"length": 1}, "length must be 2 or more, got 1"),
        ({"dice_weight": 0.1, "prediction": "noise"}, "dice_weight needs the prediction logit"),
        ({"height_spread": -1.0}, "height_spread must be 0 to 10, got -1.0"),
        ({"height_spread": 400.0}, "height_spread must be 0 to 10, got 400.0"),
    ],
)
def test_a_choice_that_there_is_not_is_refused(tmp_path: Path, change: dict[str, Any], words: str) -> None:
    """Words are not guessed at. T = 20 linear betas end at 1 and T = 10 at 2: nothing, or less, is left of a mask."""
    configuration = CONFIGURATION | change
    with pytest.raises(ValueError, match=words):
        new_model(SYSTEM, configuration)
    install_toy(tmp_path, configuration=configuration)
    with pytest.raises(MissingModelError, match=r"^The model toy does not fit this version of Concord\.$"):
        load_segmenter(tmp_path, "toy")


def test_a_short_schedule_keeps_some_signal() -> None:
    """At T = 21 the last of the paper's betas is 20 / 21."""
    signal = ConsensusConfig.read(CONFIGURATION | {"schedule": "linear", "length": 21}).noise_schedule().signal
    assert 0 < signal[-1].item() < signal[0].item() < 1
    assert (signal[-1] / signal[-2]).item() == pytest.approx(1 / 21)


def _shipped() -> list[dict[str, Any]]:
    models = ROOT / "resources" / "models"
    cards = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(models.glob("*.json"))]
    recipes = [tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(models.rglob("*.toml"))]
    systems = [(card["system"], card["configuration"]) for card in cards]
    systems += [(recipe["card"]["system"], recipe["configuration"]) for recipe in recipes]
    return [configuration for system, configuration in systems if system == SYSTEM]


@pytest.mark.parametrize("table", _shipped())
def test_every_shipped_card_and_recipe_keeps_its_words(table: dict[str, Any]) -> None:
    """What a file says is what is built; where it is silent the schedule is log-SNR and the sampler ancestral."""
    config = ConsensusConfig.read(table)
    assert config.schedule.value == table.get("schedule", "log-snr")
    assert config.sampler.value == table.get("sampler", "ancestral")
    assert config.prediction.value == table.get("prediction", "logit")
    assert config.variant.value == table.get("variant", "consensus")
    assert config.noise_schedule().length == table.get("length", 1000)


def _marking(*pixels: float) -> torch.Tensor:
    return torch.tensor(pixels).reshape(1, 1, 1, -1)


def test_overlap_is_the_dice_coefficient_with_a_pixel_more() -> None:
    """Of two pixels marked and two drawn one is the same: 1 - (2 + 1) / (4 + 1); nothing and nothing are the same."""
    assert dice_loss(_marking(30, 30, -30, -30), _marking(0, 1, 1, 0)).item() == pytest.approx(0.4)
    assert dice_loss(_marking(30, -30), _marking(1, 0)).item() == pytest.approx(0)
    assert dice_loss(_marking(-30, -30), _marking(0, 0)).item() == pytest.approx(0)


def test_overlap_would_rather_mark_what_is_somewhere_than_nothing() -> None:
    """One of three pixels is drawn, as likely this as that: marking all costs 1 - 3/5 and marking nothing 1 - 1/2.

    Cross-entropy is least where each has 1/3, which marks none.
    """
    drawn = torch.eye(3).reshape(3, 1, 1, 3)
    for marked, loss in ((30.0, 0.4), (-30.0, 0.5)):
        assert dice_loss(torch.full((3, 1, 1, 3), marked), drawn).numpy() == pytest.approx(loss)


@pytest.mark.parametrize("weight", [0.0, 0.3])
def test_a_minute_of_training_teaches_levels_that_shrink(weight: float) -> None:
    """On discs that three readers draw wide, middling and tight, each level finds its own size (Dice > 0.85)."""
    torch.manual_seed(0)
    model = ConsensusModel(ConsensusConfig.read(CONFIGURATION | {"dice_weight": weight}))
    images, readers = discs(64, seed=1)
    _train(model, images, readers.astype(np.float32), steps=250)
    test_images, test_readers = discs(4, seed=2)
    share = torch.tensor([1 / 6, 3 / 6, 5 / 6])
    model.network.eval()
    for image, truth in zip(test_images, test_readers, strict=True):
        found = _sampled(model, image, share)
        for level in range(3):
            mask, expected = found[level] > 0.5, truth.sum(axis=0) > level
            assert 2 * (mask & expected).sum() / (mask.sum() + expected.sum()) > 0.85
        assert found[0].sum() > found[1].sum() > found[2].sum()


def _train(model: ConsensusModel, images: FloatArray, readers: FloatArray, steps: int) -> None:
    optimiser = torch.optim.Adam(model.network.parameters(), lr=3e-3)
    rng = torch.Generator().manual_seed(0)
    for step in range(steps):
        chosen = np.arange(8) + 8 * (step % 8)
        loss = model.loss(Batch(torch.from_numpy(images[chosen]), torch.from_numpy(readers[chosen])), rng)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()


@torch.inference_mode()
def _sampled(model: ConsensusModel, image: FloatArray, share: torch.Tensor) -> FloatArray:
    """Average four samples of each level, five steps each."""
    features, _ = model.network.encode(torch.from_numpy(image)[None])
    noise = SampleNoise(0, range(4), (SIDE, SIDE))
    *_, clean = ancestral(
        lambda noised, step: model.denoise(noised, step, features, share.repeat_interleave(4)),
        lambda: noise.draw().repeat(3, 1, 1, 1),
        model.schedule,
        5,
    )
    mean: FloatArray = ((clean + 1) / 2).reshape(3, 4, SIDE, SIDE).mean(dim=1).numpy()
    return mean


PAPER = CONFIGURATION | {
    "length": 100,
    "schedule": "linear",
    "prediction": "noise",
    "sampler": "ancestral",
    "network": {
        "kind": "paper", "channels": 1, "levels": 3, "width": 16, "growth": 8, "rrdb_blocks": 1,
        "multipliers": [1, 2, 2], "attention": [2],
    },
}  # fmt: skip


def test_the_papers_configuration_learns(tmp_path: Path) -> None:
    """T = 100, ancestral, noise prediction, RRDB encoder, lookup embeddings: the loss falls to half of pure noise's."""
    torch.manual_seed(0)
    model = ConsensusModel(ConsensusConfig.read(PAPER))
    images, readers = discs(64, seed=1)
    rng = torch.Generator().manual_seed(0)
    held = Batch(torch.from_numpy(images[:8]), torch.from_numpy(readers[:8]).float())
    before = model.loss(held, rng).item()
    assert before > 0.8  # the variance of the noise, of which an untrained network knows nothing
    _train(model, images, readers.astype(np.float32), steps=80)
    assert model.loss(held, rng).item() < 0.5 * before
    install_toy(tmp_path, configuration=PAPER, model=model)
    image, _ = discs(1, seed=5)
    *_, last = load_segmenter(tmp_path, "toy").sample(image[0], GRID, Options(2, 100, 0, Device.CPU))
    assert (last.index, last.estimate.shape) == (99, (3, 2, SIDE, SIDE))


@pytest.mark.parametrize("variant", list(Variant))
def test_every_variant_draws_nested_levels_of_its_kind(tmp_path: Path, variant: Variant) -> None:
    """The paper's ablations: levels, samples and picture as for the method itself, from a configuration alone."""
    configuration = CONFIGURATION | {"variant": variant.value}
    torch.manual_seed(0)
    model = ConsensusModel(ConsensusConfig.read(configuration))
    images, readers = discs(64, seed=1)
    _train(model, images, readers.astype(np.float32), steps=10)
    install_toy(tmp_path, configuration=configuration, model=model)
    *_, last = load_segmenter(tmp_path, "toy").sample(images[0], GRID, Options(3, 2, 0, Device.CPU))
    assert last.estimate.shape == (3, 3, SIDE, SIDE)
    if variant is not Variant.CONSENSUS:
        assert (np.diff(last.estimate, axis=0) <= 0).all()


def test_an_unlike_image_is_warned_of(tmp_path: Path) -> None:
    """Trained on discs: another disc passes, inverted noise does not."""
    torch.manual_seed(0)
    model = ConsensusModel(ConsensusConfig.read(CONFIGURATION))
    images, readers = discs(64, seed=1)
    _train(model, images, readers.astype(np.float32), steps=60)
    familiarity = fit(model.describe(torch.from_numpy(images)))
    install_toy(tmp_path, model=model, extra=familiarity.tensors())
    segmenter = load_segmenter(tmp_path, "toy")
    like, _ = discs(1, seed=9)
    unlike = np.random.default_rng(0).random((1, SIDE, SIDE), np.float32)
    for image, words in ((like[0], 0), (unlike, 1)):
        *_, last = segmenter.sample(image, GRID, Options(1, 1, 0, Device.CPU))
        assert len(last.notices) == words
