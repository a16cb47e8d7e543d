"""What a run yields and what it returns."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

import numpy as np

from app.domain.arrays import AnyArray, BoolArray, FloatArray
from app.domain.grid import Grid
from app.domain.lesion import Measured

INSIDE = 0.5
"""Value of a sample or of a mean of samples from which on a pixel counts as inside."""

FEWEST_READERS = 2
"""Readers who can be calibrated: one has nobody to differ from."""


class Device(Enum):
    """Where a network runs."""

    AUTO = "auto"
    CPU = "cpu"
    CUDA = "cuda"
    MPS = "mps"


@dataclass(frozen=True, slots=True)
class Options:
    """What a user chooses for one run.

    Attributes:
        samples: samples for each consensus level.
        steps: diffusion steps.
        seed: of all noise; the same seed on the same device gives the same result.
        device: where to run.
        region: (row, column) on the slice that a region-of-interest model is centred on.
        refine: whether the majority level is refined by a dense conditional random field.
        settle: no further samples are drawn once two waves of them in a row have each changed the soft map by less than
            this share of itself; 0 draws them all.
        calibrate: whether the case's readers are calibrated, by a model that takes them, and not only compared with.
    """

    samples: int
    steps: int
    seed: int = 0
    device: Device = Device.AUTO
    region: tuple[float, float] | None = None
    refine: bool = False
    settle: float = 0.02
    calibrate: bool = False


def _no_masks() -> BoolArray:
    return np.zeros((0, 0, 0), np.bool_)


def majority_of(levels: int) -> int:
    """Return which of so many consensus levels, counted from 1, means "at least half of the readers"."""
    return (levels + 1) // 2


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """What a model makes of the masks that several readers drew. All maps are on the network's grid.

    Attributes:
        calibrated: (readers, rows, columns) in [0, 1], each reader's mask without its bias; >= 0.5 is inside.
        consensus: (rows, columns) in [0, 1], how likely a further reader would mark the pixel.
        cut: value from which on the consensus is inside, where the outline should agree best with that reader's; beyond
            all values where fewer than half of the readers marked anything.
        expertness: for each reader, the mean of its map over the pixels on which the readers differ, or over the whole
            slice where they do not.
        expertness_maps: (readers, rows, columns) float16 in [0, 1], how likely a further reader would agree there with
            what this reader drew.
        spreads: mean 1 - IoU between the readers' masks as they drew them, and between the calibrated ones.
        distances: generalised energy distance of the samples to the readers' masks as they drew them, and to the
            calibrated ones.
        given: (readers, rows, columns), the masks as they were given to the model.
        drawn_areas: of each of these, in pixels of the slice; what lies beyond the grid is not counted.
        fused_area: of the fused mask, in pixels of the slice.

    Areas of a step under way are counted on the network's grid, those of a finished result on the slice itself.
    """

    calibrated: FloatArray = field(repr=False)
    consensus: FloatArray = field(repr=False)
    cut: float
    expertness: tuple[float, ...]
    expertness_maps: AnyArray = field(repr=False)
    spreads: tuple[float, float]
    distances: tuple[float, float]
    given: BoolArray = field(default_factory=_no_masks, repr=False)
    drawn_areas: tuple[float, ...] = ()
    fused_area: float = 0.0

    @property
    def is_contested(self) -> bool:
        """Whether the masks given differ anywhere."""
        return bool((self.given.any(axis=0) & ~self.given.all(axis=0)).any())

    @property
    def readers(self) -> int:
        """Number of readers who were given."""
        return len(self.expertness)

    @property
    def masks(self) -> BoolArray:
        """The calibrated masks, (readers, rows, columns)."""
        inside: BoolArray = self.calibrated >= INSIDE
        return inside

    @property
    def mask(self) -> BoolArray:
        """The fused mask, (rows, columns)."""
        inside: BoolArray = self.consensus >= self.cut
        return inside


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """The masks if the run had to stop now: progress, live preview and slider frame in one.

    While a diffusion step is in flight several `Step`s carry its index, each with more samples; the last one is whole.

    Attributes:
        index: of the diffusion step, from 0.
        total: number of diffusion steps.
        estimate: (levels, samples, rows, columns) in [0, 1], on the network's grid; level c is at c - 1.
        progress: share of the whole run that is done, in [0, 1].
        grid: how the estimate lies on the slice.
        notices: sentences that the reader must see (unlike the training data, memory ran out ...).
        label: what the system's own publication calls this step ("60" for a noise step), or "" where it is but counted.
        pictures: what the system looked at on the way, by the words to show it under, in the order to show it in: each
            (rows, columns) or (3, rows, columns) in [0, 1] on the same grid.
        calibration: of the readers given to the model, if any were; its calibrated masks are those of this step.
        device: that it was drawn on ("cpu", "cuda NVIDIA ..."), which may not be the one asked for; "" if not known.
    """

    index: int
    total: int
    estimate: FloatArray = field(repr=False)
    progress: float
    grid: Grid
    notices: tuple[str, ...] = ()
    label: str = ""
    pictures: Mapping[str, FloatArray] = field(default_factory=dict, repr=False)
    calibration: Calibration | None = None
    device: str = ""


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a result came from, as printed on every export.

    Attributes:
        system: the published system.
        model: the model's name.
        weights_sha256: of the model's weights, hexadecimal.
        version: of this program.
        seed: of all noise.
        samples: drawn for each level.
        steps: diffusion steps.
        device: what it ran on ("cpu", "cuda:0 NVIDIA ...").
        seconds: from start to end.
        simulated_readers: whether the readers that the model learnt from were simulated.
        most_samples: asked for at each level; fewer are drawn when the soft map settles before.
    """

    system: str
    model: str
    weights_sha256: str
    version: str
    seed: int
    samples: int
    steps: int
    device: str
    seconds: float
    simulated_readers: bool = False
    most_samples: int = 0


