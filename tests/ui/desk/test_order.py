"""Whatever the user does while a session is being written or read: no file gets another study's session."""

import json
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QInputDialog
from pytestqt.qtbot import QtBot

from app.ui.desk import session_files
from app.ui.desk.archive import read_archive, write_archive
from app.ui.window import MainWindow
from tests.ui.desk.conftest import WAIT_MS, desk_of, open_other, open_session, save
from tests.ui.hands import sentences
from tests.ui.reading.places import drag_over


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Return a disk that is as fast as ever while it is set, and does not answer at all while it is not."""
    ready = threading.Event()
    ready.set()

    def slowly(act: Any) -> Any:
        return lambda *given: (ready.wait(60), act(*given))[1]

    monkeypatch.setattr(session_files, "write_archive", slowly(write_archive))
    monkeypatch.setattr(session_files, "read_archive", slowly(read_archive))
    yield ready
    ready.set()


def study_in(file: Path) -> str:
    """Return what the study of a session file is called."""
    with zipfile.ZipFile(file) as archive:
        return Path(json.loads(archive.read("session.json"))["session"]["source"]["path"]).name


def written(qtbot: QtBot, window: MainWindow, disk: threading.Event) -> None:
    """Let the disk answer, and wait until a session is in its file."""
    with qtbot.waitSignal(desk_of(window).sessions.kept, timeout=WAIT_MS):
        disk.set()


def test_a_session_that_is_written_late_gives_its_file_to_no_other_study(
    qtbot: QtBot, worked: MainWindow, file: Path, disk: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk.clear()
    desk_of(worked).sessions.save()
    open_other(qtbot, worked)
    written(qtbot, worked, disk)
    assert desk_of(worked).sessions.path is None
    other = file.with_name("other.concord")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(other), ""))
    save(qtbot, worked)
    assert (study_in(file), study_in(other)) == ("series", "lesion.jpg")


def test_a_study_that_comes_in_behind_the_dialog_is_not_what_is_saved(
    qtbot: QtBot, worked: MainWindow, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answer(*_: object) -> tuple[str, str]:
        open_other(qtbot, worked)
        return str(file), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", answer)
    save(qtbot, worked)
    assert study_in(file) == "series"
    assert desk_of(worked).sessions.path is None


def test_every_session_that_was_to_be_saved_is(
    qtbot: QtBot, worked: MainWindow, file: Path, disk: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three of two studies, all asked for while the disk still writes the first."""
    names = iter(["first.concord", "second.concord", "third.concord"])
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(file.with_name(next(names))), ""))
    sessions = desk_of(worked).sessions
    disk.clear()
    sessions.save_as()
    sessions.save_as()
    open_other(qtbot, worked)
    sessions.save_as()
    disk.set()
    there = [file.with_name(f"{name}.concord") for name in ("first", "second", "third")]
    qtbot.waitUntil(lambda: all(path.exists() for path in there), timeout=WAIT_MS)
    qtbot.waitUntil(lambda: sessions.path == there[2], timeout=WAIT_MS)
    assert [study_in(path) for path in there] == ["series", "series", "lesion.jpg"]


def test_a_session_that_is_read_late_does_not_replace_what_was_opened_meanwhile(
    qtbot: QtBot, worked: MainWindow, file: Path, disk: threading.Event
) -> None:
    save(qtbot, worked)
    disk.clear()
    worked.open_paths([file])
    open_other(qtbot, worked)
    disk.set()
    qtbot.wait(200)
    assert worked.session.source.name == "lesion.jpg"
    assert desk_of(worked).sessions.path is None
    open_session(qtbot, worked, file)
    assert desk_of(worked).sessions.path == file


def test_a_study_found_again_belongs_to_the_file_that_asked_for_it(
    qtbot: QtBot, worked: MainWindow, file: Path, study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two sessions miss their study; where the first is helped, the second one's file stays its own."""
    second, elsewhere = file.with_name("second.concord"), study.with_name("elsewhere")
    save(qtbot, worked)
    second.write_bytes(file.read_bytes())
    open_other(qtbot, worked)
    study.rename(elsewhere)
    missing: list[Any] = []
    for path in (file, second):
        with qtbot.waitSignal(worked.session.message_raised, timeout=WAIT_MS) as told:
            worked.open_paths([path])
        assert told.args is not None
        missing.append(told.args[0])
    elsewhere.rename(study)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(study), ""))
    with qtbot.waitSignal(desk_of(worked).sessions.restored, timeout=WAIT_MS):
        missing[0].accept()
    assert desk_of(worked).sessions.path == file


def test_a_session_outlasts_a_scale_from_a_ruler(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is opened again, and its scale with it."""
    monkeypatch.setattr(QInputDialog, "getDouble", lambda *_: (10.0, True))
    lesion = tmp_path / "lesion.jpg"
    lesion.touch()
    with qtbot.waitSignal(desk_of(window).sessions.known, timeout=WAIT_MS):
        window.session.open_study(lesion)
    before = desk_of(window).sessions.mark
    qtbot.keyClick(window.canvas, Qt.Key.Key_L, Qt.KeyboardModifier.ShiftModifier)
    drag_over(qtbot, window, (30, 20), (30, 60))
    qtbot.wait(50)
    assert desk_of(window).sessions.mark == before
    save(qtbot, window)
    open_session(qtbot, window, file)
    case = window.session.case
    assert case is not None
    assert case.geometry.pixel_mm == pytest.approx((0.25, 0.25), rel=0.02)
    assert not any("not the image" in sentence for sentence in sentences(window))
