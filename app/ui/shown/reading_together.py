"""Several readers' masks, before and after a model calibrated them."""

from dataclasses import replace

from app.domain.words import tr
from app.ui.shown.reader_tiles import ReaderTiles
from app.ui.shown.readers_panel import CALIBRATED_KEY, ReadersPanel
from app.ui.workplace import Workplace


class Readers:
    """Shows calibrated readers side by side, overlaid, and in numbers."""

    def __init__(self, workplace: Workplace) -> None:
        """Put a panel to the left, a strip below the picture, and entries into the menu of overlays.

        Args:
            workplace: whose session has the readers.
        """
        self.panel, self.tiles = ReadersPanel(), ReaderTiles()
        self._session = session = workplace.session
        workplace.left.add(self.panel)
        workplace.middle.insertWidget(workplace.middle.count() - 1, self.tiles)
        menu = workplace.menus.menu("&Overlay")
        menu.addSeparator()
        workplace.menus.add(menu, tr("Readers before or after calibration"), self._switch, CALIBRATED_KEY)
        workplace.menus.follow_key("Readers before or after calibration", self.panel.set_key)
        workplace.menus.add(
            menu, tr("Fused mask of the readers"), lambda: self._fuse(not session.view.fused), "Shift+K"
        )
        self.panel.calibrated_asked.connect(self._calibrate)
        self.panel.fused_asked.connect(self._fuse)
        self.panel.map_asked.connect(self._map)
        self.tiles.reader_chosen.connect(self._map)
        for changed in (session.view_changed, session.frame_changed, session.case_changed):
            changed.connect(lambda _: self._show())

    def close(self) -> None:
        """Nothing runs in the background."""

    def _switch(self) -> None:
        self._calibrate(not self._session.view.calibrated)

    def _calibrate(self, after: bool) -> None:
        self._session.set_view(replace(self._session.view, calibrated=after, references=True))

    def _fuse(self, fused: bool) -> None:
        self._session.set_view(replace(self._session.view, fused=fused))

    def _map(self, reader: int) -> None:
        view = self._session.view
        self._session.set_view(replace(view, expertness=None if view.expertness == reader else reader))

    def _show(self) -> None:
        session = self._session
        for part in (self.panel, self.tiles):
            part.show_readers(session.case, session.view, session.frame)
