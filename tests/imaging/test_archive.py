"""ZIP archives: read like folders, and never trusted."""

import os
import shutil
import stat
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Mapping
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest
from PIL import Image
from pydicom.uid import generate_uid

from app.domain.errors import UnreadableFileError
from app.domain.reading import Arrived, Fetch, Lost, News, Offered, Open, Opened, Pictured, Touching
from app.imaging import archive
from app.imaging.archive import unpacked
from app.imaging.read import read_case
from app.imaging.stream import serve
from tests.conftest import ROOT
from tests.imaging.writers import write_dicom, write_stack

POSITIONS = [[0.0, 0.0, 2.0 * k] for k in range(3)]


@pytest.fixture(autouse=True)
def _own_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))


def test_a_zipped_series_is_the_series(tmp_path: Path) -> None:
    folder = write_stack(tmp_path / "series", POSITIONS)
    path = _zipped(tmp_path / "study.zip", {f"a/b/{file.name}": file.read_bytes() for file in folder.iterdir()})
    case = read_case(path)
    assert case.name == "study.zip"
    assert case.pixels.whole()[:, 0, 0, 0].tolist() == [0, 1, 2]
    assert list((tmp_path / "temporary").iterdir()) == []


def _two_series(tmp_path: Path) -> Path:
    """Return an archive of three slices of 0, 1, 2 HU and of one of 0 HU."""
    first = write_stack(tmp_path / "first", POSITIONS, SeriesNumber=1)
    second = write_stack(tmp_path / "second", POSITIONS[:1], SeriesNumber=2, SeriesInstanceUID=generate_uid())
    files = [*first.iterdir(), *second.iterdir()]
    return _zipped(tmp_path / "a.zip", {f"{file.parent.name}/{file.name}": file.read_bytes() for file in files})


def _all(order: Open | Fetch) -> list[News]:
    return [news for news in serve(order) if not isinstance(news, Touching)]


def test_several_zipped_series_are_offered_and_the_chosen_one_is_read_slice_by_slice(tmp_path: Path) -> None:
    path = _two_series(tmp_path)
    other = write_dicom(tmp_path / "other.dcm", np.zeros((4, 5), np.uint16))
    offered, *pictures = _all(Open(path))
    assert isinstance(offered, Offered)
    assert [offer.slices for offer in offered.offers] == [3, 1]
    assert [each.index for each in pictures if isinstance(each, Pictured)] == [0, 1]
    opened, *slices = _all(Open(path, files=offered.offers[0].files))
    assert isinstance(opened, Opened)
    assert (opened.case.name, opened.case.slices, opened.case.notices) == ("a.zip", 3, ())
    assert [each.index for each in slices if isinstance(each, Arrived)] == [1, 0, 2]
    _all(Open(other))
    assert list((tmp_path / "temporary").iterdir()) == []
    again = _all(Fetch(opened.plan, (2,)))  # it is unpacked anew
    assert [each.slice.values[0, 0, 0] for each in again if isinstance(each, Arrived)] == [2]
    assert len(_all(Open(path, files=offered.offers[1].files))) == 2
    path.unlink()
    assert _all(Fetch(opened.plan, (2,))) == [Lost(2, "there is no such file")]
    _all(Open(other))
    assert list((tmp_path / "temporary").iterdir()) == []


def test_a_zipped_volume_is_bounded_like_any_other(tmp_path: Path) -> None:
    voxels = np.arange(120, dtype=np.int16).reshape(6, 4, 5) + 1000  # 40 bytes a slice
    nib.save(nib.Nifti1Image(voxels.T, np.diag([1, 2, 3, 1])), tmp_path / "a.nii")
    path = _zipped(tmp_path / "a.zip", {"a.nii": (tmp_path / "a.nii").read_bytes()})
    opened, *slices = _all(Open(path, limit_bytes=100))
    assert isinstance(opened, Opened)
    assert [each.index for each in slices if isinstance(each, Arrived)] == [3, 2]
    again = _all(Fetch(opened.plan, (5,)))[0]
    assert isinstance(again, Arrived)
    np.testing.assert_array_equal(again.slice.values[..., 0], voxels[5])
    _all(Open(write_dicom(tmp_path / "other.dcm", np.zeros((4, 5), np.uint16))))


def test_a_zipped_photograph_brings_its_readers(tmp_path: Path) -> None:
    mask = np.zeros((4, 5), np.uint8)
    mask[1, 2] = 255
    for name, values in (("mole.png", np.arange(20, dtype=np.uint8).reshape(4, 5)), ("mole_seg1.png", mask)):
        Image.fromarray(values).save(tmp_path / name)
    files = {name: (tmp_path / name).read_bytes() for name in ("mole.png", "mole_seg1.png")}
    case = read_case(_zipped(tmp_path / "a.zip", files | {"__MACOSX/._mole.png": b"clutter"}))
    assert case.references is not None
    np.testing.assert_array_equal(case.references.masks[0, 0], mask > 0)


