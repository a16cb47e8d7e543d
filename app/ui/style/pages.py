"""The pages of the settings."""

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QSpinBox, QVBoxLayout, QWidget

from app.domain.result import Device
from app.domain.words import tr
from app.ui import theme
from app.ui.controls import label
from app.ui.help import DRAGS
from app.ui.languages import Language
from app.ui.mouse import PRESETS, Mouse
from app.ui.settings import LEAST_MB, SCALES, Preferences, total_memory_mb
from app.ui.theme import Look

STEP_MB = 256
_LANGUAGES = {
    Language.ENGLISH: "English",
    Language.GERMAN: "Deutsch",
    Language.FRENCH: "Français",
    Language.SPANISH: "Español",
    Language.CHINESE: "中文",
}


class Page(QWidget):
    """Some of the preferences.

    Signals:
        edited(Preferences): the user wants these.
    """

    edited = Signal(object)

    def __init__(self, title: str) -> None:
        """Start with the title alone."""
        super().__init__()
        self.title = title
        self.setAccessibleName(title)
        self.preferences = Preferences()
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, theme.SPACE)
        self.column.setSpacing(theme.SPACE)
        self.column.addWidget(label(title, "page"))
        self.form = QFormLayout()
        self.form.setHorizontalSpacing(2 * theme.SPACE)
        self.form.setVerticalSpacing(theme.SPACE)
        self.column.addLayout(self.form)

    def set_preferences(self, preferences: Preferences) -> None:
        """Show preferences."""
        self.preferences = preferences

    def edit(self, **changes: Any) -> None:
        """Say that the user wants some things otherwise."""
        self.edited.emit(replace(self.preferences, **changes))

    def add_menu(self, caption: str, options: Sequence[tuple[str, Any]]) -> QComboBox:
        """Add a choice of one among several."""
        menu = QComboBox()
        menu.setAccessibleName(caption)
        for text, data in options:
            menu.addItem(text, data)
        self.form.addRow(label(caption), menu)
        return menu

    def add_check(self, caption: str, note: str) -> QCheckBox:
        """Add something that is on or off, with a sentence below."""
        check = QCheckBox(caption)
        self.column.addWidget(check)
        self.add_note(note)
        return check

    def add_note(self, text: str) -> None:
        """Add a sentence."""
        self.column.addWidget(label(text, "note", wraps=True))


class AppearancePage(Page):
    """Theme, letters and language."""

    def __init__(self) -> None:
        """Make the fields."""
        super().__init__(tr("Appearance"))
        looks = (tr("Dark"), Look.DARK), (tr("Light"), Look.LIGHT), (tr("As the system"), Look.SYSTEM)
        self.look = self.add_menu(tr("Theme"), looks)
        self.scale = self.add_menu(tr("Size of text"), [(f"{scale} %", scale) for scale in SCALES])
        languages = [(name, language) for language, name in _LANGUAGES.items()]
        self.language = self.add_menu(tr("Language"), [(tr("As the system"), Language.SYSTEM), *languages])
        self.add_note(tr("Images stand on a dark ground in both themes. A language holds from the next start on."))
        self.column.addStretch()
        self.look.activated.connect(lambda: self.edit(look=self.look.currentData()))
        self.scale.activated.connect(lambda: self.edit(scale=self.scale.currentData()))
        self.language.activated.connect(lambda: self.edit(language=self.language.currentData()))

    def set_preferences(self, preferences: Preferences) -> None:
        """Show preferences."""
        super().set_preferences(preferences)
        for menu, value in (
            (self.look, preferences.look),
            (self.scale, preferences.scale),
            (self.language, preferences.language),
        ):
            menu.setCurrentIndex(menu.findData(value))


