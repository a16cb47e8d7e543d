"""The program's own files: nobody else reads them, and a crash leaves none for good."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.domain.errors import OutputError
from app.ui.desk.private import is_own, results_folder, save_privately


def test_a_file_is_readable_by_its_user_alone_and_replaced_whole(tmp_path: Path) -> None:
    for content in (b"first", b"second"):
        save_privately(tmp_path / "a", content)
        assert (tmp_path / "a").read_bytes() == content
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["a"]


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"Cannot write a: its folder does not exist\."):
        save_privately(tmp_path / "none" / "a", b"")


def test_results_of_a_program_that_is_gone_are_removed_and_those_of_one_that_lives_stay(home: Path) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    place = home / "worklist"
    for name in (f"{gone.pid}-dead", f"{os.getppid()}-alive", "notes"):
        (place / name).mkdir(parents=True)
    fresh = results_folder()
    assert fresh is not None
    assert fresh.name.startswith(f"{os.getpid()}-")
    assert {path.name for path in place.iterdir()} == {f"{os.getppid()}-alive", "notes", fresh.name}


def test_where_there_is_no_place_there_is_no_folder(home: Path, tmp_path: Path) -> None:
    assert is_own(home / "worklist" / "case-001.concord")
    assert not is_own(tmp_path / "mine.concord")
    for path in sorted(home.rglob("*"), reverse=True):
        path.rmdir()
    home.rmdir()
    home.touch()
    assert results_folder() is None
    assert not is_own(home / "a.concord")
