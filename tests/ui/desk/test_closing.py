"""Closing the window: work that is in no file is asked about, and what cannot be saved is not lost."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.domain.errors import OutputError
from app.domain.measure import Kind, Measurement
from app.ui import start
from app.ui.desk import recovery, session_files
from app.ui.desk.shelf import left_behind
from app.ui.dialogs import Answer, ask_to_save
from app.ui.reading.measuring import Measuring
from app.ui.session import Session
from app.ui.window import MainWindow
from tests.ui.desk.conftest import WAIT_MS, desk_of, open_other, open_session, save
from tests.ui.editing.drawing import editing_of
from tests.ui.hands import sentences
from tests.ui.studies import CARDS, HandExport, HandWork, series

LINE = Measurement(Kind.DISTANCE, 1, ((1.0, 1.0), (9.0, 9.0)))


class Asked:
    """A user who gives one answer after another."""

    def __init__(self, *answers: Answer) -> None:
        """Have the answers ready."""
        self.answers, self.times = list(answers), 0

    def __call__(self, parent: QWidget) -> Answer:
        """Answer; the last answer is given again."""
        assert parent.isWindow()
        self.times += 1
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recovery, "PAUSE_MS", 20)


@pytest.fixture
def opened(window: MainWindow, open_study: Callable[[], None]) -> MainWindow:
    """Return a window with the series open and nothing done."""
    open_study()
    return window


def answering(window: MainWindow, *answers: Answer) -> Asked:
    asked = Asked(*answers)
    desk_of(window).closing.ask = asked
    return asked


def draw(window: MainWindow) -> None:
    mask = np.zeros((64, 64), np.bool_)
    mask[20:40, 20:40] = True
    editing_of(window).edits.add(masks={1: mask})


def measure(window: MainWindow) -> None:
    next(part for part in window.features if isinstance(part, Measuring)).bench.add(LINE)


def note(window: MainWindow) -> None:
    desk_of(window).notes.panel.text.insertPlainText("left margin unclear")


@pytest.mark.parametrize("make", [draw, measure, note])
def test_what_was_made_by_hand_is_asked_about(opened: MainWindow, make: Callable[[MainWindow], None]) -> None:
    asked = answering(opened, Answer.CANCEL)
    make(opened)
    assert not opened.close()
    assert opened.isVisible()
    assert asked.times == 1
    answering(opened, Answer.DISCARD)
    assert opened.close()


def test_what_can_be_made_again_is_not(qtbot: QtBot, opened: MainWindow) -> None:
    asked = answering(opened, Answer.CANCEL)
    with qtbot.waitSignal(opened.session.run_finished, timeout=WAIT_MS):
        opened.session.run()
    draw(opened)
    editing_of(opened).edits.remove(1)
    assert opened.close()
    assert asked.times == 0


def test_a_window_without_a_study_closes(window: MainWindow) -> None:
    asked = answering(window, Answer.CANCEL)
    assert window.close()
    assert asked.times == 0


def test_notes_that_were_there_before_are_no_new_work(
    qtbot: QtBot, opened: MainWindow, open_study: Callable[[], None], home: Path
) -> None:
    note(opened)
    open_other(qtbot, opened)
    qtbot.waitUntil(lambda: bool(list(home.glob("notes/*.txt"))), timeout=WAIT_MS)
    open_study()
    assert desk_of(opened).notes.words == "left margin unclear"
    asked = answering(opened, Answer.CANCEL)
    assert opened.close()
    assert asked.times == 0


def test_nothing_is_asked_of_what_is_in_the_file(qtbot: QtBot, worked: MainWindow, file: Path) -> None:
    asked = answering(worked, Answer.CANCEL)
    draw(worked)
    measure(worked)
    save(qtbot, worked)
    open_other(qtbot, worked)
    open_session(qtbot, worked, file)
    assert not desk_of(worked).sessions.has_new_work
    draw(worked)
    assert desk_of(worked).sessions.has_new_work
    save(qtbot, worked)
    assert worked.close()
    assert asked.times == 0


def test_save_writes_the_session_and_closes(opened: MainWindow, file: Path, home: Path) -> None:
    answering(opened, Answer.SAVE)
    draw(opened)
    assert opened.close()
    assert file.is_file()
    assert list((home / "recovery").iterdir()) == []


def test_save_without_a_file_named_keeps_the_window(opened: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("", ""))
    answering(opened, Answer.SAVE)
    draw(opened)
    assert not opened.close()
    answering(opened, Answer.DISCARD)
    assert opened.close()


def test_a_save_that_fails_keeps_the_window_and_says_why(
    opened: MainWindow, tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = tmp_path / "nowhere" / "mine.concord"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(there), ""))
    answering(opened, Answer.SAVE, Answer.DISCARD)
    draw(opened)
    assert not opened.close()
    assert sentences(opened)[-1] == "Cannot write mine.concord: its folder does not exist."
    assert opened.close()  # the user wants it discarded now
    assert list((home / "recovery").iterdir()) == []


def test_a_pending_save_that_fails_is_offered_at_the_next_start(
    qtbot: QtBot, worked: MainWindow, tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl+S and at once the cross: the window stays for once; whoever closes it all the same finds all of it again."""
    there = tmp_path / "nowhere" / "mine.concord"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(there), ""))
    desk_of(worked).notes.panel.text.clear()
    desk_of(worked).sessions.save()
    assert not worked.close()
    assert sentences(worked)[-1] == "Cannot write mine.concord: its folder does not exist."
    worked.session.show_slice(3)
    assert worked.close()
    assert [path.name for path in (home / "recovery").iterdir() if path.is_dir()]
    window = MainWindow(Session(CARDS, HandWork({"series": series()})), exporter=HandExport())
    window.show()
    bar = desk_of(window).recovery.bar
    qtbot.waitUntil(bar.isVisible, timeout=WAIT_MS)
    assert bar.text.text().startswith("The session of ")
    assert bar.text.text().endswith(" with series could not be saved when Concord was closed. It can be restored.")
    with qtbot.waitSignal(desk_of(window).sessions.restored, timeout=WAIT_MS):
        bar.restore.click()
    assert [run.slice_index for run in window.session.runs.kept] == [1]
    assert window.session.view.slice_index == 3
    window.close()
    window.deleteLater()
    assert left_behind() == ()


