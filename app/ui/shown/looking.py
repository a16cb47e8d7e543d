"""What asks for the reader's own first look, and takes note of it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QPushButton, QWidget

from app.domain.words import tr
from app.ui import theme
from app.ui.controls import Group, label
from app.ui.settings import Settings
from app.ui.workplace import Workplace

KEY = "L"


class FirstLooking:
    """Keeps results hidden until the reader has looked, where that is asked for; the wish is remembered."""

    def __init__(self, workplace: Workplace) -> None:
        """Put a bar above the picture, a switch into the panel of the display, and an entry into a menu.

        Args:
            workplace: whose session knows of the first look.
        """
        self.bar, self.group = FirstLookBar(), FirstLookGroup()
        self._look, self._settings = workplace.session.look, Settings()
        self._session, self._canvas = workplace.session, workplace.canvas
        workplace.middle.insertWidget(1, self.bar)
        workplace.right.add(self.group)
        menu = workplace.menus.menu("&Overlay")
        workplace.menus.add(menu, tr("I have had my first look"), self._look.first_look, KEY)
        workplace.menus.follow_key("I have had my first look", self.bar.set_key)
        self.bar.looked.connect(self._on_looked)
        self.group.check.clicked.connect(self._on_wanted)
        self._look.changed.connect(self._show)
        self._session.case_changed.connect(lambda _: self._show())
        self._look.set_wanted(self._settings.first_look)
        self._show()

    def close(self) -> None:
        """Nothing runs in the background."""

    def _on_looked(self) -> None:
        self._look.first_look()
        self._canvas.setFocus()

    def _on_wanted(self, wanted: bool) -> None:
        self._settings.keep_first_look(wanted)
        self._look.set_wanted(wanted)

    def _show(self) -> None:
        self.group.check.setChecked(self._look.is_wanted)
        self.bar.setVisible(self._look.pending and self._session.case is not None)


class FirstLookBar(QWidget):
    """Says above the picture that results are hidden, and lets the reader end that.

    Signals:
        looked(): the reader has had a first look.
    """

    looked = Signal()

    def __init__(self) -> None:
        """Start hidden."""
        super().__init__()
        self.setObjectName("stepbar")
        self.button = QPushButton()
        self.set_key(KEY)
        self.button.clicked.connect(self.looked)
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * theme.SPACE, theme.SPACE - 2, 2 * theme.SPACE, theme.SPACE - 2)
        text = tr("Results stay hidden until you have looked for yourself: draw, measure, or press the button.")
        row.addWidget(label(text, "caution", wraps=True), 1)
        row.addWidget(self.button)
        self.hide()

    def set_key(self, key: str) -> None:
        """Name the key that ends it."""
        self.button.setText(tr("I have had my first look  ({key})").format(key=key))


class FirstLookGroup(Group):
    """The switch that asks for a first look."""

    def __init__(self) -> None:
        """Start switched off."""
        super().__init__(tr("First look"))
        self.check = QCheckBox(tr("Hide AI until my first look"))
        self.check.setToolTip(tr("For each case: you look before you see what a model made of it"))
        self.column.addWidget(self.check)
