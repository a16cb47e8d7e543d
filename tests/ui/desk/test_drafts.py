"""A large photograph is shown as a draft first; it is known, remembered and kept as soon as it is there itself."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.domain.errors import AppError
from app.domain.stack import Draft
from app.ui.desk import recovery, welcome
from app.ui.desk.recents import Recents
from app.ui.window import MainWindow
from tests.ui.desk.conftest import WAIT_MS, desk_of, open_session, save
from tests.ui.hands import sentences
from tests.ui.studies import HandWork, photograph


@pytest.fixture
def draft(qtbot: QtBot, window: MainWindow, work: HandWork, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return where a photograph lies of which nothing but a green draft is there yet."""
    monkeypatch.setattr(recovery, "PAUSE_MS", 20)
    path = tmp_path / "lesion.jpg"
    path.touch()
    green = np.full((15, 20, 3), (0, 200, 0), np.uint8)
    work.holds_slices, work.drafts["lesion.jpg"] = True, Draft(green, 4)
    with qtbot.waitSignal(window.session.case_changed, timeout=WAIT_MS):
        window.session.open_study(path)
    return path


def come(qtbot: QtBot, window: MainWindow, work: HandWork) -> None:
    """Let the photograph itself come, and wait until it is known."""
    with qtbot.waitSignal(desk_of(window).sessions.known, timeout=WAIT_MS):
        work.slices.release()


def test_a_draft_is_no_study_yet_and_no_trouble(qtbot: QtBot, window: MainWindow, draft: Path) -> None:
    del draft
    qtbot.wait(50)
    assert desk_of(window).sessions.mark is None
    assert not desk_of(window).notes.panel.isEnabled()
    assert sentences(window) == []


def test_it_is_known_remembered_and_kept_once_it_is_there(
    qtbot: QtBot, window: MainWindow, work: HandWork, draft: Path, home: Path
) -> None:
    come(qtbot, window, work)
    assert desk_of(window).notes.panel.isEnabled()
    recent = desk_of(window).welcome.page.recent
    qtbot.waitUntil(lambda: recent.count() == 1, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: desk_of(window).recovery.is_kept, timeout=WAIT_MS)
    assert list((home / "recovery").glob("*/session.json"))
    assert [recent.path for recent in Recents().load()] == [draft]


def test_its_session_is_saved_and_waits_for_the_photograph_itself(
    qtbot: QtBot, window: MainWindow, work: HandWork, draft: Path, file: Path
) -> None:
    del draft
    come(qtbot, window, work)
    with qtbot.waitSignal(window.session.run_finished, timeout=WAIT_MS):
        qtbot.keyClick(window.canvas, Qt.Key.Key_R)
    save(qtbot, window)
    with qtbot.waitSignal(window.session.case_changed, timeout=WAIT_MS):
        window.open_paths([file])
    assert window.session.shown_run is None
    work.slices.release()
    qtbot.waitUntil(lambda: window.session.shown_run is not None, timeout=WAIT_MS)
    assert desk_of(window).sessions.path == file
    work.slices.release()
    open_session(qtbot, window, file)


def test_it_has_the_mark_that_it_has_without_a_draft(
    qtbot: QtBot, window: MainWindow, work: HandWork, draft: Path
) -> None:
    come(qtbot, window, work)
    before = desk_of(window).sessions.mark
    work.drafts.clear()
    with qtbot.waitSignal(desk_of(window).sessions.known, timeout=WAIT_MS):
        window.session.open_study(draft)
    assert desk_of(window).sessions.mark == before


def test_a_picture_for_the_list_that_cannot_be_made_is_said(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AppError("No picture.")

    monkeypatch.setattr(welcome, "thumbnail", refuse)
    desk_of(window).welcome.remember(Path("/a/lesion.jpg"), photograph())
    qtbot.waitUntil(lambda: sentences(window) == ["No picture."], timeout=WAIT_MS)
