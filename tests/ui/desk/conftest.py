"""A user's own folder for each test, and studies that lie in a folder."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from app.ui.desk.desk import Desk
from app.ui.window import MainWindow
from tests.ui.studies import is_whole

WAIT_MS = 30_000


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the user's own folder, empty."""
    folder = tmp_path / "home"
    monkeypatch.setenv("CONCORD_HOME", str(folder))
    return folder


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """Return where the series lies."""
    path = tmp_path / "studies" / "series"
    path.parent.mkdir()
    path.touch()
    return path


@pytest.fixture
def open_study(qtbot: QtBot, window: MainWindow, study: Path) -> Callable[[], None]:
    """Return how to open the series and wait until the desk knows it."""

    def open_it() -> None:
        with qtbot.waitSignal(desk_of(window).sessions.known, timeout=WAIT_MS):
            window.session.open_study(study)
        qtbot.waitUntil(lambda: is_whole(window.session), timeout=WAIT_MS)

    return open_it


@pytest.fixture
def worked(qtbot: QtBot, window: MainWindow, open_study: Callable[[], None]) -> MainWindow:
    """Return a window with the series open, its second slice run and shown, and a note."""
    open_study()
    window.session.show_slice(1)
    with qtbot.waitSignal(window.session.run_finished, timeout=WAIT_MS):
        qtbot.keyClick(window.canvas, Qt.Key.Key_R)
    qtbot.keyClick(window.canvas, Qt.Key.Key_S)
    qtbot.keyClicks(desk_of(window).notes.panel.text, "Ask again")
    return window


def desk_of(window: MainWindow) -> Desk:
    """Return the window's desk."""
    return next(feature for feature in window.features if isinstance(feature, Desk))


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the file that the dialog answers with."""
    path = tmp_path / "mine.concord"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    return path


def save(qtbot: QtBot, window: MainWindow) -> None:
    with qtbot.waitSignal(desk_of(window).sessions.kept, timeout=WAIT_MS):
        qtbot.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)


def open_other(qtbot: QtBot, window: MainWindow) -> None:
    with qtbot.waitSignal(desk_of(window).sessions.known, timeout=WAIT_MS):
        window.session.open_study(Path("lesion.jpg"))


def open_session(qtbot: QtBot, window: MainWindow, path: Path) -> None:
    with qtbot.waitSignal(desk_of(window).sessions.restored, timeout=WAIT_MS):
        window.open_paths([path])
