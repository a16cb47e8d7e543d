"""Comparing in the window: two pictures side by side, or one that is swiped over."""

from pathlib import Path

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from app.domain.case import Case
from app.domain.words import tr
from app.ui import annotations, dialogs, region
from app.ui.camera import Camera
from app.ui.canvas import Canvas
from app.ui.choice import Tone
from app.ui.comparing.bar import ComparisonBar, Layout
from app.ui.comparing.link import Link
from app.ui.comparing.menu import CompareMenu
from app.ui.comparing.overlap import Overlap, overlap_sentence, overlapping
from app.ui.comparing.pairs import Pair, first_comparison, shown_model
from app.ui.comparing.sides import Comparison, Kind, Look, Side, look_of, name_of, sides
from app.ui.comparing.swipe import Divider
from app.ui.comparing.visit import Visit, change_sentence, counted
from app.ui.jobs import Engines
from app.ui.session import Session
from app.ui.shown.key import canvas_legend, lay_legend, paint_legend
from app.ui.worker import Lane
from app.ui.workplace import Workplace

GAP_PX = 2
VISIT = Side(Kind.VISIT)


class Comparing:
    """Shows one side on the window's canvas and the other beside it or over its right part."""

    make_backend = Engines
    """Makes the processes for another visit."""

    def __init__(self, workplace: Workplace) -> None:
        """Stand ready with nothing compared.

        Args:
            workplace: that gets a menu, a bar and a second canvas.
        """
        self._window, self._session, self._canvas = workplace.window, workplace.session, workplace.canvas
        self.comparison: Comparison | None = None
        self.layout = Layout.BESIDE
        self.visit: Visit | None = None
        self.bar, self.right, self.divider = ComparisonBar(), Canvas(), Divider(self._canvas)
        self.right.setAccessibleName(tr("Image at the right"))
        self.right.hide()
        lay_legend(self.right)
        workplace.middle.insertWidget(1, self.bar)
        workplace.beside.insertWidget(1, self.right, 1)
        workplace.beside.setSpacing(GAP_PX)
        self._link = Link(self._canvas, self.right)
        self._lane = Lane("comparing", self.bar)
        self._counted: tuple[object, ...] = ()
        self._menu = CompareMenu(workplace.menus, self.divider)
        self._connect()

    def close(self) -> None:
        """End the thread that counts, and the other visit."""
        self._lane.close()
        self._close_visit()

    def _connect(self) -> None:
        session, right = self._session, self.right
        session.case_changed.connect(self._on_case_changed)
        session.view_changed.connect(lambda _: self._renew())
        session.frame_changed.connect(lambda _: self._renew())
        self._hear_slices(session)
        self._menu.layout_asked.connect(self._toggle)
        self._menu.exchange_asked.connect(self._exchange)
        self._menu.pair_asked.connect(self._compare_pair)
        self._menu.visit_asked.connect(self._ask_visit)
        self.bar.sides_chosen.connect(self.compare)
        self.bar.layout_chosen.connect(self._lay_out)
        self.bar.closed.connect(self.end)
        self.bar.run_asked.connect(self._run_visit)
        self.divider.moved.connect(lambda _: self._part())
        self._canvas.overlays.insert(0, self._paint_right)
        right.slices_scrolled.connect(lambda by: self._right_session.step_slices(by))
        right.window_dragged.connect(lambda window: self._right_session.set_window(window))
        right.pointed.connect(lambda row, column: self._right_session.point_at(row, column))
        right.boxed.connect(lambda box: self._right_session.point_at(*region.middle_of(box)))
        self._lane.returned.connect(self._on_counted)

    def _hear_slices(self, session: Session) -> None:
        """Let the right canvas take a session's slices while it shows them."""
        files, right = session.files, self.right
        files.sizes_made.connect(
            lambda index, pyramid: right.take_sizes(index, pyramid) if self._right_session is session else None
        )
        files.slice_came.connect(lambda index: right.renew_slice(index) if self._right_session is session else None)

    @property
    def _right_session(self) -> Session:
        """The session whose picture is at the right."""
        shows_visit = self.comparison is not None and self.comparison.right == VISIT
        return self.visit.session if shows_visit and self.visit is not None else self._session

    def compare(self, comparison: Comparison) -> None:
        """Show two sides; another visit stands at the right."""
        begins = self.comparison is None
        self.comparison = comparison.exchanged() if comparison.left == VISIT else comparison
        self._renew()
        if begins or self.comparison.right == VISIT:
            self._lay_out(Layout.BESIDE if self.comparison.right == VISIT else self.layout)

    def compare_visit(self, path: Path) -> None:
        """Open another study beside the open one."""
        self._close_visit()
        self.visit = Visit(self._session, type(self).make_backend(), self._renew)
        self._hear_slices(self.visit.session)
        self.visit.open(path)
        model = shown_model(self._session)
        self.compare(Comparison(Side(Kind.RESULT, model) if model else Side(Kind.ORIGINAL), VISIT))

    def end(self) -> None:
        """Give the canvas back to what the session shows."""
        self.comparison = None
        self._lane.cancel()
        self._counted = ()
        self._close_visit()
        self._show_right_case()  # the other visit's picture must not stay in memory
        for widget in (self.bar, self.right, self.divider):
            widget.hide()
        self._part()
        self._menu.show_layout(None)
        self._canvas.set_view(self._session.view)
        self._canvas.set_frame(self._session.frame)
        self._canvas.setFocus()

    def _close_visit(self) -> None:
        if self.visit is not None:
            self.visit.close()
            self.visit = None

    def _toggle(self, layout: Layout) -> None:
        """Compare in a layout, or end where that is the present one."""
        if self._session.case is None:
            self._session.tell(tr("Open an image first."), Tone.NOTICE)
            self._menu.show_layout(None)
        elif self.comparison is not None and self.layout is layout:
            self.end()
        else:
            self.layout = layout
            self.compare(self.comparison or first_comparison(self._session))
            self._lay_out(Layout.BESIDE if self._right_session is not self._session else layout)

    def _compare_pair(self, pair: Pair) -> None:
        comparison = pair.find(sides(self._session), shown_model(self._session))
        if comparison is None:
            self._session.tell(pair.lack, Tone.NOTICE)
        else:
            self.compare(comparison)

    def _exchange(self) -> None:
        if self.comparison is not None:
            self.compare(self.comparison.exchanged())

    def _ask_visit(self) -> None:
        if self._session.case is None:
            self._session.tell(tr("Open an image first."), Tone.NOTICE)
            return
        path = dialogs.ask_file(self._window, self._session.source.parent)
        if path is not None:
            self.compare_visit(path)

    def _run_visit(self) -> None:
        if self.visit is not None:
            self.visit.run()

    def _lay_out(self, layout: Layout) -> None:
        """Show the right side beside the canvas or over its right part."""
        self.layout = layout
        self.bar.show()
        self.right.setVisible(layout is Layout.BESIDE)
        self.divider.setVisible(layout is Layout.SWIPE)
        self._menu.show_layout(layout)
        self._part()
        self._renew()
        self._link.follow()

    def _part(self) -> None:
        """Leave the canvas the part left of the divider while it is swiped, else all of it."""
        is_swiped = self.comparison is not None and self.layout is Layout.SWIPE
        self._canvas.own_share = self.divider.share if is_swiped else 1.0
        self._canvas.update()

    def _on_case_changed(self, case: Case) -> None:
        """Let the right canvas have the case from the start, so that it shares the sizes of a large picture."""
        if self._right_session is self._session:
            self.right.show_case(case)
        self._renew()

    def _renew(self) -> None:
        """Let both sides follow their sessions."""
        comparison = self.comparison
        if comparison is None or self._session.case is None:
            return
        self._show_right_case()
        left, right = self._look(comparison.left), self._look(comparison.right)
        for canvas, look in ((self._canvas, left), (self.right, right)):
            canvas.set_view(look.view)
            canvas.set_frame(look.frame)
        self._canvas.update()
        self.bar.show_comparison(comparison, self.layout, self._offers(comparison))
        self.bar.show_running(self._right_session.is_running)
        self._count(left, right)

    def _show_right_case(self) -> None:
        session = self._right_session
        before = self.right.case
        if session.case is not None and before is not session.case:
            self.right.show_case(session.case)
            if before is None or before.pixels is not session.case.pixels:
                self.right.fit()
        is_visit = session is not self._session
        self.right.set_target(region.target_of(session.choice, session.case) if is_visit else self._canvas.target)
        self.right.set_busy(tr("Running …") if is_visit and session.is_running else "")

    def _look(self, side: Side) -> Look:
        return self.visit.look() if side == VISIT and self.visit is not None else look_of(side, self._session)

    def _offers(self, comparison: Comparison) -> list[tuple[str, Side]]:
        """Return what there is to compare, with what is compared though this slice does not have it."""
        here = sides(self._session)
        offers = [(name_of(side, self._session), side) for side in here]
        gone = [side for side in dict.fromkeys((comparison.left, comparison.right)) if side not in (*here, VISIT)]
        text = tr("{side} – not on this slice")
        offers += [(text.format(side=name_of(side, self._session)), side) for side in gone]
        if self.visit is not None:
            name = "" if self.visit.case is None else f" · {self.visit.case.name}"
            offers.append((name_of(VISIT, self._session) + name, VISIT))
        return offers

    def _count(self, left: Look, right: Look) -> None:
        """Count the overlap in the background, unless it is known or there is none to count."""
        known = (self.comparison, left.frame, right.frame, left.view.slice_index, self.right.case, left.view.hidden)
        if known == self._counted:
            return
        self._counted = known
        self._lane.cancel()
        first, second = left.outlined, right.outlined
        if first is None or second is None or left.view.hidden:
            self.bar.sentence.setText(self._no_overlap())
        else:
            count = overlapping if self._right_session is self._session else counted
            self._lane.start(lambda: count(first, second))

    def _no_overlap(self) -> str:
        comparison = self.comparison
        is_plain = comparison is not None and Kind.ORIGINAL in {comparison.left.kind, comparison.right.kind}
        return "" if is_plain or self._session.view.hidden else tr("One side has no outline on this slice.")

    def _on_counted(self, found: Overlap | tuple[float, float]) -> None:
        case, other = self._session.case, self.right.case
        if case is None or other is None:
            return
        if isinstance(found, Overlap):
            self.bar.sentence.setText(overlap_sentence(found, case.geometry))
        else:
            self.bar.sentence.setText(change_sentence(found, case.geometry, other.geometry))

    def _paint_right(self, painter: QPainter, camera: Camera) -> None:
        """Paint the right side over the canvas's right part while it is swiped."""
        if self.comparison is None or self.layout is not Layout.SWIPE:
            return
        width, height = camera.screen
        x = self.divider.share * width
        painter.setClipRect(QRectF(x, 0, width - x, height))
        self.right.paint_slice(painter, camera)
        painter.resetTransform()
        painter.translate(x, 0)
        annotations.paint_state(painter, self.right.view, self.right.frame, (width - x, height))
        paint_legend(painter, canvas_legend(self.right), (width - x, height), above_scale=True)
