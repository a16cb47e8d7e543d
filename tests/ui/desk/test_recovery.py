"""What a crash leaves behind is offered at the next start; a normal end leaves nothing."""

import errno
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from app.domain.errors import OutputError, UnreadableFileError
from app.places import resources_folder
from app.ui.desk import recovery
from app.ui.desk.recovery import Recovery
from app.ui.desk.shelf import Shelf, left_behind
from app.ui.jobs import Engines
from app.ui.session import Session
from app.ui.window import MainWindow
from tests.conftest import ROOT
from tests.ui.desk.conftest import WAIT_MS, desk_of, open_other
from tests.ui.hands import sentences
from tests.ui.studies import CARDS, HandExport, HandWork, photograph, series

PHANTOM = resources_folder() / "samples" / "dermoscopy" / "phantom_lesion.png"


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recovery, "PAUSE_MS", 20)


@pytest.fixture
def crashed(qtbot: QtBot, worked: MainWindow, home: Path) -> Path:
    """Return the folder that a window would have left behind, had it crashed now."""
    kept(qtbot, worked)
    shelf = next(path for path in (home / "recovery").iterdir() if path.is_dir())
    copy = shelf.with_name("crashed")
    copy.mkdir()
    for path in shelf.iterdir():
        (copy / path.name).write_bytes(path.read_bytes())
    return copy


def kept(qtbot: QtBot, window: MainWindow) -> Recovery:
    """Wait until all that was done is on disk."""
    keeper = desk_of(window).recovery
    qtbot.waitUntil(lambda: keeper.is_kept, timeout=WAIT_MS)
    return keeper


@pytest.fixture
def next_window(qtbot: QtBot, crashed: Path) -> Iterator[MainWindow]:
    """Return the window of the next start, which has found something."""
    del crashed
    window = MainWindow(
        Session(CARDS, HandWork({"series": series(), "lesion.jpg": photograph()})), exporter=HandExport()
    )
    window.show()
    qtbot.waitUntil(lambda: desk_of(window).recovery.bar.isVisible(), timeout=WAIT_MS)
    yield window
    window.close()
    window.deleteLater()


def test_a_crash_is_offered_and_restored(qtbot: QtBot, next_window: MainWindow, worked: MainWindow, home: Path) -> None:
    keeper, found = desk_of(next_window).recovery, worked.session.shown_run
    assert keeper.bar.text.text().startswith("Concord was not closed properly. The session of ")
    assert keeper.bar.text.text().endswith(" with series can be restored.")
    with qtbot.waitSignal(desk_of(next_window).sessions.restored, timeout=WAIT_MS):
        QTest.mouseClick(keeper.bar.restore, Qt.MouseButton.LeftButton)
    again = next_window.session.shown_run
    assert again is not None
    assert again.result is not None
    assert found is not None
    assert found.result is not None
    np.testing.assert_array_equal(again.result.samples, found.result.samples)
    assert next_window.session.view == worked.session.view
    assert desk_of(next_window).notes.words == "Ask again"
    assert not keeper.bar.isVisible()
    kept(qtbot, next_window)
    qtbot.waitUntil(lambda: not (home / "recovery" / "crashed").exists(), timeout=WAIT_MS)


