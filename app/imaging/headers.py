"""Headers of volume files, checked before SimpleITK sees them.

SimpleITK 2.5 writes to the terminal about damaged MetaImages and allots what a header asks for; so this module looks
first.
"""

import math
from dataclasses import dataclass
from pathlib import Path

from app.domain.errors import UnreadableFileError
from app.domain.words import tr
from app.imaging.faults import cut_short, refuse_shape
from app.imaging.kinds import Kind


@dataclass(frozen=True, slots=True)
class Raw:
    """Where a file holds one volume of one value a voxel as plain numbers.

    Attributes:
        path: of that file.
        start: of the numbers, in bytes.
        kind: of them, as numpy writes it ("<i2").
        shape: slices, rows, columns.
    """

    path: Path
    start: int
    kind: str
    shape: tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Header:
    """What the file says of itself.

    Attributes:
        spacing_known: whether it says how far its voxels are apart.
        is_oriented: whether it says in the patient's axes how they lie, and from where.
        description: free text.
        stored_bytes: that its voxels take, unpacked.
        raw: where they lie, if they do as plain numbers.
    """

    spacing_known: bool
    is_oriented: bool
    description: str
    stored_bytes: int
    raw: Raw | None = None


def check_header(path: Path, kind: Kind) -> Header:
    """Check that a volume is whole and of at most four dimensions.

    Raises:
        UnreadableFileError: it is not.
    """
    return _check_meta(path) if kind is Kind.META else _check_nrrd(path)


MOST_DIMENSIONS = 4
MOST_PACKING = 1032  # of zlib, by its authors
_TEXT_BYTES = 1 << 16


def _check_meta(path: Path) -> Header:
    with path.open("rb") as file:
        head = file.read(_TEXT_BYTES)
    text, _, _ = head.partition(b"ElementDataFile")
    fields = dict(_pair(line) for line in text.decode("latin-1").splitlines() if "=" in line)
    sizes = [int(size) for size in fields.get("DimSize", "").split()]
    channels = int(fields.get("ElementNumberOfChannels", "1"))
    refuse_shape(path.name, sizes, MOST_DIMENSIONS)
    refuse_shape(path.name, [*sizes, channels])
    if int(fields.get("NDims", "0")) != len(sizes) or _longest_line(text) > _LONGEST:
        raise UnreadableFileError(path.name, tr("its header is damaged"))
    present = _meta_length(path, head[len(text) :], len(text))
    compressed = fields.get("CompressedData", "").lower() == "true"
    plain = math.prod(sizes) * channels * _META_BYTES[fields.get("ElementType", "")]
    expected = int(fields.get("CompressedDataSize", "0")) if compressed else plain
    if present < expected or (compressed and plain > MOST_PACKING * present):
        raise cut_short(path.name, present, expected)
    return Header(
        spacing_known="ElementSpacing" in fields or "ElementSize" in fields,
        is_oriented=_is_meta_oriented(fields, len(sizes)),
        description=fields.get("Comment", ""),
        stored_bytes=plain,
        raw=None if compressed or channels > 1 else _meta_raw(path, fields, sizes, head[len(text) :]),
    )


def _is_meta_oriented(fields: dict[str, str], axes: int) -> bool:
    """Tell whether a MetaImage gives directions and a place in LPS; in a plane they are none of a patient."""
    is_undecided = axes == _AXES and "?" in fields.get("AnatomicalOrientation", "")  # of other axes it always is
    return axes >= _AXES and all(names & {*fields} for names in (_META_TURNS, _META_PLACES)) and not is_undecided


def _meta_raw(path: Path, fields: dict[str, str], sizes: list[int], rest: bytes) -> Raw | None:
    """Return where a MetaImage's numbers lie: the last bytes of their file."""
    code = _META_CODES.get(fields.get("ElementType", ""))
    shape = _volume_of(sizes)
    where = rest.partition(b"\n")[0].partition(b"=")[2].strip().decode("latin-1")
    if code is None or shape is None or fields.get("HeaderSize", "0") not in {"0", "-1"}:
        return None
    data = path if where == "LOCAL" else _beside(path, where)
    is_big = "true" in {fields.get(name, "").lower() for name in ("BinaryDataByteOrderMSB", "ElementByteOrderMSB")}
    kind = f"{'>' if is_big else '<'}{code}"
    return Raw(data, data.stat().st_size - math.prod(shape) * int(code[1:]), kind, shape)


def _volume_of(sizes: list[int]) -> tuple[int, int, int] | None:
    """Return slices, rows and columns of one volume, or None for another number of axes."""
    return (sizes[2], sizes[1], sizes[0]) if len(sizes) == _AXES else None


