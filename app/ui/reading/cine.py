"""Playing through the slices of a stack."""

from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAction, QActionGroup, QPainter
from PySide6.QtWidgets import QBoxLayout, QMenu, QToolButton

from app.domain.case import Case
from app.domain.view import View
from app.domain.words import tr
from app.ui import theme
from app.ui.camera import Camera
from app.ui.reading.painting import paint_hint
from app.ui.slice_bar import SliceBar
from app.ui.workplace import Workplace

SPEEDS = (2, 5, 10, 15, 20, 30)
USUAL = 10
PLAY, PAUSE = "▶", "❚❚"


class Cine:
    """Shows slice after slice until the user stops it or goes to a slice."""

    def __init__(self, workplace: Workplace) -> None:
        """Add the menu and the button below the slices' slider.

        Args:
            workplace: that gets them.
        """
        self._session, self._canvas, self._menus = workplace.session, workplace.canvas, workplace.menus
        self._step, self._expected = 1, 0
        self._timer = QTimer(workplace.window)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_tick)
        self._fill_menu(workplace)
        self.button = self._button(workplace)
        self._canvas.overlays.append(self._paint)
        self._session.case_changed.connect(self._on_case_changed)
        self._session.view_changed.connect(self._on_view_changed)
        self._set_speed(USUAL)
        self._enable(on=False)

    def close(self) -> None:
        """Stop playing."""
        self._timer.stop()

    @property
    def is_playing(self) -> bool:
        """Whether slices go by."""
        return self._timer.isActive()

    def toggle(self) -> None:
        """Start or stop."""
        case = self._session.case
        if self.is_playing:
            self.stop()
        elif case is not None and case.slices > 1:
            self._expected = self._session.view.slice_index
            self._timer.start()
            self._show_state()

    def stop(self) -> None:
        """Stay at the shown slice."""
        self._timer.stop()
        self._show_state()

    def change_speed(self, by: int) -> None:
        """Take the next faster or slower speed."""
        place = SPEEDS.index(self.speed) + by
        self._set_speed(SPEEDS[min(max(place, 0), len(SPEEDS) - 1)])

    def _set_speed(self, slices_per_second: int) -> None:
        self.speed = slices_per_second
        self._timer.setInterval(1000 // slices_per_second)
        self._speeds[slices_per_second].setChecked(True)
        self._canvas.update()

    def _fill_menu(self, workplace: Workplace) -> None:
        add = workplace.menus.add
        self.menu = QMenu(tr("Play slices"), workplace.window)
        self.play = add(self.menu, tr("Play or pause"), self.toggle, "Space")
        self.play.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)  # a button that has the focus needs the key
        self._canvas.addAction(self.play)
        self.faster = add(self.menu, tr("Faster"), partial(self.change_speed, 1), "Ctrl+Up")
        self.slower = add(self.menu, tr("Slower"), partial(self.change_speed, -1), "Ctrl+Down")
        self.bounce = self.menu.addAction(tr("Back and forth"))
        self.bounce.setCheckable(True)
        self.menu.addSeparator()
        group = QActionGroup(self.menu)
        self._speeds: dict[int, QAction] = {}
        for speed in SPEEDS:
            action = self._speeds[speed] = group.addAction(tr("{n} slices a second").format(n=speed))
            action.setCheckable(True)
            action.triggered.connect(partial(self._set_speed, speed))
        self.menu.addActions(group.actions())
        workplace.menus.menu("&Image").addMenu(self.menu)

    def _button(self, workplace: Workplace) -> QToolButton:
        button = QToolButton()
        button.setAccessibleName(tr("Play slices"))
        workplace.menus.follow_key(
            "Play or pause", lambda key: button.setToolTip(tr("Play or pause  ({key})").format(key=key))
        )
        button.setFixedSize(3 * theme.SPACE, 3 * theme.SPACE)
        button.setStyleSheet("padding: 0; font-size: 11px;")
        button.clicked.connect(self.toggle)
        bar = workplace.window.findChild(SliceBar)
        layout = None if bar is None else bar.layout()
        if isinstance(layout, QBoxLayout):
            layout.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        return button

    def _on_tick(self) -> None:
        case = self._session.case
        if case is None:
            return
        count = case.slices
        index, self._step = following(
            self._session.view.slice_index, count, self._step, bounces=self.bounce.isChecked()
        )
        if case.pixels.has(index) or case.pixels.fault(index):
            self._expected = index
            self._session.show_slice(index)
        else:
            self._session.files.look_at(index)  # and wait for it

    def _on_case_changed(self, case: Case) -> None:
        self.stop()
        self._step = 1
        self._enable(on=case.slices > 1)

    def _on_view_changed(self, view: View) -> None:
        if self.is_playing and view.slice_index != self._expected:
            self.stop()

    def _enable(self, on: bool) -> None:
        self.menu.menuAction().setEnabled(on)
        for action in (self.play, self.faster, self.slower):
            action.setEnabled(on)
        self._show_state()

    def _show_state(self) -> None:
        self.button.setText(PAUSE if self.is_playing else PLAY)
        self._canvas.update()

    def _paint(self, painter: QPainter, camera: Camera) -> None:
        if self.is_playing:
            text = tr("{n} slices a second.  {key} stops.").format(n=self.speed, key=self._menus.key("Play or pause"))
            paint_hint(painter, text, camera.screen)


def following(index: int, count: int, step: int, bounces: bool) -> tuple[int, int]:
    """Return the slice after one, and the way to go on from there.

    Args:
        index: of the slice.
        count: of slices, two at least.
        step: 1 forward, -1 back.
        bounces: whether it turns at the ends, rather than going on from the other one.
    """
    after = index + step
    if 0 <= after < count:
        return after, step
    return (index - step, -step) if bounces else (after % count, step)
