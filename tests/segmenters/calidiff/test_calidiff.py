"""CaliDiff: biased readers are found and overruled, committees are drawn, any number of readers in any order."""

import math
from collections.abc import Iterator
from copy import copy, deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from app.domain.arrays import BoolArray, FloatArray
from app.domain.result import Calibration, Device, Options, Step
from app.metrics import overlap
from app.segmenters.base import Batch, Calibrator
from app.segmenters.biases import Bias, biased
from app.segmenters.calidiff.model import SYSTEM, CaliDiffConfig, CaliDiffModel, to_logits
from app.segmenters.calidiff.segmenter import CaliDiffSegmenter, blinded, inside, levels_of
from app.segmenters.cards import card_from
from app.segmenters.familiarity import fit
from app.segmenters.store import load_segmenter
from app.segmenters.views import Views
from tests.segmenters.builders import CONFIGURATION, GRID, SIDE, card_facts, discs, install_toy

TABLE: dict[str, Any] = {"network": CONFIGURATION["network"]}
OPTIONS = Options(4, 3, 0, Device.CPU)


@pytest.fixture(name="segmenter", scope="module")
def _segmenter() -> CaliDiffSegmenter:
    """Train on discs that three readers draw wide, middling and tight."""
    torch.manual_seed(0)
    model = CaliDiffModel(CaliDiffConfig.read(TABLE))
    _train(model, steps=240)
    card = card_from(card_facts("", system=SYSTEM, configuration=TABLE, takes_readers=True), Path())
    return CaliDiffSegmenter(card, model)


def _train(model: CaliDiffModel, steps: int) -> None:
    images, readers = discs(64, seed=1)
    optimiser = torch.optim.Adam(model.network.parameters(), lr=3e-3)
    rng = torch.Generator().manual_seed(0)
    for step in range(steps):
        chosen = np.arange(8) + 8 * (step % 8)
        loss = model.loss(Batch(torch.from_numpy(images[chosen]), torch.from_numpy(readers[chosen]).float()), rng)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()


def _calibrated(
    segmenter: CaliDiffSegmenter, image: FloatArray, readers: BoolArray, options: Options = OPTIONS
) -> Calibration:
    *_, last = segmenter.calibrate(image, GRID, options, readers)
    assert last.calibration is not None
    return last.calibration


def test_a_reader_who_drew_a_blob_is_found_and_overruled(segmenter: CaliDiffSegmenter) -> None:
    """The blob has the lowest expertness in nearly every picture; the consensus stays that of the true readers."""
    rng, found, kept = np.random.default_rng(0), [], []
    for number, (image, readers) in enumerate(zip(*discs(8, seed=2), strict=True)):
        changed = readers.copy()
        changed[number % 3] = next(blob for blob in _blobs(readers[1], rng) if overlap.dice(blob, readers[1]) < 0.5)
        calibration = _calibrated(segmenter, image, changed)
        found.append(int(np.argmin(calibration.expertness)) == number % 3)
        kept.append(overlap.dice(calibration.mask, readers.sum(axis=0) >= 2))
    assert sum(found) >= 7
    assert np.mean(kept) > 0.85


def _blobs(mask: BoolArray, rng: np.random.Generator) -> Iterator[BoolArray]:
    """Draw blobs without end; one that happens to lie on the disc would be a good reader."""
    while True:
        yield biased(mask, Bias.BLOB, 0, rng)


def test_calibration_takes_bias_away(segmenter: CaliDiffSegmenter) -> None:
    """A shifted reader's calibrated mask lies closer to what it would have drawn than the shifted one did."""
    rng, gains = np.random.default_rng(1), []
    for image, readers in zip(*discs(6, seed=3), strict=True):
        changed = readers.copy()
        changed[1] = biased(readers[1], Bias.SHIFTED, 5, rng)
        calibrated = _calibrated(segmenter, image, changed).calibrated[1] >= 0.5
        gains.append(overlap.dice(calibrated, readers[1]) - overlap.dice(changed[1], readers[1]))
    assert np.mean(gains) > 0.1


