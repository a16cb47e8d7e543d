"""Where an open session is kept until it is closed, so that a crash loses no more than seconds."""

import hashlib
import json
import secrets
import shutil
import zlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QLockFile

from app.domain.errors import OutputError, UnreadableFileError
from app.domain.words import tr
from app.export.files import PART_ENDING
from app.places import private_folder
from app.ui.desk.archive import MOST_BYTES, MOST_TEXT, TEXT_NAME, packed, unpacked
from app.ui.desk.private import save_privately
from app.ui.desk.saved import Saved, SavedRun
from app.ui.desk.trees import session_of, tree_of, tree_of_run

if TYPE_CHECKING:
    from app.domain.result import Result

FOLDER = "recovery"
_LOCK_ENDING, _ARRAY_ENDING = ".lock", ".npy.z"
_UNSAVED = "unsaved"


class Shelf:
    """A folder that one running window owns; what a window leaves behind was lost in a crash.

    Qt's lock file knows a dead owner by its process and by the computer's start.
    """

    def __init__(self, folder: Path) -> None:
        """Name the folder; it is not touched yet."""
        self.folder = folder
        self._lock = QLockFile(str(folder.with_suffix(_LOCK_ENDING)))
        self._lock.setStaleLockTime(0)
        self._runs: dict[int, tuple[Result, Any]] = {}
        self._text = b""

    @classmethod
    def fresh(cls) -> "Shelf":
        """Return a new shelf that this process owns.

        Raises:
            OSError: there is no place for it.
        """
        shelf = cls(private_folder(FOLDER) / secrets.token_hex(8))
        shelf.take()  # first, lest a window that starts now takes the folder for one left behind
        shelf.folder.mkdir(mode=0o700)
        return shelf

    def take(self) -> bool:
        """Own the shelf, unless another process that lives does."""
        return self._lock.tryLock(0)

    def write(self, saved: Saved) -> None:
        """Put a session there; what was there stays until the new one is whole, and what has not changed is kept.

        Raises:
            OutputError: it cannot be written; the session before it is still there.
        """
        kept: set[str] = set()

        def put(content: bytes) -> str:
            name = hashlib.sha256(content).hexdigest()[:_NAME] + _ARRAY_ENDING
            kept.add(name)
            if not (self.folder / name).exists():
                save_privately(self.folder / name, zlib.compress(content, 1))
            return name

        runs = {}

        def tree_of_known(run: SavedRun) -> Any:
            known = self._runs.get(id(run.result))
            tree = packed(tree_of_run(run), put) if known is None else known[1]
            runs[id(run.result)] = (run.result, tree)
            kept.update(_names(tree))
            return tree

        text = json.dumps(packed(tree_of(saved, tree_of_known), put)).encode()
        if text != self._text:
            save_privately(self.folder / TEXT_NAME, text)
        self._runs, self._text = runs, text
        self._tidy(kept)

    @property
    def saved_at(self) -> datetime | None:
        """When the session there was written, in local time; None where there is none."""
        try:
            return datetime.fromtimestamp((self.folder / TEXT_NAME).stat().st_mtime).astimezone()
        except OSError:
            return None

    @property
    def study_name(self) -> str:
        """What the study of the session there is called; "" where that cannot be read."""
        try:
            return Path(json.loads((self.folder / TEXT_NAME).read_bytes())["session"]["source"]["path"]).name
        except (OSError, ValueError, KeyError, TypeError):
            return ""

    def read(self) -> Saved:
        """Return the session there.

        Raises:
            UnreadableFileError: it is damaged or gone.
        """
        name = tr("the session that was not closed")
        try:
            path = self.folder / TEXT_NAME
            text = path.read_bytes() if path.stat().st_size <= MOST_TEXT else b""
            tree = unpacked(json.loads(text), self._content)
        except (OSError, ValueError, KeyError, TypeError, zlib.error, RecursionError) as error:
            raise UnreadableFileError(name, tr("it is damaged")) from error
        return session_of(tree, name)

    @property
    def is_unsaved(self) -> bool:
        """Whether the session there could not be saved when its window was closed; others were lost in a crash."""
        return (self.folder / _UNSAVED).exists()

    def leave(self, saved: Saved) -> None:
        """Let the next window offer a session that could not be saved; what was there stays if this cannot be put."""
        try:
            self.write(saved)
            (self.folder / _UNSAVED).touch()
        except (OutputError, OSError):
            return
        finally:
            self.release()

    def remove(self) -> None:
        """Give the shelf up with all that is on it."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self._lock.unlock()

    def release(self) -> None:
        """Let another process have the shelf, as it is."""
        self._lock.unlock()

    def _content(self, name: str) -> bytes:
        if Path(name).name != name or not name.endswith(_ARRAY_ENDING):
            raise ValueError(f"no array is called {name!r}")
        return zlib.decompressobj().decompress((self.folder / name).read_bytes(), MOST_BYTES)

    def _tidy(self, kept: set[str]) -> None:
        for path in self.folder.iterdir():
            if path.name.endswith((_ARRAY_ENDING, PART_ENDING)) and path.name not in kept:
                path.unlink(missing_ok=True)


_NAME = 32


def left_behind() -> tuple[Shelf, ...]:
    """Return the shelves that windows left behind when they crashed, the newest first, and own them.

    Empty ones are removed.

    Raises:
        OSError: there is no place for them.
    """
    found = []
    for folder in private_folder(FOLDER).iterdir():
        shelf = Shelf(folder)
        if folder.is_dir() and shelf.take():
            if shelf.saved_at is None:
                shelf.remove()
            else:
                found.append(shelf)
    return tuple(sorted(found, key=lambda shelf: shelf.saved_at or datetime.min.astimezone(), reverse=True))


def _names(tree: Any) -> Iterator[str]:
    """Return the names of the arrays in a packed tree."""
    values = tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ()
    for value in values:
        if isinstance(value, str) and value.endswith(_ARRAY_ENDING):
            yield value
        else:
            yield from _names(value)
