"""The keys of the sweep."""

from app.domain.words import tr
from app.ui.shown.sweep import moved
from app.ui.workplace import Workplace


class Sweeping:
    """Sweeps the outline from liberal to conservative and back with the keyboard."""

    def __init__(self, workplace: Workplace) -> None:
        """Add entries to the menu of overlays.

        Args:
            workplace: whose session is swept.
        """
        self._session = workplace.session
        menu = workplace.menus.menu("&Overlay")
        menu.addSeparator()
        workplace.menus.add(menu, tr("Sweep to more readers"), lambda: self._move(1), ">")
        workplace.menus.add(menu, tr("Sweep to fewer readers"), lambda: self._move(-1), "<")

    def close(self) -> None:
        """Nothing runs in the background."""

    def _move(self, by: int) -> None:
        session = self._session
        if session.level_count:
            session.set_view(moved(session.view, session.level_count, by))
