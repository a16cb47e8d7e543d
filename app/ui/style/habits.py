"""What the user has set, put to work at once."""

from dataclasses import replace

from PySide6.QtWidgets import QApplication

from app.domain.words import tr
from app.export.audit import AuditLog
from app.ui.choice import Tone
from app.ui.settings import Preferences, Settings
from app.ui.style.settings_dialog import SettingsDialog
from app.ui.theme import Look, apply_theme
from app.ui.workplace import Workplace


class Habits:
    """Keeps the preferences and lets everything that they are about follow them; comes after all other parts."""

    def __init__(self, workplace: Workplace) -> None:
        """Take up what was set at an earlier start."""
        self._workplace, self._settings = workplace, Settings()
        self.dialog: SettingsDialog | None = None
        menus = workplace.menus
        menus.add(menus.menu("&File"), tr("Settings…"), self.open_dialog, "Ctrl+,", icon="gear", short=tr("Settings"))
        self._hints = QApplication.styleHints()
        self._hints.colorSchemeChanged.connect(self._on_system_changed)
        self._begin(self._settings.preferences)

    def close(self) -> None:
        """Hear the system no more."""
        self._hints.colorSchemeChanged.disconnect(self._on_system_changed)

    def open_dialog(self) -> None:
        """Show the settings."""
        if self.dialog is None:
            self.dialog = SettingsDialog(self._workplace.menus, self._workplace.window)
            self.dialog.edited.connect(self.take)
        self.dialog.set_preferences(self._settings.preferences)
        self.dialog.show()
        self.dialog.activateWindow()

    def take(self, preferences: Preferences) -> None:
        """Keep preferences and follow them."""
        before = self._settings.preferences
        self._settings.keep(preferences)
        if (before.look, before.scale) != (preferences.look, preferences.scale):
            self._dress(preferences)
        if before.memory_mb != preferences.memory_mb:
            self._workplace.session.files.set_limit(preferences.memory_mb << 20)
        if before.device is not preferences.device:
            self._choose_device(preferences)
        if before.audit is not preferences.audit:
            self._note(preferences)
        self._take_hands(preferences)
        if self.dialog is not None:
            self.dialog.set_preferences(preferences)

    def _begin(self, preferences: Preferences) -> None:
        self._take_audit()
        self._choose_device(preferences)
        self._take_hands(preferences)

    def _take_hands(self, preferences: Preferences) -> None:
        self._workplace.canvas.mouse = preferences.mouse
        self._workplace.menus.set_keys(preferences.keys)

    def _choose_device(self, preferences: Preferences) -> None:
        session = self._workplace.session
        session.choose(replace(session.choice, device=preferences.device))

    def _note(self, preferences: Preferences) -> None:
        self._take_audit()
        log = self._workplace.exports.audit
        noted = tr("Runs and exports are noted in {file}.").format(file="" if log is None else log.path)
        text = noted if log is not None else tr("Runs and exports are no longer noted.")
        if preferences.audit and log is None:
            text = tr("There is no folder in which runs and exports could be noted.")
        self._workplace.session.tell(text, Tone.DONE if preferences.audit is (log is not None) else Tone.NOTICE)

    def _take_audit(self) -> None:
        path = self._settings.audit_path
        self._workplace.exports.audit = None if path is None else AuditLog(path)

    def _on_system_changed(self) -> None:
        preferences = self._settings.preferences
        if preferences.look is Look.SYSTEM:
            self._dress(preferences)

    def _dress(self, preferences: Preferences) -> None:
        application = QApplication.instance()
        if isinstance(application, QApplication):
            apply_theme(application, preferences.look, preferences.scale)
