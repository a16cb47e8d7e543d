"""What a file is, told from its first bytes and never from its name."""

import gzip
import zlib
from enum import Enum
from pathlib import Path

from app.domain.errors import UnreadableFileError
from app.domain.words import mark, tr
from app.imaging.faults import UNKNOWN_KIND, decoding


class Kind(Enum):
    """A family of files that one reader opens."""

    PHOTOGRAPH = "photograph"
    DICOM = "DICOM"
    NIFTI = "NIfTI"
    ANALYZE = "Analyze"
    MGH = "MGH"
    NRRD = "NRRD"
    META = "MetaImage"
    ZIP = "ZIP archive"


VOLUME_KINDS = frozenset({Kind.NIFTI, Kind.ANALYZE, Kind.MGH, Kind.NRRD, Kind.META})


def recognise(path: Path) -> Kind:
    """Tell what a file is.

    Raises:
        UnreadableFileError: it is missing, forbidden, empty, no file, or of no known kind.
    """
    head = _head(halves(path)[0])
    for kind, marks in _MARKS.items():
        if any(head[at : at + len(mark)] == mark for at, mark in marks):
            return kind
    if b"NDims" in head and b"=" in head:
        return Kind.META
    raise UnreadableFileError(
        path.name,
        tr(next((why for start, why in _REFUSALS if head.startswith(start)), UNKNOWN_KIND)),
    )


def halves(path: Path) -> tuple[Path, Path]:
    """Return a file twice, or where it is half of a pair (`NAME.hdr` and `NAME.img`) the header and the voxels.

    Raises:
        UnreadableFileError: a pair's other half is not there.
    """
    name = path.name.removesuffix(".gz").removesuffix(".GZ")
    stem, suffix = name[:-4], name[-4:].lower()
    if suffix not in _OTHER_HALF:
        return path, path
    wanted = {f"{stem}{_OTHER_HALF[suffix]}{packed}".lower() for packed in ("", ".gz")}
    with decoding(path.name):
        others = [other for other in path.parent.iterdir() if other.name.lower() in wanted] if path.is_file() else []
    if suffix == ".hdr":
        if path.is_file() and not others:
            raise UnreadableFileError(
                path.name, tr("its other half, {stem}.img, should lie beside it and is not there").format(stem=stem)
            )
        return path, others[0] if others else path
    return others[0] if others else path, path


_OTHER_HALF = {".hdr": ".img", ".img": ".hdr"}
_HEAD_BYTES = 1024
GZIP = b"\x1f\x8b"
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
        (0, b"MM\x00+"),
        (0, b"BM"),
        (8, b"WEBP"),
        *((8, brand) for brand in (b"heic", b"heix", b"heim", b"heis", b"mif1", b"avif")),
    ),
    Kind.NIFTI: (
        (344, b"n+1\x00"),
        (344, b"ni1\x00"),
        (4, b"n+2\x00"),
        (4, b"ni2\x00"),
    ),
    Kind.NRRD: ((0, b"NRRD"),),
    Kind.ZIP: ((0, b"PK\x03\x04"), (0, b"PK\x05\x06")),
    Kind.ANALYZE: ((0, b"\x5c\x01\x00\x00"), (0, b"\x00\x00\x01\x5c")),
    Kind.MGH: ((0, b"\x00\x00\x00\x01\x00\x00"),),
}
_REFUSALS = (
    (GZIP, mark("its compressed content is damaged")),
    (b"%PDF", mark("it is a PDF document, not an image")),
    (b"Rar!", mark("it is a RAR archive; unpack it and open what is inside")),
    (b"7z\xbc\xaf\x27\x1c", mark("it is a 7z archive; unpack it and open what is inside")),
)


def _head(path: Path) -> bytes:
    """Return the first bytes, looked at through gzip."""
    with decoding(path.name):
        if not path.exists():
            raise UnreadableFileError(path.name, tr("there is no such file or folder"))
        if not path.is_file():
            raise UnreadableFileError(path.name, tr("it is not a regular file"))
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
        if not head:
            raise UnreadableFileError(path.name, tr("it is empty (0 bytes)"))
        return _unpacked(path) or head if head.startswith(GZIP) else head


def _unpacked(path: Path) -> bytes:
    try:
        with gzip.open(path) as file:
            return file.read(_HEAD_BYTES)
    except (EOFError, gzip.BadGzipFile, zlib.error):
        return b""