def between_different(spread: float, samples: int) -> float:
    """Return a diversity over pairs of different samples alone, 0 for one.

    Of samples drawn by chance it does not depend on their number. Those cut at heights are dealt evenly, and a few of
    them differ more than many: 8 by about 2 % more than 25.
    """
    return spread * samples / (samples - 1) if samples > 1 else 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Findings:
    """What a set of samples agrees on. All maps are on the network's grid.

    Attributes:
        level_maps: (levels, rows, columns) mean of the samples' values at each level, made nested
            (never rising with the level).
        levels: (levels, rows, columns) consensus masks, level_maps >= 0.5; level c ("at least c of C readers") is at
            c - 1.
        soft: (rows, columns) sum of `levels` / C, in {0, 1/C .. 1}: the share of readers expected to mark the pixel.
        agreement: (rows, columns) share of all samples over all levels that contain the pixel.
        consistent: (rows, columns) pixels that every sample contains.
        ambiguous: (rows, columns) pixels that some samples contain and some do not.
        level_areas: area of each consensus mask, in pixels of the slice.
        sample_areas: (levels, samples) area of each sample, in pixels of the slice.
        diversity: E[d(S, S')] over all samples, d = 1 - IoU.
        ged: generalised energy distance D^2 to the reference masks, or None without them.
        readers: number of reference masks that `ged` was taken against; 0 without.
        refined: (rows, columns) majority mask refined by a dense CRF, or None.
        consistent_area: of the consistent region, in pixels of the slice.
        ambiguous_area: of the ambiguous region, in pixels of the slice.
        level_diversities: E[d(S, S')] over the samples of each level.
        level_geds: for each level, generalised energy distance of its samples to what that share of the readers marked;
            empty without reference masks.

    Areas of a step under way are counted on the network's grid, those of a finished result on the slice itself.
    """

    level_maps: FloatArray = field(repr=False)
    levels: BoolArray = field(repr=False)
    soft: FloatArray = field(repr=False)
    agreement: FloatArray = field(repr=False)
    consistent: BoolArray = field(repr=False)
    ambiguous: BoolArray = field(repr=False)
    level_areas: tuple[float, ...]
    sample_areas: FloatArray = field(repr=False)
    diversity: float
    ged: float | None
    readers: int
    refined: BoolArray | None = field(default=None, repr=False)
    consistent_area: float = 0.0
    ambiguous_area: float = 0.0
    level_diversities: tuple[float, ...] = ()
    level_geds: tuple[float, ...] = ()

    @property
    def level_count(self) -> int:
        """Number of consensus levels, C."""
        return len(self.level_areas)

    @property
    def majority(self) -> int:
        """The level, counted from 1, that means "at least half of the readers"."""
        return majority_of(self.level_count)


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """A finished run.

    Attributes:
        samples: (levels, samples, rows, columns) in [0, 1] on the network's grid; >= 0.5 is inside.
        findings: what the samples agree on.
        grid: how the network's grid lies on the slice.
        slice_index: the slice that was segmented.
        warnings: sentences the reader must see (blank output ...).
        provenance: where it came from.
        calibration: of the readers given to the model, if any were.
        lesion: what a dermatologist reads off the final mask; None where the case is no dermoscopic picture or the mask
            is empty.
    """

    samples: FloatArray = field(repr=False)
    findings: Findings
    grid: Grid
    slice_index: int
    warnings: tuple[str, ...]
    provenance: Provenance
    calibration: Calibration | None = None
    lesion: Measured | None = None

    @property
    def identity(self) -> str:
        """By what this result is told from every other one, in this session and in one that was saved."""
        made = self.provenance
        how = self.slice_index + 1, made.weights_sha256, made.seed, made.samples, made.steps, f"{made.seconds:.6f}"
        return f"{made.model} {':'.join(map(str, how))}"
