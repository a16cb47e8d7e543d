"""Windows for grey values: by their name, by numbers, or by a region of the picture."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from app.domain.arrays import AnyArray
from app.domain.case import Case, Preset, Window
from app.domain.measure import Place
from app.domain.view import View
from app.domain.windows import SHARES, own_windows, share_window
from app.domain.words import tr
from app.ui.choice import Tone
from app.ui.reading.buttons import show_as_button
from app.ui.reading.drawing import PlacesTool
from app.ui.reading.leaving import Leaving
from app.ui.reading.numbers import WindowDialog
from app.ui.reading.painting import paint_box
from app.ui.workplace import Workplace

MOST = 24
KEYED = 8
FIRST_KEY = 2


@dataclass(frozen=True, slots=True)
class Offer:
    """A window that may be chosen.

    Attributes:
        name: of it.
        window: returns it for the slice that is shown then; None where that is not here.
        is_fixed: whether it is the same on every slice.
    """

    name: str
    window: Callable[[], Window | None]
    is_fixed: bool = True


class GreyValues:
    """The menu of windows, on the menu bar and the toolbar."""

    def __init__(self, workplace: Workplace) -> None:
        """Add the menu.

        Args:
            workplace: that gets it.
        """
        self._session, self._canvas, self._window = workplace.session, workplace.canvas, workplace.window
        self._offers: tuple[Offer, ...] = ()
        self._rule: QAction | None = None
        self._leaving = Leaving(workplace.canvas)
        self.dialog = WindowDialog(workplace.window)
        self.menu = QMenu(tr("Window"), workplace.window)
        self.slots = [self._slot(workplace, place) for place in range(MOST)]
        self.menu.addSeparator()
        add = workplace.menus.add
        self.numbers = add(self.menu, tr("Level and width as numbers…"), self.ask, "Shift+W")
        self.region = add(self.menu, tr("Window of a region"), self.pick_region, "Shift+R")
        workplace.menus.menu("&Image").addMenu(self.menu)
        show_as_button(workplace, self.menu, tr("Choose how grey values are shown"), "sun")
        self.menu.aboutToShow.connect(self._tick)
        self.dialog.window_chosen.connect(self._session.set_window)
        self._session.case_changed.connect(self._on_case_changed)
        self._session.view_changed.connect(self._on_view_changed)
        self._enable(on=False)

    def close(self) -> None:
        """Close the dialog."""
        self._leaving.stop()
        self.dialog.close()

    def ask(self) -> None:
        """Show the window's numbers."""
        if self._session.view.window is not None and self._session.case is not None:
            self.dialog.set_window(self._session.view.window, self._session.case.unit)
            self.dialog.show_beside(self._window)

    def pick_region(self) -> None:
        """Let the next drag on the picture say whose grey values are to be told apart."""
        if self._session.view.window is not None:
            tool = PlacesTool(2, self._canvas, self._on_region, lambda places: partial(paint_box, places))
            self._leaving.begin(tool, tr("Drag over the region whose grey values you want to tell apart."))

    def _slot(self, workplace: Workplace, place: int) -> QAction:
        """Return the action for the place of a window in the menu; the first few have keys."""
        keys = (f"F{FIRST_KEY + place}",) if place < KEYED else ()
        action = workplace.menus.add(
            self.menu, tr("Window {n}").format(n=place + 1), partial(self._choose, place), *keys
        )
        action.setCheckable(True)
        return action

    def _choose(self, place: int) -> None:
        window = self._offers[place].window() if place < len(self._offers) else None
        if window is not None:
            self._session.set_window(window)

    def _on_region(self, places: tuple[Place, ...]) -> None:
        self._leaving.end()
        values = self._values()
        if values is None:
            return
        rows, columns = values.shape
        (top, bottom), (left, right) = (
            sorted(min(max(round(place[axis]), 0), size - 1) for place in places)
            for axis, size in ((0, rows), (1, columns))
        )
        self._session.set_window(share_window(values[top : bottom + 1, left : right + 1]))

    def _values(self) -> AnyArray | None:
        """Return the grey values (rows, columns) of the shown slice."""
        case, index = self._session.case, self._session.view.slice_index
        if case is None or case.is_colour:
            return None
        values = case.pixels.slice(index)
        if values is None:
            self._session.tell(tr("This slice has not been read yet."), Tone.NOTICE)
            return None
        grey: AnyArray = values[..., 0]
        return grey

    def _share(self, place: int) -> Window | None:
        values = self._values()
        return None if values is None else share_window(values, SHARES[place][1:])

    def _on_case_changed(self, case: Case) -> None:
        shares = [] if case.is_colour else enumerate(SHARES)
        self._offers = (
            *(Offer(_text(preset), partial(_fixed, preset.window)) for preset in own_windows(case)),
            *(Offer(tr(share[0]), partial(self._share, place), is_fixed=False) for place, share in shares),
        )[:MOST]
        for action, offer in zip(self.slots, self._offers, strict=False):
            action.setText(offer.name)
        for place, action in enumerate(self.slots):
            action.setVisible(place < len(self._offers))
        self._part_menu()
        self._enable(on=not case.is_colour)
        self.dialog.hide()

    def _part_menu(self) -> None:
        """Draw a line between the windows that are fixed and those of the shown slice."""
        if self._rule is not None:
            self.menu.removeAction(self._rule)
            self._rule = None
        slots = zip(self.slots, self._offers, strict=False)
        first = next((action for action, offer in slots if not offer.is_fixed), None)
        if first is not None and first is not self.slots[0]:
            self._rule = self.menu.insertSeparator(first)

    def _on_view_changed(self, view: View) -> None:
        if self.dialog.isVisible() and view.window is not None and self._session.case is not None:
            self.dialog.set_window(view.window, self._session.case.unit)

    def _enable(self, on: bool) -> None:
        self.menu.menuAction().setEnabled(on)
        for action in (*self.slots, self.numbers, self.region):
            action.setEnabled(on)

    def _tick(self) -> None:
        """Tick the window that is shown."""
        shown = self._session.view.window
        for action, offer in zip(self.slots, self._offers, strict=False):
            action.setChecked(offer.is_fixed and offer.window() == shown)


def _text(preset: Preset) -> str:
    """Return for example "Lung   W 1500  L -600"."""
    return f"{tr(preset.name)}   W {preset.window.width:g}  L {preset.window.level:g}"


def _fixed(window: Window) -> Window:
    return window
