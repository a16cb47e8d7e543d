"""Orders: all that was asked for, or nothing; and the log of it."""

import json
import resource
import signal
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from app.domain.errors import OutputError
from app.domain.view import View
from app.export.audit import AuditLog
from app.export.files import fresh_folder, made_folder
from app.export.job import Writing, serve
from app.export.order import OUTPUT_FILES, Order, Output
from app.export.outcome import Outcome, outcome_of
from app.export.write import write
from app.ui.jobs import drained
from tests.export.studies import HASH, photograph, result_of

CALM = frozenset({Output.SHEET, Output.NUMBERS, Output.TABLE, Output.VOLUMES, Output.LEVELS, Output.PICTURE})


def outcome() -> Outcome:
    case = photograph()
    return outcome_of(case, result_of(case))


def test_every_output_writes_the_files_that_it_names(tmp_path: Path) -> None:
    written = drained(serve(Writing(outcome(), View(), Order(CALM, tmp_path, tmp_path))))
    names = {name for output in CALM for name in OUTPUT_FILES[output]}
    assert {path.name for path in written} == {path.name for path in tmp_path.iterdir()} == names


def test_nothing_is_written_where_one_file_is_already_there(tmp_path: Path) -> None:
    (tmp_path / "levels.nii.gz").write_text("mine")
    with pytest.raises(OutputError, match=r"levels\.nii\.gz"):
        list(write(outcome(), View(), Order(CALM, tmp_path, tmp_path)))
    assert [path.name for path in tmp_path.iterdir()] == ["levels.nii.gz"]


def test_a_failure_takes_back_what_was_written_but_not_what_was_there(tmp_path: Path) -> None:
    """The pages can be written; the diffusion steps cannot, since they are not held any more."""
    (tmp_path / "annotated.png").write_text("mine")
    order = Order(frozenset({Output.SHEET, Output.PICTURE, Output.STEPS}), tmp_path, tmp_path, overwrite=True)
    with pytest.raises(OutputError, match="no longer held"):
        list(write(outcome(), View(), order))
    assert [path.name for path in tmp_path.iterdir()] == ["annotated.png"]


def test_a_cancelled_order_takes_back_what_was_written(tmp_path: Path) -> None:
    running = write(outcome(), View(), Order(CALM, tmp_path, tmp_path))
    next(running)
    assert list(tmp_path.iterdir())
    running.close()
    assert not list(tmp_path.iterdir())


def test_a_file_can_have_another_name(tmp_path: Path) -> None:
    order = Order(frozenset({Output.SHEET}), tmp_path, tmp_path, names={Output.SHEET: "mine.png"})
    assert list(write(outcome(), View(), order)) == [tmp_path / "mine.png"]


FULL = """
import sys
from pathlib import Path
from app.domain.errors import OutputError
from app.domain.view import View
from app.export.order import Order, Output
from app.export.write import write
from tests.export.test_order import outcome
folder = Path(sys.argv[1])
kinds = frozenset({Output.NUMBERS, Output.TABLE, Output.SHEET, Output.REPORT, Output.DICOM})
for kind in sorted(kinds, key=lambda kind: kind.name):
    try:
        list(write(outcome(), View(), Order(frozenset({kind}), folder, folder / "a.png", key=b"k" * 32)))
    except OutputError as error:
        print(error)
"""


def limit_file_size() -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024, 1024))


def test_a_full_disk_is_one_sentence_for_each_kind_and_leaves_nothing(tmp_path: Path) -> None:
    """A child process may write 1 KiB to a file; every kind of file needs more."""
    (tmp_path / "a.png").write_bytes(b"\x89PNG")
    child = subprocess.run(
        [sys.executable, "-B", "-c", FULL, str(tmp_path)],
        check=True,
        capture_output=True,
        text=True,
        preexec_fn=limit_file_size,
    )
    said = child.stdout.splitlines()
    assert [line.split(":")[0] for line in said] == [
        f"Cannot write {name}" for name in ("image.dcm", "result.json", "report.pdf", "annotated.png", "numbers.csv")
    ]
    assert all(line.endswith("it grows larger than this disk or account allows.") for line in said)
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]


def test_a_fresh_folder_is_always_new(tmp_path: Path) -> None:
    assert [fresh_folder(tmp_path, "concord").name for _ in range(3)] == ["concord-001", "concord-002", "concord-003"]


def test_a_folder_that_cannot_be_made_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match=r"^Cannot make the folder a-001: its folder is not a folder but a file\.$"):
        fresh_folder(tmp_path / "file", "a")
    with pytest.raises(OutputError, match="something of that name is already there"):
        made_folder(tmp_path / "file")


def test_the_audit_log_holds_hashes_and_settings_and_grows(tmp_path: Path) -> None:
    log, shown = AuditLog(tmp_path / "audit.jsonl"), outcome()
    made = replace(shown.result.provenance, seed=7)
    log.check()
    log.ran(shown.pixels_sha256, made)
    log.exported(shown.pixels_sha256, made, {Output.DICOM, Output.SHEET}, deidentified=False)
    ran, exported = (json.loads(line) for line in log.path.read_text().splitlines())
    assert ran.pop("time").endswith("+00:00")
    assert ran == {
        "schema": "concord-audit/1",
        "event": "run",
        "pixels_sha256": shown.pixels_sha256,
        "model": "phantom-3",
        "weights_sha256": HASH,
        "version": "0.1.0",
        "seed": 7,
        "samples_per_level": 8,
        "steps": 4,
        "device": "cpu",
    }
    assert exported["outputs"] == ["sheet", "dicom"]
    assert exported["deidentified"] is False
    assert stat.S_IMODE(log.path.stat().st_mode) == 0o600


def test_an_audit_log_that_cannot_be_written_is_told_before_any_work(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match=r"^Cannot write the audit log a: not a directory\.$"):
        AuditLog(tmp_path / "file" / "a").check()