class MousePage(Page):
    """What each mouse button does."""

    def __init__(self) -> None:
        """Make the fields."""
        super().__init__(tr("Mouse"))
        own = [(name, preset) for name, preset in PRESETS.items()]
        self.preset = self.add_menu(tr("As in"), [*own, (tr("own choice"), None)])
        drags = [(tr(text), drag) for drag, text in DRAGS.items()]
        captions = tr("Left drag"), tr("Middle drag"), tr("Right drag")
        self.buttons = {
            field.name: self.add_menu(caption, drags) for field, caption in zip(fields(Mouse), captions, strict=True)
        }
        self.add_note(tr("The wheel goes through the slices and zooms a single picture; with Ctrl it always zooms."))
        self.column.addStretch()
        self.preset.activated.connect(self._on_preset_activated)
        for menu in self.buttons.values():
            menu.activated.connect(self._on_button_activated)

    def set_preferences(self, preferences: Preferences) -> None:
        """Show preferences."""
        super().set_preferences(preferences)
        names = list(PRESETS)
        name = next((name for name, preset in PRESETS.items() if preset == preferences.mouse), None)
        self.preset.setCurrentIndex(len(names) if name is None else names.index(name))
        for button, menu in self.buttons.items():
            menu.setCurrentIndex(menu.findData(getattr(preferences.mouse, button)))

    def _on_preset_activated(self, index: int) -> None:
        preset = self.preset.itemData(index)
        if preset is not None:
            self.edit(mouse=preset)

    def _on_button_activated(self) -> None:
        self.edit(mouse=Mouse(*(menu.currentData() for menu in self.buttons.values())))


class ComputingPage(Page):
    """Where models run, and how much memory slices take."""

    def __init__(self) -> None:
        """Make the fields."""
        super().__init__(tr("Computing"))
        devices = (
            (tr("Automatic"), Device.AUTO),
            ("CPU", Device.CPU),
            ("NVIDIA GPU (CUDA)", Device.CUDA),
            ("Apple GPU (MPS)", Device.MPS),
        )
        self.device = self.add_menu(tr("Device"), devices)
        self.memory = QSpinBox()
        self.memory.setAccessibleName(tr("Memory for the slices of a study"))
        self.memory.setRange(LEAST_MB, total_memory_mb())
        self.memory.setSingleStep(STEP_MB)
        self.memory.setSuffix(" MB")
        self.memory.setKeyboardTracking(False)
        self.memory.lineEdit().setTextMargins(4, 0, 0, 0)
        self.form.addRow(label(tr("Memory for slices")), self.memory)
        self.add_note(
            tr("“Automatic” takes a GPU where there is one. The same seed gives the same result on one device.")
        )
        self.add_note(tr("Slices that do not fit into the memory are read again when you scroll to them."))
        self.column.addStretch()
        self.device.activated.connect(lambda: self.edit(device=self.device.currentData()))
        self.memory.valueChanged.connect(lambda megabytes: self.edit(memory_mb=megabytes))

    def set_preferences(self, preferences: Preferences) -> None:
        """Show preferences."""
        super().set_preferences(preferences)
        self.device.setCurrentIndex(self.device.findData(preferences.device))
        self.memory.blockSignals(True)
        self.memory.setValue(preferences.memory_mb)
        self.memory.blockSignals(False)


class PrivacyPage(Page):
    """What is remembered and noted."""

    def __init__(self) -> None:
        """Make the fields."""
        super().__init__(tr("Privacy"))
        self.recent = self.add_check(
            tr("Remember recent studies"),
            tr("Their places and small pictures stay in a folder that only you can read."),
        )
        self.audit = self.add_check(
            tr("Keep an audit log"), tr("Notes each run and export, without patients' names and without paths.")
        )
        self.column.addStretch()
        self.recent.clicked.connect(lambda on: self.edit(recent=on))
        self.audit.clicked.connect(lambda on: self.edit(audit=on))

    def set_preferences(self, preferences: Preferences) -> None:
        """Show preferences."""
        super().set_preferences(preferences)
        self.recent.setChecked(preferences.recent)
        self.audit.setChecked(preferences.audit)
