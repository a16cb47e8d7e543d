"""The slider across the diffusion steps."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QSlider, QStyle, QWidget

from app.domain.words import tr
from app.ui import theme
from app.ui.controls import label
from app.ui.frames import Frame, Run

PLAY_PAUSE_MS = 450
STATE_WIDTH = 180
END_PAUSES = 3
SPEEDS = (0.5, 1.0, 2.0, 4.0)
KEY = "M"
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
        self.play_button = QPushButton()
        self.play_button.setProperty("role", "small")
        self.play_button.setMinimumWidth(theme.scaled(84))
        self.speed = QComboBox()
        self.speed.setAccessibleName(tr("Speed of the film"))
        self.speed.setToolTip(tr("Speed of the film"))
        for factor in SPEEDS:
            self.speed.addItem(f"{factor:g}×", factor)
        self.speed.setCurrentIndex(SPEEDS.index(1.0))
        self.speed.activated.connect(self._on_speed_activated)
        self.slider = StepSlider(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName(tr("Diffusion step"))
        self.slider.setPageStep(1)
        self.slider.setMinimumWidth(56)
        self.state = label("", "caption", wraps=True)
        self.state.setMinimumWidth(STATE_WIDTH)
        self._timer = QTimer(self)
        self._timer.setInterval(PLAY_PAUSE_MS)
        self._timer.timeout.connect(self._on_tick)
        self._waited, self._key = 0, KEY
        self.slider.valueChanged.connect(self._on_value_changed)
        self.play_button.clicked.connect(self.play_or_pause)
        self._name_button()
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * theme.SPACE, theme.SPACE, 2 * theme.SPACE, theme.SPACE)
        row.setSpacing(theme.SPACE + 4)
        self._title = label(tr("Diffusion step"), "caption")
        self._ends = label("1", "note"), label(tr("final"), "note")
        for widget in (self._title, self.play_button, self.speed, self._ends[0]):
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
        self.speed.setEnabled(self.play_button.isEnabled())
        if not self.play_button.isEnabled():
            self._stop()

    def _on_value_changed(self, value: int) -> None:
        self.step_chosen.emit(value)

    def set_key(self, key: str) -> None:
        """Name the key that plays the film."""
        self._key = key
        self._name_button()

    @property
    def is_playing(self) -> bool:
        """Whether the film runs."""
        return self._timer.isActive()

    def play_or_pause(self) -> None:
        """Let the film of the steps run, from the start where it is at its end, or stop it where it is."""
        if self.is_playing:
            self._stop()
        elif self.play_button.isEnabled():
            if self.slider.value() == self.slider.maximum():
                self.slider.setValue(0)
            self._waited = 0
            self._timer.start()
            self._name_button()

    def _stop(self) -> None:
        self._timer.stop()
        self._name_button()

    def _name_button(self) -> None:
        self.play_button.setText(
            tr("Pause  ({key})").format(key=self._key) if self.is_playing else tr("Play  ({key})").format(key=self._key)
        )
        name = (
            tr("Pause the film of the diffusion steps") if self.is_playing else tr("Play the diffusion steps as a film")
        )
        self.play_button.setAccessibleName(name)

    def _on_speed_activated(self) -> None:
        self._timer.setInterval(round(PLAY_PAUSE_MS / self.speed.currentData()))

    def _on_tick(self) -> None:
        """Go one step on; the film stays on its result for a moment and begins anew."""
        at_end = self.slider.value() >= self.slider.maximum()
        self._waited = self._waited + 1 if at_end else 0
        if not at_end:
            self.slider.setValue(self.slider.value() + 1)
        elif self._waited >= END_PAUSES:
            self.slider.setValue(0)


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
