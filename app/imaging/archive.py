"""ZIP archives, unpacked where nobody else can look and not for longer than needed."""

import shutil
import signal
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from types import FrameType

from app.domain.errors import UnreadableFileError
from app.domain.words import tr
from app.imaging.faults import decoding

MOST_FILES = 20_000
MOST_BYTES = 16 << 30
MOST_RATIO = 200
FREE_OF_RATIO = 256 << 20  # a volume of zeros packs a thousandfold


@contextmanager
def unpacked(path: Path) -> Iterator[Path]:
    """Give a folder with an archive's content; it is called like the archive and is gone afterwards.

    Archives within the archive stay packed.

    Raises:
        UnreadableFileError: it is damaged, locked, or holds more than `MOST_FILES` files or `MOST_BYTES` bytes, or more
            than `MOST_RATIO` times its own size.
    """
    _remove_leftovers()
    with _orderly_end(), TemporaryDirectory(prefix=_PREFIX, ignore_cleanup_errors=True) as private:
        folder = Path(private) / path.name
        folder.mkdir()
        with decoding(path.name), zipfile.ZipFile(path) as archive:
            _unpack(archive, path, folder)
        yield folder


class Unpacked:
    """The archive that was opened last, unpacked until another one is or the process ends."""

    def __init__(self) -> None:
        """Start with none."""
        self._stamp: tuple[Path, int, int] | None = None
        self._folder = Path()
        self._held = ExitStack()

    def folder_of(self, path: Path) -> Path:
        """Return a folder with an archive's content.

        Raises:
            UnreadableFileError: as `unpacked` does.
        """
        with decoding(path.name):
            stat = path.stat()
        stamp = path, stat.st_mtime_ns, stat.st_size
        if stamp != self._stamp:
            self.let_go()
            self._folder = self._held.enter_context(unpacked(path))
            self._stamp = stamp
        return self._folder

    def let_go(self) -> None:
        """Remove what is unpacked."""
        self._stamp = None
        self._held.close()


def again_in(folder: Path, path: Path) -> Path:
    """Return where a file of an archive lies since that was unpacked anew; any other path as it is."""
    places = [place for place, part in enumerate(path.parts) if part.startswith(_PREFIX)]
    return folder.joinpath(*path.parts[places[0] + 2 :]) if places else path


_PREFIX = "concord-zip-"
_DAY_S = 86_400
_LOCKED = 0x1


def _unpack(archive: zipfile.ZipFile, path: Path, folder: Path) -> None:
    entries = [entry for entry in archive.infolist() if not entry.is_dir() and not _is_clutter(entry.filename)]
    refusal = _why_not(entries, path.stat().st_size, shutil.disk_usage(folder).free)
    if refusal:
        raise UnreadableFileError(path.name, refusal)
    for entry in entries:
        # `extract` drops drive letters, leading slashes and "..", makes no links, and reads no more than is announced.
        archive.extract(entry, folder)


def _is_clutter(name: str) -> bool:
    """Whether a file is a system's own and not the user's."""
    *folders, last = name.split("/")
    return "__MACOSX" in folders or last in {".DS_Store", "Thumbs.db"}


def _why_not(entries: list[zipfile.ZipInfo], packed: int, free: int) -> str:
    size = sum(entry.file_size for entry in entries)
    if not entries:
        return tr("the archive holds no files")
    if any(entry.flag_bits & _LOCKED for entry in entries):
        return tr("the archive is locked with a password; unpack it and open what is inside")
    if len(entries) > MOST_FILES:
        return tr("the archive holds {n} files; Concord unpacks up to {most}").format(
            n=f"{len(entries):,}", most=f"{MOST_FILES:,}"
        )
    if size > MOST_BYTES or size > max(FREE_OF_RATIO, MOST_RATIO * packed):
        return tr("the archive would unpack to {size} bytes, far more than an archive of images does").format(
            size=f"{size:,}"
        )
    if size > free:
        return tr("there is not enough room on the disk to unpack the archive")
    return ""


def _remove_leftovers() -> None:
    """Remove what a killed process could not."""
    for folder in Path(gettempdir()).glob(f"{_PREFIX}*"):
        try:
            is_old = time.time() - folder.stat().st_mtime > _DAY_S
        except OSError:
            continue
        if is_old:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _orderly_end() -> Iterator[None]:
    """Leave by way of every `finally` when the process is asked to end; the window does so to stop a reading."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, _leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _leave(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - a handler's signature
    sys.exit(128 + number)
