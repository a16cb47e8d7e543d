"""The menu bar and the toolbar, which every part of the window adds to."""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QMainWindow, QMenu, QSizePolicy, QToolBar, QToolButton, QWidget

from app.domain.words import english, tr
from app.ui.icons import icon as icon_named

ICON_PX = 20
HELP = "&Help"
NO_KEY = "–"


class Menus:
    """Menus by their title, in the order in which they were first asked for, and one toolbar."""

    def __init__(self, window: QMainWindow) -> None:
        """Put an empty toolbar into a window."""
        self._window = window
        self._menus: dict[str, QMenu] = {}
        self.actions: list[QAction] = []
        self.own_keys: dict[QAction, tuple[str, ...]] = {}
        self.toolbar = _Toolbar(tr("Main"))
        window.addToolBar(self.toolbar)
        gap = QWidget()
        gap.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._gap = self.toolbar.addWidget(gap)

    def menu(self, title: str) -> QMenu:
        """Return the menu with a title ("&File", in either language), made where it is not there; help stays last."""
        title = english(title)
        if title not in self._menus:
            bar = self._window.menuBar()
            made = self._menus[title] = bar.addMenu(tr(title))
            if HELP in self._menus and title != HELP:
                bar.insertMenu(self._menus[HELP].menuAction(), made)
        return self._menus[title]

    def all(self) -> tuple[QMenu, ...]:
        """Return the menus of the menu bar."""
        return tuple(self._menus.values())

    def submenu(self, menu: QMenu, title: str) -> QMenu:
        """Return a new menu within another one."""
        return menu.addMenu(title)

    def add(
        self, menu: QMenu, caption: str, act: Callable[[], object], *keys: str, icon: str = "", short: str = ""
    ) -> QAction:
        """Add what a menu entry and its keys do.

        Args:
            menu: that gets it.
            caption: of the entry.
            act: called when it is chosen.
            keys: any of which does the same.
            icon: its name; "" for none.
            short: caption below the icon on the toolbar; "" takes the entry's.
        """
        action = QAction(caption, self._window)
        if icon:
            action.setIcon(icon_named(icon))
            action.setIconVisibleInMenu(False)
        action.setIconText(short or caption.rstrip("…"))
        action.setObjectName(english(caption))
        action.triggered.connect(lambda: act())
        _put_in(menu, action)
        self.actions.append(action)
        self.own_keys[action] = keys
        _set_keys(action, keys)
        return action

    def set_keys(self, keys: Mapping[str, tuple[str, ...]]) -> None:
        """Give actions other keys than their own.

        Args:
            keys: by the English caption of an action; whatever is not there has its own keys.
        """
        for action in self.actions:
            _set_keys(action, keys.get(action.objectName(), self.own_keys[action]))

    def key(self, caption: str) -> str:
        """Return what the key of an action is called now, a dash where it has none.

        Args:
            caption: English one of the action.
        """
        action = self._action(caption)
        return NO_KEY if action is None else _name(action.shortcut()) or NO_KEY

    def follow_key(self, caption: str, show: Callable[[str], object]) -> None:
        """Tell the key of an action, now and whenever it has another one.

        Args:
            caption: English one of the action.
            show: takes what the key is called.
        """
        action = self._action(caption)
        if action is not None:
            action.changed.connect(lambda: show(self.key(caption)))
            show(self.key(caption))

    def button(self, caption: str) -> QWidget | None:
        """Return the toolbar's button of an action.

        Args:
            caption: English one of the action.
        """
        action = self._action(caption)
        return None if action is None else self.toolbar.widgetForAction(action)

    def _action(self, caption: str) -> QAction | None:
        return next((action for action in self.actions if action.objectName() == caption), None)

    def add_widget(self, button: QToolButton) -> None:
        """Put a button on the toolbar as a group of its own, left of the gap."""
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.toolbar.insertWidget(self._gap, button)
        self.toolbar.insertSeparator(self._gap)

    def add_buttons(self, actions: Sequence[QAction], right: bool = False) -> None:
        """Put actions on the toolbar as one group, at its right end or left of the gap."""
        if right:
            self.toolbar.addActions(list(actions))
        else:
            self.toolbar.insertActions(self._gap, list(actions))
            self.toolbar.insertSeparator(self._gap)
        for button in self.toolbar.findChildren(QToolButton):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)


def _name(key: QKeySequence) -> str:
    """Return what a key is called in the user's language; Escape as briefly as it stands on most keyboards."""
    is_escape = key == QKeySequence(Qt.Key.Key_Escape)
    return "Esc" if is_escape else key.toString(QKeySequence.SequenceFormat.NativeText)


def _set_keys(action: QAction, keys: Sequence[str]) -> None:
    action.setShortcuts([QKeySequence(key) for key in keys])
    caption = action.text().rstrip("…")
    action.setToolTip(f"{caption}  ({_name(action.shortcut())})" if keys else caption)


def _put_in(menu: QMenu, action: QAction) -> None:
    """Put an action below the others of a menu, but above the way out."""
    ways_out = [each for each in menu.actions() if each.menuRole() is QAction.MenuRole.QuitRole]
    if ways_out:
        menu.insertAction(ways_out[0], action)
    else:
        menu.addAction(action)


class _Toolbar(QToolBar):
    """Icons above their captions; where the window is too narrow for that, icons alone."""

    def __init__(self, title: str) -> None:
        super().__init__(title)
        self.setMovable(False)
        self.setIconSize(QSize(ICON_PX, ICON_PX))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose between icons with and without captions."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
            if self.sizeHint().width() > self.width():
                self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
