"""Settings that hold at once."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QComboBox
from pytestqt.qtbot import QtBot

from app.domain.result import Device
from app.ui import theme
from app.ui.mouse import PRESETS, Drag, Mouse
from app.ui.palette import DARK, LIGHT
from app.ui.settings import Settings
from app.ui.style.habits import Habits
from app.ui.style.keys_page import KeysPage
from app.ui.style.pages import AppearancePage, ComputingPage, MousePage, Page, PrivacyPage
from app.ui.theme import Look, apply_theme
from app.ui.window import MainWindow
from tests.ui.hands import sentences


@pytest.fixture
def habits(window: MainWindow) -> Habits:
    """Return the settings' part of the window, with its dialog open."""
    habits = next(part for part in window.features if isinstance(part, Habits))
    next(action for action in window.actions_.menus.actions if action.objectName() == "Settings…").trigger()
    assert habits.dialog is not None
    return habits


def page(habits: Habits, kind: type[Page]) -> Page:
    """Return a page of the dialog."""
    assert habits.dialog is not None
    return next(page for page in habits.dialog.pages if isinstance(page, kind))


def pick(menu: QComboBox, data: object) -> None:
    """Choose an entry as a click does."""
    index = next(index for index in range(menu.count()) if menu.itemData(index) == data)
    menu.setCurrentIndex(index)
    menu.activated.emit(index)


def test_a_theme_that_is_chosen_is_worn_at_once(habits: Habits) -> None:
    appearance = page(habits, AppearancePage)
    assert isinstance(appearance, AppearancePage)
    pick(appearance.look, Look.LIGHT)
    assert theme.present() == LIGHT
    assert Settings().preferences.look is Look.LIGHT
    pick(appearance.look, Look.DARK)
    assert theme.present() == DARK


def test_the_systems_change_is_followed_only_where_that_is_wanted(habits: Habits) -> None:
    appearance = page(habits, AppearancePage)
    assert isinstance(appearance, AppearancePage)
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    pick(appearance.look, Look.LIGHT)
    QApplication.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert theme.present() == LIGHT
    pick(appearance.look, Look.SYSTEM)
    apply_theme(application, Look.LIGHT)
    QApplication.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert theme.present() == DARK


def test_mouse_presets_and_single_buttons(window: MainWindow, habits: Habits) -> None:
    mouse = page(habits, MousePage)
    assert isinstance(mouse, MousePage)
    pick(mouse.preset, PRESETS["PACS"])
    assert window.canvas.mouse == PRESETS["PACS"]
    pick(mouse.buttons["right"], Drag.ZOOM)
    assert window.canvas.mouse == Mouse(Drag.SCROLL, Drag.WINDOW, Drag.ZOOM)
    assert mouse.preset.currentText() == "own choice"
    pick(mouse.preset, None)  # says what is the case and changes nothing
    assert Settings().preferences.mouse == window.canvas.mouse


def test_device_and_memory_hold_at_once(window: MainWindow, habits: Habits, open_series: Callable[[], None]) -> None:
    open_series()
    computing = page(habits, ComputingPage)
    assert isinstance(computing, ComputingPage)
    pick(computing.device, Device.CPU)
    computing.memory.setValue(256)
    assert window.session.choice.device is Device.CPU
    assert window.model.device.currentData() is Device.CPU
    assert window.session.files.limit_bytes == 256 << 20
    assert window.session.case is not None
    assert window.session.case.pixels.limit_bytes == 256 << 20
    assert Settings().preferences.memory_mb == 256


def test_the_audit_log_stays_switched_on(window: MainWindow, habits: Habits) -> None:
    privacy = page(habits, PrivacyPage)
    assert isinstance(privacy, PrivacyPage)
    assert Settings().audit_path is None
    privacy.audit.click()
    path = Settings().audit_path
    assert path is not None
    assert getattr(window.exports.audit, "path", None) == path
    assert sentences(window)[-1] == f"Runs and exports are noted in {path}."
    privacy.audit.click()
    assert window.exports.audit is None
    privacy.recent.click()
    assert not Settings().preferences.recent


def test_an_audit_log_without_a_place_is_told(
    window: MainWindow, habits: Habits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("CONCORD_HOME", str(tmp_path / "file"))
    habits._settings = Settings()  # noqa: SLF001 - as if started there
    privacy = page(habits, PrivacyPage)
    assert isinstance(privacy, PrivacyPage)
    privacy.audit.click()
    assert sentences(window)[-1] == "There is no folder in which runs and exports could be noted."


def choose(keys: KeysPage, caption: str) -> None:
    """Choose an action in the list."""
    item = keys.list.findItems(caption, Qt.MatchFlag.MatchExactly)[0]
    keys.list.setCurrentItem(item)


def test_a_new_key_acts_at_once_and_the_old_one_no_more(qtbot: QtBot, window: MainWindow, habits: Habits) -> None:
    keys = page(habits, KeysPage)
    assert isinstance(keys, KeysPage)
    choose(keys, "Invert")
    qtbot.keyClick(keys.key, Qt.Key.Key_F12)
    assert keys.set_button.isEnabled()
    keys.set_button.click()
    action = window.actions_.invert
    assert [key.toString() for key in action.shortcuts()] == ["F12"]
    assert action.toolTip() == "Invert  (F12)"
    assert Settings().preferences.keys == {"Invert": ("F12",)}
    choose(keys, "Invert")
    keys.reset_button.click()
    assert [key.toString() for key in action.shortcuts()] == ["I"]


@pytest.mark.parametrize(("key", "owner"), [(Qt.Key.Key_F, "Fit"), (Qt.Key.Key_H, "Hide AI while held")])
def test_a_key_that_is_taken_is_told_and_not_given(qtbot: QtBot, habits: Habits, key: Qt.Key, owner: str) -> None:
    keys = page(habits, KeysPage)
    assert isinstance(keys, KeysPage)
    choose(keys, "Invert")
    qtbot.keyClick(keys.key, key)
    assert not keys.set_button.isEnabled()
    assert keys.complaint.text() == f"{chr(key)} already belongs to “{owner}”."


def test_a_key_that_was_given_away_is_not_taken_back_unasked(qtbot: QtBot, window: MainWindow, habits: Habits) -> None:
    keys = page(habits, KeysPage)
    assert isinstance(keys, KeysPage)
    for caption, key in (("Invert", Qt.Key.Key_F12), ("Fit", Qt.Key.Key_I)):
        choose(keys, caption)
        qtbot.keyClick(keys.key, key)
        keys.set_button.click()
    choose(keys, "Invert")
    keys.reset_button.click()
    assert keys.complaint.text() == "I already belongs to “Fit”."
    assert [key.toString() for key in window.actions_.invert.shortcuts()] == ["F12"]
    keys.reset_all_button.click()
    assert [key.toString() for key in window.actions_.invert.shortcuts()] == ["I"]
    assert [key.toString() for key in window.actions_.fit.shortcuts()] == ["F"]


def test_no_two_actions_have_one_name_or_one_key(window: MainWindow) -> None:
    actions = window.actions_.menus.actions
    names = [action.objectName() for action in actions]
    keys = [key.toString() for action in actions for key in action.shortcuts()]
    assert sorted(set(names)) == sorted(names)
    assert sorted(set(keys)) == sorted(keys)
