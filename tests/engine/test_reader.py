"""A file that crashes or hangs its decoder is named; the rest still opens."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np
import pytest
from pydicom import filereader

from app.domain.errors import EngineError, UnreadableFileError
from app.domain.reading import Arrived, Bad, Fetch, Lost, News, Open, Opened, Order, Plan, Touching
from app.engine.reader import MOST_BAD, Reader
from app.imaging.stream import serve
from tests.imaging.writers import write_dicom, write_stack
from tests.languages import in_language

SEVEN = [[0.0, 0.0, 2.0 * k] for k in range(7)]


def moody(order: Order) -> Generator[News, int | None, None]:
    """Serve, but die of each file named "*crash*" and sleep over each named "*hang*", as a decoder may.

    Of those with "header" in their name the header is to blame, of all others what follows it.
    """
    filereader.read_partial = _suffering(_READ)
    return serve(order)


_READ = filereader.read_partial


def _suffering(read: Callable[..., Any]) -> Callable[..., Any]:
    def suffer(file: Any, stop_when: Any = None, **more: Any) -> Any:
        name = Path(file.name).name
        if ("header" in name) == (stop_when is not None):
            if "crash" in name:
                os._exit(11)
            if "hang" in name:
                time.sleep(60)
        return read(file, stop_when, **more)

    return suffer


def diligent(order: Order) -> Generator[News, None, None]:
    """Take long over one file, with a sign of life now and then, and longer without one over the next."""
    assert isinstance(order, Open)
    for _ in range(8):
        yield Touching(order.path)
        time.sleep(0.25)
    yield Lost(0, "")
    yield Touching(order.path.with_name("next"))
    time.sleep(60)


def blameless(order: Order) -> Generator[News, None, None]:
    """Die of no file."""
    yield Lost(0, str(order))
    os._exit(11)


@pytest.fixture(name="reader")
def _reader() -> Iterator[Reader]:
    reader = Reader(silence_s=1.5, job="tests.engine.test_reader:moody")
    yield reader
    reader.close()


def _news(reader: Reader, order: Order) -> list[News]:
    return [news for news in reader.read(order) if not isinstance(news, Touching)]


def _arrived(news: list[News]) -> list[int]:
    return sorted(each.index for each in news if isinstance(each, Arrived))


def test_a_series_is_read_in_a_process_of_its_own(reader: Reader, tmp_path: Path) -> None:
    news = _news(reader, Open(write_stack(tmp_path / "series", SEVEN)))
    assert isinstance(news[0], Opened)
    assert _arrived(news) == list(range(7))


def _renamed(tmp_path: Path, name: str) -> Path:
    """Return a series whose slice 3 of 7 has another file's name than the rest."""
    folder = write_stack(tmp_path / "series", SEVEN)
    (folder / "7.dcm").rename(folder / name)  # slice 2
    return folder


@pytest.mark.parametrize(("name", "words"), [("crash.dcm", "crashed on it"), ("hang.dcm", "within 2 s")])
def test_a_slice_that_breaks_its_decoder_is_lost_and_the_rest_is_read(
    reader: Reader, tmp_path: Path, name: str, words: str
) -> None:
    folder = _renamed(tmp_path, name)
    opened = next(news for news in reader.read(Open(folder, limit_bytes=1)) if isinstance(news, Opened))
    decoded = replace(opened.plan, places=())  # as if the pixels were compressed
    news = _news(reader, Fetch(decoded, tuple(range(7))))
    assert _arrived(news) == [0, 1, 3, 4, 5, 6]
    lost = [each for each in news if isinstance(each, Lost)]
    assert [each.index for each in lost] == [2]
    assert words in lost[0].reason


def test_a_file_that_breaks_the_decoder_before_anything_is_open_is_left_out(reader: Reader, tmp_path: Path) -> None:
    news = _news(reader, Open(_renamed(tmp_path, "header_crash.dcm")))
    opened = news[0]
    assert isinstance(opened, Opened)
    assert opened.case.notices[0].startswith("6 opened, 1 skipped: 1 left out because the program that decodes it")
    assert not opened.case.geometry.slices_known
    assert _arrived(news) == list(range(6))


def test_a_file_of_an_archive_that_breaks_the_decoder_is_left_out(
    reader: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The archive is unpacked anew by the process that takes over; what the first one left goes with the test."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    folder = _renamed(tmp_path, "header_crash.dcm")
    with ZipFile(tmp_path / "a.zip", "w") as archive:
        for file in folder.iterdir():
            archive.write(file, file.name)
    opened, *rest = _news(reader, Open(tmp_path / "a.zip"))
    assert isinstance(opened, Opened)
    assert opened.case.notices[0].startswith("6 opened, 1 skipped: 1 left out because the program that decodes it")
    assert _arrived(rest) == list(range(6))
    decoded = replace(opened.plan, places=())
    assert _arrived(_news(reader, Fetch(decoded, (5, 0)))) == [0, 5]


def test_a_single_file_that_breaks_its_decoder_is_refused(reader: Reader, tmp_path: Path) -> None:
    path = write_dicom(tmp_path / "crash.dcm", np.zeros((4, 5), np.uint16))
    with pytest.raises(UnreadableFileError, match=r"^Cannot open crash\.dcm: the program that decodes it crashed"):
        _news(reader, Open(path))
    again = write_dicom(tmp_path / "fine.dcm", np.zeros((4, 5), np.uint16))
    assert _arrived(_news(reader, Open(again))) == [0]


def test_a_crash_that_no_file_explains_is_an_error() -> None:
    reader = Reader(job="tests.engine.test_reader:blameless")
    with pytest.raises(EngineError, match="stopped unexpectedly"):
        _news(reader, Fetch(Plan((), is_series=True), ()))
    reader.close()


def test_a_file_that_takes_long_and_says_so_is_no_hang_and_one_that_falls_silent_is_told_at_once(
    tmp_path: Path,
) -> None:
    reader = Reader(silence_s=1.0, job="tests.engine.test_reader:diligent")
    reading = reader.read(Open(tmp_path / "long", bad=(Bad(tmp_path, ""),) * MOST_BAD))
    assert next(reading) == Lost(0, "")  # after two seconds
    with pytest.raises(UnreadableFileError, match=r"^Cannot open next: it could not be decoded within 1 s\.$"):
        next(reading)
    reader.close()


def test_a_wish_changes_the_order(reader: Reader, tmp_path: Path) -> None:
    folder = tmp_path / "series"
    folder.mkdir()
    for index in range(209):
        pixels = np.full((64, 64), index, np.uint16)
        write_dicom(folder / f"{index}.dcm", pixels, ImagePositionPatient=[0.0, 0.0, float(index)])
    seen: list[int] = []
    for news in reader.read(Open(folder)):
        if isinstance(news, Arrived):
            if not seen:
                reader.wish(0)
            seen.append(news.index)
    assert sorted(seen) == list(range(209))
    assert seen.index(0) < 150  # it would have been the last but few


def test_the_client_of_the_reader_loads_no_decoder() -> None:
    """What the window imports must not bring pydicom or SimpleITK."""
    code = "import app.engine.reader, sys; print([m for m in ('pydicom', 'SimpleITK', 'PIL') if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_what_goes_wrong_in_the_process_is_told_in_the_users_language(tmp_path: Path) -> None:
    (tmp_path / "leer.png").touch()
    with in_language("de"):
        reader = Reader()
        with pytest.raises(UnreadableFileError) as caught:
            list(reader.read(Open(tmp_path / "leer.png")))
        reader.close()
    assert str(caught.value) == "leer.png kann nicht geöffnet werden: die Datei ist leer (0 Byte)."
