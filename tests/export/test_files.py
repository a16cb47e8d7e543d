"""Files are whole or not there, and every failure is one sentence."""

import errno
import os
import resource
import signal
import stat
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO

import pytest

from app.domain.errors import OutputError
from app.export.files import refuse_occupied, save_atomically


def hello(file: IO[bytes]) -> None:
    file.write(b"hello")


def test_a_file_is_written_whole_and_nothing_else_is_left(tmp_path: Path) -> None:
    save_atomically(tmp_path / "a.txt", hello)
    assert (tmp_path / "a.txt").read_bytes() == b"hello"
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


def test_a_file_has_the_rights_that_the_user_gives_new_files(tmp_path: Path) -> None:
    (tmp_path / "plain").touch()
    save_atomically(tmp_path / "a.txt", hello)
    assert stat.S_IMODE((tmp_path / "a.txt").stat().st_mode) == stat.S_IMODE((tmp_path / "plain").stat().st_mode)


def test_a_file_that_is_there_is_never_replaced_unasked(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("mine")
    with pytest.raises(OutputError, match=r"^Cannot write a\.txt: a file of that name is already there\.$"):
        save_atomically(tmp_path / "a.txt", hello)
    assert (tmp_path / "a.txt").read_text() == "mine"
    save_atomically(tmp_path / "a.txt", hello, overwrite=True)
    assert (tmp_path / "a.txt").read_text() == "hello"


def test_a_file_that_appears_meanwhile_is_not_replaced_either(tmp_path: Path) -> None:
    def slow(file: IO[bytes]) -> None:
        file.write(b"hello")
        (tmp_path / "a.txt").write_text("mine")

    with pytest.raises(OutputError, match="already there"):
        save_atomically(tmp_path / "a.txt", slow)
    assert [path.read_text() for path in tmp_path.iterdir()] == ["mine"]


def test_a_folder_of_that_name_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.txt").mkdir()
    with pytest.raises(OutputError, match=r"^Cannot write a\.txt: a folder of that name is already there\.$"):
        refuse_occupied(tmp_path / "a.txt", overwrite=True)


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        ("missing/a.txt", "its folder does not exist"),
        ("file/a.txt", "its folder is not a folder but a file"),
        ("n" * 300, "the name is too long"),
    ],
)
def test_a_place_that_cannot_hold_a_file_is_explained(tmp_path: Path, place: str, reason: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError) as caught:
        save_atomically(tmp_path / place, hello)
    assert str(caught.value) == f"Cannot write {Path(place).name}: {reason}."
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_full_disk_leaves_the_old_file_and_nothing_half_written(tmp_path: Path) -> None:
    """/dev/full answers every write as a full disk does."""
    (tmp_path / "a.txt").write_text("mine")

    def write(_: IO[bytes]) -> None:
        with Path("/dev/full").open("wb", buffering=0) as full:
            full.write(b"hello")

    with pytest.raises(OutputError, match=r"^Cannot write a\.txt: the disk is full\.$"):
        save_atomically(tmp_path / "a.txt", write, overwrite=True)
    assert [path.read_text() for path in tmp_path.iterdir()] == ["mine"]


LIMITED = """
import sys
from pathlib import Path
from app.domain.errors import OutputError
from app.export.files import save_atomically
try:
    save_atomically(Path(sys.argv[1]), lambda file: [file.write(bytes(4096)) for _ in range(100)])
except OutputError as error:
    print(error)
"""


def limit_file_size() -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))


def test_a_file_too_large_for_the_account_is_taken_back(tmp_path: Path) -> None:
    """A child process may write 64 KiB to a file and tries 400."""
    child = subprocess.run(
        [sys.executable, "-B", "-c", LIMITED, str(tmp_path / "big.bin")],
        check=True,
        capture_output=True,
        text=True,
        preexec_fn=limit_file_size,
    )
    assert child.stdout.strip() == "Cannot write big.bin: it grows larger than this disk or account allows."
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(OutputError, match="its folder may not be written to"):
        save_atomically(tmp_path / "a.txt", hello)


def test_a_failure_of_the_program_leaves_nothing_and_stays_itself(tmp_path: Path) -> None:
    def fail(file: IO[bytes]) -> None:
        file.write(b"half")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        save_atomically(tmp_path / "a.txt", fail)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (errno.EROFS, "its disk is read-only"),
        (errno.EACCES, "its folder may not be written to"),
        (errno.EDQUOT, "the disk quota is used up"),
        (errno.EIO, "input/output error"),
    ],
)
def test_what_the_system_refuses_is_said_in_plain_words(tmp_path: Path, number: int, reason: str) -> None:
    def fail(_: IO[bytes]) -> None:
        raise OSError(number, os.strerror(number))

    with pytest.raises(OutputError, match=rf"^Cannot write a\.txt: {reason}\.$"):
        save_atomically(tmp_path / "a.txt", fail)


def test_two_writers_at_once_do_not_meet(tmp_path: Path) -> None:
    writers = [
        threading.Thread(target=save_atomically, args=(tmp_path / "a.txt", hello), kwargs={"overwrite": True})
        for _ in range(8)
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"hello"]
