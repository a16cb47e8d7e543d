"""What every system is to the rest of the program."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import torch
from torch import Tensor, nn
from torch.nn import functional as fn

from app.domain.arrays import BoolArray, FloatArray
from app.domain.errors import DeviceError
from app.domain.grid import Grid
from app.domain.model import ModelCard
from app.domain.result import Device, Options, Step
from app.domain.words import tr

SHARPNESS = 4.0
"""How much steeper than its share a level is taken to be in `levels_dice_loss`, lest nothing but certainty mark."""


class Segmenter(Protocol):
    """A trained model that outlines one picture several times."""

    @property
    def card(self) -> ModelCard:
        """What the model says of itself."""
        ...

    def sample(self, image: FloatArray, grid: Grid, options: Options) -> Iterator[Step]:
        """Draw samples of the outline; they are empty where the grid reaches beyond the slice.

        Args:
            image: (channels, rows, columns) in [0, 1], as the card's intake says.
            grid: how the image lies on the slice; passed on to the steps.
            options: samples, steps, seed and device.

        Raises:
            DeviceError: the device is not there.
        """
        ...


@runtime_checkable
class Calibrator(Protocol):
    """A segmenter that can also start from masks that readers drew."""

    def calibrate(self, image: FloatArray, grid: Grid, options: Options, annotations: BoolArray) -> Iterator[Step]:
        """Draw samples of what the readers would have agreed on; every step carries a `Calibration`.

        Args:
            image: (channels, rows, columns) in [0, 1], as the card's intake says.
            grid: how the image lies on the slice; passed on to the steps.
            options: samples, steps, seed and device.
            annotations: (readers, rows, columns) on the grid, one reader or more; an empty mask counts as drawn.

        Raises:
            DeviceError: the device is not there.
        """
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """What a network is trained on at once.

    Attributes:
        images: (batch, channels, rows, columns) in [0, 1].
        readers: (batch, readers, rows, columns) in {0, 1}, the masks that the readers drew.
        counterparts: (batch, channels, rows, columns) in [0, 1], the same pictures without what the readers marked;
            None where the data set has none.
    """

    images: Tensor
    readers: Tensor
    counterparts: Tensor | None = None

    def to(self, device: torch.device) -> "Batch":
        """Move everything to a device."""
        counterparts = None if self.counterparts is None else self.counterparts.to(device)
        return Batch(self.images.to(device), self.readers.to(device), counterparts)


class Trainable(Protocol):
    """A system seen from the training loop."""

    @property
    def network(self) -> nn.Module:
        """The module whose weights are trained and saved."""
        ...

    def loss(self, batch: Batch, rng: torch.Generator) -> Tensor:
        """Return the training loss of a batch.

        Args:
            batch: of examples.
            rng: for levels, times and noise, on the CPU.

        Returns:
            A 0-d tensor.
        """
        ...

    def describe(self, images: Tensor) -> Tensor:
        """Return what the network sees in images, for telling unlike ones apart.

        Args:
            images: (batch, channels, rows, columns) in [0, 1].

        Returns:
            (batch, features).
        """
        ...


@runtime_checkable
class Guesser(Protocol):
    """A trainable system whose image encoder makes a first guess of its own, which can be taught alone."""

    def guess_loss(self, batch: Batch) -> Tensor | None:
        """Return the loss of the first guess alone, 0-d, or None where the network in use makes none.

        A step costs the encoder and nothing else.
        """
        ...


def share_loss(guess: Tensor, readers: Tensor) -> Tensor:
    """Return the cross-entropy of a first guess, (batch, 1, rows, columns) logits, with the share of readers."""
    return fn.binary_cross_entropy_with_logits(guess, readers.mean(dim=1, keepdim=True))


def dice_loss(logits: Tensor, masks: Tensor) -> Tensor:
    """Return one minus the soft Dice coefficient of each mask (Milletari et al. 2016, section 3, without the squares).

    Cross-entropy counts pixels: where the extent of something small is in doubt, it is best served by marking nothing.
    This one counts a mask as a whole. One pixel is added above and below, so that empty and empty is no loss.

    Args:
        logits: (..., rows, columns).
        masks: (..., rows, columns) in {0, 1}.

    Returns:
        (...).
    """
    inside = logits.float().sigmoid()
    common, marked = (inside * masks).sum(dim=(-2, -1)), (inside + masks).sum(dim=(-2, -1))
    return 1 - (2 * common + 1) / (marked + 1)


def levels_dice_loss(logits: Tensor, share: Tensor, levels: int) -> Tensor:
    """Return `dice_loss` of what a map of shares marks at each consensus level, mean over levels and maps.

    Args:
        logits: (maps, rows, columns) of the share of readers.
        share: (maps, rows, columns) in [0, 1], the share that there is.
        levels: number of consensus levels, C; level c is where the share is above (c - 1/2) / C.
    """
    cuts = ((torch.arange(1, levels + 1) - 0.5) / levels).to(share)[:, None, None]
    beyond = SHARPNESS * (logits[:, None].float() - cuts.logit())
    return dice_loss(beyond, (share[:, None] > cuts).to(share)).mean()


def choose_device(device: Device) -> torch.device:
    """Find the device asked for; AUTO takes the first of CUDA, MPS and CPU that is there.

    Raises:
        DeviceError: this computer does not have it.
    """
    present = {Device.CUDA: torch.cuda.is_available(), Device.MPS: torch.backends.mps.is_available(), Device.CPU: True}
    if device is Device.AUTO:
        device = next(kind for kind, there in present.items() if there)
    if not present[device]:
        raise DeviceError(
            tr("This computer has no {device} device that PyTorch can use.").format(device=device.value.upper())
        )
    return torch.device(device.value)


def device_name(device: torch.device) -> str:
    """Name a device as it is printed in results ("cpu", "cuda NVIDIA H200")."""
    return f"cuda {torch.cuda.get_device_name(device)}" if device.type == "cuda" else device.type