def test_the_image_alone_gives_levels_that_shrink(segmenter: CaliDiffSegmenter) -> None:
    """Predicting: the majority is found, and more readers agree on less."""
    for image, readers in zip(*discs(3, seed=4), strict=True):
        *_, last = segmenter.sample(image, GRID, Options(4, 5, 0, Device.CPU))
        assert last.calibration is None
        assert last.estimate.shape == (3, 4, SIDE, SIDE)
        masks = last.estimate.mean(axis=1) >= 0.5
        assert overlap.dice(masks[1], readers.sum(axis=0) >= 2) > 0.85
        assert masks[0].sum() > masks[1].sum() > masks[2].sum()


def test_the_last_step_fuses_what_the_committee_drew(segmenter: CaliDiffSegmenter) -> None:
    """Each committee's levels lie inside each other, and one step alone draws and fuses too."""
    image, readers = discs(1, seed=8)
    for steps in (1, 4):
        *drawn, fused = _whole(segmenter, image[0], Options(5, steps, 0, Device.CPU))
        assert len(drawn) == steps - 1
        assert np.all(np.diff(fused, axis=0) <= 0)
        assert np.abs(fused.mean(axis=(0, 1)) - readers[0].mean(axis=0)).mean() < 0.1
        assert all(overlap.diversity(inside(estimate)) > 0 for estimate in (*drawn, fused))


def _whole(segmenter: CaliDiffSegmenter, image: FloatArray, options: Options) -> list[FloatArray]:
    """Return the estimates of the steps that all samples have made."""
    steps = segmenter.sample(image, GRID, replace(options, settle=0))
    return [step.estimate for step in steps if step.estimate.shape[1] == options.samples]


def test_inference_has_its_say_in_the_last_step_alone(segmenter: CaliDiffSegmenter) -> None:
    """Were it to add a logit of 3 everywhere, the steps before would stay and no pixel of the last would lose."""
    bold = replace(segmenter, model=deepcopy(segmenter.model))
    torch.nn.init.constant_(bold.model.committee.level_inferred.get_parameter("2.bias"), 3.0)
    image, _ = discs(1, seed=8)
    before, after = (_whole(one, image[0], Options(4, 4, 0, Device.CPU)) for one in (segmenter, bold))
    for drawn, again in zip(before[:-1], after[:-1], strict=True):
        np.testing.assert_array_equal(drawn, again)
    assert (after[-1] >= before[-1] - 1e-6).all()
    assert after[-1].mean() > before[-1].mean() + 0.02


def test_samples_of_a_level_are_cut_at_heights(segmenter: CaliDiffSegmenter) -> None:
    """What a sample cut at one half says of a pixel, one cut at 49/50 says of few; at 1/50, of many."""
    image, _ = discs(1, seed=8)
    estimates = []
    for height_spread in (0.0, 2.0):
        chosen = replace(segmenter, model=copy(segmenter.model))
        chosen.model.config = replace(segmenter.model.config, height_spread=height_spread)
        estimates.append(_whole(chosen, image[0], Options(4, 4, 0, Device.CPU)))
    for middle, spread in zip(*estimates, strict=True):
        for sample, height in enumerate((9 / 34, 25 / 34, 1 / 50, 49 / 50)):
            clear = np.abs(middle[:, sample] - height) > 1e-4
            assert ((spread[:, sample] >= 0.5) == (middle[:, sample] >= height))[clear].all()


def test_readers_have_no_order_and_no_fixed_number(segmenter: CaliDiffSegmenter) -> None:
    """Exchanged readers keep what is theirs, up to the noise; two or five of them, some empty, are taken too."""
    image, readers = discs(1, seed=5)
    many = replace(OPTIONS, samples=32)
    forward = _calibrated(segmenter, image[0], readers[0], many)
    backward = _calibrated(segmenter, image[0], readers[0][::-1], many)
    np.testing.assert_allclose(forward.expertness, backward.expertness[::-1], atol=0.02)
    assert np.abs(forward.consensus - backward.consensus).max() < 0.1
    agreed = overlap.dice(forward.mask, backward.mask)
    assert agreed > 0.98
    for masks in (readers[0][:2], np.concatenate([readers[0], np.zeros_like(readers[0][:2])])):
        calibration = _calibrated(segmenter, image[0], masks)
        assert len(calibration.expertness) == len(calibration.calibrated) == len(masks)
        assert np.isfinite(calibration.expertness).all()


