"""Menus on the toolbar."""

from PySide6.QtWidgets import QMenu, QToolButton

from app.ui.workplace import Workplace


def show_as_button(workplace: Workplace, menu: QMenu, tip: str) -> None:
    """Put a menu on the toolbar as a button that opens it."""
    action = menu.menuAction()
    action.setToolTip(tip)
    workplace.menus.add_buttons((action,))
    button = workplace.menus.toolbar.widgetForAction(action)
    if isinstance(button, QToolButton):
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setAccessibleName(menu.title().replace("&", ""))
        button.setAccessibleDescription(tip)
