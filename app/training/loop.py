"""One training loop for every system; a generator that can be stopped and resumed at any time."""

import math
import time
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from app.domain.arrays import BoolArray, FloatArray
from app.domain.errors import OutputError, TrainingError
from app.networks.backbone import Backbone
from app.segmenters.base import Batch, Guesser, Trainable
from app.training.augment import augment
from app.training.data import Example
from app.training.fingerprint import differences, fingerprint
from app.training.readers import simulate_readers
from app.training.recipe import Recipe

WARM_UP = 200
CLIP = 1.0
SAVE_EVERY_S = 120.0


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a training stands after one optimiser step.

    Attributes:
        step: number of steps done.
        total: number of steps of the whole training.
        loss: mean training loss over about the last hundred steps.
    """

    step: int
    total: int
    loss: float


def train(
    model: Trainable, examples: Sequence[Example], recipe: Recipe, checkpoint: Path, device: torch.device
) -> Generator[Progress, None, dict[str, Tensor]]:
    """Train a model, resuming from the checkpoint if there is one.

    Args:
        model: the system; its network is moved to the device and trained in place.
        examples: to train on.
        recipe: how.
        checkpoint: file that the state is saved to every two minutes and at the end.
        device: to train on.

    Yields:
        Progress after each step.

    Returns:
        The averaged weights, on the CPU.

    Raises:
        TrainingError: there is nothing to train on, the checkpoint is damaged, of another model or of another training,
            or the loss is no longer a number.
        OutputError: the checkpoint cannot be written.
    """
    if not examples:
        raise TrainingError("There are no pictures to train on.")
    trainer = _Trainer(model, examples, recipe, device)
    if checkpoint.is_file():
        trainer.resume(checkpoint)
    saved = time.monotonic()
    while trainer.step < recipe.steps:
        yield Progress(trainer.advance(), recipe.steps, trainer.loss)
        if time.monotonic() - saved > SAVE_EVERY_S:
            trainer.save(checkpoint)
            saved = time.monotonic()
    trainer.save(checkpoint)
    return {name: value.detach().cpu().contiguous() for name, value in trainer.average.items()}


def learning_rate(step: int, recipe: Recipe) -> float:
    """Linear warm-up, then half a cosine down to zero (Loshchilov and Hutter 2017).

    With a horizon and an anneal step the cosine of the longer horizon is left there for a straight line down to zero,
    as a training does that must end before its time. After an opening all of this begins once more, its steps counted
    from there; the opening itself warms up and stays at the peak.
    """
    if step < recipe.opening:
        return recipe.rate * min(1.0, (step + 1) / WARM_UP)
    step, steps = step - recipe.opening, recipe.steps - recipe.opening
    horizon, anneal = recipe.horizon or steps, recipe.anneal or steps
    warm = min(1.0, (step + 1) / WARM_UP)
    cosine = 0.5 * (1 + math.cos(math.pi * min(step, anneal) / horizon))
    left = 1.0 if step <= anneal else (steps - step) / (steps - anneal)
    return recipe.rate * warm * cosine * left


def as_many(readers: BoolArray, count: int, rng: np.random.Generator) -> BoolArray:
    """Return the masks of `count` readers: all there are, or a draw from them where there are more or fewer."""
    if len(readers) == count:
        return readers
    drawn: BoolArray = readers[rng.choice(len(readers), count, replace=len(readers) < count)]
    return drawn


def _groups(network: nn.Module, recipe: Recipe) -> list[dict[str, Any]]:
    """Sort the weights by the share of the learning rate that they are trained with."""
    gentle = {id(weight) for part in network.modules() if isinstance(part, Backbone) for weight in part.parameters()}
    weights = list(network.parameters())
    groups = [
        {"params": [weight for weight in weights if id(weight) not in gentle], "share": 1.0},
        {"params": [weight for weight in weights if id(weight) in gentle], "share": recipe.gentle},
    ]
    return [group for group in groups if group["params"]]


def _views(example: Example) -> FloatArray:
    """Return an example's image and, where it has one, its counterpart: (views, channels, rows, columns)."""
    views = [example.image] if example.counterpart is None else [example.image, example.counterpart]
    return np.stack(views).astype(np.float32)