def test_names_cannot_lead_out_of_the_folder(tmp_path: Path) -> None:
    path = _zipped(tmp_path / "a.zip", {"../../evil.txt": b"1", "/absolute.txt": b"2", "a/../../b.txt": b"3"})
    with unpacked(path) as folder:
        inside = {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}
    assert inside == {"evil.txt", "absolute.txt", "a/b.txt"}
    assert {file.name for file in tmp_path.rglob("*") if file.is_file()} == {"a.zip"}


@pytest.mark.skipif(os.name != "posix", reason="rights are said otherwise here")
def test_nobody_else_can_look_into_the_folder(tmp_path: Path) -> None:
    with unpacked(_zipped(tmp_path / "a.zip", {"a": b"1"})) as folder:
        assert stat.S_IMODE(folder.parent.stat().st_mode) == stat.S_IRWXU


def test_a_bomb_is_refused_before_it_goes_off(tmp_path: Path) -> None:
    path = _zipped(tmp_path / "a.zip", {"zeros": bytes(archive.FREE_OF_RATIO + 1)})
    with pytest.raises(UnreadableFileError, match="would unpack to 268,435,457 bytes, far more than"), unpacked(path):
        pass


@pytest.mark.parametrize(
    ("limit", "value", "reason"),
    [("MOST_FILES", 1, "holds 2 files; Concord unpacks up to 1"), ("MOST_BYTES", 5, "would unpack to 6 bytes")],
)
def test_the_limits_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, value: int, reason: str) -> None:
    monkeypatch.setattr(archive, limit, value)
    with (
        pytest.raises(UnreadableFileError, match=reason),
        unpacked(_zipped(tmp_path / "a.zip", {"a": b"123", "b": b"456"})),
    ):
        pass


def test_a_locked_or_empty_or_damaged_archive_is_refused(tmp_path: Path) -> None:
    locked = _zipped(tmp_path / "a.zip", {"a": b"1"})
    content = bytearray(locked.read_bytes())
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.find(mark) + flags] |= 1
    locked.write_bytes(content)
    with pytest.raises(UnreadableFileError, match="locked with a password"):
        read_case(locked)
    with pytest.raises(UnreadableFileError, match="the archive holds no files"):
        read_case(_zipped(tmp_path / "b.zip", {}))
    whole = _zipped(tmp_path / "c.zip", {"a": os.urandom(1000)})
    whole.write_bytes(whole.read_bytes()[:-60])
    with pytest.raises(UnreadableFileError, match=r"Cannot open c\.zip: it is damaged"):
        read_case(whole)


def test_a_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: type("Usage", (), {"free": 0}))
    with pytest.raises(UnreadableFileError, match="not enough room on the disk"):
        read_case(_zipped(tmp_path / "a.zip", {"a": b"1"}))


def test_what_a_killed_process_left_is_removed_after_a_day(tmp_path: Path) -> None:
    old, fresh = (tmp_path / "temporary" / f"concord-zip-{name}" for name in ("old", "fresh"))
    for folder in (old, fresh):
        folder.mkdir()
    yesterday = time.time() - 2 * 86_400
    os.utime(old, (yesterday, yesterday))
    with unpacked(_zipped(tmp_path / "a.zip", {"a": b"1"})):
        pass
    assert (old.exists(), fresh.exists()) == (False, True)


@pytest.mark.skipif(os.name != "posix", reason="processes are ended otherwise here")
def test_a_process_that_is_asked_to_end_removes_the_folder_first(tmp_path: Path) -> None:
    path = _zipped(tmp_path / "a.zip", {"a": b"1"})
    waiting = subprocess.Popen(
        [sys.executable, "-c", _WAIT, str(path)],
        cwd=ROOT,
        env=os.environ | {"TMPDIR": str(tmp_path / "temporary")},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert waiting.stdout is not None
    with waiting.stdout:
        assert waiting.stdout.readline() == "open\n"
    waiting.terminate()
    waiting.wait(20)
    assert list((tmp_path / "temporary").iterdir()) == []


_WAIT = """
import sys, time
from pathlib import Path
from app.imaging.archive import unpacked
with unpacked(Path(sys.argv[1])):
    print("open", flush=True)
    time.sleep(60)
"""


def _zipped(path: Path, files: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in files.items():
            zipped.writestr(name, content)
    return path