def test_every_step_carries_the_calibration_so_far(tmp_path: Path) -> None:
    """Levels stay those of the model whatever the number of readers; the seed decides everything."""
    torch.manual_seed(0)
    model = CaliDiffModel(CaliDiffConfig.read(TABLE))
    images, readers = discs(8, seed=6)
    extra = fit(model.describe(torch.from_numpy(images))).tensors()
    install_toy(tmp_path, model=model, extra=extra, system=SYSTEM, configuration=TABLE, takes_readers=True)
    segmenter = load_segmenter(tmp_path, "toy")
    assert isinstance(segmenter, Calibrator)
    assert segmenter.card.takes_readers
    runs: list[list[Step]] = [
        list(segmenter.calibrate(images[0], GRID, Options(6, 2, seed, Device.CPU, settle=0), readers[0][:2]))
        for seed in (0, 0, 1)
    ]
    assert all(step.calibration is not None and step.estimate.shape[0] == 3 for step in runs[0])
    assert [step.index for step in runs[0]][-1] == 1
    last = [run[-1] for run in runs]
    np.testing.assert_array_equal(last[0].estimate, last[1].estimate)
    assert np.abs(last[0].estimate - last[2].estimate).max() > 1e-3


def test_what_was_drawn_is_taken_over_as_a_logit() -> None:
    """An estimate of 0 is as likely marked as not, 0.8 stands for 0.9; certainty counts as a logit of 8."""
    logits = to_logits(torch.tensor([0.0, 0.8, -0.8, 1.0, -1.0]))
    assert logits.tolist() == pytest.approx([0, math.log(9), -math.log(9), 8, -8], abs=1e-3)


def test_a_share_of_the_committees_is_blind() -> None:
    """Half of them: every other one, beginning with one that sees; of one in four, the fourth."""
    assert blinded(range(4), 0.5, views=1).tolist() == [False, True, False, True]
    assert blinded(range(2, 6), 0.25, views=1).tolist() == [False, True, False, False]
    assert not blinded(range(8), 0.0, views=4).any()


@pytest.mark.parametrize(("share", "rounds"), [(0.5, 2), (0.25, 4)])
def test_each_view_is_seen_and_left_unseen(share: float, rounds: int) -> None:
    """After a few rounds of four views each of them was blind as often as the others, as often as was asked for."""
    blind = blinded(range(4 * rounds), share, views=4).reshape(rounds, 4)
    assert blind.sum(dim=1).tolist() == [4 * share] * rounds
    assert blind.sum(dim=0).tolist() == [share * rounds] * 4


def test_every_view_finds_the_readers_where_they_drew(segmenter: CaliDiffSegmenter) -> None:
    """Discs far from the middle: four samples of four views agree with the readers, calibrated or from the image."""
    chosen = replace(segmenter, model=copy(segmenter.model))
    chosen.model.views = Views(4)
    for image, readers in zip(*discs(3, seed=12), strict=True):
        majority = readers.sum(axis=0) >= 2
        assert overlap.dice(_calibrated(chosen, image, readers).mask, majority) > 0.9
        *_, last = chosen.sample(image, GRID, Options(4, 4, 0, Device.CPU, settle=0))
        assert all(overlap.dice(sample >= 0.5, majority) > 0.75 for sample in last.estimate[1])


