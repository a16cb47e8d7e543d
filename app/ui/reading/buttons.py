"""Menus on the toolbar."""

from PySide6.QtWidgets import QMenu, QToolButton

from app.ui.icons import icon as icon_named
from app.ui.workplace import Workplace


def show_as_button(workplace: Workplace, menu: QMenu, tip: str, icon: str) -> QToolButton:
    """Put a menu on the toolbar as a button that opens it, and return the button.

    The icon is the button's alone: a menu bar shows an icon of the menu itself in the place of its title.

    Args:
        workplace: that has the toolbar.
        menu: that is opened.
        tip: what it is for.
        icon: its name.
    """
    title, action, toolbar = menu.title().replace("&", ""), menu.menuAction(), workplace.menus.toolbar
    button = QToolButton()
    button.setText(title)
    button.setIcon(icon_named(icon))
    button.setToolTip(tip)
    button.setAccessibleName(title)
    button.setAccessibleDescription(tip)
    button.setMenu(menu)
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    button.setToolButtonStyle(toolbar.toolButtonStyle())
    toolbar.toolButtonStyleChanged.connect(button.setToolButtonStyle)
    action.enabledChanged.connect(button.setEnabled)
    workplace.menus.add_widget(button)
    return button
