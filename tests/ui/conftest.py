"""A window on a made-up world, closed behind each test."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.ui.session import Session
from app.ui.start import make_application
from app.ui.window import MainWindow
from tests.ui.studies import CARDS, HandExport, HandWork, is_whole, photograph, series


@pytest.fixture
def work() -> HandWork:
    """Return long work that knows a series and a photograph."""
    return HandWork({"series": series(), "lesion.jpg": photograph()})


@pytest.fixture
def session(qtbot: QtBot, work: HandWork) -> Iterator[Session]:
    """Return a session without a window."""
    del qtbot  # there must be an application
    session = Session(CARDS, work)
    yield session
    session.close()


@pytest.fixture
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the user's own folder, in which nothing was set yet."""
    folder = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("CONCORD_HOME", str(folder))
    return folder


@pytest.fixture
def window(qtbot: QtBot, work: HandWork, home: Path) -> Iterator[MainWindow]:
    """Return a shown window with nothing open, of a user who has set nothing yet."""
    del home  # it must be theirs
    make_application()
    window = MainWindow(Session(CARDS, work), exporter=HandExport())
    window.show()
    qtbot.waitExposed(window)
    yield window
    window.close()
    window.deleteLater()


@pytest.fixture
def open_series(qtbot: QtBot, window: MainWindow) -> Callable[[], None]:
    """Return how to open the series in the window and wait for it."""

    def open_it() -> None:
        with qtbot.waitSignal(window.session.case_changed):
            window.session.open_study(Path("series"))
        qtbot.waitUntil(lambda: is_whole(window.session))

    return open_it


@pytest.fixture
def ran(qtbot: QtBot, window: MainWindow, open_series: Callable[[], None]) -> MainWindow:
    """Return the window with the series open and run."""
    open_series()
    with qtbot.waitSignal(window.session.run_finished):
        qtbot.keyClick(window.canvas, Qt.Key.Key_R)
    return window
