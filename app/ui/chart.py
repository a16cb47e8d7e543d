"""How area and disagreement change over the diffusion steps and over the consensus levels, as a small plot."""

from typing import Any

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPen
from PySide6.QtWidgets import QComboBox, QHBoxLayout

from app.domain.geometry import Geometry
from app.domain.words import tr
from app.render import colours
from app.ui import theme
from app.ui.controls import Group, label
from app.ui.frames import Frame, Run
from app.ui.shown.curves import Over, Plot, Quantity, plot_of

HEIGHT_PX = 168
_FIRST, _SECOND = QColor(*colours.READERS[1]), QColor(*colours.READERS[0])
_LEAST_TOP, _ROOM = 0.1, 0.12


class StepChart(Group):
    """Area with its spread, or sample diversity and the GED where there are readers' masks, of the shown run."""

    def __init__(self) -> None:
        """Start without a plot; pyqtgraph is loaded with the first run, so that the window does not wait for it."""
        super().__init__(tr("Plot"))
        self.plot: Plot | None = None
        self._shown: tuple[Run, Frame, Geometry] | None = None
        self._widget: Any = None
        self._curves: dict[str, Any] = {}
        self._here: Any = None
        self.quantity, self.over = QComboBox(), QComboBox()
        self.quantity.setAccessibleName(tr("What is plotted"))
        self.quantity.addItem(tr("Disagreement"), Quantity.DISAGREEMENT)
        self.quantity.addItem(tr("Area"), Quantity.AREA)
        self.over.setAccessibleName(tr("Over what it is plotted"))
        self.over.addItem(tr("over steps"), Over.STEPS)
        self.over.addItem(tr("over levels"), Over.LEVELS)
        row = QHBoxLayout()
        for menu in (self.quantity, self.over):
            menu.activated.connect(self._draw)
            row.addWidget(menu, 1)
        self.caption = label("", "note", wraps=True)
        self.column.addLayout(row)
        self.column.addWidget(self.caption)
        self.setVisible(False)

    def set_run(self, run: Run | None, frame: Frame | None, geometry: Geometry) -> None:
        """Plot a run and mark what is shown of it; without a run there is no plot."""
        self._shown = None if run is None or frame is None else (run, frame, geometry)
        self.setVisible(self._shown is not None)
        self._draw()

    def _draw(self) -> None:
        if self._shown is None:
            return
        if self._widget is None:
            self._make_widget()
        plot = self.plot = plot_of(*self._shown, self.quantity.currentData(), self.over.currentData())
        for name, curve in (("first", plot.first), ("second", plot.second)):
            self._curves[name].setData(list(curve.places), list(curve.values))
        spreads = 2 * np.array(plot.first.spreads)
        self._curves["spread"].setVisible(spreads.size > 0)
        if spreads.size:
            places, values = np.array(plot.first.places), np.array(plot.first.values)
            self._curves["spread"].setData(x=places, y=values, height=spreads, beam=0.12)
        top = max(plot.first.top, plot.second.top, 0.0 if spreads.size else _LEAST_TOP)
        low = max(0.0, plot.first.low - _ROOM * (top - plot.first.low)) if spreads.size else 0.0
        self._widget.setXRange(1, max(2, plot.last), padding=0.06)
        self._widget.setYRange(low, top + _ROOM * ((top - low) or 1.0), padding=0)
        for side, name in zip(("bottom", "left"), plot.names, strict=True):
            self._widget.getAxis(side).setLabel(name, color=theme.QUIET)
        self._widget.getAxis("bottom").setTicks([list(plot.ticks)])
        self._here.setVisible(plot.here is not None)
        self._here.setValue(plot.here or 1)
        self.caption.setText(plot.caption)

    def _make_widget(self) -> None:
        import pyqtgraph as pg

        self._widget = pg.PlotWidget(background=theme.GROUND)
        self._widget.setFixedHeight(HEIGHT_PX)
        self._widget.setAccessibleName(tr("Plot of area or disagreement"))
        self._widget.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._widget.setMouseEnabled(x=False, y=False)
        self._widget.setMenuEnabled(False)
        menu = self._widget.getPlotItem().ctrlMenu  # made without a parent: it would outlive the window
        menu.setParent(self._widget, menu.windowFlags())
        self._widget.hideButtons()
        for side in ("left", "bottom"):
            axis = self._widget.getAxis(side)
            axis.setTextPen(theme.QUIET)
            axis.setPen(theme.LINE)
            axis.enableAutoSIPrefix(False)
        self._curves["spread"] = pg.ErrorBarItem(pen=pg.mkPen(_FIRST, width=1))
        self._widget.addItem(self._curves["spread"])
        for name, colour in (("first", _FIRST), ("second", _SECOND)):
            pen = pg.mkPen(colour, width=2)
            self._curves[name] = self._widget.plot(
                pen=pen, symbol="o", symbolSize=5, symbolBrush=colour, symbolPen=None
            )
        self._here = pg.InfiniteLine(angle=90, pen=QPen(QColor(theme.QUIET), 0, Qt.PenStyle.DashLine))
        self._widget.addItem(self._here)
        self.column.insertWidget(self.column.count() - 1, self._widget)
