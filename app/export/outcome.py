"""What an export is made of: a finished run and the one slice that it was made on."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from app.domain.arrays import AnyArray, BoolArray
from app.domain.case import Case
from app.domain.model import ModelCard
from app.domain.result import Calibration, Result, Step
from app.export.own import Outline
from app.postprocess.readers import of_these


class Sliced(Protocol):
    """One slice of a case, on which something was found or drawn."""

    @property
    def case(self) -> Case:
        """The case, reduced to that slice; its geometry is still the whole stack's."""

    @property
    def slices(self) -> int:
        """Number of slices of the whole case."""

    @property
    def slice_index(self) -> int:
        """The slice's place in the whole case, from 0."""

    @property
    def pixels(self) -> AnyArray:
        """The slice (rows, columns, channels)."""

    @property
    def pixels_sha256(self) -> str:
        """The checksum of the slice's pixels."""


class OneSlice:
    """What follows from a case that is reduced to one slice."""

    __slots__ = ()
    case: Case

    @property
    def pixels(self) -> AnyArray:
        """The slice (rows, columns, channels)."""
        only: AnyArray = self.case.pixels[0]
        return only

    @property
    def pixels_sha256(self) -> str:
        """The checksum of the slice's pixels, which names an image without naming a patient."""
        return hashlib.sha256(np.ascontiguousarray(self.pixels).data).hexdigest()


@dataclass(frozen=True, slots=True, eq=False)
class Outcome(OneSlice):
    """A run's result with its slice.

    Attributes:
        case: reduced to that slice, so that no more than that crosses to the process that writes; its geometry is
            still the whole stack's.
        slices: number of slices of the whole case.
        result: of the run.
        steps: whole diffusion steps of the run by their index, for pictures of them.
        card: of the model, for its limits and its codes; None where it is not at hand.
        outlines: that the reader drew on the slice, to be handed on beside the result.
    """

    case: Case = field(repr=False)
    slices: int
    result: Result = field(repr=False)
    steps: Mapping[int, Step] = field(default_factory=dict, repr=False)
    card: ModelCard | None = field(default=None, repr=False)
    outlines: tuple[Outline, ...] = field(default=(), repr=False)

    @property
    def slice_index(self) -> int:
        """The slice's place in the whole case, from 0."""
        return self.result.slice_index

    @property
    def references(self) -> BoolArray | None:
        """The readers' masks (readers, rows, columns) of the slice."""
        return None if self.case.references is None else self.case.references.masks[:, 0]

    def calibration_of(self, made: Result | Step) -> Calibration | None:
        """Return what the result or one of its steps says of the readers, if it was given the masks of the case."""
        return of_these(made.calibration, self.references, made.grid)

    @property
    def simulated_references(self) -> bool:
        """Whether the readers whose masks lie beside the case are simulated."""
        return self.case.references is not None and self.case.references.simulated


def outcome_of(
    case: Case, result: Result, steps: Mapping[int, Step] | None = None, card: ModelCard | None = None
) -> Outcome:
    """Take the slice that was run out of its case; the only place of the exports where that is done."""
    return Outcome(case.only(result.slice_index), case.slices, result, steps or {}, card)
