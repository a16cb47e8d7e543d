"""Notes: kept with the study, handed on only where that was ticked."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from pypdf import PdfReader
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.export.order import Order, Output
from app.ui.desk import notes
from app.ui.desk.notes import MOST_CHARACTERS
from app.ui.window import MainWindow
from tests.ui.desk.conftest import WAIT_MS, desk_of
from tests.ui.hands import sentences


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notes, "PAUSE_MS", 20)


def type_in(qtbot: QtBot, window: MainWindow, words: str) -> None:
    qtbot.keyClicks(desk_of(window).notes.panel.text, words)


def texts(home: Path) -> list[str]:
    return [path.read_text() for path in (home / "notes").glob("*.txt")]


def known(qtbot: QtBot, window: MainWindow, path: Path) -> None:
    with qtbot.waitSignal(desk_of(window).sessions.known, timeout=WAIT_MS):
        window.session.open_study(path)


def test_notes_wait_for_a_study(window: MainWindow) -> None:
    assert not desk_of(window).notes.panel.text.isEnabled()


def test_notes_belong_to_their_study_and_come_back_with_it(
    qtbot: QtBot, window: MainWindow, open_study: Callable[[], None], home: Path, study: Path
) -> None:
    open_study()
    type_in(qtbot, window, "left margin unclear")
    qtbot.waitUntil(lambda: texts(home) == ["left margin unclear"], timeout=WAIT_MS)
    known(qtbot, window, Path("lesion.jpg"))
    assert desk_of(window).notes.words == ""
    moved = study.rename(study.parent / "elsewhere")
    moved.rename(study)
    known(qtbot, window, study)
    assert desk_of(window).notes.words == "left margin unclear"


def test_the_file_is_named_after_no_patient_and_nobody_else_can_read_it(
    qtbot: QtBot, window: MainWindow, open_study: Callable[[], None], home: Path
) -> None:
    open_study()
    type_in(qtbot, window, "x")
    qtbot.waitUntil(lambda: texts(home) == ["x"], timeout=WAIT_MS)
    (file,) = (home / "notes").iterdir()
    mark = desk_of(window).sessions.mark
    assert mark is not None
    assert file.name == f"{mark.sha256}.txt"
    assert file.stat().st_mode & 0o777 == 0o600


def test_what_was_typed_last_is_kept_though_the_window_closes_at_once(
    qtbot: QtBot, window: MainWindow, open_study: Callable[[], None], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notes, "PAUSE_MS", 60_000)
    open_study()
    type_in(qtbot, window, "at the last moment")
    window.close()
    assert texts(home) == ["at the last moment"]


def test_letters_are_typed_and_run_nothing(qtbot: QtBot, window: MainWindow, open_study: Callable[[], None]) -> None:
    open_study()
    panel = desk_of(window).notes.panel
    panel.text.setFocus()
    before = window.session.view
    type_in(qtbot, window, "rhs 124")
    assert panel.text.toPlainText() == "rhs 124"
    assert window.session.view == before
    assert not window.session.is_running
    qtbot.keyClick(panel.text, Qt.Key.Key_Tab)
    assert panel.text.toPlainText() == "rhs 124"


def test_empty_notes_leave_no_file(
    qtbot: QtBot, window: MainWindow, open_study: Callable[[], None], home: Path
) -> None:
    open_study()
    type_in(qtbot, window, "x")
    qtbot.waitUntil(lambda: texts(home) == ["x"], timeout=WAIT_MS)
    qtbot.keyClick(desk_of(window).notes.panel.text, Qt.Key.Key_Backspace)
    qtbot.waitUntil(lambda: texts(home) == [], timeout=WAIT_MS)


def test_notes_have_an_end(window: MainWindow, open_study: Callable[[], None]) -> None:
    open_study()
    desk_of(window).notes.panel.text.insertPlainText("x" * (MOST_CHARACTERS + 5))
    assert len(desk_of(window).notes.words) == MOST_CHARACTERS
    assert sentences(window) == ["Notes end at 4000 characters."]


def test_a_place_that_cannot_be_written_to_is_said(
    qtbot: QtBot, window: MainWindow, open_study: Callable[[], None], home: Path
) -> None:
    open_study()
    (home / "notes").rmdir()
    (home / "notes").touch()
    with qtbot.waitSignal(window.session.message_raised, timeout=WAIT_MS):
        type_in(qtbot, window, "x")
    assert sentences(window)[-1].startswith("Cannot keep the notes: ")
    window.close()
    assert (home / "notes").is_file()


def test_a_session_adds_its_notes_to_those_that_are_here(
    qtbot: QtBot, window: MainWindow, open_study: Callable[[], None]
) -> None:
    open_study()
    part = desk_of(window).notes
    type_in(qtbot, window, "here")
    part.restore({"text": "from the file", "exported": False})
    assert part.words == "from the file\n\nhere"
    part.restore({"text": "here", "exported": True})
    assert part.words == "from the file\n\nhere"
    assert part.panel.exported.isChecked()
    with pytest.raises(TypeError):
        part.restore({"text": 3, "exported": False})


def export(qtbot: QtBot, window: MainWindow, folder: Path) -> Path:
    folder.mkdir()
    order = Order(frozenset({Output.REPORT, Output.TABLE, Output.NUMBERS}), folder, folder)
    with qtbot.waitSignal(window.exports.finished, timeout=WAIT_MS) as done:
        window.exports.write(order)
    assert done.args is not None
    written: Path = done.args[0].folder
    return written


def text_of(folder: Path) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(folder / "report.pdf").pages)


def test_notes_are_handed_on_only_where_that_is_ticked(qtbot: QtBot, worked: MainWindow, tmp_path: Path) -> None:
    without = export(qtbot, worked, tmp_path / "without")
    assert "Ask again" not in text_of(without)
    assert all("Ask again" not in path.read_text() for path in (without / "numbers.csv", without / "result.json"))
    desk_of(worked).notes.panel.exported.setFocus()
    qtbot.keyClick(desk_of(worked).notes.panel.exported, Qt.Key.Key_Space)
    with_them = export(qtbot, worked, tmp_path / "with")
    assert "Ask again" in text_of(with_them)
    with (with_them / "numbers.csv").open(newline="") as file:
        last = list(csv.DictReader(file))[-1]
    assert (last["quantity"], last["value"], last["disclaimer"]) == ("notes", "Ask again", "Not for diagnostic use")
    assert "Ask again" not in (with_them / "result.json").read_text()