class _Trainer:
    """The state of one training."""

    def __init__(self, model: Trainable, examples: Sequence[Example], recipe: Recipe, device: torch.device) -> None:
        self.model, self.examples, self.recipe, self.device = model, examples, recipe, device
        self.network = model.network.to(device).train()
        self.optimiser = torch.optim.AdamW(_groups(self.network, recipe), lr=recipe.rate, weight_decay=recipe.decay)
        self.average = {name: value.detach().clone() for name, value in self.network.state_dict().items()}
        self.step, self.loss = 0, math.nan

    def advance(self) -> int:
        """Do one optimiser step and return the number done."""
        batch, rng = self._batch()
        for group in self.optimiser.param_groups:
            group["lr"] = group["share"] * learning_rate(self.step, self.recipe)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.recipe.autocast):
            loss = self._loss(batch, rng)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), CLIP)
        self.optimiser.step()
        self._follow(float(loss.detach()))
        self.step += 1
        return self.step

    def _loss(self, batch: Batch, rng: torch.Generator) -> Tensor:
        if self.step >= self.recipe.opening:
            return self.model.loss(batch, rng)
        loss = self.model.guess_loss(batch) if isinstance(self.model, Guesser) else None
        if loss is None:
            raise TrainingError("This system makes no first guess that a training could open with.")
        return loss

    def _batch(self) -> tuple[Batch, torch.Generator]:
        """Draw the batch of this step; it depends on nothing but the seed and the step's number."""
        rng = np.random.default_rng([self.recipe.seed, self.step])
        noise = torch.Generator().manual_seed(int(rng.integers(2**62)))
        chosen = [self.examples[index] for index in self._indices()]
        images = torch.from_numpy(np.stack([_views(example) for example in chosen]))
        readers = torch.from_numpy(np.stack([self._readers(example, rng) for example in chosen]).astype(np.float32))
        images, readers = augment(images, readers, self.recipe.augmentation, noise)
        first, *others = images.unbind(dim=1)
        return Batch(first, readers, others[0] if others else None).to(self.device), noise

    def _indices(self) -> list[int]:
        """Go through the examples in a new order each epoch."""
        count, batch = len(self.examples), self.recipe.batch
        places = range(self.step * batch, (self.step + 1) * batch)
        orders = {place // count for place in places}
        shuffled = {epoch: np.random.default_rng([self.recipe.seed, epoch, 1]).permutation(count) for epoch in orders}
        return [int(shuffled[place // count][place % count]) for place in places]

    def _readers(self, example: Example, rng: np.random.Generator) -> Any:
        if self.recipe.spread is None:
            return as_many(example.readers, self.recipe.readers, rng)
        return simulate_readers(example.readers[0], self.recipe.readers, self.recipe.spread, rng, example.agreement)

    def _follow(self, loss: float) -> None:
        """Average the weights and the loss."""
        if not math.isfinite(loss):
            raise TrainingError(f"Training broke down at step {self.step}: the loss is not a number.")
        keep = min(self.recipe.average, (self.step + 1) / (self.step + 10))
        with torch.no_grad():
            for name, value in self.network.state_dict().items():
                self.average[name].lerp_(value, 1 - keep)
        self.loss = loss if math.isnan(self.loss) else 0.99 * self.loss + 0.01 * loss

    def save(self, path: Path) -> None:
        """Write the state to a temporary file and move it into place; what was there before stays if that fails."""
        state = {
            "step": self.step,
            "loss": self.loss,
            "network": self.network.state_dict(),
            "average": self.average,
            "optimiser": self.optimiser.state_dict(),
            "fingerprint": self._fingerprint(self.step),
        }
        temporary = path.with_suffix(".tmp")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            torch.save(state, temporary)
            temporary.replace(path)
        except (OSError, RuntimeError) as error:  # torch reports a full disk as RuntimeError
            temporary.unlink(missing_ok=True)
            raise OutputError(f"The checkpoint {path.name} cannot be written: is the disk full?") from error

    def resume(self, path: Path) -> None:
        """Take up the state that `save` wrote; one without a fingerprint, as older ones are, is believed."""
        try:
            state = torch.load(path, map_location=self.device, weights_only=True)
            self._check(path, int(state["step"]), state.get("fingerprint", {}))
            self.network.load_state_dict(state["network"])
            self.optimiser.load_state_dict(state["optimiser"])
            self.average = {name: state["average"][name] for name in self.average}
            self.step, self.loss = int(state["step"]), float(state["loss"])
        except (OSError, RuntimeError, KeyError, ValueError, TypeError, EOFError, UnpicklingError) as error:
            raise TrainingError(f"The checkpoint {path.name} is damaged or belongs to another model.") from error

    def _check(self, path: Path, step: int, known: Mapping[str, str]) -> None:
        """Refuse the state of another training."""
        leave = "move it away, or name another folder with --work"
        if known and step > self.recipe.steps:
            more = f"has done {step} steps, more than the {self.recipe.steps} of the recipe"
            raise TrainingError(f"The checkpoint {path} {more}: {leave}.")
        differing = ", ".join(differences(self._fingerprint(step), known))
        if differing:
            raise TrainingError(f"The checkpoint {path} is of another training (it differs in: {differing}): {leave}.")

    def _fingerprint(self, steps: int) -> dict[str, str]:
        rates = (learning_rate(step, self.recipe) for step in range(steps))
        return fingerprint(self.recipe, self.examples, rates)
