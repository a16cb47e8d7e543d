"""Windows chosen by key, by number and by region."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.domain.case import Modality, Preset, Window
from app.domain.stack import Stack
from app.domain.windows import CT_WINDOWS, SHARES
from app.places import read_catalogue
from app.ui.reading.greys import GreyValues
from app.ui.window import MainWindow
from tests.ui.reading.places import click, drag_over
from tests.ui.studies import HandWork, series

Open = Callable[[], None]
SHIFT = Qt.KeyboardModifier.ShiftModifier


def greys(window: MainWindow) -> GreyValues:
    return next(feature for feature in window.features if isinstance(feature, GreyValues))


def offered(window: MainWindow) -> list[str]:
    return [action.text() for action in greys(window).slots if action.isVisible()]


def test_keys_choose_the_usual_windows_of_ct(qtbot: QtBot, window: MainWindow, open_series: Open) -> None:
    open_series()
    assert offered(window)[:4] == [
        "Abdomen   W 400  L 50",
        "Lung   W 1500  L -600",
        "Bone   W 1800  L 400",
        "Brain   W 80  L 40",
    ]
    qtbot.keyClick(window.canvas, Qt.Key.Key_F3)
    assert window.session.view.window == Window(-600, 1500)
    qtbot.keyClick(window.canvas, Qt.Key.Key_F5)
    assert window.session.view.window == Window(40, 80)
    greys(window).menu.aboutToShow.emit()
    assert [action.text() for action in greys(window).slots if action.isChecked()] == ["Brain   W 80  L 40"]


def test_the_files_own_windows_come_first(qtbot: QtBot, window: MainWindow, work: HandWork, open_series: Open) -> None:
    work.cases["series"] = replace(series(), presets=(Preset("BRAIN", Window(35, 90)),))
    open_series()
    qtbot.keyClick(window.canvas, Qt.Key.Key_F2)
    assert offered(window)[0] == "File: BRAIN   W 90  L 35"
    assert window.session.view.window == Window(35, 90)


def test_mr_has_windows_by_percentiles_of_the_slice(
    qtbot: QtBot, window: MainWindow, work: HandWork, open_series: Open
) -> None:
    """Rows 0 … 63 on each slice: the whole range is 0 … 63."""
    values = np.broadcast_to(np.arange(64, dtype=np.float32)[:, None, None], (5, 64, 64, 1)).copy()
    work.cases["series"] = replace(series(), modality=Modality.MR, unit="", pixels=Stack.of(values))
    open_series()
    assert offered(window)[:2] == ["Whole range", "Middle 98 %"]
    qtbot.keyClick(window.canvas, Qt.Key.Key_F2)
    assert window.session.view.window == Window(31.5, 63)


def test_a_colour_picture_has_none(qtbot: QtBot, window: MainWindow) -> None:
    with qtbot.waitSignal(window.session.case_changed):
        window.session.open_study(Path("lesion.jpg"))
    qtbot.keyClick(window.canvas, Qt.Key.Key_F2)
    qtbot.keyClick(window.canvas, Qt.Key.Key_R, SHIFT)
    qtbot.keyClick(window.canvas, Qt.Key.Key_W, SHIFT)
    assert window.session.view.window is None
    assert window.canvas.tool is None
    assert not greys(window).menu.menuAction().isEnabled()


def test_numbers_take_effect_at_once_and_follow_the_mouse(qtbot: QtBot, window: MainWindow, open_series: Open) -> None:
    open_series()
    qtbot.keyClick(window.canvas, Qt.Key.Key_W, SHIFT)
    dialog = greys(window).dialog
    assert (dialog.level.text(), dialog.low.value(), dialog.high.value()) == ("40 HU", -160, 240)
    dialog.high.setValue(340)
    assert window.session.view.window == Window(90, 500)
    assert (dialog.level.value(), dialog.width_.value()) == (90, 500)
    dialog.width_.setValue(100)
    assert window.session.view.window == Window(90, 100)
    window.session.set_window(Window(0, 1.5))
    assert (dialog.low.text(), dialog.width_.text()) == ("-0.7500 HU", "1.5000 HU")


def test_a_region_sets_the_window_to_what_is_in_it(
    qtbot: QtBot, window: MainWindow, work: HandWork, open_series: Open
) -> None:
    """Rows 0 … 63; a region over rows 10 … 30 has the percentiles 10.4 and 29.6."""
    values = np.broadcast_to(np.arange(64, dtype=np.float32)[:, None, None], (5, 64, 64, 1)).copy()
    work.cases["series"] = replace(series(), pixels=Stack.of(values))
    open_series()
    qtbot.keyClick(window.canvas, Qt.Key.Key_R, SHIFT)
    drag_over(qtbot, window, (30, 40), (10, 12))
    assert window.session.view.window is not None
    assert window.session.view.window.low == pytest.approx(10.4, abs=0.7)
    assert window.session.view.window.high == pytest.approx(29.6, abs=0.7)
    assert window.canvas.tool is None


def test_a_slice_that_is_not_here_has_no_percentiles(qtbot: QtBot, window: MainWindow, work: HandWork) -> None:
    work.holds_slices = True
    work.cases["series"] = replace(series(), modality=Modality.MR, unit="")
    with qtbot.waitSignal(window.session.case_changed):
        window.session.open_study(Path("series"))
    qtbot.keyClick(window.canvas, Qt.Key.Key_Home)
    before = window.session.view.window
    qtbot.keyClick(window.canvas, Qt.Key.Key_F2)
    qtbot.keyClick(window.canvas, Qt.Key.Key_R, SHIFT)
    click(qtbot, window, (10, 10))
    click(qtbot, window, (30, 30))
    assert window.session.view.window == before


def test_every_window_is_known_to_the_translators() -> None:
    names = {preset.name for preset in CT_WINDOWS} | {name for name, _, _ in SHARES}
    assert names <= set(read_catalogue("de"))
