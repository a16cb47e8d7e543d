"""A file that holds all slices of a case: read once, kept, and handed out slice by slice."""

from collections.abc import Callable, Generator
from dataclasses import replace
from pathlib import Path

from app.domain.case import Case
from app.domain.reading import Arrived, News, Opened, Plan
from app.domain.stack import Packed, Stack


def open_whole(path: Path, case: Case, limit_bytes: int | None = None) -> Generator[News, object, Opened]:
    """Announce a case that was read as a whole, with its middle slice; the rest is kept for `slice_of`."""
    keep(path, case.pixels)
    plan = Plan((path,) * case.slices, is_series=False, limit_bytes=limit_bytes)
    opened = Opened(replace(case, pixels=Stack(case.pixels.shape)), plan)
    middle = case.slices // 2
    yield opened
    yield Arrived(middle, case.pixels.packed(middle))
    return opened


def slice_of(path: Path, index: int, read: Callable[[Path], Case]) -> Packed:
    """Return a slice of a file, which is read again only if another one was read in between.

    Raises:
        UnreadableFileError: the file cannot be read any more.
        MissingSliceError: it holds no such slice any more.
    """
    kept = _LAST.get(path)
    return (keep(path, read(path).pixels) if kept is None else kept).packed(index)


def keep(path: Path, stack: Stack) -> Stack:
    """Keep a file's slices for `slice_of` in the place of the last ones, and return them."""
    _LAST.clear()
    _LAST[path] = stack
    return stack


_LAST: dict[Path, Stack] = {}
