"""How a case and its findings are shown; the canvas and the exported picture obey the same one."""

from dataclasses import dataclass, field, replace
from enum import Enum

from app.domain.case import Window
from app.domain.measure import Measurement


class LevelStyle(Enum):
    """How consensus levels are drawn."""

    CONTOUR = "contour"
    FILL = "fill"


@dataclass(frozen=True, slots=True)
class View:
    """Everything that decides what is seen.

    Attributes:
        slice_index: the slice shown.
        window: grey window; None shows colour pixels as they are.
        inverted: whether black and white are exchanged.
        levels: the consensus levels drawn, 1-based ("at least c of C").
        style: contours or translucent fills for those levels.
        opacity: of fills, hatching and soft map, in [0, 1].
        band: draw the core (>= 90 % of samples) and outer limit (>= 10 %) contours with the ambiguous band hatched.
        soft: draw the soft map with its fixed 0-1 legend.
        references: draw the readers' own outlines.
        readers: whose outlines those are, counted from 1; empty for all of them.
        refined: draw the outline refined by the dense CRF.
        hidden: hide everything that a model made.
        share: draw one more outline, of what at least this share of all samples contains, in (0, 1]; the samples being
            spread evenly over the levels, it is the share of readers expected to mark a pixel.
        calibrated: draw the readers' outlines as a model calibrated them, where one did, and not as they were drawn.
        fused: draw the mask that a model fused of the readers, where one did.
        expertness: the reader (0-based) whose map of expertness is drawn, where there is one.
        step: index of the diffusion step shown, or None for the final result.
        measurements: of the reader's, on every slice.
        measured: draw the measurements of the slice.
    """

    slice_index: int = 0
    window: Window | None = None
    inverted: bool = False
    levels: frozenset[int] = field(default_factory=frozenset)
    style: LevelStyle = LevelStyle.CONTOUR
    opacity: float = 0.5
    band: bool = True
    soft: bool = False
    references: bool = False
    readers: frozenset[int] = field(default_factory=frozenset)
    refined: bool = False
    hidden: bool = False
    share: float | None = None
    calibrated: bool = False
    fused: bool = True
    expertness: int | None = None
    step: int | None = None
    measurements: tuple[Measurement, ...] = ()
    measured: bool = True

    @property
    def shown_measurements(self) -> tuple[Measurement, ...]:
        """The measurements that are drawn on the slice shown; those of a model's result go where that is not shown."""
        shown = self.measured_on(self.slice_index)
        return tuple(found for found in shown if not found.of or not (self.hidden or self.step is not None))

    def beside(self, identity: str) -> "View":
        """Return the view without what was measured on other results than that of an identity; "" is none."""
        return replace(self, measurements=tuple(found for found in self.measurements if found.belongs_to(identity)))

    def measured_on(self, slice_index: int) -> tuple[Measurement, ...]:
        """Return the measurements of a slice; none where they are not to be seen."""
        return tuple(found for found in self.measurements if self.measured and found.slice_index == slice_index)

    def draws_reader(self, reader: int) -> bool:
        """Return whether the outline of a reader, counted from 1, is drawn."""
        return self.references and (not self.readers or reader in self.readers)
