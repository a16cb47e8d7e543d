"""A scale for a picture without one, from a ruler that lies in it."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QInputDialog, QWidget

from app.domain.case import Case
from app.domain.measure import Kind, Measurement, distance
from app.domain.scale import SHORTEST_PX, can_mark, with_scale, without_scale
from app.domain.words import tr
from app.ui.choice import Tone
from app.ui.reading.drawing import Places, PlacesTool
from app.ui.reading.leaving import Leaving
from app.ui.reading.painting import paint_measurement
from app.ui.tool import Overlay
from app.ui.workplace import Workplace

LONGEST_MM = 1000.0
USUAL_MM = 10.0


class Ruler:
    """Lets the reader draw a line over a ruler's marks and say how long it is."""

    def __init__(self, workplace: Workplace) -> None:
        """Add the menu entries.

        Args:
            workplace: that gets them.
        """
        self._session, self._canvas, self._window = workplace.session, workplace.canvas, workplace.window
        self._leaving = Leaving(self._canvas)
        self._keeping = workplace.keeping
        self._keeping.add("scale", self)
        menu = workplace.menus.menu("&Measure")
        menu.addSeparator()
        self.mark = workplace.menus.add(menu, tr("Set the scale by a ruler…"), self.begin, "Shift+L")
        self.remove = workplace.menus.add(menu, tr("Remove that scale"), self.forget)
        self._session.case_changed.connect(self._on_case_changed)
        self._enable(None)

    def close(self) -> None:
        """Listen no more."""
        self._leaving.stop()

    def begin(self) -> None:
        """Take the tool in hand, where the picture has no scale of its own."""
        case = self._session.case
        if case is None:
            return
        if not can_mark(case):
            self._session.tell(_refusal(case), Tone.NOTICE)
            return
        hint = tr("Drag along a ruler in the picture, from one of its marks to another.")
        self._leaving.begin(PlacesTool(2, self._canvas, self._on_line, self._draft), hint)

    def forget(self) -> None:
        """Measure in pixels again."""
        case = self._session.case
        if case is not None and case.geometry.is_marked:
            self._amend(without_scale(case))
            self._session.tell(tr("The scale was removed: lengths and areas are in pixels again."), Tone.DONE)

    def state(self) -> dict[str, Any]:
        """Return what a session file keeps: the width of a pixel, where the reader marked it."""
        geometry = None if self._session.case is None else self._session.case.geometry
        return {"pixel_mm": geometry.spacing_mm[2]} if geometry is not None and geometry.is_marked else {}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take up what `state` once returned.

        Raises:
            ValueError, TypeError: it makes no sense.
        """
        if state and self._session.case is not None:
            far = (0.0, 1000.0)
            length_mm = float(state["pixel_mm"]) * far[1]
            self._amend(with_scale(self._session.case, (0.0, 0.0), far, length_mm))

    def _on_line(self, places: Places) -> None:
        self._leaving.end()
        case = self._session.case
        if case is None:
            return
        if distance(places[0], places[1], (case.geometry.pixel_aspect, 1.0)) < SHORTEST_PX:
            self._session.tell(tr("That line is too short for a scale: take marks farther apart."), Tone.NOTICE)
            return
        length_mm = ask_length(self._window)
        if length_mm is None:
            return
        marked = with_scale(case, places[0], places[1], length_mm)
        self._amend(marked)
        said = tr("Scale set: a pixel is {mm} mm wide. Lengths and areas are in millimetres now.")
        self._session.tell(said.format(mm=f"{marked.geometry.spacing_mm[2]:.3g}"), Tone.DONE)

    def _amend(self, case: Case) -> None:
        self._session.files.amend(case)
        self._keeping.changed.emit()

    def _draft(self, places: Places) -> Overlay:
        line = Measurement(Kind.DISTANCE, 0, places)
        return lambda painter, camera: paint_measurement(painter, camera, line, (tr("? mm"),), held=True)

    def _on_case_changed(self, case: Case) -> None:
        self._leaving.end()
        self._enable(case)

    def _enable(self, case: Case | None) -> None:
        self.mark.setEnabled(case is not None)
        self.remove.setEnabled(case is not None and case.geometry.is_marked)


def ask_length(parent: QWidget) -> float | None:
    """Ask how many millimetres lie between two marks of a ruler."""
    text = tr("How many millimetres lie between the two marks?")
    title = tr("Set the scale by a ruler")
    number, accepted = QInputDialog.getDouble(parent, title, text, USUAL_MM, 0.01, LONGEST_MM, 2)
    return number if accepted else None


def _refusal(case: Case) -> str:
    if case.slices > 1:
        return tr("Only a single picture can get its scale from a ruler.")
    return tr("This picture says itself how large its pixels are.")
