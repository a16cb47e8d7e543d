"""Changes that take longer than a frame: fills, smoothing and copies, made in the background."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
from PySide6.QtCore import QObject, Slot

from app.domain.arrays import BoolArray
from app.domain.words import tr
from app.ui import readout
from app.ui.choice import Tone
from app.ui.editing import work
from app.ui.editing.edits import Edits
from app.ui.editing.toolbox import Filling
from app.ui.editing.tools import NOT_READ
from app.ui.worker import Job, Lane

_SMOOTH_SHARE = 1 / 3
_LEAST_SMOOTH = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """What a layer can be copied from.

    Attributes:
        caption: for the menu.
        name: of the new layer.
        job: finds the masks by their slice.
        model: that found them; "" for a reader's.
    """

    caption: str
    name: str
    job: Callable[[], work.Copying]
    model: str = ""


class Changes(QObject):
    """One lane; what is asked for while it is busy is left undone, and so is what the reader has meanwhile left."""

    def __init__(self, edits: Edits, parent: QObject) -> None:
        """Stand ready."""
        super().__init__(parent)
        self.filling = Filling.GREY
        self._edits = edits
        self._caption = ""
        self._wanted: Source | None = None
        self._place: tuple[object, ...] = ()
        self._lane = Lane("drawing", self)
        self._lane.returned.connect(self._on_returned)
        self._lane.failed.connect(lambda error: edits.session.tell(str(error), Tone.ERROR))

    @property
    def is_busy(self) -> bool:
        """Whether a change is under way."""
        return self._lane.busy

    def fill(self, seed: tuple[int, int], on: bool) -> None:
        """Fill from a pixel of the shown slice on, or take away what hangs together with it."""
        edits = self._edits
        if self.is_busy or not edits.begin():
            return
        mask, values, tolerance = self._mask(), edits.values, edits.tolerance
        if not on:
            self._start(lambda: work.unfill(mask, seed), tr("take away"))
        elif self.filling is Filling.OUTLINE:
            self._start(lambda: work.fill_outline(mask, seed), tr("fill"))
        elif values is None:
            edits.session.tell(tr(NOT_READ), Tone.NOTICE)
        else:
            self._start(lambda: work.fill_like(values, seed, tolerance), tr("fill"))

    def smooth(self) -> None:
        """Smooth the outline on the shown slice: details smaller than the brush go."""
        if self._edits.mask is not None and not self.is_busy:
            mask, radius = self._mask(), max(_LEAST_SMOOTH, self._edits.radius * _SMOOTH_SHARE)
            self._start(lambda: work.smooth(mask, radius), tr("smooth"))

    def copy(self, source: Source) -> None:
        """Make a new layer of something that was found or opened."""
        if not self.is_busy and self._edits.masks is not None:
            self._wanted = source
            self._start(source.job, "")

    def close(self) -> None:
        """End the thread."""
        self._lane.close()

    def sources(self) -> list[Source]:
        """Return what can be copied now: what the shown run found on its slice, and the readers."""
        return [*self._found(), *self._read()]

    def _found(self) -> list[Source]:
        session = self._edits.session
        frame, index, run = session.frame, session.view.slice_index, session.shown_run
        if frame is None or run is None or not frame.final or session.view.hidden:
            return []
        count, majority, by = frame.findings.level_count, frame.findings.majority, run.card.name
        sources = [
            Source(
                tr("AI majority: {level}").format(level=readout.level_text(majority, count)),
                tr("copy of {model}").format(model=by),
                partial(work.copy_level, frame, majority, index),
                by,
            )
        ]
        sources += [
            Source(
                tr("AI level: {level}").format(level=readout.level_text(level, count)),
                tr("copy of {model}, {level}").format(model=by, level=readout.level_text(level, count)),
                partial(work.copy_level, frame, level, index),
                by,
            )
            for level in range(1, count + 1)
            if count > 1 and level != majority
        ]
        for core, caption in ((True, tr("AI core: in 90 % of samples")), (False, tr("AI outer limit: in 10 %"))):
            name = tr("copy of {model}, core") if core else tr("copy of {model}, outer limit")
            sources.append(
                Source(caption, name.format(model=by), partial(work.copy_share, frame, index, core=core), by)
            )
        if frame.findings.refined is not None:
            name = tr("copy of {model}, refined").format(model=by)
            sources.append(Source(tr("AI refined outline"), name, partial(work.copy_refined, frame, index), by))
        return sources

    def _read(self) -> list[Source]:
        case = self._edits.session.case
        if case is None or case.references is None:
            return []
        references = case.references
        return [
            Source(
                tr("Reader: {name}").format(name=name),
                tr("copy of {name}").format(name=name),
                partial(work.copy_reader, references.masks[place]),
            )
            for place, name in enumerate(references.names)
        ]

    def _mask(self) -> BoolArray:
        """Return a copy of what the layer in hand marks, since it may change meanwhile."""
        mask = self._edits.mask
        return np.zeros(self._edits.shape, np.bool_) if mask is None else mask.copy()

    def _start(self, job: Job, caption: str) -> None:
        self._caption, self._place = caption, self._here()
        self._lane.start(job)

    def _here(self) -> tuple[object, ...]:
        """Return what a change belongs to: case, slice and layer."""
        edits = self._edits
        return (edits.masks, edits.slice_index, edits.active)

    @Slot(object)
    def _on_returned(self, found: work.Change | Mapping[int, BoolArray]) -> None:
        source, self._wanted = self._wanted, None
        if self._here()[:1] != self._place[:1]:
            return
        if isinstance(found, work.Change):
            self._take(found)
        elif source is not None and not any(mask.any() for mask in found.values()):
            sentence = tr("{what} is empty here: nothing was copied.").format(what=source.caption)
            self._edits.session.tell(sentence, Tone.NOTICE)
        elif source is not None:
            self._edits.add(source.name, source.model, found)

    def _take(self, change: work.Change) -> None:
        edits = self._edits
        if self._here() != self._place:
            return
        if change.is_open:
            edits.session.tell(tr("The outline is not closed around this place: nothing was filled."), Tone.NOTICE)
        elif change.on is None:
            edits.put(change.spot)
            edits.end(self._caption)
        else:
            edits.draw(change.spot, on=change.on)
            edits.end(self._caption)
