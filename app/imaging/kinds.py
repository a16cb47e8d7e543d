"""What a file is, told from its first bytes and never from its name."""

import gzip
import zlib
from enum import Enum
from pathlib import Path

from app.domain.errors import UnreadableFileError
from app.imaging.faults import UNKNOWN_KIND, decoding


class Kind(Enum):
    """A family of files that one reader opens."""

    PHOTOGRAPH = "photograph"
    DICOM = "DICOM"
    NIFTI = "NIfTI"
    NRRD = "NRRD"
    META = "MetaImage"


def recognise(path: Path) -> Kind:
    """Tell what a file is.

    Raises:
        UnreadableFileError: it is missing, forbidden, empty, no file, or of no known kind.
    """
    head = _head(path)
    for kind, marks in _MARKS.items():
        if any(head[at : at + len(mark)] == mark for at, mark in marks):
            return kind
    if b"NDims" in head and b"=" in head:
        return Kind.META
    raise UnreadableFileError(
        path.name,
        next((why for mark, why in _REFUSALS if head.startswith(mark)), UNKNOWN_KIND),
    )


_HEAD_BYTES = 1024
_GZIP = b"\x1f\x8b"
_MARKS = {
    Kind.DICOM: (
        (128, b"DICM"),
        *((0, start) for start in (b"\x02\x00\x00\x00", b"\x08\x00\x00\x00", b"\x08\x00\x05\x00")),
        *((0, start) for start in (b"\x08\x00\x08\x00", b"\x08\x00\x16\x00")),  # no preamble, against PS3.10
    ),
    Kind.PHOTOGRAPH: (
        (0, b"\x89PNG\r\n\x1a\n"),
        (0, b"\xff\xd8\xff"),
        (0, b"II*\x00"),
        (0, b"MM\x00*"),
        (0, b"II+\x00"),
    ),
    Kind.NIFTI: (
        (344, b"n+1\x00"),
        (344, b"ni1\x00"),
        (4, b"n+2\x00"),
        (4, b"ni2\x00"),
    ),
    Kind.NRRD: ((0, b"NRRD"),),
}
_REFUSALS = (
    (b"PK\x03\x04", "it is a ZIP archive; unpack it and open what is inside"),
    (
        b"\x5c\x01\x00\x00",
        "it is an Analyze header, which does not say how the image lies; convert it to NIfTI",
    ),
    (
        b"\x00\x00\x01\x5c",
        "it is an Analyze header, which does not say how the image lies; convert it to NIfTI",
    ),
    (_GZIP, "its compressed content is damaged"),
)


def _head(path: Path) -> bytes:
    """Return the first bytes, looked at through gzip."""
    with decoding(path.name):
        if not path.exists():
            raise UnreadableFileError(path.name, "there is no such file or folder")
        if not path.is_file():
            raise UnreadableFileError(path.name, "it is not a regular file")
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
        if not head:
            raise UnreadableFileError(path.name, "it is empty (0 bytes)")
        return _unpacked(path) or head if head.startswith(_GZIP) else head


def _unpacked(path: Path) -> bytes:
    try:
        with gzip.open(path) as file:
            return file.read(_HEAD_BYTES)
    except (EOFError, gzip.BadGzipFile, zlib.error):
        return b""
