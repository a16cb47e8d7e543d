"""Handing results on from the window: pictures, sets of files, and what is said of them."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

from app.export.audit import AuditLog
from app.export.layout import Size
from app.export.order import Order, Output
from app.ui.choice import Message, Tone
from app.ui.export_jobs import ExportEngine
from app.ui.exports import NOT_YET, Exports
from app.ui.session import Session
from tests.ui.studies import HandExport

WAIT_MS = 20_000


@pytest.fixture
def exports(qtbot: QtBot, session: Session) -> Iterator[Exports]:
    """Return exports of a session with an open series."""
    exports = Exports(session, HandExport())
    with qtbot.waitSignal(session.case_changed):
        session.open_study(Path("series"))
    yield exports
    exports.close()


def run(qtbot: QtBot, session: Session) -> None:
    with qtbot.waitSignal(session.run_finished):
        session.run()


def messages(session: Session) -> list[Message]:
    heard: list[Message] = []
    session.message_raised.connect(heard.append)
    return heard


def order(folder: Path, *outputs: Output) -> Order:
    return Order(frozenset(outputs), folder, Path("series"))


def test_without_a_result_there_is_nothing_to_export(exports: Exports, session: Session, tmp_path: Path) -> None:
    heard = messages(session)
    exports.write_picture(tmp_path / "early.png")
    exports.write(order(tmp_path, Output.NUMBERS))
    assert [message.text for message in heard] == [NOT_YET, NOT_YET]
    assert not list(tmp_path.iterdir())


def test_a_picture_that_cannot_be_written_says_so(
    qtbot: QtBot, exports: Exports, session: Session, tmp_path: Path
) -> None:
    run(qtbot, session)
    heard = messages(session)
    (tmp_path / "file").touch()
    with qtbot.waitSignal(session.message_raised, timeout=WAIT_MS):
        exports.write_picture(tmp_path / "file" / "a.png")
    assert heard[-1].tone is Tone.ERROR
    assert heard[-1].text == "Cannot write a.png: its folder is not a folder but a file."


def test_an_intermediate_step_can_be_exported_and_is_told(
    qtbot: QtBot, exports: Exports, session: Session, tmp_path: Path
) -> None:
    run(qtbot, session)
    session.show_step(0)
    heard = messages(session)
    (tmp_path / "a.png").write_text("the dialog has asked whether to write over this")
    with qtbot.waitSignal(exports.finished, timeout=WAIT_MS):
        exports.write_picture(tmp_path / "a.png")
    assert [message.text for message in heard] == ["Saved a.png."]
    with Image.open(tmp_path / "a.png") as picture:
        assert picture.text["StepShown"] == "1 (intermediate)"  # type: ignore[attr-defined]


def test_a_set_goes_to_a_new_folder_each_time(qtbot: QtBot, exports: Exports, session: Session, tmp_path: Path) -> None:
    run(qtbot, session)
    heard = messages(session)
    for _ in range(2):
        with qtbot.waitSignal(exports.finished, timeout=WAIT_MS):
            exports.write(order(tmp_path, Output.NUMBERS, Output.TABLE, Output.STEPS))
    assert [message.text for message in heard] == ["Saved 3 files in concord-001.", "Saved 3 files in concord-002."]
    names = {path.name for path in (tmp_path / "concord-002").iterdir()}
    assert names == {"result.json", "numbers.csv", "steps.png"}


def test_a_set_that_fails_leaves_no_folder(qtbot: QtBot, exports: Exports, session: Session, tmp_path: Path) -> None:
    """The first files can be written; the diffusion steps of an old run cannot any more."""
    run(qtbot, session)
    heard = messages(session)
    shown = exports.shown
    assert shown is not None
    shown.run.frames.clear()
    with qtbot.waitSignal(session.message_raised, timeout=WAIT_MS):
        exports.write(order(tmp_path, Output.SHEET, Output.STEPS))
    assert heard[-1].text == "The diffusion steps of this run are no longer held; run it again to export them."
    assert not list(tmp_path.iterdir())


def test_a_cancelled_export_leaves_nothing(qtbot: QtBot, exports: Exports, session: Session, tmp_path: Path) -> None:
    run(qtbot, session)
    heard = messages(session)
    exports.write(order(tmp_path, *(set(Output) - {Output.DICOM, Output.SOFT})))
    exports.cancel()
    exports.cancel()
    assert [message.text for message in heard] == ["The export was cancelled; nothing of it was kept."]
    qtbot.waitUntil(lambda: not list(tmp_path.iterdir()), timeout=WAIT_MS)


def test_one_export_at_a_time(qtbot: QtBot, exports: Exports, session: Session, tmp_path: Path) -> None:
    run(qtbot, session)
    heard = messages(session)
    with qtbot.waitSignal(exports.finished, timeout=WAIT_MS):
        exports.write(order(tmp_path, Output.SHEET))
        exports.write(order(tmp_path, Output.SHEET))
    texts = [message.text for message in heard]
    assert texts == ["An export is being written; wait for it or cancel it.", "Saved annotated.png."]


def test_the_audit_log_notes_runs_and_exports_without_names(
    qtbot: QtBot, exports: Exports, session: Session, tmp_path: Path
) -> None:
    log = tmp_path / "audit.jsonl"
    exports.audit = AuditLog(log)
    run(qtbot, session)
    qtbot.waitUntil(log.is_file, timeout=WAIT_MS)
    with qtbot.waitSignal(exports.finished, timeout=WAIT_MS):
        exports.write(order(tmp_path, Output.NUMBERS))
    ran, exported = (json.loads(line) for line in log.read_text().splitlines())
    assert (ran["event"], exported["event"]) == ("run", "export")
    assert exported["outputs"] == ["numbers"]
    assert ran["pixels_sha256"] == exported["pixels_sha256"]
    assert "series" not in log.read_text()


def test_an_audit_log_that_cannot_be_written_is_told(
    qtbot: QtBot, exports: Exports, session: Session, tmp_path: Path
) -> None:
    exports.audit = AuditLog(tmp_path / "none" / "audit.jsonl")
    heard = messages(session)
    run(qtbot, session)
    qtbot.waitUntil(lambda: bool(heard), timeout=WAIT_MS)
    assert heard[-1].text == "Cannot write the audit log audit.jsonl: no such file or directory."


def test_the_order_says_how_large(qtbot: QtBot, exports: Exports, session: Session, tmp_path: Path) -> None:
    """The series has 64 x 64 pixels: at twice its size the picture has 128 x 128."""
    run(qtbot, session)
    twice = Order(frozenset({Output.PICTURE}), tmp_path, Path("series"), size=Size(2.0))
    with qtbot.waitSignal(exports.finished, timeout=WAIT_MS):
        exports.write(twice)
    with Image.open(tmp_path / "concord-001" / "picture.png") as picture:
        assert picture.size == (128, 128)


@pytest.fixture
def real_exports(qtbot: QtBot, session: Session) -> Iterator[Exports]:
    """Return exports that write in a process of their own, of a session with a run."""
    exports = Exports(session, ExportEngine())
    with qtbot.waitSignal(session.case_changed):
        session.open_study(Path("series"))
    run(qtbot, session)
    yield exports
    exports.close()


def test_a_process_of_its_own_writes_and_can_be_stopped(
    qtbot: QtBot, real_exports: Exports, session: Session, tmp_path: Path
) -> None:
    """Cancelled after its first file, it leaves nothing and can be used again."""
    heard = messages(session)
    with qtbot.waitSignal(
        real_exports.progress_changed, check_params_cb=lambda text: "is written" in text, timeout=60_000
    ):
        real_exports.write(order(tmp_path, *(set(Output) - {Output.DICOM, Output.SOFT})))
    real_exports.cancel()
    qtbot.waitUntil(lambda: not list(tmp_path.iterdir()), timeout=WAIT_MS)
    with qtbot.waitSignal(real_exports.finished, timeout=60_000):
        real_exports.write(order(tmp_path, Output.NUMBERS))
    assert heard[-1].text == "Saved result.json."


def test_the_source_is_looked_at_in_that_process(qtbot: QtBot, real_exports: Exports) -> None:
    with qtbot.waitSignal(real_exports.inspected, timeout=60_000) as heard:
        real_exports.inspect()
    assert not heard.args[0].is_dicom


def test_a_picture_whose_writing_is_stopped_leaves_no_part_of_it(
    qtbot: QtBot, real_exports: Exports, session: Session, tmp_path: Path
) -> None:
    """The process is killed, at whatever it is; a file that is there stays what it was."""
    (tmp_path / "a.png").write_text("mine")
    with qtbot.waitSignal(real_exports.inspected, timeout=60_000):
        real_exports.inspect()
    real_exports.write_picture(tmp_path / "a.png")
    qtbot.wait(50)
    real_exports.cancel()
    heard = messages(session)
    with qtbot.waitSignal(real_exports.finished, timeout=60_000):
        real_exports.write_picture(tmp_path / "b.png")
    assert heard[-1].text == "Saved b.png."
    assert {path.name for path in tmp_path.iterdir()} == {"a.png", "b.png"}
