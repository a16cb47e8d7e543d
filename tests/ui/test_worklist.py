"""Many studies at once: in the background, with progress and cancel."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from app.domain.errors import RunCancelledError
from app.domain.result import Options
from app.export.audit import AuditLog
from app.export.order import Order, Output
from app.ui import export_desk
from app.ui.window import MainWindow
from app.ui.worklist import Report, State, Task, work
from app.ui.worklist_dialog import WorklistDialog
from tests.ui.studies import CARDS, HandExport, HandWork, card, photograph, series

WAIT_MS = 20_000
STUDIES = (Path("series"), Path("nothing.png"), Path("lesion.jpg"))


def task(folder: Path, *outputs: Output, log: AuditLog | None = None) -> Task:
    return Task(STUDIES, CARDS[0], Options(2, 3), Order(frozenset(outputs), folder, folder), log)


def hands() -> HandWork:
    return HandWork({"series": series(), "lesion.jpg": photograph()})


def test_every_study_gets_a_folder_and_a_failure_stops_none(tmp_path: Path) -> None:
    reports: list[Report] = []
    log = AuditLog(tmp_path / "audit.jsonl")
    working = work(hands(), HandExport(), task(tmp_path, Output.NUMBERS, Output.STEPS, log=log))
    reports.extend(working)
    last = {report.index: report for report in reports}
    assert [last[index].state for index in range(3)] == [State.DONE, State.FAILED, State.DONE]
    assert last[1].text == "Cannot open nothing.png: it is not an image file that Concord knows."
    whole = tmp_path / "concord-worklist-001"
    assert sorted(path.name for path in whole.iterdir()) == ["case-001", "case-003"]
    assert {path.name for path in (whole / "case-003").iterdir()} == {"result.json", "steps.png"}
    assert len(log.path.read_text().splitlines()) == 4


def test_progress_rises_within_a_study(tmp_path: Path) -> None:
    shares = [report.share for report in work(hands(), HandExport(), task(tmp_path, Output.TABLE)) if report.index == 0]
    assert shares == sorted(shares)
    assert shares[-1] == 1


def test_a_worklist_of_failures_leaves_no_folder(tmp_path: Path) -> None:
    reports = list(work(HandWork(), HandExport(), task(tmp_path, Output.TABLE)))
    assert {report.state for report in reports if report.share == 1} == {State.FAILED}
    assert not list(tmp_path.iterdir())


def test_cancelling_keeps_the_studies_that_are_done(tmp_path: Path) -> None:
    working = work(hands(), HandExport(), task(tmp_path, Output.TABLE))
    for report in working:
        if report.index == 2 and report.state is State.RUNNING:
            break
    working.close()
    assert [path.name for path in (tmp_path / "concord-worklist-001").iterdir()] == ["case-001"]


def test_a_cancelled_run_ends_the_list(tmp_path: Path) -> None:
    backend = hands()
    backend.is_free = False
    working = work(backend, HandExport(), task(tmp_path, Output.TABLE))
    next(working)
    backend.segment(series(), 0, "kidney", Options(2, 3))

    def stopped(*_: object) -> None:
        raise RunCancelledError("The run was cancelled.")

    backend.segment = stopped  # type: ignore[assignment, method-assign]
    with pytest.raises(RunCancelledError):
        list(working)
    assert not list(tmp_path.iterdir())


@pytest.fixture
def dialog(qtbot: QtBot, tmp_path: Path) -> Iterator[WorklistDialog]:
    """Return a worklist with three studies of which one is not there."""
    cards = (*CARDS, card("pointed", crop_px=20.0))
    dialog = WorklistDialog(cards, tmp_path, lambda: (hands(), HandExport()))
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.add(STUDIES)
    yield dialog
    dialog.shut()


def states(dialog: WorklistDialog) -> list[str]:
    items = [dialog.table.item(row, 1) for row in range(dialog.table.rowCount())]
    return [item.text().split(":")[0] for item in items if item is not None]


def test_the_dialog_does_the_list(qtbot: QtBot, dialog: WorklistDialog, tmp_path: Path) -> None:
    assert [dialog.model.itemText(index) for index in range(dialog.model.count())] == ["Kidney", "Skin"]
    assert states(dialog) == ["waiting"] * 3
    dialog.start_button.click()
    assert not dialog.start_button.isEnabled()
    assert dialog.cancel_button.isEnabled()
    dialog.reject()
    assert dialog.isVisible()
    qtbot.waitUntil(lambda: dialog.status.text() != "", timeout=WAIT_MS)
    assert dialog.status.text() == "Written to concord-worklist-001."
    assert states(dialog) == ["done", "failed", "done"]
    assert dialog.progress.value() == 1000
    assert (tmp_path / "concord-worklist-001" / "case-001" / "report.pdf").is_file()
    dialog.reject()
    assert not dialog.isVisible()


def test_the_list_can_be_cancelled(qtbot: QtBot, tmp_path: Path) -> None:
    """The first run is held by the hand until it is stopped."""
    held = hands()
    held.is_free = False
    dialog = WorklistDialog(CARDS, tmp_path, lambda: (held, HandExport()))
    qtbot.addWidget(dialog)
    dialog.add(STUDIES)
    dialog.start_button.click()
    qtbot.waitUntil(lambda: held.runs == 1, timeout=WAIT_MS)
    dialog.cancel_button.click()
    assert dialog.status.text() == "Cancelled; the studies that are done were kept."
    assert dialog.start_button.isEnabled()
    qtbot.waitUntil(lambda: not list(tmp_path.iterdir()), timeout=WAIT_MS)
    dialog.shut()


def test_a_folder_that_cannot_be_made_is_told(qtbot: QtBot, dialog: WorklistDialog, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    dialog.place.show_folder(tmp_path / "file")
    dialog.start_button.click()
    qtbot.waitUntil(lambda: dialog.status.text() != "", timeout=WAIT_MS)
    assert "its folder is not a folder but a file" in dialog.status.text()


def test_a_study_that_is_done_opens_with_its_result(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "series").touch()
    monkeypatch.setattr(export_desk, "_own_processes", lambda: (hands(), HandExport()))
    monkeypatch.setenv("CONCORD_HOME", str(tmp_path / "home"))
    window.actions_.worklist.trigger()
    dialog = window.findChild(WorklistDialog)
    assert dialog is not None
    dialog.place.show_folder(tmp_path)
    dialog.add([tmp_path / "series", Path("lesion.jpg")])
    dialog.start()
    qtbot.waitUntil(lambda: dialog.status.text() != "", timeout=WAIT_MS)
    item = dialog.table.item(0, 0)
    assert item is not None
    cell = dialog.table.visualItemRect(item).center()
    qtbot.mouseClick(dialog.table.viewport(), Qt.MouseButton.LeftButton, pos=cell)
    qtbot.mouseDClick(dialog.table.viewport(), Qt.MouseButton.LeftButton, pos=cell)
    qtbot.waitUntil(lambda: window.session.shown_run is not None, timeout=WAIT_MS)
    assert window.session.source == tmp_path / "series"
    assert window.session.view.slice_index == 2
    assert list((tmp_path / "home" / "worklist").rglob("*.concord"))
    window.desk.close()
    assert not list((tmp_path / "home" / "worklist").iterdir())


def test_a_study_that_waits_opens_by_the_keyboard(qtbot: QtBot, dialog: WorklistDialog) -> None:
    dialog.table.setFocus()
    dialog.table.selectRow(2)
    with qtbot.waitSignal(dialog.study_asked) as asked:
        qtbot.keyClick(dialog.table, Qt.Key.Key_Return)
    assert asked.args == [Path("lesion.jpg")]
    assert dialog.status.text() == ""


def test_an_empty_list_cannot_be_started(dialog: WorklistDialog, monkeypatch: pytest.MonkeyPatch) -> None:
    dialog.clear_button.click()
    assert not dialog.start_button.isEnabled()
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: (["/a/x.png", "/a/y.png"], ""))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: "/a/series")
    dialog.add_button.click()
    dialog.folder_button.click()
    assert [path.name for path in dialog.sources] == ["x.png", "y.png", "series"]
    assert dialog.start_button.isEnabled()


def test_asking_again_brings_a_running_list_to_the_front(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing of it is stopped, and no second one is opened."""
    held = hands()
    held.is_free = False
    monkeypatch.setattr(export_desk, "_own_processes", lambda: (held, HandExport()))
    window.actions_.worklist.trigger()
    (dialog,) = window.findChildren(WorklistDialog)
    dialog.place.show_folder(tmp_path)
    dialog.add([Path("series")])
    dialog.start()
    qtbot.waitUntil(lambda: held.runs == 1)
    dialog.showMinimized()
    window.actions_.worklist.trigger()
    assert window.findChildren(WorklistDialog) == [dialog]
    assert not dialog.isMinimized()
    assert dialog.cancel_button.isEnabled()
    assert not held.stopped.is_set()


def test_the_window_opens_and_closes_it(window: MainWindow) -> None:
    window.actions_.worklist.trigger()
    window.actions_.worklist.trigger()
    assert len([dialog for dialog in window.findChildren(WorklistDialog) if dialog.isVisible()]) == 1
    window.findChildren(WorklistDialog)[0].close()
    window.actions_.worklist.trigger()
    assert len([dialog for dialog in window.findChildren(WorklistDialog) if dialog.isVisible()]) == 1
    window.desk.close()
    assert not [dialog for dialog in window.findChildren(WorklistDialog) if dialog.isVisible()]
