"""Comparing in the window: two pictures side by side, or one that is swiped over."""

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QRectF
from PySide6.QtGui import QAction, QPainter

from app.ui import annotations
from app.ui.camera import Camera
from app.ui.canvas import Canvas
from app.ui.choice import Tone
from app.ui.comparing.bar import ComparisonBar, Layout
from app.ui.comparing.overlap import Overlap, overlap_sentence, overlapping
from app.ui.comparing.pairs import Pair, first_comparison, pairs, shown_model
from app.ui.comparing.sides import Comparison, Kind, Look, Side, look_of, name_of, sides
from app.ui.comparing.swipe import Divider
from app.ui.words import tr
from app.ui.worker import Lane
from app.ui.workplace import Workplace

STEP_SHARE = 0.05


class Comparing:
    """Shows one side on the window's canvas and the other beside it or over its right part."""

    def __init__(self, workplace: Workplace) -> None:
        """Stand ready with nothing compared.

        Args:
            workplace: that gets a menu, a bar and a second canvas.
        """
        self._session, self._canvas = workplace.session, workplace.canvas
        self.comparison: Comparison | None = None
        self.layout = Layout.BESIDE
        self.bar, self.right, self.divider = ComparisonBar(), Canvas(), Divider(self._canvas)
        self.right.setAccessibleName(tr("Image at the right"))
        self.right.hide()
        workplace.middle.insertWidget(1, self.bar)
        workplace.beside.insertWidget(1, self.right, 1)
        self._lane = Lane("comparing", self.bar)
        self._counted: tuple[object, ...] = ()
        self._actions: dict[Layout, QAction] = {}
        self._fill_menu(workplace)
        self._connect()

    def close(self) -> None:
        """End the thread that counts."""
        self._lane.close()

    def _fill_menu(self, workplace: Workplace) -> None:
        menus = workplace.menus
        menu = menus.menu(tr("&Compare"))
        for layout, caption, key in (
            (Layout.BESIDE, tr("Side by side"), "Shift+C"),
            (Layout.SWIPE, tr("Swipe"), "Shift+S"),
        ):
            action = menus.add(menu, caption, partial(self._toggle, layout), key)
            action.setCheckable(True)
            self._actions[layout] = action
        menus.add(menu, tr("Exchange the sides"), self._exchange, "Shift+X")
        menus.add(menu, tr("Divider to the left"), lambda: self._push(-STEP_SHARE), "Ctrl+Left")
        menus.add(menu, tr("Divider to the right"), lambda: self._push(STEP_SHARE), "Ctrl+Right")
        menu.addSeparator()
        for pair in pairs():
            menus.add(menu, pair.caption, partial(self._compare_pair, pair))

    def _connect(self) -> None:
        session, canvas, right = self._session, self._canvas, self.right
        session.case_changed.connect(self._on_case_changed)
        session.view_changed.connect(lambda _: self._renew())
        session.frame_changed.connect(lambda _: self._renew())
        session.files.sizes_made.connect(right.take_sizes)
        session.files.slice_came.connect(right.renew_slice)
        self.bar.sides_chosen.connect(self.compare)
        self.bar.layout_chosen.connect(self._lay_out)
        self.bar.closed.connect(self.end)
        self.divider.moved.connect(lambda _: canvas.update())
        canvas.overlays.insert(0, self._paint_right)
        canvas.aimed.connect(self._follow)
        right.aimed.connect(self._lead)
        right.slices_scrolled.connect(session.step_slices)
        right.window_dragged.connect(session.set_window)
        right.pointed.connect(session.point_at)
        self._lane.returned.connect(self._on_counted)

    def compare(self, comparison: Comparison) -> None:
        """Show two sides."""
        begins = self.comparison is None
        self.comparison = comparison
        self._renew()
        if begins:
            self._lay_out(self.layout)

    def end(self) -> None:
        """Give the canvas back to what the session shows."""
        self.comparison = None
        self._lane.cancel()
        self._counted = ()
        for widget in (self.bar, self.right, self.divider):
            widget.hide()
        self._show_checked()
        self._canvas.set_view(self._session.view)
        self._canvas.set_frame(self._session.frame)
        self._canvas.setFocus()

    def _toggle(self, layout: Layout) -> None:
        """Compare in a layout, or end where that is the present one."""
        if self._session.case is None:
            self._session.tell(tr("Open an image first."), Tone.NOTICE)
            self._show_checked()
        elif self.comparison is not None and self.layout is layout:
            self.end()
        else:
            self.layout = layout
            self.compare(self.comparison or first_comparison(self._session))
            self._lay_out(layout)

    def _compare_pair(self, pair: Pair) -> None:
        comparison = pair.find(sides(self._session), shown_model(self._session))
        if comparison is None:
            self._session.tell(pair.lack, Tone.NOTICE)
        else:
            self.compare(comparison)

    def _exchange(self) -> None:
        if self.comparison is not None:
            self.compare(self.comparison.exchanged())

    def _push(self, by: float) -> None:
        if self.comparison is not None and self.layout is Layout.SWIPE:
            self.divider.move_to(self.divider.share + by)

    def _lay_out(self, layout: Layout) -> None:
        """Show the right side beside the canvas or over its right part."""
        self.layout = layout
        self.bar.show()
        self.right.setVisible(layout is Layout.BESIDE)
        self.divider.setVisible(layout is Layout.SWIPE)
        self._show_checked()
        self._renew()
        if self._canvas.camera is not None:
            self._follow(self._canvas.camera)

    def _show_checked(self) -> None:
        for layout, action in self._actions.items():
            action.setChecked(self.comparison is not None and self.layout is layout)

    def _renew(self) -> None:
        """Let both sides follow the session."""
        if self.comparison is None or self._session.case is None:
            return
        left, right = (look_of(side, self._session) for side in (self.comparison.left, self.comparison.right))
        for canvas, look in ((self._canvas, left), (self.right, right)):
            canvas.set_view(look.view)
            canvas.set_frame(look.frame)
        self._canvas.update()
        self.bar.show_comparison(self.comparison, self.layout, self._offers(self.comparison))
        self._count(left, right)

    def _offers(self, comparison: Comparison) -> list[tuple[str, Side]]:
        """Return what there is to compare, with what is compared though this slice does not have it."""
        here = sides(self._session)
        offers = [(name_of(side, self._session), side) for side in here]
        gone = [side for side in dict.fromkeys((comparison.left, comparison.right)) if side not in here]
        text = tr("{side} – not on this slice")
        return offers + [(text.format(side=name_of(side, self._session)), side) for side in gone]

    def _count(self, left: Look, right: Look) -> None:
        """Count the overlap in the background, unless it is known or there is none to count."""
        known = (self.comparison, left.frame, right.frame, left.view.slice_index, self._session.case, left.view.hidden)
        if known == self._counted:
            return
        self._counted = known
        self._lane.cancel()
        first, second = left.outlined, right.outlined
        if first is None or second is None or left.view.hidden:
            self.bar.sentence.setText(self._no_overlap())
        else:
            self._lane.start(lambda: overlapping(first, second))

    def _no_overlap(self) -> str:
        comparison = self.comparison
        is_plain = comparison is not None and Kind.ORIGINAL in {comparison.left.kind, comparison.right.kind}
        return "" if is_plain or self._session.view.hidden else tr("One side has no outline on this slice.")

    def _on_counted(self, overlap: Overlap) -> None:
        if self._session.case is not None:
            self.bar.sentence.setText(overlap_sentence(overlap, self._session.case.geometry))

    def _on_case_changed(self, case: object) -> None:
        if self._session.case is not case or self._session.case is None:
            return
        self.right.show_case(self._session.case)
        self._renew()

    def _follow(self, camera: Camera) -> None:
        """Let the right picture see what the left one sees."""
        if self.right.isVisible() and self.right.camera is not None:
            seen = replace(camera, screen=self.right.camera.screen)
            if seen != self.right.camera:
                self.right.aim(seen)

    def _lead(self, camera: Camera) -> None:
        """Let the left picture see what the right one was moved to."""
        if self.right.isVisible() and self._canvas.camera is not None:
            seen = replace(camera, screen=self._canvas.camera.screen)
            if seen != self._canvas.camera:
                self._canvas.aim(seen)

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
