"""What a session comes to on disk, as values."""

import hashlib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from app.domain.arrays import AnyArray
from app.domain.case import Case
from app.domain.reading import from_the_middle
from app.domain.result import INSIDE, Device, Options, Result
from app.domain.scale import without_scale
from app.domain.view import View
from app.ui.frames import Run

FORMAT = "concord-session"
VERSION = 1


@dataclass(frozen=True, slots=True)
class Mark:
    """By what a study is known again, wherever it lies.

    Attributes:
        shape: slices, rows, columns, channels.
        slice_index: the slice whose pixels were looked at.
        sha256: of that slice as it is kept, with the case's geometry but no scale that its reader marked; hexadecimal.
    """

    shape: tuple[int, int, int, int]
    slice_index: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where a study was opened from.

    Attributes:
        path: the file or folder.
        files: of one series in that folder, relative to it; empty where the path is a file.
        masks: files of the readers' masks.
    """

    path: Path
    files: tuple[Path, ...] = field(default=(), repr=False)
    masks: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Next:
    """The next run as it was chosen; the model by its name."""

    model: str = ""
    samples: int = 1
    steps: int = 1
    seed: int = 0
    device: Device = Device.AUTO
    region: tuple[float, float] | None = None
    calibrate: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class SavedRun:
    """A finished run; of its diffusion steps only the last one is kept, which is the result.

    Attributes:
        slice_index: the slice it belongs to.
        model: by its name.
        options: what the user had chosen.
        result: what it returned; the GED is not kept, but taken anew against the masks that are open.
    """

    slice_index: int
    model: str
    options: Options
    result: Result


@dataclass(frozen=True, slots=True, eq=False)
class Saved:
    """A whole session.

    Attributes:
        source: where its study lies.
        mark: by which the study is known again.
        view: how it is shown.
        next_run: as it was chosen.
        runs: the finished ones.
        parts: what parts of the window want kept, by their names.
        saved_at: local time, ISO 8601.
        app_version: of the program that wrote it.
    """

    source: Source
    mark: Mark
    view: View
    next_run: Next
    runs: tuple[SavedRun, ...] = ()
    parts: dict[str, Any] = field(default_factory=dict)
    saved_at: str = ""
    app_version: str = ""

    @property
    def clock(self) -> str:
        """The time at which it was saved, as in "14:32"."""
        return self.saved_at[11:16]


def fits_together(saved: Saved) -> bool:
    """Whether a session's runs are what they say, so that nothing downstream meets an array of a wrong shape."""
    slices, rows, columns, _ = saved.mark.shape
    within = all(0 <= run.slice_index == run.result.slice_index < slices for run in saved.runs)
    same = all(run.result.grid.native_shape == (rows, columns) for run in saved.runs)
    window = saved.view.window
    return within and same and all(map(_is_whole, saved.runs)) and (window is None or window.width > 0)


def _is_whole(run: SavedRun) -> bool:
    found, samples, shape = run.result.findings, run.result.samples, run.result.grid.shape
    levels = found.level_count
    flat = (found.soft, found.agreement, found.consistent, found.ambiguous)
    planes = flat if found.refined is None else (*flat, found.refined)
    return (
        run.options.steps > 0
        and samples.ndim == _SAMPLE_AXES
        and samples.shape[2:] == shape
        and all(plane.shape == shape for plane in planes)
        and found.sample_areas.shape == samples.shape[:2]
        and all(stack.shape == (levels, *shape) for stack in (found.levels, found.level_maps))
        and min(run.result.grid.step) > 0
    )


_SAMPLE_AXES = 4


def mark_of(case: Case, slice_index: int | None = None) -> Mark:
    """Return by what a case is known again.

    Args:
        case: of which a slice is here at least.
        slice_index: to look at; None takes the nearest to the middle that is here.

    Raises:
        MissingSliceError: it is not here.
    """
    index = slice_at_hand(case) if slice_index is None else slice_index
    single = case.pixels.packed(index)
    geometry = without_scale(case).geometry
    lies = (geometry.spacing_mm, geometry.origin_mm, geometry.directions, single.slope, single.intercept)
    digest = hashlib.sha256(repr((case.pixels.shape, lies, single.stored.dtype.str)).encode())
    digest.update(np.ascontiguousarray(single.stored).data)
    return Mark(case.pixels.shape, index, digest.hexdigest())


def slice_at_hand(case: Case) -> int:
    """Return the slice nearest to the middle that is here, or the middle one where none is."""
    here = (index for index in from_the_middle(case.slices) if case.pixels.has(index))
    return next(here, case.slices // 2)


def is_at_hand(case: Case) -> bool:
    """Whether a slice of a case is here, and not only a draft of one."""
    return case.pixels.has(slice_at_hand(case))


def saved_run(run: Run) -> SavedRun:
    """Return what is kept of a finished run."""
    if run.result is None:
        raise ValueError("only a finished run can be kept")
    findings = replace(run.result.findings, ged=None, readers=0, level_geds=())
    return SavedRun(run.slice_index, run.card.name, run.options, replace(run.result, findings=findings))


def halved(samples: AnyArray) -> AnyArray:
    """Return samples in fewer bytes, each on its side of the cut: truth values where they are that, or float16."""
    if np.array_equal(samples, samples.astype(np.bool_)):
        return samples.astype(np.bool_)
    half = samples.astype(np.float16)
    half[(samples < INSIDE) & (half >= INSIDE)] = np.nextafter(np.float16(INSIDE), np.float16(0))
    return half