_AXES = 3
_META_TURNS = frozenset({"TransformMatrix", "Rotation", "Orientation"})  # three names of one thing
_META_PLACES = frozenset({"Offset", "Position", "Origin"})
_META_CODES = {
    "MET_CHAR": "i1", "MET_UCHAR": "u1", "MET_SHORT": "i2", "MET_USHORT": "u2", "MET_INT": "i4", "MET_UINT": "u4",
    "MET_FLOAT": "f4", "MET_DOUBLE": "f8",
}  # fmt: skip
_META_BYTES = {
    "MET_CHAR": 1, "MET_UCHAR": 1, "MET_SHORT": 2, "MET_USHORT": 2, "MET_INT": 4, "MET_UINT": 4, "MET_LONG": 4,
    "MET_ULONG": 4, "MET_LONG_LONG": 8, "MET_ULONG_LONG": 8, "MET_FLOAT": 4, "MET_DOUBLE": 8,
}  # fmt: skip


_LONGEST = 4000  # of a line that the library has room for


def _longest_line(text: bytes) -> int:
    return max((len(line) for line in text.splitlines()), default=0)


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
    if where.startswith("LIST") or "%" in where:
        raise UnreadableFileError(
            path.name, tr("its pixel data is split over several files, which Concord does not join")
        )
    beside = path.parent / where
    if not beside.is_file():
        raise UnreadableFileError(
            path.name, tr("its pixel data should lie beside it in {where}, which is not there").format(where=where)
        )
    return beside


def _check_nrrd(path: Path) -> Header:
    with path.open("rb") as file:
        text = file.read(_TEXT_BYTES).partition(b"\n\n")[0].decode("latin-1")
    fields = dict(_field(line) for line in text.splitlines() if ":" in line and not line.startswith("#"))
    sizes = [int(size) for size in fields.get("sizes", "").split()]
    refuse_shape(path.name, sizes, MOST_DIMENSIONS)
    where = fields.get("data file") or fields.get("datafile") or ""
    present = (_beside(path, where) if where else path).stat().st_size
    is_packed = fields.get("encoding", "raw").lower() in {"gz", "gzip"}
    if math.prod(sizes) > present * (MOST_PACKING if is_packed else 1):
        raise cut_short(path.name, present, math.prod(sizes))
    return Header(
        spacing_known="space directions" in fields or "spacings" in fields,
        is_oriented=_is_nrrd_oriented(fields),
        description=fields.get("content", ""),
        stored_bytes=math.prod(sizes) * _nrrd_bytes(fields.get("type", "")),
        raw=_nrrd_raw(_beside(path, where) if where else path, fields, sizes),
    )


def _is_nrrd_oriented(fields: dict[str, str]) -> bool:
    """Tell whether an NRRD gives directions and a place in a space that the library turns to LPS."""
    return fields.get("space", "").lower() in _PATIENT_SPACES and {"space directions", "space origin"} <= {*fields}


def _nrrd_raw(data: Path, fields: dict[str, str], sizes: list[int]) -> Raw | None:
    """Return where an NRRD's numbers lie: the last bytes of their file."""
    code = _NRRD_CODES.get(fields.get("type", ""))
    shape = _volume_of(sizes)
    kinds = set(fields.get("kinds", "domain").split())
    is_plain = (
        fields.get("encoding") == "raw" and kinds <= {"domain", "space"} and not {"byte skip", "line skip"} & {*fields}
    )
    if code is None or shape is None or not is_plain:
        return None
    kind = f"{'>' if fields.get('endian') == 'big' else '<'}{code}"
    return Raw(data, data.stat().st_size - math.prod(shape) * int(code[1:]), kind, shape)


_PATIENT_SPACES = frozenset({
    "left-posterior-superior", "lps", "left-anterior-superior", "las", "right-anterior-superior", "ras",
    "left-posterior-superior-time", "lpst",
})  # fmt: skip
_NRRD_CODES = {
    "int8": "i1", "uint8": "u1", "unsigned char": "u1", "short": "i2", "int16": "i2", "unsigned short": "u2",
    "uint16": "u2", "int": "i4", "int32": "i4", "unsigned int": "u4", "uint32": "u4", "float": "f4", "double": "f8",
}  # fmt: skip


def _nrrd_bytes(kind: str) -> int:
    """Return the bytes that a value takes; a kind may be called "short", "signed short int", "int16_t" ..."""
    named = (size for word, size in _NRRD_BYTES.items() if word in kind.lower())
    return next(named, 4)


_NRRD_BYTES = {
    "16": 2, "32": 4, "64": 8, "int8": 1, "char": 1, "short": 2, "long long": 8, "double": 8, "float": 4,
}  # fmt: skip


def _field(line: str) -> tuple[str, str]:
    key, _, value = line.partition(":")
    return key.strip().lower(), value.strip()
