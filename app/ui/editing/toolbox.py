"""The drawing tools as menu entries and keys."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import assert_never

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from app.domain.words import mark, tr
from app.ui.canvas import Canvas
from app.ui.editing.edits import Edits
from app.ui.editing.tools import Brush, DrawingTool, Fill, Polygon, ThresholdBrush
from app.ui.menus import Menus

MENU = mark("&Draw")


class Kind(Enum):
    """The drawing tools, with their key."""

    BRUSH = "Shift+B"
    ERASER = "Shift+U"
    POLYGON = "Shift+G"
    THRESHOLD = "Shift+T"
    FILL = "Shift+F"


_ICONS = {
    Kind.BRUSH: "paint-brush",
    Kind.ERASER: "eraser",
    Kind.POLYGON: "polygon",
    Kind.THRESHOLD: "magic-wand",
    Kind.FILL: "paint-bucket",
}


class Filling(Enum):
    """What bounds a fill."""

    GREY = "grey"
    OUTLINE = "outline"


@dataclass(frozen=True, slots=True)
class _Words:
    """Of a tool; the hint may have places for the keys that change the size."""

    caption: str
    hint: str


_SIZES = ("Smaller brush", "Larger brush")


def words(kind: Kind) -> _Words:
    """Return what a tool is called, and one line on how it is used."""
    match kind:
        case Kind.BRUSH:
            return _Words(
                tr("Brush"), tr("Drag to paint; hold Shift to erase. {smaller} and {larger} change the size.")
            )
        case Kind.ERASER:
            return _Words(
                tr("Eraser"), tr("Drag to erase; hold Shift to paint. {smaller} and {larger} change the size.")
            )
        case Kind.POLYGON:
            return _Words(
                tr("Polygon"),
                tr("Click corners or drag; double click or Return closes, Backspace takes one back, Shift cuts out."),
            )
        case Kind.THRESHOLD:
            return _Words(
                tr("Threshold"), tr("Paints only grey values like those under the first touch, within the tolerance.")
            )
        case Kind.FILL:
            return _Words(tr("Fill"), tr("Click to fill; hold Shift to take away the area that is clicked on."))
        case _:
            assert_never(kind)


class Toolbox(QObject):
    """Takes a tool in hand and lays it down again.

    Signals:
        changed(): another tool is in hand, or none.
    """

    changed = Signal()

    def __init__(
        self, edits: Edits, canvas: Canvas, menus: Menus, fill: Callable[[tuple[int, int], bool], None]
    ) -> None:
        """Add the tools to the menu.

        Args:
            edits: that the tools draw.
            canvas: that they draw on.
            menus: that get the tools.
            fill: fills from a pixel on, or takes away.
        """
        super().__init__(canvas)
        self.kind: Kind | None = None
        self.tool: DrawingTool | None = None
        self._edits, self._canvas, self._fill = edits, canvas, fill
        self._source, self._menus = QApplication.instance() or canvas, menus
        menu = menus.menu(MENU)
        self.actions = {kind: self._made(menus, kind) for kind in Kind}
        menu.addSeparator()
        self.close = menus.add(menu, tr("Close the polygon"), self._close, "Return", "Enter")
        self.take_back = menus.add(menu, tr("Take the last corner back"), self._take_back, "Backspace")
        self.smaller = menus.add(menu, tr("Smaller brush"), lambda: edits.scale_radius(-1), "[")
        self.larger = menus.add(menu, tr("Larger brush"), lambda: edits.scale_radius(1), "]")
        for name in (*_SIZES, *(action.objectName() for action in self.actions.values())):
            menus.follow_key(name, lambda _: self._name_keys())
        canvas.tool_changed.connect(self._on_tool_changed)
        edits.session.view_changed.connect(self._on_view_changed)
        self._on_tool_changed(None)

    def hint(self, kind: Kind) -> str:
        """Say in one line how a tool is used, with the keys as they are set."""
        smaller, larger = (self._menus.key(name) for name in _SIZES)
        return words(kind).hint.format(smaller=smaller, larger=larger)

    def _name_keys(self) -> None:
        for kind, action in self.actions.items():
            action.setToolTip(f"{words(kind).caption}  ({self._menus.key(action.objectName())})\n{self.hint(kind)}")

    def take(self, kind: Kind) -> None:
        """Take a tool in hand, or lay it down where it is in hand already."""
        if kind is self.kind:
            self._canvas.set_tool(None)
        elif self._edits.masks is not None:
            self.kind, self.tool = kind, self._tool(kind)
            self._canvas.set_tool(self.tool)
            self._canvas.setFocus()
            self._source.installEventFilter(self)

    def stop(self) -> None:
        """Listen no more."""
        self._source.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take Esc while a tool is in hand, before the window's own meaning of it."""
        is_key = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
        if not is_key or not isinstance(watched, QWidget) or watched.window() is not self._canvas.window():
            return False
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
        elif event.type() == QEvent.Type.KeyPress:
            self._canvas.set_tool(None)
        return True

    def _made(self, menus: Menus, kind: Kind) -> QAction:
        take = partial(self.take, kind)
        action = menus.add(menus.menu(MENU), words(kind).caption, take, kind.value, icon=_ICONS[kind])
        action.setCheckable(True)
        return action

    def _tool(self, kind: Kind) -> "Brush | Polygon | Fill":
        edits = self._edits
        match kind:
            case Kind.BRUSH:
                return Brush(edits, paints=True)
            case Kind.ERASER:
                return Brush(edits, paints=False)
            case Kind.POLYGON:
                return Polygon(edits)
            case Kind.THRESHOLD:
                return ThresholdBrush(edits)
            case Kind.FILL:
                return Fill(self._fill, lambda: edits.shape)
            case _:
                assert_never(kind)

    def _close(self) -> None:
        if isinstance(self.tool, Polygon):
            self.tool.close()
            self._canvas.update()

    def _take_back(self) -> None:
        if isinstance(self.tool, Polygon):
            self.tool.take_back()
            self._canvas.update()

    def _on_view_changed(self) -> None:
        if isinstance(self.tool, Polygon):
            self.tool.keep_to_slice()

    def _on_tool_changed(self, tool: object) -> None:
        """Follow the canvas: another part of the window may have taken the left button."""
        if tool is None or tool is not self.tool:
            self.kind = self.tool = None
            self._source.removeEventFilter(self)
        for kind, action in self.actions.items():
            action.setChecked(kind is self.kind)
        for action in (self.close, self.take_back):
            action.setEnabled(self.kind is Kind.POLYGON)
        self.changed.emit()
