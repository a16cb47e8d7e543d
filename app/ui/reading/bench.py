"""The measurements of the open case: made, changed, deleted and brought back, without a widget."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.domain.case import Case
from app.domain.measure import Kind, Measurement
from app.domain.view import View
from app.domain.words import tr
from app.render.measures import measure_words, sample_words
from app.ui.choice import Message, Tone
from app.ui.frames import Frame
from app.ui.scenes import scene_of
from app.ui.session import Session


class Bench(QObject):
    """What a session's view holds of measurements, with the one that is chosen.

    Signals:
        chosen_changed(): another measurement is chosen, or none.
    """

    chosen_changed = Signal()

    def __init__(self, session: Session) -> None:
        """Start without any.

        Args:
            session: whose view holds them.
        """
        super().__init__(session)
        self.session = session
        self.chosen: Measurement | None = None
        self._deleted: list[tuple[Measurement, ...]] = []
        self._kept: dict[tuple[object, ...], tuple[Measurement, ...]] = {}
        self._words: dict[Measurement, tuple[str, ...]] = {}
        self._case: tuple[object, ...] = ()
        session.case_changed.connect(self._on_case_changed)
        session.view_changed.connect(self._on_view_changed)
        session.files.slice_came.connect(lambda _: self._words.clear())

    @property
    def all(self) -> tuple[Measurement, ...]:
        """The measurements of the case."""
        return self.session.view.measurements

    @property
    def listed(self) -> tuple[Measurement, ...]:
        """Those of the case that may be told: of what was taken from a model's result, what goes with those seen."""
        return tuple(found for found in self.all if found.belongs_to(self._identity_on(found.slice_index)))

    def shown_over(self, frame: Frame | None) -> tuple[Measurement, ...]:
        """Return what is drawn on the shown slice over what a model found, if anything."""
        return self.session.view.beside("" if frame is None else frame.identity).shown_measurements

    @property
    def has_deleted(self) -> bool:
        """Whether a deletion can be undone."""
        return bool(self._deleted)

    def choose(self, measurement: Measurement | None) -> None:
        """Take one for what comes next, and go to its slice."""
        if measurement is not None:
            self.session.show_slice(measurement.slice_index)
        if measurement != self.chosen:
            self.chosen = measurement
            self.chosen_changed.emit()

    def add(self, measurement: Measurement) -> None:
        """Put a new one on its slice, and choose it."""
        self._take((*self.all, measurement))
        self.choose(measurement)

    def put(self, before: Measurement, after: Measurement) -> None:
        """Change one that is still there."""
        if before in self.all:
            self._take(tuple(after if found == before else found for found in self.all))
            self.choose(after)

    def delete(self) -> None:
        """Delete the chosen one."""
        if self.chosen is not None:
            self._drop((self.chosen,), tr("The measurement was deleted."))

    def delete_all(self) -> None:
        """Delete every measurement of the shown slice."""
        here = tuple(found for found in self.listed if found.slice_index == self.session.view.slice_index)
        if here:
            self._drop(here, tr("{n} measurements were deleted.").format(n=len(here)))

    def bring_back(self) -> None:
        """Undo the last deletion."""
        if self._deleted:
            self._take(self._of_kept((*self.all, *self._deleted.pop())))

    def forget_gone(self) -> None:
        """Drop what was taken from a result that was replaced or removed."""
        kept = self._of_kept(self.all)
        if kept != self.all:
            self._take(kept, measured=self.session.view.measured)

    def words(self, found: Measurement) -> tuple[str, ...]:
        """Return what a measurement comes to now, line by line."""
        case = self.session.case
        if case is None:
            return ()
        if found not in self._words:
            single = case.pixels.take(found.slice_index)
            if single is None:
                return measure_words(found, case, None)
            self._words[found] = measure_words(found, case, single)
        said = self._words[found]
        return (*said, *self._sample_words(found, case)) if found.kind is Kind.POINT else said

    def state(self) -> dict[str, Any]:
        """Return what a session file keeps."""
        return {"measurements": [found.packed() for found in self.all]}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take up what `state` once returned.

        Raises:
            ValueError, KeyError, TypeError: it makes no sense.
        """
        found = tuple(Measurement.unpacked(packed) for packed in state["measurements"])
        if self.session.case is None or any(not 0 <= each.slice_index < self.session.case.slices for each in found):
            raise ValueError("measurements of another study")
        self._take(self._of_kept(tuple(map(self._tied, found))))

    def _identity_on(self, slice_index: int) -> str:
        """Return the identity of the finished result that is seen on a slice, or would be there; "" without one."""
        session, view = self.session, self.session.view
        run = None if session.look.pending or view.hidden else session.runs.on_slice(slice_index)
        frame = None if run is None else run.frame(view.step if slice_index == view.slice_index else None)
        return "" if frame is None else frame.identity

    def _of_kept(self, measurements: tuple[Measurement, ...]) -> tuple[Measurement, ...]:
        """Leave out what was taken from results that are no longer there."""
        kept = {run.result.identity for run in self.session.runs.kept if run.result is not None}
        return tuple(found for found in measurements if not found.of or found.run in kept)

    def _tied(self, found: Measurement) -> Measurement:
        """Return a measurement of an older session with its result, where its slice has but one."""
        runs = [run for run in self.session.runs.kept if run.slice_index == found.slice_index]
        is_untied = found.of and not found.run and len(runs) == 1
        return replace(found, run=runs[0].result.identity) if is_untied and runs[0].result is not None else found

    def _sample_words(self, found: Measurement, case: Case) -> tuple[str, ...]:
        frame, view = self.session.frame, self.session.view
        is_seen = frame is not None and not view.hidden and found.slice_index == view.slice_index
        scene = scene_of(case, view, frame) if is_seen else None
        said = "" if scene is None else sample_words(found.places[0], scene)
        return (said,) if said else ()

    def _drop(self, these: tuple[Measurement, ...], said: str) -> None:
        self._deleted.append(these)
        self._take(tuple(found for found in self.all if found not in these))
        self.session.message_raised.emit(Message(said, Tone.DONE, tr("Undo"), self.bring_back))

    def _take(self, measurements: tuple[Measurement, ...], *, measured: bool = True) -> None:
        self._kept[self._case] = measurements
        only = tuple(dict.fromkeys(measurements))
        self.session.set_view(replace(self.session.view, measurements=only, measured=measured))

    def _on_case_changed(self, case: Case) -> None:
        """Forget what was said of another case, and bring back what was measured on this one before."""
        self._words.clear()
        name = (self.session.source, case.name, case.slices, case.shape)
        if name != self._case:
            self._case = name
            self._deleted.clear()
            self.choose(None)
            if not self.all and name in self._kept:
                self._take(self._of_kept(self._kept[name]))

    def _on_view_changed(self, view: View) -> None:
        if self.chosen is None:
            return
        is_here = self.chosen.slice_index == view.slice_index and view.measured
        if not is_here or self.chosen not in self.listed:
            self.choose(None)
