"""The slider across the diffusion steps."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSlider, QStyle, QWidget

from app.ui import theme
from app.ui.controls import label
from app.ui.frames import Frame, Run
from app.ui.words import tr

PLAY_PAUSE_MS = 450
STATE_WIDTH = 180
_HANDLE_PX = 16


class StepBar(QWidget):
    """Moves through the steps of the shown run.

    Signals:
        step_chosen(int): the user wants to see a diffusion step, from 0.
    """

    step_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start without a run."""
        super().__init__(parent)
        self.setObjectName("stepbar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.play_button = QPushButton(tr("Play"))
        self.play_button.setProperty("role", "small")
        self.play_button.setAccessibleName(tr("Play the diffusion steps"))
        self.slider = StepSlider(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName(tr("Diffusion step"))
        self.slider.setPageStep(1)
        self.slider.setMinimumWidth(80)
        self.state = label("", "caption", wraps=True)
        self.state.setMinimumWidth(STATE_WIDTH)
        self._timer = QTimer(self)
        self._timer.setInterval(PLAY_PAUSE_MS)
        self._timer.timeout.connect(self._on_tick)
        self.slider.valueChanged.connect(self._on_value_changed)
        self.play_button.clicked.connect(self._on_play_clicked)
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * theme.SPACE, theme.SPACE, 2 * theme.SPACE, theme.SPACE)
        row.setSpacing(theme.SPACE + 4)
        self._title = label(tr("Diffusion step"), "caption")
        self._ends = label("1", "note"), label(tr("final"), "note")
        for widget in (self._title, self.play_button, self._ends[0]):
            row.addWidget(widget)
        row.addWidget(self.slider, 1)
        row.addWidget(self._ends[1])
        row.addWidget(self.state, 1)
        self.set_run(None, None)

    def set_run(self, run: Run | None, frame: Frame | None) -> None:
        """Show where the shown frame lies in its run."""
        known = run is not None and frame is not None and bool(run.frames)
        total = run.total if run is not None else 1
        self.slider.blockSignals(True)
        self.slider.setRange(0, max(total - 1, 1))
        self.slider.setValue(frame.index if frame is not None and known else self.slider.maximum())
        self.slider.blockSignals(False)
        self.slider.setEnabled(known and total > 1)
        self.play_button.setEnabled(known and total > 1 and run is not None and run.final is not None)
        self._ends[0].setText(run.label(0) if run is not None else "1")
        self._ends[1].setText(
            tr("{n}, final").format(n=run.label(total - 1)) if run is not None and known else tr("final")
        )
        self.state.setText(_state_text(run, frame, known))
        if not known:
            self._timer.stop()

    def _on_value_changed(self, value: int) -> None:
        self.step_chosen.emit(value)

    def _on_play_clicked(self) -> None:
        self.slider.setValue(0)
        self._timer.start()

    def _on_tick(self) -> None:
        if self.slider.value() >= self.slider.maximum():
            self._timer.stop()
        else:
            self.slider.setValue(self.slider.value() + 1)


class StepSlider(QSlider):
    """A slider with a tick for every step; a style sheet takes Qt's own away."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ticks below the slider."""
        painter = QPainter(self)
        painter.setPen(QColor(theme.present().quiet))
        for value in range(self.minimum(), self.maximum() + 1):
            span = self.width() - _HANDLE_PX
            x = QStyle.sliderPositionFromValue(self.minimum(), self.maximum(), value, span) + _HANDLE_PX // 2
            painter.drawLine(x, self.height() // 2 + 6, x, self.height() // 2 + 9)
        painter.end()
        super().paintEvent(event)


def _state_text(run: Run | None, frame: Frame | None, known: bool) -> str:
    if run is None or frame is None:
        return tr("No run on this slice yet")
    if frame.final:
        return (
            tr("Final result ({n} steps)").format(n=frame.total) if known else tr("Final result (steps no longer held)")
        )
    name, place = run.label(frame.index), str(frame.index + 1)
    shown = tr("{n} of {m}").format(n=place, m=frame.total) if name == place else name
    said = tr("Step {step}, computing …") if run.final is None else tr("Step {step}: intermediate, not a result")
    return said.format(step=shown)
