"""The training loop: it learns, it can be killed at any time, and it says what is wrong."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from app.domain.errors import TrainingError
from app.domain.model import Intake
from app.segmenters import ensemble
from app.segmenters.consensus import SYSTEM
from app.segmenters.store import new_model
from app.training.augment import Augmentation
from app.training.data import Example
from app.training.loop import WARM_UP, as_many, learning_rate, train
from app.training.readers import Spread
from app.training.recipe import Recipe
from tests.segmenters.builders import CONFIGURATION, GRID, SIDE, card_facts, discs

CPU = torch.device("cpu")


def _recipe(steps: int) -> Recipe:
    return Recipe(
        card=card_facts(""), data="", intake=Intake(SIDE, 1), configuration=CONFIGURATION, augmentation=Augmentation(),
        spread=None, steps=steps, batch=4, rate=2e-3, decay=0.0, average=0.9, seed=3,
    )  # fmt: skip


def _examples(count: int = 10) -> list[Example]:
    images, readers = discs(count, seed=4)
    return [
        Example(str(n), str(n), image, masks, GRID)
        for n, (image, masks) in enumerate(zip(images, readers, strict=True))
    ]


def _trained(
    recipe: Recipe, checkpoint: Path, stop: int | None = None, examples: Sequence[Example] | None = None
) -> dict[str, Tensor] | None:
    """Train to the end, or drop the generator after some steps as a kill would."""
    taught = _examples() if examples is None else examples
    running = train(new_model(SYSTEM, CONFIGURATION, 3), taught, recipe, checkpoint, CPU)
    while True:
        try:
            progress = next(running)
        except StopIteration as end:
            weights: dict[str, Tensor] = end.value
            return weights
        if progress.step == stop:
            return None


def test_the_loss_falls(tmp_path: Path) -> None:
    """Sixty steps on ten discs bring it well below where it began."""
    losses = [
        progress.loss
        for progress in train(new_model(SYSTEM, CONFIGURATION, 3), _examples(), _recipe(60), tmp_path / "c.pt", CPU)
    ]
    assert len(losses) == 60
    assert losses[-1] < 0.9 * losses[0]


def test_a_killed_training_goes_on_to_the_same_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped between two saves and resumed, it ends where an undisturbed one ends."""
    monkeypatch.setattr("app.training.loop.SAVE_EVERY_S", 0.0)
    whole = _trained(_recipe(8), tmp_path / "whole.pt")
    assert _trained(_recipe(8), tmp_path / "killed.pt", stop=5) is None
    resumed = _trained(_recipe(8), tmp_path / "killed.pt")
    assert whole is not None
    assert resumed is not None
    for name, value in whole.items():
        torch.testing.assert_close(resumed[name], value, atol=1e-6, rtol=1e-5)


def test_simulated_readers_are_drawn_from_the_first_mask(tmp_path: Path) -> None:
    """A recipe with a spread trains on its own number of readers, whatever the data set has."""
    recipe = replace(_recipe(2), spread=Spread())
    assert _trained(recipe, tmp_path / "c.pt") is not None


@pytest.mark.parametrize("content", [b"", b"not a checkpoint"])
def test_a_damaged_checkpoint_is_named(tmp_path: Path, content: bytes) -> None:
    """It is neither ignored nor overwritten."""
    path = tmp_path / "c.pt"
    path.write_bytes(content)
    with pytest.raises(TrainingError, match=r"c\.pt is damaged"):
        _trained(_recipe(2), path)
    assert path.read_bytes() == content


@pytest.mark.parametrize(
    ("changes", "count", "differs"),
    [
        ({"seed": 4}, 10, "seed"),
        ({"augmentation": Augmentation(flips=False)}, 10, "augmentation"),
        ({"configuration": {**CONFIGURATION, "draws": 2}}, 10, "configuration"),
        ({"card": card_facts("", readers=2)}, 10, "readers"),
        ({}, 9, "examples"),
        ({"rate": 1e-3, "seed": 4}, 10, "seed, learning rates so far"),
    ],
)
def test_a_finished_checkpoint_of_another_training_is_refused(
    tmp_path: Path, changes: dict[str, Any], count: int, differs: str
) -> None:
    """The sentence names the file and what differs, and the file stays as it is."""
    path = tmp_path / "c.pt"
    assert _trained(_recipe(2), path) is not None
    before = path.read_bytes()
    with pytest.raises(TrainingError) as caught:
        _trained(replace(_recipe(2), **changes), path, examples=_examples()[:count])
    assert str(caught.value) == (
        f"The checkpoint {path} is of another training (it differs in: {differs}): "
        "move it away, or name another folder with --work."
    )
    assert path.read_bytes() == before


def test_what_a_card_only_says_and_where_it_is_trained_may_change(tmp_path: Path) -> None:
    """A finished training with another title is still the same training: nothing is trained again."""
    first = _trained(_recipe(2), tmp_path / "c.pt")
    again = _trained(replace(_recipe(2), card=card_facts("", title="Discs")), tmp_path / "c.pt")
    assert first is not None
    assert again is not None
    assert all(torch.equal(again[name], value) for name, value in first.items())


