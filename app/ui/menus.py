"""The menu bar and the toolbar, which every part of the window adds to."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu, QSizePolicy, QToolBar, QToolButton, QWidget

HELP = "&Help"


class Menus:
    """Menus by their title, in the order in which they were first asked for, and one toolbar."""

    def __init__(self, window: QMainWindow) -> None:
        """Put an empty toolbar into a window."""
        self._window = window
        self._menus: dict[str, QMenu] = {}
        self.actions: list[QAction] = []
        self.toolbar = QToolBar("Main")
        self.toolbar.setMovable(False)
        self.toolbar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        window.addToolBar(self.toolbar)
        gap = QWidget()
        gap.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._gap = self.toolbar.addWidget(gap)

    def menu(self, title: str) -> QMenu:
        """Return the menu with a title ("&File"), made where it is not there yet; the help stays the last."""
        if title not in self._menus:
            bar = self._window.menuBar()
            made = self._menus[title] = bar.addMenu(title)
            if HELP in self._menus and title != HELP:
                bar.insertMenu(self._menus[HELP].menuAction(), made)
        return self._menus[title]

    def add(self, menu: QMenu, caption: str, act: Callable[[], object], *keys: str) -> QAction:
        """Add what a menu entry and its keys do.

        Args:
            menu: that gets it.
            caption: of the entry.
            act: called when it is chosen.
            keys: any of which does the same.
        """
        action = QAction(caption, self._window)
        action.setShortcuts([QKeySequence(key) for key in keys])
        action.setToolTip(f"{caption.rstrip('…')}  ({keys[0]})" if keys else caption)
        action.triggered.connect(lambda: act())
        menu.addAction(action)
        self.actions.append(action)
        return action

    def add_buttons(self, actions: Sequence[QAction], right: bool = False) -> None:
        """Put actions on the toolbar as one group, at its right end or left of the gap."""
        if right:
            self.toolbar.addActions(list(actions))
        else:
            self.toolbar.insertActions(self._gap, list(actions))
            self.toolbar.insertSeparator(self._gap)
        for button in self.toolbar.findChildren(QToolButton):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
