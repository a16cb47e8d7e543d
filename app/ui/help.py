"""Keys and mouse as they are set now."""

from collections.abc import Iterator
from html import escape

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QDialog, QMenu, QPushButton, QTextBrowser, QVBoxLayout, QWidget

from app.domain.words import mark, tr
from app.ui import theme
from app.ui.menus import Menus
from app.ui.mouse import Drag, Mouse

FIRST_SIZE = (560, 640)
DRAGS = {
    Drag.PAN: mark("move the picture"),
    Drag.WINDOW: mark("window and level"),
    Drag.ZOOM: mark("zoom"),
    Drag.SCROLL: mark("go through the slices"),
}
_HANDS = (
    (mark("Wheel"), mark("next or previous slice; zooms a single picture")),
    (mark("Ctrl + wheel"), mark("zoom at the pointer")),
    (mark("Double click"), mark("show the whole slice")),
    (mark("Click, Shift + drag"), mark("what a region model is to outline")),
    (mark("H (held)"), mark("hides everything that a model made")),
)


class HelpDialog(QDialog):
    """A page that can be scrolled and searched by eye."""

    def __init__(self, menus: Menus, mouse: Mouse, parent: QWidget) -> None:
        """Write the page.

        Args:
            menus: whose entries have keys.
            mouse: what each button does.
            parent: of the dialog.
        """
        super().__init__(parent)
        self.setWindowTitle(tr("Keys and mouse"))
        self.resize(theme.scaled(FIRST_SIZE[0]), theme.scaled(FIRST_SIZE[1]))
        self.page = QTextBrowser()
        self.page.setAccessibleName(tr("Keys and mouse"))
        self.page.setHtml(help_html(menus, mouse))
        close = QPushButton(tr("Close"))
        close.clicked.connect(self.close)
        column = QVBoxLayout(self)
        column.addWidget(self.page)
        column.addWidget(close)


def help_html(menus: Menus, mouse: Mouse) -> str:
    """Return the page: the mouse first, then the keys of every menu."""
    buttons = (tr("Left drag"), mouse.left), (tr("Middle drag"), mouse.middle), (tr("Right drag"), mouse.right)
    hands = [(name, tr(DRAGS[drag])) for name, drag in buttons] + [(tr(name), tr(text)) for name, text in _HANDS]
    sections = [(tr("Mouse"), hands)]
    for menu in menus.all():
        rows = [(_keys(action), _plain(action.text())) for action in _leaves(menu) if action.shortcuts()]
        sections.append((_plain(menu.title()), rows))
    return "".join(_section(title, rows) for title, rows in sections if rows)


def _section(title: str, rows: list[tuple[str, str]]) -> str:
    lines = (
        f'<tr><td width="170" style="padding: 2px 12px 2px 0"><b>{escape(keys)}</b></td>'
        f'<td style="padding: 2px 0">{escape(text)}</td></tr>'
        for keys, text in rows
    )
    return f"<h3>{escape(title)}</h3><table>{''.join(lines)}</table>"


def _leaves(menu: QMenu) -> Iterator[QAction]:
    """Yield the entries of a menu and of the menus within it."""
    for action in menu.actions():
        inner = action.menu()
        if isinstance(inner, QMenu):
            yield from _leaves(inner)
        else:
            yield action


def _keys(action: QAction) -> str:
    return ", ".join(key.toString(QKeySequence.SequenceFormat.NativeText) for key in action.shortcuts())


def _plain(text: str) -> str:
    return text.replace("&", "").rstrip("…")
