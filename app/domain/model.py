"""What a model says of itself: its card and the input it was trained for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

from app.domain.case import Modality, Window


@dataclass(frozen=True, slots=True)
class Intake:
    """How a slice becomes the picture that a network was trained on.

    Attributes:
        side: rows and columns of the network's square picture.
        channels: 3 for colour, 1 for grey.
        window: the fixed range of values scaled to 0..1; None scales each slice, or each region of
            interest, from its 0.5th to its 99.5th percentile.
        crop_px: side of the square region of interest in pixels of the slice; None takes the whole slice.
        crop_mm: the same in millimetres, for models trained at a physical scale; needs a known spacing.
    """

    side: int
    channels: int
    window: Window | None = None
    crop_px: float | None = None
    crop_mm: float | None = None

    @property
    def needs_region(self) -> bool:
        """Whether the reader must point at what to segment."""
        return self.crop_px is not None or self.crop_mm is not None


class Sampling(Enum):
    """What a run draws its samples for, one number of them for each."""

    LEVEL = "level"
    STEP = "step"


@dataclass(frozen=True, slots=True)
class Usual:
    """The sample diversity of a model over a set of cases that it was not trained on.

    Attributes:
        cases: number of cases.
        deciles: the diversity, over pairs of different samples, that 0, 10, 20 ... 100 % of the cases do not exceed.
    """

    cases: int
    deciles: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class ModelCard:
    """A model's name, limits and measured quality, as shown to its users.

    Attributes:
        name: short and unique, as typed on the command line.
        system: the published system it belongs to ("consensus diffusion").
        title: one line for a menu.
        task: what it outlines.
        modality: the pictures it was trained on.
        readers: number of readers it was trained with, which is also the number of consensus levels.
        simulated_readers: whether those readers were simulated.
        intake: how a slice is prepared for it.
        steps: diffusion steps of a default run.
        samples: samples of a default run, for each level or for each step.
        most_steps: time steps that it was trained with, which no run can exceed.
        weights: the file of weights.
        sha256: of the weights file, hexadecimal.
        facts: everything else the card holds (data, licence, metrics, limits, seed, date, configuration).
        takes_readers: whether it can also calibrate masks that readers drew.
        usual: how diverse its samples are on cases that it was not trained on, where that was measured.
        sampling: whether samples are drawn for each consensus level or, as in DiffSeg, at each noise step.
    """

    name: str
    system: str
    title: str
    task: str
    modality: Modality
    readers: int
    simulated_readers: bool
    intake: Intake
    steps: int
    samples: int
    most_steps: int
    weights: Path
    sha256: str
    facts: Mapping[str, Any] = field(repr=False)
    takes_readers: bool = False
    usual: Usual | None = None
    sampling: Sampling = Sampling.LEVEL

    @property
    def crf(self) -> Mapping[str, Any]:
        """What the model's dense CRF does otherwise than by default, chosen on validation images."""
        table: Mapping[str, Any] = self.facts.get("crf", {})
        return table
