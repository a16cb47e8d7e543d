"""The diffusion steps as a film."""

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.ui.step_bar import PLAY_PAUSE_MS
from app.ui.window import MainWindow


def test_the_film_plays_from_the_start_and_stops_where_it_is_paused(qtbot: QtBot, ran: MainWindow) -> None:
    bar = ran.step_bar
    bar.speed.setCurrentIndex(bar.speed.count() - 1)
    bar.speed.activated.emit(bar.speed.count() - 1)
    seen: list[int] = []
    bar.step_chosen.connect(seen.append)
    qtbot.keyClick(ran.canvas, Qt.Key.Key_M)
    assert bar.is_playing
    assert "Pause" in bar.play_button.text()
    qtbot.waitUntil(lambda: len(seen) > 1)
    qtbot.mouseClick(bar.play_button, Qt.MouseButton.LeftButton)
    assert "Play" in bar.play_button.text()
    assert seen[:2] == [0, 1]


def test_the_film_rests_on_its_result_and_begins_anew(qtbot: QtBot, ran: MainWindow) -> None:
    bar = ran.step_bar
    bar.speed.activated.emit(0)
    bar.speed.setCurrentIndex(bar.speed.count() - 1)
    bar.speed.activated.emit(bar.speed.count() - 1)
    seen: list[int] = []
    bar.step_chosen.connect(seen.append)
    bar.play_or_pause()
    qtbot.waitUntil(lambda: len(seen) > 3, timeout=20 * PLAY_PAUSE_MS)
    bar.play_or_pause()
    assert seen[:4] == [0, 1, 2, 0]


def test_a_film_goes_on_from_where_the_slider_is(qtbot: QtBot, ran: MainWindow) -> None:
    bar = ran.step_bar
    ran.session.show_step(1)
    seen: list[int] = []
    bar.step_chosen.connect(seen.append)
    bar.play_or_pause()
    qtbot.waitUntil(lambda: bool(seen))
    bar.play_or_pause()
    assert seen[0] == 2


def test_without_a_finished_run_there_is_no_film(window: MainWindow) -> None:
    window.step_bar.play_or_pause()
    assert not window.step_bar.is_playing
    assert not window.step_bar.speed.isEnabled()
