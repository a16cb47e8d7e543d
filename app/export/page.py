"""What an exported picture is about: the findings that are shown and where they come from."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.domain.arrays import BoolArray
from app.domain.case import Case
from app.domain.grid import Grid
from app.domain.result import Findings, Result, Step
from app.domain.view import View
from app.imaging.prepare import masks_to_grid
from app.postprocess.agreement import find
from app.postprocess.native import Measurements, measure
from app.render.scene import Scene


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """A case, what was found in one slice of it, and how that is shown.

    Attributes:
        case: that was read.
        result: of a run on it.
        view: what is drawn.
        scene: the findings shown: the result's, or those of an earlier diffusion step.
        measured: areas of the findings shown.
        step: index of the diffusion step shown, from 0; the last one is the result.
    """

    case: Case = field(repr=False)
    result: Result = field(repr=False)
    view: View
    scene: Scene
    measured: Measurements
    step: int

    @property
    def step_text(self) -> str:
        """Which diffusion step is shown: "step 10 of 10"."""
        return f"step {self.step + 1} of {self.result.provenance.steps}"

    @property
    def simulated_references(self) -> bool:
        """Whether the readers whose masks lie beside the case are simulated."""
        return self.case.references is not None and self.case.references.simulated


def page_of(case: Case, result: Result, view: View, steps: Mapping[int, Step]) -> Page:
    """Gather a page.

    Args:
        case: that was read.
        result: of a run on it; its slice is the one that is drawn.
        view: what is drawn; `view.step` before the last asks for that step of `steps`.
        steps: whole diffusion steps of the run by their index.
    """
    last = result.provenance.steps - 1
    step = last if view.step is None else min(view.step, last)
    findings, grid = (result.findings, result.grid) if step == last else _findings_at(step, steps, case, result)
    return Page(
        case=case,
        result=result,
        view=view,
        scene=Scene(findings, grid, _references(case, result), intermediate=step < last),
        measured=measure(findings, grid, case.geometry),
        step=step,
    )


def _findings_at(index: int, steps: Mapping[int, Step], case: Case, result: Result) -> tuple[Findings, Grid]:
    """Find what the samples of an earlier diffusion step agree on."""
    if index not in steps:
        raise ValueError(f"the view shows step {index}, but only steps {sorted(steps)} were given")
    step = steps[index]
    references = _references(case, result)
    masks = None if references is None else masks_to_grid(references, step.grid)
    return find(step.estimate, step.grid, masks), step.grid


def _references(case: Case, result: Result) -> BoolArray | None:
    """Return the readers' masks (readers, rows, columns) of the slice that was run."""
    return None if case.references is None else case.references.masks[:, result.slice_index]
