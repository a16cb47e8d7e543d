"""The menu of comparisons."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.domain.words import tr
from app.ui.comparing.bar import Layout
from app.ui.comparing.pairs import pairs
from app.ui.comparing.swipe import Divider
from app.ui.menus import Menus

if TYPE_CHECKING:
    from PySide6.QtGui import QAction

STEP_SHARE = 0.05


class CompareMenu(QObject):
    """Says what the user wants to compare.

    Signals:
        layout_asked(Layout): side by side or by swiping, or neither any more.
        exchange_asked(): left and right.
        pair_asked(Pair): one of the comparisons that are offered.
        visit_asked(): with another visit.
    """

    layout_asked = Signal(object)
    exchange_asked = Signal()
    pair_asked = Signal(object)
    visit_asked = Signal()

    def __init__(self, menus: Menus, divider: Divider) -> None:
        """Add the menu.

        Args:
            menus: of the window.
            divider: that keys move.
        """
        super().__init__(divider)
        self._menus, self._divider = menus, divider
        self._layouts: dict[Layout, QAction] = {}
        menu = menus.menu(tr("&Compare"))
        for layout, caption, key in (
            (Layout.BESIDE, tr("Side by side"), "Shift+C"),
            (Layout.SWIPE, tr("Swipe"), "Shift+S"),
        ):
            self._layouts[layout] = menus.add(menu, caption, partial(self.layout_asked.emit, layout), key)
            self._layouts[layout].setCheckable(True)
        menus.add(menu, tr("Exchange the sides"), self.exchange_asked.emit, "Shift+X")
        menus.add(menu, tr("Divider to the left"), partial(self._push, -STEP_SHARE), "Ctrl+Left")
        menus.add(menu, tr("Divider to the right"), partial(self._push, STEP_SHARE), "Ctrl+Right")
        for caption in _DIVIDER:
            menus.follow_key(caption, lambda _: self._name_divider())
        menu.addSeparator()
        for pair in pairs():
            menus.add(menu, pair.caption, partial(self.pair_asked.emit, pair))
        menu.addSeparator()
        menus.add(menu, tr("With another visit…"), self.visit_asked.emit)

    def show_layout(self, layout: Layout | None) -> None:
        """Show how sides are laid out now; None where nothing is compared."""
        for each, action in self._layouts.items():
            action.setChecked(each is layout)

    def _name_divider(self) -> None:
        left, right = (self._menus.key(caption) for caption in _DIVIDER)
        self._divider.setToolTip(tr("Drag, or {left} and {right}").format(left=left, right=right))

    def _push(self, by: float) -> None:
        if self._divider.isVisible():
            self._divider.move_to(self._divider.share + by)


_DIVIDER = ("Divider to the left", "Divider to the right")
