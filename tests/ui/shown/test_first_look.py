"""The reader looks before the model's answer is seen."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.ui.comparing.sides import Kind, sides
from app.ui.settings import Settings
from app.ui.shown.looking import FirstLooking
from app.ui.window import MainWindow
from tests.ui.reading.places import click as click_at
from tests.ui.reading.places import drag_over

SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture(name="looking")
def _looking(ran: MainWindow, qtbot: QtBot) -> Iterator[FirstLooking]:
    """Return the feature, asked for by a click on its switch."""
    (looking,) = [each for each in ran.features if isinstance(each, FirstLooking)]
    click(qtbot, looking)
    yield looking
    looking.group.check.setChecked(True)
    looking.group.check.click()


def click(qtbot: QtBot, looking: FirstLooking) -> None:
    check = looking.group.check
    qtbot.mouseClick(check, Qt.MouseButton.LeftButton, pos=check.rect().center() / 4)


def test_nothing_that_a_model_made_is_seen_before_the_first_look(ran: MainWindow, looking: FirstLooking) -> None:
    """Neither on the picture nor in numbers, plots or exports."""
    assert looking.bar.isVisible()
    assert ran.canvas.frame is None
    assert ran.chart.isHidden()
    assert ran.findings.sentence.text() == "Results stay hidden until you have had your first look."
    assert not ran.findings.distance.isVisible()
    assert [row.area.text() for row in ran.levels.rows] == ["", "", ""]
    assert not ran.actions_.export.isEnabled()


@pytest.mark.parametrize("way", ["button", "key", "drawing", "measuring", "outlining"])
def test_the_first_look_shows_the_results(qtbot: QtBot, ran: MainWindow, looking: FirstLooking, way: str) -> None:
    """By the button, by the key, and by whatever draws or measures."""
    match way:
        case "button":
            qtbot.mouseClick(looking.bar.button, Qt.MouseButton.LeftButton)
        case "key":
            qtbot.keyClick(ran.canvas, Qt.Key.Key_L)
        case "drawing":
            qtbot.keyClick(ran.canvas, Qt.Key.Key_B, SHIFT)
            drag_over(qtbot, ran, (20, 20), (20, 40), (40, 40))
            assert looking.bar.isVisible()  # until the brush is laid down, for the outline is but half drawn
            qtbot.keyClick(ran.canvas, Qt.Key.Key_Escape)
        case "measuring":
            qtbot.keyClick(ran.canvas, Qt.Key.Key_D)
            assert looking.bar.isVisible()
            drag_over(qtbot, ran, (20, 10), (20, 50))
        case _:
            qtbot.keyClick(ran.canvas, Qt.Key.Key_A, SHIFT)
            drag_over(qtbot, ran, (20, 20), (20, 40), (40, 40), (40, 20))
    assert looking.bar.isHidden()
    assert ran.canvas.frame is not None
    assert ran.findings.distance.isVisible()
    assert ran.actions_.export.isEnabled()


def test_a_measurement_given_up_is_no_look(qtbot: QtBot, ran: MainWindow, looking: FirstLooking) -> None:
    """Half a distance, put down with Esc; and Shift+M has no outline to measure yet."""
    qtbot.keyClick(ran.canvas, Qt.Key.Key_D)
    click_at(qtbot, ran, (20, 10))
    qtbot.keyClick(ran.canvas, Qt.Key.Key_Escape)
    qtbot.keyClick(ran.canvas, Qt.Key.Key_M, SHIFT)
    assert looking.bar.isVisible()
    assert ran.session.view.measurements == ()


def test_each_case_asks_for_its_own_first_look(qtbot: QtBot, ran: MainWindow, looking: FirstLooking) -> None:
    qtbot.keyClick(ran.canvas, Qt.Key.Key_L)
    assert looking.bar.isHidden()
    with qtbot.waitSignal(ran.session.case_changed):
        ran.session.open_study(Path("lesion.jpg"))
    assert looking.bar.isVisible()
    with qtbot.waitSignal(ran.session.run_finished):
        qtbot.keyClick(ran.canvas, Qt.Key.Key_R)
    assert ran.canvas.frame is None


def test_the_wish_is_remembered_and_can_be_taken_back(qtbot: QtBot, ran: MainWindow, looking: FirstLooking) -> None:
    assert Settings().first_look
    click(qtbot, looking)
    assert not Settings().first_look
    assert ran.canvas.frame is not None


def test_nothing_can_be_compared_before_the_first_look(qtbot: QtBot, ran: MainWindow, looking: FirstLooking) -> None:
    """Not even by another part of the window: the image alone is left to compare."""
    assert looking.bar.isVisible()
    assert [side.kind for side in sides(ran.session)] == [Kind.ORIGINAL]
    qtbot.keyClick(ran.canvas, Qt.Key.Key_L)
    assert Kind.RESULT in [side.kind for side in sides(ran.session)]
