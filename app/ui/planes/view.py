"""Three planes in the window: the slices as they came, and the two planes across them beside it."""

from functools import partial

from PySide6.QtCore import QSize, QTimer
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.domain.case import Case
from app.domain.plane import Plane, Voxel, planes_of
from app.domain.words import mark, tr
from app.ui import theme
from app.ui.camera import Camera
from app.ui.canvas import Canvas
from app.ui.choice import Tone
from app.ui.controls import label
from app.ui.frames import Run
from app.ui.planes.crosshair import COLOURS, CrosshairTool, Lines, bands, paint_crosshair, paint_gaps
from app.ui.planes.found import section_frame, section_view
from app.ui.planes.section import Section, section_case
from app.ui.workplace import Workplace

RECUT_PAUSE_MS = 250
NOT_TO_SCALE = mark("The slices' distance is not known: these two planes are not to scale, a pixel is drawn as a cube.")


class PlaneCanvas(Canvas):
    """A canvas that may be small."""

    def minimumSizeHint(self) -> QSize:
        """Leave room for two of them, one over the other."""
        return QSize(200, 160)


class ThreePlanes:
    """Links three planes by a crosshair."""

    def __init__(self, workplace: Workplace) -> None:
        """Stand ready, hidden.

        Args:
            workplace: that gets two canvases beside its own.
        """
        self._session, self._main, self._beside = workplace.session, workplace.canvas, workplace.beside
        self.others = (PlaneCanvas(), PlaneCanvas())
        self.canvases: tuple[Canvas, ...] = (self._main, *self.others)
        self.note, self.column = label("", "note", wraps=True), QWidget()
        self.voxel: Voxel = (0.0, 0.0, 0.0)
        self.is_on = False
        self._planes: tuple[Plane, ...] = ()
        self._drawn: tuple[object, ...] = ()
        self._pointed_in: tuple[int, ...] = ()
        self._tools = [
            CrosshairTool(partial(self._point, place), partial(self._enlarge, place))
            for place in range(len(self.canvases))
        ]
        self._recut = QTimer(self.column, singleShot=True, interval=RECUT_PAUSE_MS)
        self._lay_out()
        self._fill_menu(workplace)
        self._connect()

    def close(self) -> None:
        """Cut no more."""
        self._recut.stop()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self.column)
        column.setContentsMargins(2, 0, 0, 0)
        column.setSpacing(2)
        for canvas in self.others:
            column.addWidget(canvas, 1)
        self.note.setContentsMargins(theme.SPACE, theme.SPACE // 2, theme.SPACE, theme.SPACE // 2)
        column.addWidget(self.note)
        self.column.hide()
        self._beside.insertWidget(1, self.column, 2)

    def _fill_menu(self, workplace: Workplace) -> None:
        menus = workplace.menus
        menu = menus.menu("&Image")
        menu.addSeparator()
        self.action = menus.add(menu, tr("Three planes"), self.toggle, "Shift+P", icon="squares-four")
        self.action.setCheckable(True)
        menus.add(menu, tr("Enlarge the next plane"), self._enlarge_next, "Shift+E")
        for name, (down, right) in {"Up": (-1, 0), "Down": (1, 0), "Left": (0, -1), "Right": (0, 1)}.items():
            caption = tr("Crosshair {way}").format(way=tr(name.lower()))
            menus.add(menu, caption, partial(self._push, down, right), f"Ctrl+Shift+{name}")

    def _connect(self) -> None:
        session = self._session
        session.case_changed.connect(self._on_case_changed)
        session.view_changed.connect(lambda _: self._renew())
        session.frame_changed.connect(lambda _: self._renew())
        session.files.slice_came.connect(lambda _: self._on_slice_came())
        self._main.tool_changed.connect(self._on_tool_changed)
        self._recut.timeout.connect(self._cut_anew)
        for place, canvas in enumerate(self.canvases):
            canvas.overlays.append(partial(self._paint, place))
        for place, other in enumerate(self.others, start=1):
            other.setAccessibleName(tr("Plane {number} of 3").format(number=place + 1))
            other.slices_scrolled.connect(partial(self._scroll, place))
            other.window_dragged.connect(session.set_window)
            other.set_tool(self._tools[place])

    def toggle(self) -> None:
        """Show three planes, or one again."""
        case = self._session.case
        if not self.is_on and (case is None or case.slices == 1):
            self._session.tell(tr("Three planes need a stack of slices."), Tone.NOTICE)
        elif self.is_on:
            self._end()
        elif case is not None:
            self._begin(case)
        self.action.setChecked(self.is_on)

    def _begin(self, case: Case) -> None:
        self.is_on = True
        self._show_case(case)
        self._main.set_tool(self._tools[0])
        self._beside.setStretchFactor(self._main, 3)
        self._show_planes(None)
        self._renew()

    def _end(self) -> None:
        self.is_on = False
        self._recut.stop()
        if self._main.tool is self._tools[0]:
            self._main.set_tool(None)
        self._beside.setStretchFactor(self._main, 1)
        for other in self.others:
            other.case = None  # it would keep every slice of a study that is closed
            other.set_frame(None)
        self.column.hide()
        self._main.show()
        self._main.update()

    def _show_case(self, case: Case) -> None:
        """Cut a case; the crosshair stays where the volume has the same shape."""
        volume = case.slices, *case.shape
        if volume != self._pointed_in:
            self._pointed_in = volume
            self.voxel = 0.0, (volume[1] - 1) / 2, (volume[2] - 1) / 2
        self._planes = planes_of(case.geometry)
        self._drawn = ()
        for other, plane in zip(self.others, self._planes[1:], strict=True):
            other.show_case(section_case(case, plane))

    def _on_case_changed(self, case: Case) -> None:
        if not self.is_on:
            return
        if case.slices == 1:
            self.toggle()
        else:
            self._show_case(case)
            self._renew()

    def _on_tool_changed(self, tool: object) -> None:
        """Take the crosshair in hand again when another tool is put down."""
        if self.is_on and tool is None:
            self._main.set_tool(self._tools[0])

    def _on_slice_came(self) -> None:
        if self.is_on and not self._recut.isActive():
            self._recut.start()

    def _cut_anew(self) -> None:
        """Show the slices that have come in meanwhile."""
        for other in self.others:
            if other.case is not None and isinstance(other.case.pixels, Section):
                other.case.pixels.renew()
                other.show_case(other.case)
        self._show_note()

    @property
    def _volume(self) -> tuple[int, int, int]:
        case = self._session.case
        return (1, 1, 1) if case is None else (case.slices, *case.shape)

    def _renew(self) -> None:
        """Let the planes follow the session and the crosshair."""
        if not self.is_on or not self._planes:
            return
        view = self._session.view
        self.voxel = float(view.slice_index), self.voxel[1], self.voxel[2]
        runs = self._runs()
        for other, plane in zip(self.others, self._planes[1:], strict=True):
            position = round(self.voxel[plane.normal])
            other.set_view(section_view(view, position, self._session.level_count))
            self._show_found(other, plane, position, runs)
        self._main.update()
        self._show_note()

    def _show_found(self, canvas: Canvas, plane: Plane, position: int, runs: tuple[Run, ...]) -> None:
        """Let a plane show where it crosses what runs have found; nothing is made twice."""
        key = (plane, position, *runs)
        if key not in self._drawn:
            canvas.set_frame(section_frame(runs, plane, position, self._volume))
            self._drawn = (*(old for old in self._drawn if isinstance(old, tuple) and old[0] != plane), key)

    def _runs(self) -> tuple[Run, ...]:
        """Return the finished runs of the model that is shown, or else was run last; none before a first look."""
        if self._session.look.pending:
            return ()
        shown, kept = self._session.shown_run, self._session.runs.kept
        model = shown.card.name if shown is not None else kept[-1].card.name if kept else ""
        return tuple(run for run in kept if run.card.name == model)

    def _show_note(self) -> None:
        case = self._session.case
        if case is None:
            return
        said = [tr(NOT_TO_SCALE)] if not (case.geometry.in_plane_known and case.geometry.slices_known) else []
        missing = len(self._missing(case))
        if missing:
            said.append(tr("{n} of {m} slices are not here: hatched.").format(n=missing, m=case.slices))
        runs = self._runs()
        if runs:
            said.append(tr("AI has run on {n} of {m} slices.").format(n=len(runs), m=case.slices))
        self.note.setText("  ".join(said))
        self.note.setVisible(bool(said))

    def _missing(self, case: Case) -> list[int]:
        return [index for index in range(case.slices) if not case.pixels.has(index)]

    # The crosshair

    def _point(self, place: int, row: float, column: float) -> None:
        """Move the crosshair to a place on one of the planes, or to its edge."""
        plane, volume = self._planes[place], self._volume
        position = self.voxel[plane.normal]
        self._move(plane.voxel(position, row, column, volume))
        if place == 0 and self._main.target is not None:
            self._session.point_at(row, column)

    def _scroll(self, place: int, by: int) -> None:
        moved = list(self.voxel)
        moved[self._planes[place].normal] += by
        self._move((moved[0], moved[1], moved[2]))

    def _push(self, down: int, right: int) -> None:
        if self.is_on:
            self._move((self.voxel[0], self.voxel[1] + down, self.voxel[2] + right))

    def _move(self, voxel: Voxel) -> None:
        held = [min(max(at, 0.0), count - 1.0) for at, count in zip(voxel, self._volume, strict=True)]
        self.voxel = held[0], held[1], held[2]
        self._session.show_slice(round(held[0]))  # renews the planes where it is another one
        self._renew()

    def _enlarge(self, place: int) -> None:
        """Show one plane alone, or all three again where it is alone."""
        shown = [canvas.isVisible() for canvas in self.canvases]
        self._show_planes(None if sum(shown) == 1 else place)

    def _enlarge_next(self) -> None:
        """Show the first plane alone, then the second, the third, and all again."""
        if not self.is_on:
            return
        shown = [place for place, canvas in enumerate(self.canvases) if canvas.isVisible()]
        following = 0 if len(shown) > 1 else shown[0] + 1
        self._show_planes(following if following < len(self.canvases) else None)

    def _show_planes(self, alone: int | None) -> None:
        for place, canvas in enumerate(self.canvases):
            canvas.setVisible(alone in {None, place})
        self.column.setVisible(alone != 0)
        self.canvases[alone or 0].setFocus()

    def _paint(self, place: int, painter: QPainter, camera: Camera) -> None:
        """Paint the crosshair and the slices that are missing."""
        if not self.is_on or place >= len(self._planes):
            return
        plane, case = self._planes[place], self._session.case
        missing = self._missing(case) if place and case is not None else []
        if missing and case is not None:
            turned = [case.slices - 1 - index for index in missing] if _is_turned(plane) else missing
            paint_gaps(painter, camera, bands(turned), upright=plane.right == 0)
        _, row, column = plane.place(self.voxel, self._volume)
        colours = {each.normal: COLOURS[index] for index, each in enumerate(self._planes)}
        own = (colours[plane.down], colours[plane.right], colours[plane.normal])
        paint_crosshair(painter, camera, Lines(row, column, own))


def _is_turned(plane: Plane) -> bool:
    """Return whether the slices run against the plane's rows or columns."""
    return plane.rises if plane.down == 0 else plane.falls
