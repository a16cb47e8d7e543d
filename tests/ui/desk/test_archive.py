"""Files of trees: what goes in comes out, and what is not one is refused with a sentence."""

import io
import json
import os
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.domain.errors import UnreadableFileError
from app.ui.desk.archive import read_archive, write_archive

TREE: dict[str, Any] = {
    "words": "Naevus, 3 mm – ±",
    "numbers": [1, 2.5, None, True],
    "mask": np.arange(15).reshape(3, 5) % 2 == 0,
    "deep": [{"map": np.linspace(0, 1, 6, dtype=np.float32).reshape(1, 2, 3)}, {"none": np.zeros((0, 4), np.bool_)}],
}


def written(path: Path, tree: Any) -> Path:
    with path.open("wb") as file:
        write_archive(file, tree)
    return path


def npy(array: np.ndarray[Any, Any], **options: Any) -> bytes:
    file = io.BytesIO()
    np.save(file, array, **options)
    return file.getvalue()


def test_a_tree_comes_back_as_it_was(tmp_path: Path) -> None:
    back = read_archive(written(tmp_path / "a.concord", TREE))
    assert back["words"] == TREE["words"]
    assert back["numbers"] == TREE["numbers"]
    for before, after in (
        (TREE["mask"], back["mask"]),
        (TREE["deep"][0]["map"], back["deep"][0]["map"]),
        (TREE["deep"][1]["none"], back["deep"][1]["none"]),
    ):
        assert after.dtype == before.dtype
        np.testing.assert_array_equal(after, before)


def test_numpy_itself_can_read_the_arrays_and_truth_values_take_a_bit_each(tmp_path: Path) -> None:
    with np.load(written(tmp_path / "a.concord", TREE), allow_pickle=False) as arrays:
        sizes = [arrays[name].size for name in arrays.files if name.startswith("arrays")]
    assert sizes == [2, 6, 0]  # 15 truth values fit into 2 bytes


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "it is empty"),
        (b"\x89PNG\r\n\x1a\n and more", "it is damaged"),
        (os.urandom(5000), "it is damaged"),
    ],
)
def test_what_is_no_archive_is_refused(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "a.concord"
    path.write_bytes(content)
    with pytest.raises(UnreadableFileError) as refused:
        read_archive(path)
    assert str(refused.value) == f"Cannot open a.concord: {reason}."


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match=r"Cannot open a\.concord: no such file or directory\."):
        read_archive(tmp_path / "a.concord")


PICKLE = npy(np.array([{"a": 1}], dtype=object), allow_pickle=True)
HUGE = npy(np.zeros(4)).replace(b"'shape': (4,), ", b"'shape': (10**12,), ".replace(b"10**12", b"9999999"))
ARRAY = {"$array": "arrays/00001.npy"}


@pytest.mark.parametrize(
    ("text", "array"),
    [
        ("{", npy(np.zeros(4))),
        ("[" * 100_000, npy(np.zeros(4))),
        (json.dumps({"$array": "../../etc/passwd"}), npy(np.zeros(4))),
        (json.dumps({"$array": 7}), npy(np.zeros(4))),
        (json.dumps(ARRAY), PICKLE),
        (json.dumps(ARRAY), HUGE),
        (json.dumps(ARRAY), b"no array"),
        (json.dumps(ARRAY), npy(np.zeros((4, 5), order="F"))),
        (json.dumps(ARRAY | {"$shape": [100_000, 100_000, 100_000]}), npy(np.zeros(4, np.uint8))),
        (json.dumps(ARRAY | {"$shape": [-1]}), npy(np.zeros(4, np.uint8))),
        (json.dumps(ARRAY | {"$shape": [2]}), npy(np.zeros(4))),
    ],
)
def test_an_archive_that_does_not_keep_its_promises_is_damaged(tmp_path: Path, text: str, array: bytes) -> None:
    path = tmp_path / "a.concord"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("session.json", text)
        archive.writestr("arrays/00001.npy", array)
    with pytest.raises(UnreadableFileError) as refused:
        read_archive(path)
    assert str(refused.value) == "Cannot open a.concord: it is damaged."


def test_an_archive_of_something_else_is_none(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.concord", "w") as archive:
        archive.writestr("1.dcm", b"")
    with pytest.raises(UnreadableFileError, match="it is not a session of Concord"):
        read_archive(tmp_path / "a.concord")


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    """40 MB of blanks pack to 40 kB."""
    with zipfile.ZipFile(tmp_path / "a.concord", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("session.json", b" " * (40 << 20))
    with pytest.raises(UnreadableFileError, match="it would take more memory than a session does"):
        read_archive(tmp_path / "a.concord")


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_file_that_was_cut_off_is_damaged(tmp_path: Path, share: float) -> None:
    path = written(tmp_path / "a.concord", TREE)
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    with pytest.raises(UnreadableFileError, match="it is damaged"):
        read_archive(path)


def test_a_single_wrong_byte_ends_in_a_sentence_or_goes_unnoticed(tmp_path: Path) -> None:
    path = written(tmp_path / "a.concord", TREE)
    content = bytearray(path.read_bytes())
    for place in range(0, len(content), 7):
        spoilt = content.copy()
        spoilt[place] ^= 0xFF
        path.write_bytes(spoilt)
        with suppress(UnreadableFileError):
            read_archive(path)