def test_blind_committees_do_not_see_the_image(segmenter: CaliDiffSegmenter) -> None:
    """They calibrate two pictures with the same readers alike; those that see do not."""
    images, readers = discs(2, seed=4)
    for share, alike in ((1.0, True), (0.0, False)):
        config = replace(segmenter.model.config, blind_committees=share)
        chosen = replace(segmenter, model=copy(segmenter.model))
        chosen.model.config = config
        one, other = (_calibrated(chosen, image, readers[0]).consensus for image in images)
        assert np.allclose(one, other, atol=1e-6) == alike


@pytest.mark.parametrize(
    "change",
    [
        {"fusion": False},
        {"implicit": False},
        {"alignment": 0.0},
        {"adversarial": 0.03},
        {"endogenous": 0.0},
        {"endogenous": 0.0, "adversarial": 0.03},
        {"corruption": 0.0},
        {"draws": 2},
        {"blind": 0.5},
        {"dice_weight": 0.5},
    ],
)
def test_every_part_can_be_left_out_or_added(change: dict[str, Any]) -> None:
    """An ablation is a value of the configuration: with the same weights and chance the loss is another one.

    Implicit Consensus Inference adds nothing to begin with; there it is the loss's slope.
    Only where there is an adversary, which begins as one that cannot tell, is the critic taught.
    """
    losses, slopes = [], []
    for table in (TABLE, TABLE | change):
        torch.manual_seed(0)
        model = CaliDiffModel(CaliDiffConfig.read(table))
        images, readers = discs(4, seed=0)
        batch = Batch(torch.from_numpy(images), torch.from_numpy(readers).float())
        losses.append(model.loss(batch, torch.Generator().manual_seed(0)))
        losses[-1].backward()  # type: ignore[no-untyped-call]
        slopes.append(sum(float(part.grad.norm()) for part in model.network.parameters() if part.grad is not None))
    assert torch.isfinite(losses[1])
    told_by = slopes if "implicit" in change else [loss.item() for loss in losses]
    assert abs(told_by[0] - told_by[1]) > 5e-6  # the least is that of alignment, before anything is learnt
    taught = [part.grad is not None and bool(part.grad.any()) for part in model.critic.parameters()]
    assert any(taught) == ("adversarial" in change)


def test_a_fixed_encoder_is_not_taught() -> None:
    """Its weights have no gradient, and those of the rest do."""
    model = CaliDiffModel(CaliDiffConfig.read(TABLE | {"encoder_fixed": True}))
    images, readers = discs(4, seed=0)
    batch = Batch(torch.from_numpy(images), torch.from_numpy(readers).float())
    model.loss(batch, torch.Generator().manual_seed(0)).backward()  # type: ignore[no-untyped-call]
    assert all(part.grad is None for part in model.committee.shared.encoder.parameters())
    assert all(part.grad is not None for part in model.committee.shared.denoiser.parameters())


def test_one_reader_in_a_data_set_is_taken_too() -> None:
    """Nobody can be held out; the loss is a number all the same."""
    model = CaliDiffModel(CaliDiffConfig.read(TABLE))
    images, readers = discs(4, seed=0)
    one = torch.from_numpy(readers[:, :1]).float()
    assert torch.isfinite(model.loss(Batch(torch.from_numpy(images), one), torch.Generator().manual_seed(0)))


def test_levels_of_a_committee_of_any_size() -> None:
    """Three of three keep their count. Of two members, levels 1 and 2 of 4 need one, levels 3 and 4 both."""
    three = np.array([[1, 1, 1], [0, 1, 1], [0, 0, 1]], np.float32)[:, None, None]
    assert levels_of(three, 3)[:, 0, 0].tolist() == [[1, 1, 1], [0, 1, 1], [0, 0, 1]]
    two = np.array([[1, 1], [0, 1]], np.float32)[:, None, None]
    assert levels_of(two, 4)[:, 0, 0].tolist() == [[1, 1], [1, 1], [0, 1], [0, 1]]
    five = np.array([1, 1, 0, 0, 0], np.float32)[:, None, None, None]
    assert levels_of(five, 4)[:, 0, 0].tolist() == [[1], [0], [0], [0]]  # two of five are not half of the readers
