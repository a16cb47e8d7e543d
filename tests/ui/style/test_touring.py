"""A tour that can be walked, skipped and taken again."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from pytestqt.qtbot import QtBot

from app.domain.reading import Open
from app.ui import start
from app.ui.settings import Settings
from app.ui.style.tour import Tour, beside
from app.ui.style.touring import Touring
from app.ui.window import MainWindow
from app.ui.worker import Lane


@pytest.fixture
def touring(window: MainWindow, open_series: Callable[[], None]) -> Touring:
    """Return the tour's part of the window, with a study open."""
    open_series()
    return next(part for part in window.features if isinstance(part, Touring))


def tour_of(touring: Touring) -> Tour | None:
    """Return the tour that is shown."""
    return touring.tour


def test_the_tour_is_shown_once_by_itself_and_again_when_asked(
    qtbot: QtBot, window: MainWindow, open_series: Callable[[], None]
) -> None:
    touring = next(part for part in window.features if isinstance(part, Touring))
    start.welcome(window)
    assert tour_of(touring) is None  # there is no study yet whose controls it could point at
    open_series()
    qtbot.waitUntil(lambda: tour_of(touring) is not None)
    tour = tour_of(touring)
    assert tour is not None
    assert tour.title.text() == "Open a study"
    tour.skip_button.click()
    assert tour_of(touring) is None
    start.welcome(window)
    assert tour_of(touring) is None
    assert Settings().preferences.toured
    touring.begin()
    assert tour_of(touring) is not None


def test_the_tour_points_at_the_real_controls(qtbot: QtBot, window: MainWindow, touring: Touring) -> None:
    touring.begin()
    tour = touring.tour
    assert tour is not None
    seen = []
    for _ in range(6):
        seen.append(window.childAt(tour.light.center()) is not None and tour.light.isValid())
        assert tour.rect().contains(tour.call_out.geometry())
        assert not tour.light.intersects(tour.call_out.geometry())
        last = tour.count.text()
        qtbot.keyClick(tour, Qt.Key.Key_Right)
    assert seen == [True] * 6
    assert last == "6 of 6"
    assert tour_of(touring) is None


def test_keys_walk_back_and_leave_and_do_not_reach_the_window(
    qtbot: QtBot, window: MainWindow, touring: Touring
) -> None:
    touring.begin()
    tour = touring.tour
    assert tour is not None
    qtbot.keyClick(tour, Qt.Key.Key_Return)
    assert tour.title.text() == "Run a model"
    qtbot.keyClick(tour, Qt.Key.Key_Left)
    qtbot.keyClick(tour, Qt.Key.Key_B)
    qtbot.mouseClick(tour, Qt.MouseButton.LeftButton, pos=tour.rect().center())
    assert tour.title.text() == "Open a study"
    assert window.session.view.band
    window.resize(1400, 900)
    qtbot.waitUntil(lambda: tour.size() == window.size())
    qtbot.keyClick(tour, Qt.Key.Key_Escape)
    assert tour_of(touring) is None
    assert window.isVisible()


def test_a_call_out_stands_where_there_is_room() -> None:
    room, size = QRect(0, 0, 1000, 600), QSize(300, 100)
    assert beside(QRect(10, 10, 60, 40), size, room) == QPoint(14, 49 + 14)  # below
    assert beside(QRect(10, 550, 600, 40), size, room) == QPoint(14, 550 - 14 - 100)  # above
    assert beside(QRect(0, 0, 200, 600), size, room) == QPoint(199 + 14, 14)  # to the right
    assert beside(QRect(800, 0, 200, 600), size, room) == QPoint(800 - 14 - 300, 14)  # to the left
    assert beside(room, size, room) == QPoint(14, 14)  # over it, where there is no other room


def test_a_first_start_with_a_file_shows_the_tour_once_the_file_is_painted(qtbot: QtBot, window: MainWindow) -> None:
    loader = Lane("loading", window)
    touring = next(part for part in window.features if isinstance(part, Touring))
    with qtbot.waitSignal(window.session.case_changed):
        start.begin(window, loader, Open(Path("series")), "")
    qtbot.waitUntil(lambda: tour_of(touring) is not None)
    assert window.canvas.case is window.session.case
    touring.close()
    with qtbot.waitSignal(window.session.case_changed):
        window.session.open_study(Path("lesion.jpg"))
    qtbot.wait(100)
    assert tour_of(touring) is None
    loader.close()
