"""How the samples' disagreement changes over the diffusion steps, as a small plot."""

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPen

from app.render import colours
from app.ui import theme
from app.ui.controls import Group, label
from app.ui.frames import Frame, Run
from app.ui.words import tr

MOST_TICKS = 6
HEIGHT_PX = 110
_DIVERSITY, _DISTANCE = QColor(*colours.READERS[1]), QColor(*colours.READERS[0])


class StepChart(Group):
    """Sample diversity, and the GED where there are readers' masks, at each step of the shown run."""

    def __init__(self) -> None:
        """Start without a plot; pyqtgraph is loaded with the first run, so that the window does not wait for it."""
        super().__init__(tr("Over the diffusion steps"))
        self._plot: Any = None
        self._curves: dict[str, Any] = {}
        self._here: Any = None
        self.caption = label("", "note", wraps=True)
        self.column.addWidget(self.caption)
        self.setVisible(False)

    def set_run(self, run: Run | None, frame: Frame | None) -> None:
        """Plot a run's steps and mark the one that is shown; without a run there is no plot."""
        points = [] if run is None else step_points(run)
        self.setVisible(bool(points))
        if not points or frame is None:
            return
        if self._plot is None:
            self._make_plot()
        steps = [point[0] for point in points]
        distances = [point[2] for point in points if point[2] is not None]
        self._curves["diversity"].setData(steps, [point[1] for point in points])
        self._curves["distance"].setData(steps if distances else [], distances)
        self._plot.setXRange(1, max(2, frame.total), padding=0.05)
        self._plot.getAxis("bottom").setTicks([step_ticks(run, frame.total)] if run is not None else None)
        self._plot.setYRange(0, 1.1 * max([0.1, *(point[1] for point in points), *distances]), padding=0)
        self._here.setValue(frame.index + 1)
        both = tr("Sample diversity (blue) and GED D² (orange) at each step; 0 = identical.")
        self.caption.setText(both if distances else tr("Sample diversity (blue) at each step; 0 = identical."))

    def _make_plot(self) -> None:
        import pyqtgraph as pg

        self._plot = pg.PlotWidget(background=theme.GROUND)
        self._plot.setFixedHeight(HEIGHT_PX)
        self._plot.setAccessibleName(tr("Sample diversity and GED over the diffusion steps"))
        self._plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._plot.setMouseEnabled(x=False, y=False)
        self._plot.setMenuEnabled(False)
        menu = self._plot.getPlotItem().ctrlMenu  # made without a parent: it would outlive the window
        menu.setParent(self._plot, menu.windowFlags())
        self._plot.hideButtons()
        for side in ("left", "bottom"):
            self._plot.getAxis(side).setTextPen(theme.QUIET)
            self._plot.getAxis(side).setPen(theme.LINE)
        for name, colour in (("diversity", _DIVERSITY), ("distance", _DISTANCE)):
            pen = pg.mkPen(colour, width=2)
            self._curves[name] = self._plot.plot(pen=pen, symbol="o", symbolSize=5, symbolBrush=colour, symbolPen=None)
        self._here = pg.InfiniteLine(angle=90, pen=QPen(QColor(theme.QUIET), 0, Qt.PenStyle.DashLine))
        self._plot.addItem(self._here)
        self.column.insertWidget(1, self._plot)


def step_ticks(run: Run, total: int) -> list[tuple[int, str]]:
    """Return whole steps (from 1) with their names, as many as there is room for."""
    every = -(-total // MOST_TICKS)
    return [(index + 1, run.label(index)) for index in range(0, total, every)]


def step_points(run: Run) -> list[tuple[int, float, float | None]]:
    """Return (step from 1, diversity, GED or None) of each step seen; the finished result stands for the last one."""
    frames = dict(run.frames)
    if run.final is not None:
        frames[run.final.index] = run.final
    return [(index + 1, frames[index].findings.diversity, frames[index].findings.ged) for index in sorted(frames)]
