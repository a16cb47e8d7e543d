"""Measuring on the picture: the menu, the tools, what is painted and the list."""

from dataclasses import replace
from functools import partial

from PySide6.QtGui import QAction, QPainter

from app.domain.case import Case
from app.domain.measure import FEWEST_CORNERS, Kind, Measurement, squared
from app.domain.view import View
from app.domain.words import tr
from app.postprocess.diameters import diameters
from app.postprocess.native import native_mask
from app.render.legend import level_label
from app.render.measures import measure_words
from app.ui.camera import Camera
from app.ui.choice import Tone
from app.ui.reading.bench import Bench
from app.ui.reading.buttons import show_as_button
from app.ui.reading.drawing import OutlineTool, Places, PlacesTool
from app.ui.reading.grips import Grips
from app.ui.reading.kinds import TOOLS
from app.ui.reading.leaving import Leaving
from app.ui.reading.list import MeasurementList
from app.ui.reading.painting import paint_measurement
from app.ui.tool import Overlay
from app.ui.workplace import Workplace

SMALLEST_PX = 0.5


class Measuring:
    """The reader's own measurements."""

    def __init__(self, workplace: Workplace) -> None:
        """Add the menu, the list and the tools.

        Args:
            workplace: that gets them.
        """
        self._session, self._canvas = workplace.session, workplace.canvas
        self.bench = Bench(self._session)
        workplace.keeping.add("measurements", self.bench)
        self.grips = Grips(self._canvas, self.bench)
        self._leaving = Leaving(self._canvas)
        self.list = MeasurementList(self.bench)
        self._panel = workplace.left
        self._panel.add(self.list)
        self._slice = 0
        self._fill_menu(workplace)
        self._canvas.overlays.append(self._paint)
        self._session.case_changed.connect(self._on_case_changed)
        self._session.view_changed.connect(self._on_view_changed)
        self._session.run_finished.connect(lambda _: self.bench.forget_gone())
        self._session.runs.picked.connect(self.bench.forget_gone)
        self.bench.chosen_changed.connect(self._on_chosen_changed)
        self._enable()

    def close(self) -> None:
        """Listen no more."""
        self.grips.stop()
        self._leaving.stop()

    def measure(self, kind: Kind) -> None:
        """Take a tool in hand; one measurement puts it down again."""
        finish, draft = partial(self._on_finished, kind), partial(self._draft, kind)
        if kind.places is None:
            self._leaving.begin(OutlineTool(self._canvas, finish, draft), tr(TOOLS[kind][2]))
        else:
            self._leaving.begin(PlacesTool(kind.places, self._canvas, finish, draft), tr(TOOLS[kind][2]))

    def measure_outline(self) -> None:
        """Measure the two diameters of what a model outlined on the shown slice."""
        case, frame, view = self._session.case, self._session.frame, self._session.view
        if case is None or frame is None or not frame.final or view.hidden:
            self._session.tell(tr("Run a model on this slice first: its outline is what is measured."), Tone.NOTICE)
            return
        count = frame.findings.level_count
        level = next(iter(view.levels)) if len(view.levels) == 1 else frame.findings.majority
        level = min(level, count)
        mask = native_mask(frame.findings.level_maps[level - 1], frame.grid)
        across = diameters(mask, case.geometry.pixel_mm or (1.0, 1.0))
        if across is None:
            self._session.tell(tr("That outline is empty on this slice."), Tone.NOTICE)
            return
        of = level_label(level, count)
        self._add(Measurement(Kind.DIAMETERS, view.slice_index, across.ends, of[0].lower() + of[1:], frame.identity))

    def _fill_menu(self, workplace: Workplace) -> None:
        menu, add, bench = workplace.menus.menu("&Measure"), workplace.menus.add, self.bench
        self.tools: dict[Kind, QAction] = {}
        for kind, (caption, key, _) in TOOLS.items():
            self.tools[kind] = add(menu, tr(caption), partial(self.measure, kind), key)
        menu.addSeparator()
        self.outline = add(menu, tr("Diameters of the outline"), self.measure_outline, "Shift+M")
        menu.addSeparator()
        self.shown = add(menu, tr("Show measurements"), self._toggle, "Shift+V")
        self.shown.setCheckable(True)
        self.delete = add(menu, tr("Delete measurement"), bench.delete, "Del")
        self.delete_all = add(menu, tr("Delete all on this slice"), bench.delete_all)
        self.bring_back = add(menu, tr("Undo deletion"), bench.bring_back, "Shift+Del")
        workplace.menus.follow_key(TOOLS[Kind.DISTANCE][0], self.list.set_key)
        show_as_button(workplace, menu, tr("Measure on the picture"), "ruler")

    def _toggle(self) -> None:
        self._session.set_view(replace(self._session.view, measured=not self._session.view.measured))

    def _finished(self, kind: Kind, places: Places) -> Measurement | None:
        """Return what places make; None where there are too few of them, or nothing lies between them."""
        case = self._session.case
        if case is None or len(places) < (kind.places or FEWEST_CORNERS):
            return None
        if kind is Kind.DIAMETERS:
            places = squared(places, case.geometry.spacing_mm[1:])
        return Measurement(kind, self._session.view.slice_index, places)

    def _on_finished(self, kind: Kind, places: Places) -> None:
        self._leaving.end()
        extent = [max(place[axis] for place in places) - min(place[axis] for place in places) for axis in (0, 1)]
        found = self._finished(kind, places)
        is_flat = min(extent) < SMALLEST_PX if kind is Kind.ELLIPSE else max(extent) < SMALLEST_PX
        if found is not None and (kind is Kind.POINT or not is_flat):
            self._add(found)
            self._session.look.first_look()

    def _add(self, found: Measurement) -> None:
        self.bench.add(found)
        self._panel.ensureWidgetVisible(self.list)

    def _draft(self, kind: Kind, places: Places) -> Overlay:
        """Return what is painted of a measurement that is being made."""
        found, case = self._finished(kind, places), self._session.case
        if found is None or case is None:
            found = Measurement(Kind.DISTANCE, 0, places[-2:])
            return lambda painter, camera: paint_measurement(painter, camera, found, (), held=True)
        words = measure_words(found, case, None)
        return lambda painter, camera: paint_measurement(painter, camera, found, words, held=True)

    def _paint(self, painter: QPainter, camera: Camera) -> None:
        held, moved = self.grips.grip, self.grips.moved
        for found in self.bench.shown_over(self._canvas.frame):
            if moved is not None and held is not None and found == held.measurement and self._session.case is not None:
                words = measure_words(moved, self._session.case, None)
                paint_measurement(painter, camera, moved, words, held=True)
            else:
                paint_measurement(painter, camera, found, self.bench.words(found), held=found == self.bench.chosen)

    def _on_case_changed(self, case: Case) -> None:  # noqa: ARG002 - the signal's argument
        self._leaving.end()
        self._enable()

    def _on_view_changed(self, view: View) -> None:
        if view.slice_index != self._slice:
            self._slice = view.slice_index
            self._leaving.end()
        self._enable()

    def _on_chosen_changed(self) -> None:
        self._enable()
        self._canvas.update()

    def _enable(self) -> None:
        has_case, view = self._session.case is not None, self._session.view
        for action in (*self.tools.values(), self.outline):
            action.setEnabled(has_case)
        self.shown.setChecked(view.measured)
        self.delete.setEnabled(self.bench.chosen is not None)
        self.delete_all.setEnabled(any(found.slice_index == view.slice_index for found in self.bench.listed))
        self.list.show_measurements()
