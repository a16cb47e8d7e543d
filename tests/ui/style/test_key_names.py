"""Captions that name keys, after the user has set others."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from app.ui.editing.feature import Editing
from app.ui.editing.toolbox import Kind
from app.ui.settings import Preferences, Settings
from app.ui.style.habits import Habits
from app.ui.style.touring import Touring
from app.ui.switches import Switch
from app.ui.window import MainWindow
from tests.ui.studies import card

SET = {
    "Run on this slice": ("F10",),
    "Cancel": ("F11",),
    "Soft map": ("Ctrl+F2",),
    "Play or pause the film of the steps": ("Ctrl+F3",),
    "Level 1": ("Ctrl+1",),
    "Sweep to more readers": ("Ctrl+F4",),
    "Distance": ("Ctrl+F5",),
    "Larger brush": ("Ctrl+F6",),
    "Undo": ("Ctrl+F7",),
    "Smooth": ("Ctrl+F8",),
    "I have had my first look": ("Ctrl+F9",),
    "Divider to the left": ("Ctrl+F10",),
    "Point at the middle of the view": ("Ctrl+F11",),
}


@pytest.fixture
def keys_set(ran: MainWindow) -> MainWindow:
    """Return a window with a result whose user has set other keys."""
    habits = next(part for part in ran.features if isinstance(part, Habits))
    habits.take(Preferences(keys=SET, toured=True))
    return ran


def texts(window: MainWindow) -> set[str]:
    """Return every caption and tip in the window."""
    buttons = {button.text() for button in window.findChildren(QPushButton)}
    return buttons | {label.text() for label in window.findChildren(QLabel)}


def test_the_panels_name_the_keys_that_were_set(keys_set: MainWindow) -> None:
    window = keys_set
    assert window.model.run_button.text() == "Run  (F10)"
    assert window.model.cancel_button.text() == "Cancel  (F11)"
    assert window.show_panel.checks[Switch.SOFT].text() == "Soft map  (Ctrl+F2)"
    assert window.show_panel.checks[Switch.BAND].text() == "Agreement of the samples  (B)"
    assert window.step_bar.play_button.text() == "Play  (Ctrl+F3)"
    assert [row.check.toolTip() for row in window.levels.rows] == ["Key Ctrl+1", "Key 2", "Key 3"]
    assert window.levels.sweep.slider.toolTip() == "From liberal to conservative; keys Ctrl+F4 and <"
    assert "Press Ctrl+F5 and drag for a distance; the rest is in the menu Measure." in texts(window)
    assert "I have had my first look  (Ctrl+F9)" in texts(window)


def test_the_drawing_tools_name_the_keys_that_were_set(keys_set: MainWindow) -> None:
    editing = next(part for part in keys_set.features if isinstance(part, Editing))
    brush = editing.toolbox.actions[Kind.BRUSH]
    assert brush.toolTip().startswith("Brush  (Shift+B)\nDrag to paint; hold Shift to erase. [ and Ctrl+F6 change")
    assert editing.smooth.toolTip().endswith("details smaller than the brush go  (Ctrl+F8)")
    assert editing.undo.toolTip() == "Undo  (Ctrl+F7)"


def test_the_keys_named_are_those_that_act_and_come_back(qtbot: QtBot, keys_set: MainWindow) -> None:
    runs = keys_set.session.runs.of_slice(2)
    with qtbot.waitSignal(keys_set.session.run_finished):
        qtbot.keyClick(keys_set.canvas, Qt.Key.Key_F10)
    assert keys_set.session.runs.of_slice(2) != runs
    habits = next(part for part in keys_set.features if isinstance(part, Habits))
    habits.take(Preferences(toured=True))
    assert keys_set.model.run_button.text() == "Run  (R)"


def test_the_tour_names_the_keys_that_were_set(qtbot: QtBot, keys_set: MainWindow) -> None:
    touring = next(part for part in keys_set.features if isinstance(part, Touring))
    touring.begin()
    tour = touring.tour
    assert tour is not None
    for _ in range(2):
        qtbot.keyClick(tour, Qt.Key.Key_Right)
    assert tour.text.text().endswith("are expected to mark. Keys Ctrl+1 to 9.")


def test_a_region_models_hint_names_the_key(window: MainWindow, open_series: Callable[[], None]) -> None:
    """The sentence is painted; another key makes another picture."""
    open_series()
    region = card("nodule", crop_px=20)
    window.session.choose(window.session.choice.with_model(region))
    assert window.canvas.middle_key == "P"
    before = window.canvas.grab().toImage()
    window.actions_.menus.set_keys(SET)
    assert window.canvas.middle_key == "Ctrl+F11"
    assert window.canvas.grab().toImage() != before


def test_another_keys_page_keeps_what_was_set(keys_set: MainWindow) -> None:
    assert Settings().preferences.keys == SET
    assert keys_set.actions_.menus.key("no such action") == "–"
