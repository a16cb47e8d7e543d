"""Menus on the toolbar."""

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
    action = menu.menuAction()
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
