"""What an exported picture is about: the findings that are shown and where they come from."""

from dataclasses import dataclass, field, replace

from app.domain.case import Case
from app.domain.geometry import Geometry
from app.domain.grid import Grid
from app.domain.measure import Kind, Measurement
from app.domain.result import Findings, Result
from app.domain.stack import Packed
from app.domain.view import View
from app.domain.words import tr
from app.export.outcome import Outcome
from app.imaging.prepare import masks_to_grid
from app.postprocess.agreement import find
from app.postprocess.diameters import Diameters, diameters
from app.postprocess.native import Measurements, measure, native_mask
from app.render.measures import measure_words, sample_words
from app.render.scene import Scene


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """What was found in one slice of a case, and how that is shown.

    Attributes:
        outcome: the slice and the result of a run on it.
        view: what is drawn.
        scene: the findings shown: the result's, or those of an earlier diffusion step.
        measured: areas of the findings shown.
        diameters: of the largest piece of the mask "at least half of the readers", in mm where those are safe and else
            in pixels; None where it is empty.
        step: index of the diffusion step shown, from 0; the last one is the result.
    """

    outcome: Outcome = field(repr=False)
    view: View
    scene: Scene
    measured: Measurements
    diameters: Diameters | None
    step: int

    @property
    def case(self) -> Case:
        """The case, reduced to the slice."""
        return self.outcome.case

    @property
    def result(self) -> Result:
        """The finished result of the run."""
        return self.outcome.result

    @property
    def measurements(self) -> tuple[Measurement, ...]:
        """The reader's measurements that are drawn on the slice."""
        here = replace(self.view, slice_index=self.result.slice_index)
        return here.beside(self.result.identity).shown_measurements

    @property
    def measured_words(self) -> tuple[tuple[str, ...], ...]:
        """What each of those comes to, line by line."""
        single = self.case.pixels.packed(0)
        return tuple(self._words(found, single) for found in self.measurements)

    def _words(self, found: Measurement, single: Packed) -> tuple[str, ...]:
        said = measure_words(found, self.case, single)
        if found.kind is not Kind.POINT or self.view.hidden:
            return said
        samples = sample_words(found.places[0], self.scene)
        return (*said, samples) if samples else said

    @property
    def step_text(self) -> str:
        """Which diffusion step is shown: "step 10 of 10"."""
        return tr("step {n} of {m}").format(n=self.step + 1, m=self.result.provenance.steps)


def page_of(outcome: Outcome, view: View) -> Page:
    """Gather a page.

    Args:
        outcome: the slice and the result of a run on it.
        view: what is drawn; `view.step` before the last asks for that diffusion step.
    """
    result = outcome.result
    last = result.provenance.steps - 1
    step = last if view.step is None else min(view.step, last)
    findings, grid = (result.findings, result.grid) if step == last else _findings_at(step, outcome)
    calibration = outcome.calibration_of(result if step == last else outcome.steps[step])
    return Page(
        outcome=outcome,
        view=view,
        scene=Scene(findings, grid, outcome.references, intermediate=step < last, calibration=calibration),
        measured=measure(findings, grid, outcome.case.geometry, is_counted=step == last),
        diameters=majority_diameters(findings, grid, outcome.case.geometry),
        step=step,
    )


def majority_diameters(findings: Findings, grid: Grid, geometry: Geometry) -> Diameters | None:
    """Return the diameters of "at least half of the readers", its largest piece, in mm where safe, else in pixels."""
    mask = native_mask(findings.level_maps[findings.majority - 1], grid)
    return diameters(mask, geometry.pixel_mm or (1.0, 1.0))


def _findings_at(index: int, outcome: Outcome) -> tuple[Findings, Grid]:
    """Find what the samples of an earlier diffusion step agree on."""
    if index not in outcome.steps:
        raise ValueError(f"the view shows step {index}, but only steps {sorted(outcome.steps)} were given")
    step = outcome.steps[index]
    masks = None if outcome.references is None else masks_to_grid(outcome.references, step.grid)
    return find(step.estimate, step.grid, masks), step.grid
