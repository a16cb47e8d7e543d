"""Headers of volume files, checked before SimpleITK sees them.

SimpleITK 2.5 crashes the interpreter on a NIfTI of more than four dimensions, fills cut-off NIfTI data with zeros
without a word, and writes to the terminal about damaged MetaImages; so this module looks first.
"""

import gzip
import math
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

from app.domain.errors import UnreadableFileError
from app.imaging.faults import cut_short
from app.imaging.kinds import Kind


@dataclass(frozen=True, slots=True)
class Header:
    """What the file says of itself.

    Attributes:
        spacing_known: whether it says how its voxels lie.
        description: free text.
    """

    spacing_known: bool
    description: str


def check_header(path: Path, kind: Kind) -> Header:
    """Check that a volume is whole and of at most four dimensions.

    Raises:
        UnreadableFileError: it is not.
    """
    match kind:
        case Kind.NIFTI:
            return _check_nifti(path)
        case Kind.META:
            return _check_meta(path)
        case _:
            return _check_nrrd(path)


MOST_DIMENSIONS = 4
MOST_VOXELS = 1 << 29  # 2 GiB as float32
_NIFTI_BYTES = 348
_MILLIMETRES = 2
_OCTET = 8
_TEXT_BYTES = 1 << 16


def _check_nifti(path: Path) -> Header:
    raw = _opened(path, _NIFTI_BYTES)
    if raw[4:7] in {b"n+2", b"ni2"}:
        raise UnreadableFileError(path.name, "it is a NIfTI-2 file; convert it to NIfTI-1")
    if raw[344:347] == b"ni1":
        raise UnreadableFileError(
            path.name,
            "it is one half of a NIfTI pair; convert it to a single .nii file",
        )
    order = "<" if struct.unpack("<i", raw[:4]) == (_NIFTI_BYTES,) else ">"
    dimensions, *sizes = struct.unpack(f"{order}8h", raw[40:56])
    (bits,) = struct.unpack(f"{order}h", raw[72:74])
    (offset,) = struct.unpack(f"{order}f", raw[108:112])
    forms = struct.unpack(f"{order}2h", raw[252:256])
    _refuse_shape(path, sizes[:dimensions] if dimensions > 0 else [])
    expected = int(offset) + math.prod(sizes[:dimensions]) * bits // _OCTET
    present = _length(path, expected)
    if present < expected:
        raise cut_short(path.name, max(0, present - int(offset)), expected - int(offset))
    return Header(
        spacing_known=max(forms) > 0 and raw[123] & 7 in {0, _MILLIMETRES},
        description=raw[148:228].split(b"\0")[0].decode("latin-1"),
    )


def _check_meta(path: Path) -> Header:
    with path.open("rb") as file:
        head = file.read(_TEXT_BYTES)
    text, _, _ = head.partition(b"ElementDataFile")
    fields = dict(_pair(line) for line in text.decode("latin-1").splitlines() if "=" in line)
    sizes = [int(size) for size in fields.get("DimSize", "").split()]
    _refuse_shape(path, sizes)
    present = _meta_length(path, head[len(text) :], len(text))
    compressed = fields.get("CompressedData", "").lower() == "true"
    channels = int(fields.get("ElementNumberOfChannels", "1"))
    plain = math.prod(sizes) * channels * _META_BYTES[fields.get("ElementType", "")]
    expected = int(fields.get("CompressedDataSize", "0")) if compressed else plain
    if present < expected:
        raise cut_short(path.name, present, expected)
    return Header(
        spacing_known="ElementSpacing" in fields or "ElementSize" in fields,
        description=fields.get("Comment", ""),
    )


_META_BYTES = {
    "MET_CHAR": 1, "MET_UCHAR": 1, "MET_SHORT": 2, "MET_USHORT": 2, "MET_INT": 4, "MET_UINT": 4, "MET_LONG": 4,
    "MET_ULONG": 4, "MET_LONG_LONG": 8, "MET_ULONG_LONG": 8, "MET_FLOAT": 4, "MET_DOUBLE": 8,
}  # fmt: skip


def _pair(line: str) -> tuple[str, str]:
    key, _, value = line.partition("=")
    return key.strip(), value.strip()


def _meta_length(path: Path, rest: bytes, start: int) -> int:
    """Return the length of a MetaImage's pixel data, which begins after the line that says where it lies."""
    line = rest.partition(b"\n")[0]
    where = line.partition(b"=")[2].strip().decode("latin-1")
    if where == "LOCAL":
        return path.stat().st_size - start - len(line) - 1
    return _beside(path, where).stat().st_size


def _beside(path: Path, where: str) -> Path:
    """Return the file that a header names as the place of its pixel data."""
    beside = path.parent / where
    if not beside.is_file():
        raise UnreadableFileError(path.name, f"its pixel data should lie beside it in {where}, which is not there")
    return beside


def _check_nrrd(path: Path) -> Header:
    with path.open("rb") as file:
        text = file.read(_TEXT_BYTES).partition(b"\n\n")[0].decode("latin-1")
    fields = dict(_field(line) for line in text.splitlines() if ":" in line and not line.startswith("#"))
    _refuse_shape(path, [int(size) for size in fields.get("sizes", "").split()])
    where = fields.get("data file") or fields.get("datafile") or ""
    if where and not where.startswith("LIST") and "%" not in where:
        _beside(path, where)
    return Header(
        spacing_known="space directions" in fields or "spacings" in fields,
        description=fields.get("content", ""),
    )


def _field(line: str) -> tuple[str, str]:
    key, _, value = line.partition(":")
    return key.strip().lower(), value.strip()


def _refuse_shape(path: Path, sizes: list[int]) -> None:
    """Refuse what cannot be shown as slices."""
    if not sizes or min(sizes) < 1:
        raise UnreadableFileError(path.name, "its header is damaged: it gives no valid image size")
    if len(sizes) > MOST_DIMENSIONS:
        raise UnreadableFileError(
            path.name,
            f"it has {len(sizes)} dimensions; Concord reads up to {MOST_DIMENSIONS}",
        )
    if math.prod(sizes) > MOST_VOXELS:
        raise UnreadableFileError(
            path.name,
            f"it has {math.prod(sizes)} voxels, too many for this program's memory",
        )


def _opened(path: Path, count: int) -> bytes:
    """Return the first bytes, through gzip where the file is packed."""
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    with gzip.open(path) if packed else path.open("rb") as file:
        raw = file.read(count)
    if len(raw) < count:
        raise UnreadableFileError(path.name, f"its header is cut short: {len(raw)} of {count} bytes")
    return raw


def _length(path: Path, enough: int) -> int:
    """Return the file's length unpacked, counted no further than `enough`."""
    with path.open("rb") as file:
        if file.read(2) != b"\x1f\x8b":
            return path.stat().st_size
    total = 0
    with gzip.open(path) as file:
        try:
            while total < enough and (chunk := file.read(1 << 20)):
                total += len(chunk)
        except (EOFError, zlib.error, gzip.BadGzipFile):
            return total
    return total
