"""What there is to draw over a slice."""

from dataclasses import dataclass, field

from app.domain.arrays import BoolArray
from app.domain.grid import Grid
from app.domain.result import Calibration, Findings
from app.domain.view import View

CORE_SHARE = 0.9
OUTER_SHARE = 0.1
MAJORITY = 0.5 - 1e-5
"""Half, less what resampling may round off a share of exactly a half, which counts as inside."""

SCREEN_SIDE = 900
"""A picture whose long side has this many pixels shows lines and hatching as wide as a screen does."""


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """The findings of one slice and the readers' masks beside them.

    Attributes:
        findings: of the samples, on the network's grid.
        grid: how the network's grid lies on the slice.
        references: (readers, rows, columns) on the slice, or None.
        intermediate: whether the findings are of a diffusion step before the last, so no result.
        calibration: what a model made of the readers' masks, or None where it was not given them.
    """

    findings: Findings
    grid: Grid
    references: BoolArray | None = field(default=None, repr=False)
    intermediate: bool = False
    calibration: Calibration | None = field(default=None, repr=False)

    @property
    def samples(self) -> int:
        """Number of samples over all levels."""
        return int(self.findings.sample_areas.size)

    @property
    def readers(self) -> int:
        """Number of readers whose masks lie beside the findings."""
        return 0 if self.references is None else len(self.references)

    def calibrated(self, view: View) -> Calibration | None:
        """Return the calibration if a view shows the readers after it, or None where it shows them as they drew."""
        return self.calibration if view.calibrated and not view.hidden else None

    def shown_levels(self, wanted: frozenset[int]) -> tuple[int, ...]:
        """Return those of the wanted levels (1-based) that the findings have, lowest first."""
        return tuple(level for level in sorted(wanted) if 1 <= level <= self.findings.level_count)
