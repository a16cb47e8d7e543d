"""What every system is to the rest of the program."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import torch
from torch import Tensor, nn

from app.domain.arrays import BoolArray, FloatArray
from app.domain.errors import DeviceError
from app.domain.grid import Grid
from app.domain.model import ModelCard
from app.domain.result import Device, Options, Step
from app.domain.words import tr


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