def test_a_checkpoint_that_does_not_say_of_what_it_is_goes_on(tmp_path: Path) -> None:
    """Those of earlier versions say nothing."""
    assert _trained(_recipe(2), tmp_path / "c.pt") is not None
    state = torch.load(tmp_path / "c.pt", weights_only=True)
    torch.save({name: state[name] for name in ("step", "loss", "network", "average", "optimiser")}, tmp_path / "c.pt")
    assert _trained(replace(_recipe(2), seed=4), tmp_path / "c.pt") is not None


def test_a_training_can_be_brought_to_an_early_end_but_not_bent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After 4 of 8 steps: an anneal that keeps the steps done as they were goes on, another cosine does not."""
    monkeypatch.setattr("app.training.loop.SAVE_EVERY_S", 0.0)
    path = tmp_path / "c.pt"
    assert _trained(_recipe(8), path, stop=5) is None  # the fourth step is the last one saved
    with pytest.raises(TrainingError, match="learning rates so far"):
        _trained(_recipe(6), path)
    with pytest.raises(TrainingError, match=r"has done 4 steps, more than the 3 of the recipe"):
        _trained(_recipe(3), path)
    assert _trained(replace(_recipe(6), horizon=8, anneal=4), path) is not None


def test_without_pictures_nothing_is_trained(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="no pictures to train on"):
        _trained(_recipe(2), tmp_path / "c.pt", examples=())


def test_a_loss_that_is_no_number_stops_the_training(tmp_path: Path) -> None:
    """It says at which step."""
    with pytest.raises(TrainingError, match="step"):
        _trained(replace(_recipe(40), rate=1e30), tmp_path / "c.pt")


def test_the_rate_warms_up_and_falls_to_nothing() -> None:
    """Linear to the peak, then half a cosine: half the peak in the middle."""
    recipe = _recipe(10 * WARM_UP)
    assert learning_rate(0, recipe) == pytest.approx(recipe.rate / WARM_UP, rel=1e-3)
    assert learning_rate(5 * WARM_UP, recipe) == pytest.approx(recipe.rate / 2)
    assert learning_rate(10 * WARM_UP, recipe) == pytest.approx(0)


def test_a_training_that_must_end_early_is_annealed() -> None:
    """Up to the step the longer cosine; then a straight line down to nothing: half of the way, half of the rate."""
    recipe = replace(_recipe(6 * WARM_UP), horizon=10 * WARM_UP, anneal=4 * WARM_UP)
    longer = _recipe(10 * WARM_UP)
    assert learning_rate(3 * WARM_UP, recipe) == pytest.approx(learning_rate(3 * WARM_UP, longer))
    assert learning_rate(5 * WARM_UP, recipe) == pytest.approx(0.5 * learning_rate(4 * WARM_UP, longer))
    assert learning_rate(6 * WARM_UP, recipe) == pytest.approx(0)


def test_an_opening_stays_at_the_peak_and_the_rest_begins_anew() -> None:
    """Counted from the end of the opening, the rate is that of a training without one."""
    recipe = replace(_recipe(14 * WARM_UP), opening=4 * WARM_UP)
    rest = _recipe(10 * WARM_UP)
    assert learning_rate(0, recipe) == pytest.approx(recipe.rate / WARM_UP)
    assert learning_rate(4 * WARM_UP - 1, recipe) == pytest.approx(recipe.rate)
    for step in (0, WARM_UP, 5 * WARM_UP, 10 * WARM_UP):
        assert learning_rate(4 * WARM_UP + step, recipe) == pytest.approx(learning_rate(step, rest))


def test_an_opening_teaches_the_encoder_alone(tmp_path: Path) -> None:
    """The denoiser keeps its random weights while the encoder learns its first guess."""
    before = new_model(SYSTEM, CONFIGURATION, 3).network.state_dict()
    after = _trained(replace(_recipe(3), opening=3, average=0.0), tmp_path / "c.pt")
    assert after is not None
    changed = {name for name, value in after.items() if not torch.equal(value, before[name])}
    assert changed
    assert all(name.startswith("encoder.") for name in changed)


def test_an_opening_needs_a_system_with_a_first_guess(tmp_path: Path) -> None:
    """The ensemble of U-Nets has no denoiser to wait for."""
    table = {"members": 1, "network": CONFIGURATION["network"]}
    running = train(
        new_model(ensemble.SYSTEM, table, 3), _examples(), replace(_recipe(3), opening=1), tmp_path / "c.pt", CPU
    )
    with pytest.raises(TrainingError, match="no first guess"):
        next(running)


def test_missing_readers_are_drawn_from_those_there_are() -> None:
    """A picture with two readers in a data set of three keeps both kinds of outline possible; three stay three."""
    two, rng = np.eye(2, dtype=bool)[:, None], np.random.default_rng(0)
    drawn = [as_many(two, 3, rng) for _ in range(20)]
    assert all(len(readers) == 3 for readers in drawn)
    assert np.any([readers[:, 0, 0].any() for readers in drawn])
    assert np.any([readers[:, 0, 1].any() for readers in drawn])
    three = np.eye(3, dtype=bool)[:, None]
    assert as_many(three, 3, rng) is three