def test_what_is_opened_while_it_is_read_is_not_replaced(
    qtbot: QtBot, next_window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It stays on offer."""
    ready, read = threading.Event(), Shelf.read
    monkeypatch.setattr(Shelf, "read", lambda shelf: (ready.wait(60), read(shelf))[1])
    bar = desk_of(next_window).recovery.bar
    bar.restore.click()
    open_other(qtbot, next_window)
    ready.set()
    qtbot.wait(200)
    assert next_window.session.source.name == "lesion.jpg"
    with qtbot.waitSignal(desk_of(next_window).sessions.restored, timeout=WAIT_MS):
        bar.restore.click()
    assert not bar.isVisible()


def test_what_is_discarded_is_gone(next_window: MainWindow, crashed: Path) -> None:
    bar: Any = desk_of(next_window).recovery.bar
    QTest.mouseClick(bar.discard, Qt.MouseButton.LeftButton)
    assert not bar.isVisible()
    assert not crashed.exists()
    assert isinstance(bar.restore, QPushButton)


def test_what_was_not_decided_on_is_offered_again(next_window: MainWindow, crashed: Path) -> None:
    next_window.close()
    shelves = left_behind()
    assert [shelf.folder for shelf in shelves] == [crashed]
    shelves[0].remove()


def test_a_window_that_lives_is_left_alone(qtbot: QtBot, worked: MainWindow) -> None:
    kept(qtbot, worked)
    assert left_behind() == ()


def test_a_normal_end_leaves_nothing(qtbot: QtBot, worked: MainWindow, home: Path) -> None:
    kept(qtbot, worked)
    assert [path.name for path in (home / "recovery").iterdir()] != []
    worked.close()
    assert list((home / "recovery").iterdir()) == []


def test_nobody_else_can_read_what_is_kept(qtbot: QtBot, worked: MainWindow, home: Path) -> None:
    kept(qtbot, worked)
    files = [path for path in (home / "recovery").rglob("*") if path.is_file() and path.suffix != ".lock"]
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    assert home.stat().st_mode & 0o777 == 0o700


def test_only_what_has_changed_is_written_again(qtbot: QtBot, worked: MainWindow, home: Path) -> None:
    kept(qtbot, worked)
    before = {path: path.stat().st_mtime_ns for path in (home / "recovery").rglob("*.npy.z")}
    assert before
    worked.session.show_slice(3)
    kept(qtbot, worked)
    assert {path: path.stat().st_mtime_ns for path in (home / "recovery").rglob("*.npy.z")} == before


def test_a_run_that_took_the_place_of_another_leaves_nothing_of_that_one(
    qtbot: QtBot, worked: MainWindow, home: Path
) -> None:
    kept(qtbot, worked)
    before = sorted((home / "recovery").rglob("*.npy.z"))
    with qtbot.waitSignal(worked.session.run_finished, timeout=WAIT_MS):
        qtbot.keyClick(worked.canvas, Qt.Key.Key_R)
    kept(qtbot, worked)
    assert sorted((home / "recovery").rglob("*.npy.z")) == before  # the same seed gives the same arrays


def test_a_full_disk_is_said_once_and_what_was_kept_is_still_there(
    qtbot: QtBot, worked: MainWindow, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept(qtbot, worked)
    qtbot.waitUntil(lambda: bool(list(home.glob("notes/*.txt"))), timeout=WAIT_MS)  # those are said by themselves
    shelf = next(path for path in (home / "recovery").iterdir() if path.is_dir())
    before = (shelf / "session.json").read_bytes()

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    sentence = (
        "Cannot write session.json: the disk is full. "
        "Until there is room, a crash would lose what you do now; what is open stays."
    )
    worked.session.show_slice(3)
    qtbot.waitUntil(lambda: sentence in sentences(worked), timeout=WAIT_MS)
    worked.messages.clear()
    worked.session.show_slice(4)
    qtbot.wait(300)
    assert sentences(worked) == []
    assert (shelf / "session.json").read_bytes() == before
    monkeypatch.undo()
    kept(qtbot, worked)
    assert (shelf / "session.json").read_bytes() != before


def test_where_nothing_can_be_kept_that_is_said(qtbot: QtBot, window: MainWindow, home: Path, study: Path) -> None:
    (home / "recovery").rmdir()
    (home / "recovery").touch()
    window.session.open_study(study)
    qtbot.waitUntil(lambda: any("Cannot keep the session safe" in text for text in sentences(window)), timeout=WAIT_MS)
    (home / "recovery").unlink()


def test_a_damaged_shelf_is_one_sentence_and_can_be_discarded(
    qtbot: QtBot, next_window: MainWindow, crashed: Path
) -> None:
    for path in crashed.glob("*.npy.z"):
        path.write_bytes(b"spoilt")
    bar = desk_of(next_window).recovery.bar
    with qtbot.waitSignal(next_window.session.message_raised, timeout=WAIT_MS):
        bar.restore.click()
    assert sentences(next_window) == ["Cannot open the session that was not closed: it is damaged."]
    assert bar.isVisible()
    bar.discard.click()
    assert not crashed.exists()


def test_an_array_outside_of_the_shelf_is_not_read(crashed: Path) -> None:
    text = (crashed / "session.json").read_text()
    name = next(crashed.glob("*.npy.z")).name
    (crashed / "session.json").write_text(text.replace(name, f"../{name}"))
    with pytest.raises(UnreadableFileError):
        Shelf(crashed).read()
    assert Shelf(crashed.with_name("none")).study_name == ""


def test_an_empty_shelf_is_cleared_away(home: Path) -> None:
    shelf = Shelf.fresh()
    shelf.release()
    assert left_behind() == ()
    assert not [path for path in (home / "recovery").iterdir() if path.is_dir()]


def test_a_shelf_that_is_gone_cannot_be_written_to(qtbot: QtBot, worked: MainWindow) -> None:
    kept(qtbot, worked)
    saved = desk_of(worked).sessions.saved
    assert saved is not None
    shelf = Shelf.fresh()
    shelf.remove()
    with pytest.raises(OutputError):
        shelf.write(saved)


def start(home: Path) -> subprocess.Popen[bytes]:
    """Start the real program on a phantom, in a group of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "app", "view", str(PHANTOM)],
        cwd=ROOT,
        env=os.environ | {"CONCORD_HOME": str(home), "QT_QPA_PLATFORM": "offscreen"},
        start_new_session=True,
    )


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_the_real_program_is_killed_and_its_session_offered(qtbot: QtBot, home: Path) -> None:
    program = start(home)
    deadline = time.monotonic() + 120
    try:
        while not list(home.glob("recovery/*/session.json")) and time.monotonic() < deadline:
            assert program.poll() is None
            time.sleep(0.1)
    finally:
        children = psutil.Process(program.pid).children(recursive=True)
        os.killpg(program.pid, signal.SIGKILL)
        program.wait()
        psutil.wait_procs(children, timeout=10)
    window = MainWindow(Session(CARDS, Engines()), exporter=HandExport())
    window.show()
    bar = desk_of(window).recovery.bar
    qtbot.waitUntil(bar.isVisible, timeout=WAIT_MS)
    assert bar.text.text().endswith(f" with {PHANTOM.name} can be restored.")
    with qtbot.waitSignal(desk_of(window).sessions.restored, timeout=4 * WAIT_MS):
        bar.restore.click()
    assert window.session.source == PHANTOM
    window.close()
    window.deleteLater()
