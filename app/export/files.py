"""Files that are written whole or not at all."""

import errno
import os
import secrets
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import IO

from app.domain.errors import OutputError
from app.domain.words import mark, tr


def save_atomically(path: Path, write: Callable[[IO[bytes]], None], *, overwrite: bool = False) -> None:
    """Write a file under a temporary name beside it, then give it its own.

    Args:
        path: of the file.
        write: writes the content.
        overwrite: whether a file that is already there is replaced.

    Raises:
        OutputError: the file is there already, or cannot be written; nothing is left behind.
    """
    try:
        refuse_occupied(path, overwrite=overwrite)
        _write_and_rename(path, write, overwrite=overwrite)
    except OSError as error:
        raise OutputError(tr("Cannot write {name}: {reason}.").format(name=path.name, reason=_reason(error))) from error


def refuse_occupied(path: Path, *, overwrite: bool) -> None:
    """Refuse a place that is taken, before any work is done.

    Raises:
        OutputError: a folder is there, or a file that may not be replaced.
    """
    if path.is_dir():
        raise OutputError(tr("Cannot write {name}: a folder of that name is already there.").format(name=path.name))
    if path.exists() and not overwrite:
        raise OutputError(tr("Cannot write {name}: a file of that name is already there.").format(name=path.name))


def part_files(folder: Path) -> frozenset[Path]:
    """Return the temporary files in a folder: those being written, and those of a process that was killed meanwhile."""
    return frozenset(folder.glob(f"{PART_STEM}*{PART_ENDING}"))


PART_STEM, PART_ENDING = ".concord-", ".part"


def fresh_folder(parent: Path, stem: str) -> Path:
    """Make a folder that was not there, "stem-001" or the next free number.

    Raises:
        OutputError: it cannot be made.
    """
    numbers = count(1)
    return made_folder(next(path for n in numbers if not (path := parent / f"{stem}-{n:03}").exists()))


def made_folder(path: Path) -> Path:
    """Make a folder that was not there.

    Raises:
        OutputError: it cannot be made.
    """
    try:
        path.mkdir()
    except FileExistsError as error:
        raise OutputError(
            tr("Cannot make the folder {name}: something of that name is already there.").format(name=path.name)
        ) from error
    except OSError as error:
        raise OutputError(
            tr("Cannot make the folder {name}: {reason}.").format(name=path.name, reason=_reason(error))
        ) from error
    return path


_REASONS = {
    errno.ENOSPC: mark("the disk is full"),
    errno.EDQUOT: mark("the disk quota is used up"),
    errno.EFBIG: mark("it grows larger than this disk or account allows"),
    errno.EACCES: mark("its folder may not be written to"),
    errno.EPERM: mark("its folder may not be written to"),
    errno.EROFS: mark("its disk is read-only"),
    errno.ENOENT: mark("its folder does not exist"),
    errno.ENOTDIR: mark("its folder is not a folder but a file"),
    errno.ENAMETOOLONG: mark("the name is too long"),
}


def _write_and_rename(path: Path, write: Callable[[IO[bytes]], None], *, overwrite: bool) -> None:
    temporary = path.with_name(f"{PART_STEM}{secrets.token_hex(8)}{PART_ENDING}")
    try:
        with temporary.open("xb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        refuse_occupied(path, overwrite=overwrite)  # someone may have put one there in the meantime
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _reason(error: OSError) -> str:
    known = _REASONS.get(error.errno or 0)
    return tr(known) if known else (error.strerror or "").lower() or tr("the disk refused it")
