"""Menus on the toolbar."""

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton

from app.ui.icons import icon as icon_named
from app.ui.workplace import Workplace


def show_as_button(workplace: Workplace, menu: QMenu, tip: str, icon: str) -> None:
    """Put a menu on the toolbar as a button that opens it.

    Args:
        workplace: that has the toolbar.
        menu: that is opened.
        tip: what it is for.
        icon: its name.
    """
    action = _stand_in(workplace, menu) if menu in workplace.menus.all() else menu.menuAction()
    action.setIcon(icon_named(icon))
    action.setIconVisibleInMenu(False)
    action.setIconText(menu.title().replace("&", ""))
    action.setToolTip(tip)
    workplace.menus.add_buttons((action,))
    button = workplace.menus.toolbar.widgetForAction(action)
    if isinstance(button, QToolButton):
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setAccessibleName(menu.title().replace("&", ""))
        button.setAccessibleDescription(tip)


def _stand_in(workplace: Workplace, menu: QMenu) -> QAction:
    """Return an action that opens the same entries: one with an icon would lose its title in the menu bar."""
    action, entries = QAction(menu.title(), workplace.window), QMenu(workplace.window)

    def fill() -> None:
        entries.clear()
        entries.addActions(menu.actions())

    entries.aboutToShow.connect(fill)
    fill()
    action.setMenu(entries)
    return action
