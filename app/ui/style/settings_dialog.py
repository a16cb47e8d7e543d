"""The settings, page by page; every change holds at once."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QListWidget, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from app.domain.words import tr
from app.ui import theme
from app.ui.menus import Menus
from app.ui.settings import Preferences
from app.ui.style.keys_page import KeysPage
from app.ui.style.pages import AppearancePage, ComputingPage, MousePage, Page, PrivacyPage

FIRST_SIZE = (720, 480)
PAGES_WIDTH = 168


class SettingsDialog(QDialog):
    """Shows preferences and says how the user wants them.

    Signals:
        edited(Preferences): the user wants these.
    """

    edited = Signal(object)

    def __init__(self, menus: Menus, parent: QWidget) -> None:
        """Make the pages.

        Args:
            menus: whose keys can be changed.
            parent: of the dialog.
        """
        super().__init__(parent)
        self.setWindowTitle(tr("Settings"))
        self.resize(theme.scaled(FIRST_SIZE[0]), theme.scaled(FIRST_SIZE[1]))
        self.pages: tuple[Page, ...] = (
            AppearancePage(),
            MousePage(),
            KeysPage(menus),
            ComputingPage(),
            PrivacyPage(),
        )
        self.names, self._stack = QListWidget(), QStackedWidget()
        self.names.setObjectName("pages")
        self.names.setAccessibleName(tr("Pages of the settings"))
        self.names.setFixedWidth(theme.scaled(PAGES_WIDTH))
        self.names.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for page in self.pages:
            self.names.addItem(page.title)
            self._stack.addWidget(page)
            page.edited.connect(self.edited)
        self.names.currentRowChanged.connect(self._stack.setCurrentIndex)
        self.names.setCurrentRow(0)
        self._lay_out()

    def _lay_out(self) -> None:
        close = QPushButton(tr("Close"))
        close.clicked.connect(self.close)
        side = QVBoxLayout()
        side.addWidget(self._stack, 1)
        side.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
        side.setContentsMargins(2 * theme.SPACE, 2 * theme.SPACE, 2 * theme.SPACE, 2 * theme.SPACE)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.names)
        row.addLayout(side, 1)

    def set_preferences(self, preferences: Preferences) -> None:
        """Show preferences."""
        for page in self.pages:
            page.set_preferences(preferences)
