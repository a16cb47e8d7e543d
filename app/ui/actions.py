"""Menus, toolbar and keys."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow

from app.domain.view import LevelStyle, View
from app.domain.words import mark, tr
from app.ui.canvas import Canvas
from app.ui.menus import HELP, Menus
from app.ui.session import Session
from app.ui.switches import Switch, is_on, switched

LEVEL_KEYS = 9
_WAYS = {
    "Up": (mark("Region up"), -1, 0),
    "Down": (mark("Region down"), 1, 0),
    "Left": (mark("Region left"), 0, -1),
    "Right": (mark("Region right"), 0, 1),
}


@dataclass(frozen=True, slots=True)
class Dialogs:
    """What asks the user for something first."""

    open_file: Callable[[], None]
    open_folder: Callable[[], None]
    open_masks: Callable[[], None]
    export: Callable[[], None]
    export_more: Callable[[], None]
    worklist: Callable[[], None]
    cancel_export: Callable[[], bool]
    show_help: Callable[[], None]
    show_about: Callable[[], None]


class Actions:
    """Everything that a menu, a toolbar button or a key can do."""

    def __init__(self, window: QMainWindow, session: Session, canvas: Canvas, dialogs: Dialogs) -> None:
        """Fill the window's menus and toolbar.

        Args:
            window: that gets them.
            session: what they act on.
            canvas: what zooming acts on.
            dialogs: of the window.
        """
        self._window, self._session, self._canvas, self._dialogs = window, session, canvas, dialogs
        self.menus = Menus(window)
        self._menu, self._add = self.menus.menu, self.menus.add
        self._fill_file_menu()
        self._fill_image_menu()
        self._fill_overlay_menu()
        self._fill_run_menu()
        self._fill_toolbar()

    def _fill_file_menu(self) -> None:
        menu = self._menu("&File")
        self.open_file = self._add(
            menu, tr("Open file…"), self._dialogs.open_file, "Ctrl+O", icon="file-plus", short=tr("Open")
        )
        self.open_folder = self._add(
            menu, tr("Open folder…"), self._dialogs.open_folder, "Ctrl+Shift+O", icon="folder-open", short=tr("Folder")
        )
        self.open_masks = self._add(
            menu,
            tr("Open readers' masks…"),
            self._dialogs.open_masks,
            "Ctrl+M",
            icon="users-three",
            short=tr("Readers"),
        )
        menu.addSeparator()
        self.export = self._add(
            menu, tr("Export PNG…"), self._dialogs.export, "Ctrl+E", icon="image", short=tr("Export")
        )
        self.export_more = self._add(
            menu, tr("Export more…"), self._dialogs.export_more, "Ctrl+Shift+E", icon="export", short=tr("More")
        )
        self.worklist = self._add(menu, tr("Worklist…"), self._dialogs.worklist, "Ctrl+L", icon="list-bullets")
        menu.addSeparator()
        self._add(menu, tr("Quit"), self._window.close, "Ctrl+Q").setMenuRole(QAction.MenuRole.QuitRole)

    def _fill_image_menu(self) -> None:
        session, canvas = self._session, self._canvas
        menu = self._menu("&Image")
        self.fit = self._add(menu, tr("Fit"), canvas.fit, "F", icon="corners-out")
        self.true_pixels = self._add(menu, tr("1:1"), canvas.show_true_pixels, "Z", icon="frame-corners")
        self._add(menu, tr("Zoom in"), lambda: canvas.zoom(1.25), "+", "=")
        self._add(menu, tr("Zoom out"), lambda: canvas.zoom(0.8), "-")
        menu.addSeparator()
        self.invert = self._add(menu, tr("Invert"), self._invert, "I", icon="circle-half")
        self.reset_window = self._add(
            menu, tr("Reset window"), session.reset_window, "W", icon="arrow-counter-clockwise", short=tr("Reset")
        )
        menu = self.menus.submenu(menu, tr("Go to slice"))
        self._add(menu, tr("Next slice"), lambda: session.step_slices(1), "Down", "PgDown", "Right")
        self._add(menu, tr("Previous slice"), lambda: session.step_slices(-1), "Up", "PgUp", "Left")
        self._add(menu, tr("First slice"), lambda: session.show_slice(0), "Home")
        self._add(menu, tr("Last slice"), lambda: session.show_slice(10**9), "End")

    def _fill_overlay_menu(self) -> None:
        session = self._session
        menu = self._menu("&Overlay")
        for switch in Switch:
            self._add(menu, tr(switch.caption), partial(self._toggle, switch), switch.key)
        self._add(menu, tr("Contours or fills"), self._change_style, "X")
        menu.addSeparator()
        levels = self.menus.submenu(menu, tr("Consensus levels"))
        for level in range(1, LEVEL_KEYS + 1):
            name, toggle = tr("Level {n}").format(n=level), partial(session.toggle_level, level)
            self._add(levels, name, toggle, str(level)).setObjectName(f"Level {level}")
        self._add(levels, tr("All levels or none"), self._toggle_levels, "0")
        self._add(menu, tr("Previous diffusion step"), lambda: self._step(-1), ",")
        self._add(menu, tr("Next diffusion step"), lambda: self._step(1), ".")

    def _fill_run_menu(self) -> None:
        menu = self._menu("&Run")
        self._add(menu, tr("Run on this slice"), self._session.run, "R", "Ctrl+Return")
        self._add(menu, tr("Cancel"), self._cancel, "Esc")
        menu.addSeparator()
        self._add(menu, tr("Point at the middle of the view"), self._canvas.point_at_middle, "P")
        moves = self.menus.submenu(menu, tr("Move the region"))
        for name, (caption, down, right) in _WAYS.items():
            self._add(moves, tr(caption), partial(self._move_region, down, right), f"Alt+{name}")
        menu = self._menu(HELP)
        self.help = self._add(
            menu, tr("Keys and mouse"), self._dialogs.show_help, "F1", icon="question", short=tr("Help")
        )
        self._add(menu, tr("About Concord"), self._dialogs.show_about)

    def _fill_toolbar(self) -> None:
        self.menus.add_buttons((self.open_file, self.open_folder, self.open_masks))
        self.menus.add_buttons((self.fit, self.true_pixels, self.invert, self.reset_window))
        self.menus.add_buttons((self.export, self.export_more, self.help), right=True)

    @property
    def _view(self) -> View:
        return self._session.view

    def _invert(self) -> None:
        self._session.set_view(replace(self._view, inverted=not self._view.inverted))

    def _toggle(self, switch: Switch) -> None:
        self._session.set_view(switched(self._view, switch, not is_on(self._view, switch)))

    def _change_style(self) -> None:
        style = LevelStyle.FILL if self._view.style is LevelStyle.CONTOUR else LevelStyle.CONTOUR
        self._session.set_view(replace(self._view, style=style))

    def _toggle_levels(self) -> None:
        self._session.show_all_levels(len(self._view.levels) < self._session.level_count)

    def _cancel(self) -> None:
        """Stop one thing: what is being written, or else the run, or else what is being opened."""
        if self._dialogs.cancel_export():
            return
        if self._session.is_running:
            self._session.cancel()
        else:
            self._session.files.cancel_opening()

    def _move_region(self, down: int, right: int) -> None:
        place = None if self._canvas.target is None else self._canvas.target.moved(down, right)
        if place is not None:
            self._session.point_at(*place)

    def _step(self, by: int) -> None:
        run, frame = self._session.shown_run, self._session.frame
        if run is not None and frame is not None:
            self._session.show_step(min(max(frame.index + by, 0), run.last))
