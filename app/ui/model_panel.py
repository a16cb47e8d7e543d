"""Which model runs, how, and how far it is."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from app.domain.case import Case
from app.domain.model import ModelCard
from app.domain.result import Device
from app.domain.words import mark, tr
from app.render.legend import upper_first
from app.ui import readout, sampling
from app.ui.choice import MOST_SAMPLES, MOST_SEED, Choice, Progress, counterpart
from app.ui.controls import Chooser, Group, Number, field_grid, label
from app.ui.icons import icon

_DEVICES = {
    Device.AUTO: mark("Automatic"),
    Device.CPU: "CPU",
    Device.CUDA: "NVIDIA GPU (CUDA)",
    Device.MPS: "Apple GPU (MPS)",
}


class ModelPanel(Group):
    """The next run and the present one.

    Signals:
        choice_edited(Choice): the user wants another run.
        model_picked(str): the user wants the model with this name.
        run_asked(): the user wants it now.
        cancel_asked(): the user wants it no more.
    """

    choice_edited = Signal(object)
    model_picked = Signal(str)
    run_asked = Signal()
    cancel_asked = Signal()

    def __init__(self, cards: Sequence[ModelCard]) -> None:
        """Offer the installed models."""
        super().__init__(tr("Model"))
        self._cards, self._choice = tuple(cards), Choice()
        self._case: Case | None = None
        self._is_running = False
        self._make_fields()
        self._make_run_row()
        self._connect()

    def _make_fields(self) -> None:
        self.system, self.model = Chooser(tr("System")), Chooser(tr("Model"))
        self.device = Chooser(tr("Device"))
        self.samples, self.steps = Number("", MOST_SAMPLES), Number("", 1)
        self.samples_name, self.steps_name = label("", "caption"), label("", "caption")
        self.seed = Number(tr("Seed"), MOST_SEED, least=0)
        self.seed.setToolTip(tr("The same seed on the same device gives the same result."))
        for system in dict.fromkeys(card.system for card in self._cards):
            self.system.addItem(upper_first(tr(system)), system)
        self.start = Chooser(tr("What the model starts from"))
        self.start.addItem(tr("Calibrate the readers' masks"), True)
        self.start.addItem(tr("Start from the image alone"), False)
        self.start.setToolTip(tr("Calibrating needs the masks of two readers or more; open them beside the image"))
        for device, name in _DEVICES.items():
            self.device.addItem(tr(name), device)
        self.trained, self.caution = label("", "note", wraps=True), label("", "caution", wraps=True)
        self.column.addLayout(field_grid([(tr("System"), self.system), (tr("Model"), self.model)]))
        self.column.addWidget(self.start)
        self.column.addWidget(self.trained)
        self.column.addWidget(self.caution)
        numbers: list[tuple[str | QLabel, QWidget]] = [
            (self.samples_name, self.samples),
            (self.steps_name, self.steps),
            (tr("Seed"), self.seed),
            (tr("Device"), self.device),
        ]
        self.column.addLayout(field_grid(numbers, columns=2))

    def _make_run_row(self) -> None:
        self.run_button, self.cancel_button = QPushButton(), QPushButton()
        self.set_keys("R", "Esc")
        self.run_button.setProperty("role", "primary")
        self.run_button.setIcon(icon("play", "on_primary"))
        self.run_button.setAccessibleName(tr("Run the model on this slice"))
        self.cancel_button.setAccessibleName(tr("Cancel the run"))
        self.bar, self.status = QProgressBar(), label("", "note")
        self.bar.setAccessibleName(tr("Progress of the run"))
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        row = QHBoxLayout()
        row.addWidget(self.run_button, 1)
        row.addWidget(self.cancel_button)
        self.column.addSpacing(2)
        self.column.addLayout(row)
        self.column.addWidget(self.bar)
        self.column.addWidget(self.status)

    def _connect(self) -> None:
        self.run_button.clicked.connect(self.run_asked)
        self.cancel_button.clicked.connect(self.cancel_asked)
        self.system.activated.connect(self._on_system_activated)
        self.model.activated.connect(self._on_model_activated)
        self.start.activated.connect(self._on_start_activated)
        self.device.activated.connect(self._on_device_activated)
        self.samples.settled.connect(self._on_samples_settled)
        self.steps.settled.connect(self._on_steps_settled)
        self.seed.settled.connect(self._on_seed_settled)

    def set_keys(self, run: str, cancel: str) -> None:
        """Name the keys that run and cancel."""
        self.run_button.setText(tr("Run  ({key})").format(key=run))
        self.cancel_button.setText(tr("Cancel  ({key})").format(key=cancel))

    def set_choice(self, choice: Choice) -> None:
        """Show the next run."""
        self._choice = choice
        card = choice.card
        if card is not None:
            self.system.setCurrentIndex(self.system.findData(card.system))
            if self.model.findData(card.name) < 0:
                self._fill_models(card.system)
            self.model.setCurrentIndex(self.model.findData(card.name))
            self.model.setToolTip(f"{tr(card.title)}\n{tr(card.task)}")
            said = tr("Trained on the outlines of {readers}: {task}.")
            self.trained.setText(said.format(readers=readout.readers_text(card), task=tr(card.task)))
        else:
            self.trained.setText(tr("No model is installed."))
        self._name_numbers(card)
        self.samples.show_number(choice.samples)
        self.steps.show_number(choice.steps, card.most_steps if card is not None else 1)
        self.seed.show_number(choice.seed)
        self.device.setCurrentIndex(self.device.findData(choice.device))
        self._show_state()

    def _name_numbers(self, card: ModelCard | None) -> None:
        """Call samples and steps what they are for a model."""
        for name, number, text, hint in (
            (self.samples_name, self.samples, sampling.samples_name(card), sampling.samples_hint(card)),
            (self.steps_name, self.steps, sampling.steps_name(card), sampling.steps_hint(card)),
        ):
            name.setText(text)
            number.setAccessibleName(text)
            number.setToolTip(hint)

    def set_case(self, case: Case) -> None:
        """Say whether the model fits a case."""
        self._case = case
        self._show_state()

    def set_progress(self, progress: Progress | None) -> None:
        """Show how far the present run is."""
        self._is_running = progress is not None
        self.bar.setValue(0 if progress is None else round(progress.share * 1000))
        if progress is not None:
            self.status.setText(upper_first(progress.text))
        self._show_state()

    def _show_state(self) -> None:
        card = self._choice.card
        can_run = self._case is not None and card is not None and not self._is_running
        caution = readout.mismatch_text(card, self._case) if card is not None and self._case is not None else ""
        self.caution.setText(caution)
        self.caution.setVisible(bool(caution))
        self.start.setVisible(card is not None and card.takes_readers)
        self.start.setEnabled(self._choice.can_calibrate(self._case))
        calibrates = self._choice.calibrate and self._choice.can_calibrate(self._case)
        self.start.setCurrentIndex(self.start.findData(calibrates))
        self.run_button.setEnabled(can_run)
        self.cancel_button.setEnabled(self._is_running)
        if not self._is_running:
            self.status.setText(self._idle_text())

    def _idle_text(self) -> str:
        if self._case is None:
            return tr("Open an image first")
        if self._choice.needs_region:
            return tr("Click on the structure to outline")
        return tr("Ready") if self._choice.card is not None else ""

    def _fill_models(self, system: str) -> None:
        self.model.clear()
        for card in self._cards:
            if card.system == system:
                self.model.addItem(tr(card.title), card.name)

    def _on_system_activated(self, index: int) -> None:
        system = self.system.itemData(index)
        if self._choice.card is None or system != self._choice.card.system:
            self._fill_models(system)
            models = [card for card in self._cards if card.system == system]
            self.model_picked.emit(counterpart(self._choice.card, models, self._case).name)

    def _on_model_activated(self, index: int) -> None:
        self.model_picked.emit(self.model.itemData(index))

    def _on_start_activated(self, index: int) -> None:
        self.choice_edited.emit(replace(self._choice, calibrate=self.start.itemData(index)))

    def _on_device_activated(self, index: int) -> None:
        self.choice_edited.emit(replace(self._choice, device=self.device.itemData(index)))

    def _on_samples_settled(self, value: int) -> None:
        self.choice_edited.emit(replace(self._choice, samples=value))

    def _on_steps_settled(self, value: int) -> None:
        self.choice_edited.emit(replace(self._choice, steps=value))

    def _on_seed_settled(self, value: int) -> None:
        self.choice_edited.emit(replace(self._choice, seed=value))