def test_what_failed_for_a_study_that_is_closed_by_now_is_offered_too(
    qtbot: QtBot, worked: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = tmp_path / "nowhere" / "mine.concord"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(there), ""))
    desk_of(worked).sessions.save()
    open_other(qtbot, worked)
    assert worked.close()
    (shelf,) = left_behind()
    assert shelf.is_unsaved
    saved = shelf.read()
    assert saved.source.path.name == "series"
    assert saved.parts["notes"]["text"] == "Ask again"
    shelf.remove()


def test_a_save_that_succeeds_later_leaves_nothing(
    qtbot: QtBot, worked: MainWindow, file: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OutputError("No room.")

    with monkeypatch.context() as full:
        full.setattr(session_files, "write_archive", refuse)
        desk_of(worked).sessions.save()
        qtbot.waitUntil(lambda: "No room." in sentences(worked), timeout=WAIT_MS)
    save(qtbot, worked)
    assert file.is_file()
    assert worked.close()
    assert list((home / "recovery").iterdir()) == []


@pytest.mark.qt_log_ignore("propagateSizeHints")
@pytest.mark.parametrize(
    ("keys", "answer"),
    [
        ((Qt.Key.Key_Return,), Answer.SAVE),
        ((Qt.Key.Key_Tab, Qt.Key.Key_Space), None),
        ((Qt.Key.Key_Escape,), Answer.CANCEL),
    ],
)
def test_the_keyboard_reaches_every_answer(
    qtbot: QtBot, window: MainWindow, keys: tuple[Qt.Key, ...], answer: Answer | None
) -> None:
    chosen: list[str] = []

    def press() -> None:
        (box,) = window.findChildren(QMessageBox)
        for key in keys:
            focused = box.focusWidget()
            assert isinstance(focused, QPushButton)
            chosen.append(focused.text())
            qtbot.keyClick(focused, key)

    QTimer.singleShot(0, press)
    given = ask_to_save(window)
    assert chosen[0] == "Save"
    assert given is (answer or {"Discard": Answer.DISCARD, "Cancel": Answer.CANCEL}[chosen[-1]])
    QApplication.processEvents()


def test_the_window_of_the_program_asks_and_one_of_a_script_does_not(
    opened: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw(opened)
    assert desk_of(opened).closing.may_close()
    asked = Asked(Answer.CANCEL)
    for name, stand_in in (
        ("make_application", lambda: SimpleNamespace(exec=lambda: 0)),
        ("make_window", lambda: opened),
        ("begin", lambda *_: None),
        ("ask_to_save", asked),
    ):
        monkeypatch.setattr(start, name, stand_in)
    start.open_window()
    assert not opened.close()
    assert asked.times == 1
    answering(opened, Answer.DISCARD)
