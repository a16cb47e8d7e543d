"""What runs leave behind, slice by slice."""

from dataclasses import dataclass, field, replace

from app.domain.arrays import BoolArray
from app.domain.case import References
from app.domain.grid import Grid
from app.domain.model import ModelCard
from app.domain.result import Calibration, Findings, Options, Result, Step


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture that the step slider can show.

    Attributes:
        index: of the diffusion step, from 0.
        total: number of diffusion steps.
        findings: what the samples agreed on at that step.
        grid: how the findings lie on the slice.
        samples: number of samples in the findings, over all levels; 0 where they are of several runs.
        final: whether this is the finished result.
        step: the step itself, for an export; None for the finished result.
        calibration: of the readers given to the model, if any were and their masks are the ones that are open.
        made: the step or the result that all this is of; None where it is of several runs.
    """

    index: int
    total: int
    findings: Findings
    grid: Grid
    samples: int
    final: bool
    step: Step | None = None
    calibration: Calibration | None = None
    made: Step | Result | None = field(default=None, repr=False)

    @property
    def identity(self) -> str:
        """Of the finished result that this is; "" where it is none."""
        return self.made.identity if self.final and isinstance(self.made, Result) else ""

    @property
    def is_outdated(self) -> bool:
        """Whether the model was given readers' masks that are not the ones that are open."""
        return self.made is not None and self.made.calibration is not None and self.calibration is None


def uncounted(findings: Findings) -> Findings:
    """Return findings without what they say of readers; the same ones where they say nothing."""
    if findings.ged is None and not findings.level_geds:
        return findings
    return replace(findings, ged=None, readers=0, level_geds=())


def fitting(made: Step | Result, masks: BoolArray | None) -> Calibration | None:
    """Return what was found of readers if these are the masks that the model was given; see `of_these`."""
    if made.calibration is None:
        return None
    from app.postprocess.readers import of_these  # slow to import

    return of_these(made.calibration, masks, made.grid)


@dataclass(slots=True, eq=False)
class Run:
    """A run on one slice, finished or under way.

    Attributes:
        slice_index: the slice it belongs to.
        card: the model.
        options: what the user chose.
        references: the readers' masks that its findings were counted against.
        frames: the diffusion steps seen so far, by index.
        result: what it returned, once it has.
        final: the frame of that result.
    """

    slice_index: int
    card: ModelCard
    options: Options
    references: References | None = None
    frames: dict[int, Frame] = field(default_factory=dict)
    result: Result | None = None
    final: Frame | None = None

    @property
    def total(self) -> int:
        """Number of diffusion steps; once there is a result, of those made, which may be fewer than were asked for."""
        return self.options.steps if self.result is None else self.result.provenance.steps

    def label(self, index: int) -> str:
        """Return what a step is called: by its system's own publication, or else its number from 1."""
        step = self.frames[index].step if index in self.frames else None
        return step.label if step is not None and step.label else str(index + 1)

    @property
    def last(self) -> int:
        """Index of the last step that can be shown."""
        return self.total - 1 if self.final is not None else max(self.frames, default=0)

    @property
    def newest(self) -> int | None:
        """Index of the newest step seen, or None before the first."""
        return max(self.frames, default=None)

    @property
    def steps(self) -> dict[int, Step]:
        """The steps that are still held, by index."""
        return {index: frame.step for index, frame in self.frames.items() if frame.step is not None}

    def finish(self, result: Result) -> None:
        """Take the result in."""
        levels, samples = result.samples.shape[:2]
        last = self.total - 1
        self.result = result
        samples *= levels
        found = result.findings, result.grid
        masks = None if self.references is None else self.references.masks[:, self.slice_index]
        readers = fitting(result, masks)
        self.final = Frame(last, self.total, *found, samples, final=True, calibration=readers, made=result)

    def frame(self, step: int | None) -> Frame | None:
        """Return the frame of a step, or the finished result for None and for the last step; None if it is not held."""
        if self.final is not None and (step is None or step >= self.total - 1):
            return self.final
        index = self.newest if step is None else step
        return None if index is None else self.frames.get(index)

    def held(self, step: int, present: int) -> int:
        """Return a step if it is held, else the next held one on the way to it from the present one, or the last there.

        Args:
            step: index of the step that is wanted.
            present: index of the step that is shown.
        """
        held = sorted({*self.frames} if self.final is None else {*self.frames, self.final.index})
        if step < present:
            return next((index for index in reversed(held) if index <= step), held[0])
        return next((index for index in held if index >= step), held[-1])

    def frame_beside(self, step: int | None, references: References | None) -> Frame | None:
        """Return the frame of a step without what it says of readers, if it is yet to be counted against these."""
        frame = self.frame(step)
        if frame is None or self._is_counted(references):
            return frame
        findings = uncounted(frame.findings)
        is_bare = frame.calibration is None and findings is frame.findings
        return frame if is_bare else replace(frame, findings=findings, calibration=None)

    def result_beside(self, references: References | None) -> Result | None:
        """Return the result without its distance to readers, if that is yet to be taken to these."""
        if self.result is None or self._is_counted(references):
            return self.result
        return replace(self.result, findings=uncounted(self.result.findings))

    def _is_counted(self, references: References | None) -> bool:
        """Whether the findings were counted against these readers' masks."""
        return references is not None and self.references is references
