"""The gate around third-party decoders: nothing they print or raise reaches the reader as it is."""

import io
import math
import os
import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from PIL import Image, UnidentifiedImageError

from app.domain.errors import AppError, UnreadableFileError
from app.domain.words import mark, tr

if TYPE_CHECKING:
    import zlib

UNKNOWN_KIND = mark("it is not an image file that Concord knows")


@contextmanager
def decoding(name: str) -> Iterator[None]:
    """Run decoders on one file: silence their warnings and turn whatever they raise into one sentence.

    Args:
        name: the file's name, for the sentence.

    Raises:
        UnreadableFileError: anything a decoder raised.
    """
    with warnings.catch_warnings(), _HUSHED:
        warnings.simplefilter("ignore")
        try:
            yield
        except AppError:
            raise
        except Exception as error:  # a decoder fed with damaged bytes raises anything
            raise UnreadableFileError(name, _reason(error)) from error


def cut_short(name: str, present: int, expected: int) -> UnreadableFileError:
    """Return the error for pixel data of `present` bytes where `expected` were announced."""
    return UnreadableFileError(name, tr("its pixel data is cut short: {n} of {m} bytes").format(n=present, m=expected))


def megabytes(count: int) -> str:
    """Return for example "1,250 MB"."""
    return f"{-(-count // 1_000_000):,} MB"


def refuse_beyond(name: str, needed: int, limit_bytes: int | None) -> None:
    """Refuse what takes more memory than it may and cannot be read in parts.

    Raises:
        UnreadableFileError: with both sizes.
    """
    if limit_bytes is not None and needed > limit_bytes:
        allowed = tr("and {size} are allowed (Settings, Computing)").format(size=megabytes(limit_bytes))
        raise UnreadableFileError(
            name,
            tr("it can only be read as a whole, which takes {size}, {allowed}").format(
                size=megabytes(needed), allowed=allowed
            ),
        )


def refuse_too_large(name: str, values: int) -> None:
    """Refuse what no memory holds before anything is allotted for it.

    Raises:
        UnreadableFileError: the header announces more than `MOST_VALUES` values.
    """
    if values > MOST_VALUES:
        raise UnreadableFileError(
            name,
            tr("its header announces {values} values, too many for this program's memory").format(values=f"{values:,}"),
        )


def refuse_shape(name: str, sizes: Sequence[int], most_dimensions: int | None = None) -> None:
    """Refuse a volume that cannot be shown as slices, or that no memory holds.

    Raises:
        UnreadableFileError: with the reason.
    """
    if not sizes or min(sizes) < 1:
        raise UnreadableFileError(name, tr("its header is damaged: it gives no valid image size"))
    if most_dimensions is not None and len(sizes) > most_dimensions:
        raise UnreadableFileError(
            name, tr("it has {n} dimensions; Concord reads up to {most}").format(n=len(sizes), most=most_dimensions)
        )
    refuse_too_large(name, math.prod(sizes))


def unpacked_size(file: BinaryIO, unpacker: "zlib._Decompress") -> int:
    """Return how many bytes the rest of a file unpacks to, in little memory; counted no further than is allowed."""
    total = 0
    while (chunk := unpacker.unconsumed_tail or file.read(_CHUNK)) and total <= MOST_VALUES:
        total += len(unpacker.decompress(chunk, _CHUNK))
    return total


@contextmanager
def bounded(path: Path) -> Iterator[BinaryIO]:
    """Open a file that allots room for no more than it holds, however much a damaged header asks it for."""
    with path.open("rb", buffering=0) as raw, _Bounded(raw) as file:
        yield file


class _Bounded(io.BufferedReader):
    """Reads no further than the end, where a plain file allots what it is asked for first."""

    def read(self, size: int | None = -1, /) -> bytes:
        """Return up to `size` bytes, or all that are left."""
        if size is None or 0 <= size < _SMALL:
            return super().read(size)
        left = max(0, os.fstat(self.fileno()).st_size - self.tell())
        return super().read(left if size < 0 else min(size, left))


class _Hushed:
    """Nothing that a library in C prints gets out: libtiff and MetaIO write to the terminal past Python.

    The descriptor belongs to the whole process: whoever comes first turns it away, and whoever leaves last back.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside = 0
        self._kept: int | None = None

    def __enter__(self) -> None:
        with self._lock:
            self._inside += 1
            if self._inside == 1:
                self._kept = _turned_away()

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._inside -= 1
            if self._inside == 0 and self._kept is not None:
                os.dup2(self._kept, _STDERR)
                os.close(self._kept)
                self._kept = None


def _turned_away() -> int | None:
    """Let the error output lead nowhere and return where it led, or None where there is none."""
    try:
        kept = os.dup(_STDERR)
    except OSError:
        return None
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, _STDERR)
    os.close(nowhere)
    return kept


_HUSHED = _Hushed()
_STDERR = 2
_SMALL = 1 << 16
_CHUNK = 1 << 20
MOST_VALUES = 1 << 29  # 2 GiB as float32
_REASONS: tuple[tuple[type[BaseException], str], ...] = (
    (FileNotFoundError, mark("there is no such file")),
    (PermissionError, mark("you have no permission to read it")),
    (UnidentifiedImageError, UNKNOWN_KIND),
    (MemoryError, mark("it does not fit into this computer's memory")),
    (Image.DecompressionBombError, mark("it has too many pixels")),
)


def _reason(error: BaseException) -> str:
    for kind, sentence in _REASONS:
        if isinstance(error, kind):
            return tr(sentence)
    if "truncated" in str(error).lower():
        return tr("its pixel data is cut short")
    return tr("it is damaged, or of a kind that Concord cannot decode")
