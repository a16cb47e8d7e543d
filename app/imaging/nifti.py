"""NIfTI-1 and -2, Analyze 7.5 and MGH volumes: headers by nibabel, voxels counted before memory is allotted.

nibabel's own images are not used: they choose by a file's name, and fill the terminal with remarks about headers.
"""

import gzip
import math
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, TypeAlias, cast

import numpy as np
from nibabel.freesurfer.mghformat import MGHHeader, header_dtype
from nibabel.nifti1 import Nifti1Header
from nibabel.nifti2 import Nifti2Header
from nibabel.spatialimages import HeaderDataError
from nibabel.spm2analyze import Spm2AnalyzeHeader

from app.domain.arrays import AnyArray
from app.domain.errors import UnreadableFileError
from app.imaging.faults import cut_short, refuse_shape
from app.imaging.kinds import GZIP, Kind, halves
from app.imaging.voxels import NO_GEOMETRY, SYNTHETIC_MARK, Placement, Volumes, geometry_of

Header: TypeAlias = Any  # nibabel has no types


def read_nifti(path: Path, kind: Kind, *, first_only: bool) -> Volumes:
    """Read a file, or the first volume of it.

    Raises:
        UnreadableFileError: it is cut short, or holds something else than grey or RGB voxels.
    """
    header_path, data_path = halves(path)
    with _unpacked(header_path) as file:
        header, fault = _header(file, kind, path)
    shape = [int(size) for size in header.get_data_shape()]
    refuse_shape(path.name, shape)
    columns, rows, slices, *more = (*shape, 1, 1)[: max(_AXES, len(shape))]
    volumes = 1 if first_only else math.prod(more)
    with _unpacked(data_path) as file:
        file.seek(_offset(header, is_pair=data_path != header_path))
        stored = _stored(file, header, volumes * slices * rows * columns, path)
    return Volumes(
        values=_scaled(stored, header, path).reshape(volumes, slices, rows, columns, -1),
        announced=math.prod(more),
        geometry=geometry_of(_placement(header, slices, fault)),
        synthetic=SYNTHETIC_MARK in _description(header),
    )


MIRRORED = "An Analyze file does not say which of its sides is the patient's left: directions and mm are not available."
_AXES = 3
_HEADERS = {Kind.NIFTI: Nifti1Header, Kind.ANALYZE: Spm2AnalyzeHeader}
_MGH_FLAG = slice(28, 30)  # whether the header holds a geometry
_TO_LPS = np.array([-1.0, -1.0, 1.0])


@contextmanager
def _unpacked(path: Path) -> Iterator[IO[bytes]]:
    """Open a file, through gzip where it is packed."""
    with path.open("rb") as file:
        packed = file.read(len(GZIP)) == GZIP
    with cast("IO[bytes]", gzip.open(path) if packed else path.open("rb")) as unpacked:
        yield unpacked


def _header(file: IO[bytes], kind: Kind, path: Path) -> tuple[Header, str]:
    """Return a header unchecked, since nibabel prints what it mends, and why its geometry cannot be relied on."""
    start = file.read(_NIFTI1_BYTES)
    if kind is Kind.MGH:
        has_place = any(start[_MGH_FLAG])
        return MGHHeader(start[: header_dtype.itemsize], check=False), "" if has_place else NO_GEOMETRY
    family = Nifti2Header if start[4:7] in {b"n+2", b"ni2"} else _HEADERS[kind]
    block = start + file.read(max(0, family.template_dtype.itemsize - len(start)))
    if len(block) < family.template_dtype.itemsize:
        raise UnreadableFileError(path.name, f"its header is cut short: {len(block)} bytes")
    header = family(block, check=False)
    return header, MIRRORED if kind is Kind.ANALYZE else _nifti_fault(header)


def _nifti_fault(header: Header) -> str:
    """Return why a header does not say in millimetres how its voxels lie, or ""."""
    units = int(header["xyzt_units"]) & _SPACE_UNITS
    stated = max(int(header["qform_code"]), int(header["sform_code"])) > 0 and units in {0, _MILLIMETRES}
    return "" if stated else NO_GEOMETRY


def _offset(header: Header, *, is_pair: bool) -> int:
    """Return where the voxels begin: in a single file never within the header, whatever that says."""
    least = 0 if is_pair or isinstance(header, MGHHeader) else header.template_dtype.itemsize + _EXTENDER_BYTES
    return max(least, int(header.get_data_offset()))


def _stored(file: IO[bytes], header: Header, count: int, path: Path) -> AnyArray:
    """Return `count` voxels as stored."""
    kind = header.get_data_dtype()
    expected = count * kind.itemsize
    content = _read(file, expected)
    if len(content) < expected:
        raise cut_short(path.name, len(content), expected)
    return np.frombuffer(content, kind)


def _read(file: IO[bytes], count: int) -> bytes:
    """Return what there is, up to `count` bytes, even where the packing breaks off."""
    parts: list[bytes] = []
    try:
        while count > 0 and (part := file.read(min(count, _CHUNK))):
            parts.append(part)
            count -= len(part)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        pass
    return b"".join(parts)


_NIFTI1_BYTES = 348
_EXTENDER_BYTES = 4
_CHUNK = 1 << 24


def _scaled(stored: AnyArray, header: Header, path: Path) -> AnyArray:
    """Return (voxels, channels): bytes of RGB, or the values that the header's slope and intercept make."""
    if stored.dtype.names:
        return np.stack([stored[name] for name in "RGB"], axis=-1)
    if stored.dtype.kind == "c":
        raise UnreadableFileError(path.name, "it holds complex numbers, which Concord cannot show")
    slope, intercept = header.get_slope_inter()
    if slope in (None, 1) and intercept in (None, 0):
        return stored[:, None]
    return (stored * np.float64(1 if slope is None else slope) + np.float64(intercept or 0))[:, None]


def _placement(header: Header, slices: int, fault: str) -> Placement:
    try:
        affine = np.asarray(header.get_best_affine(), np.float64)
    except (HeaderDataError, ValueError):  # a quaternion that is none
        affine = np.zeros((4, 4))
    x, y, z = (float(place) for place in affine[:3, 3] * _TO_LPS)
    return Placement(affine[:3, :3].T[::-1] * _TO_LPS, (x, y, z), slices, fault)


def _description(header: Header) -> str:
    text = header["descrip"].item() if "descrip" in header else b""
    return text.split(b"\0")[0].decode("latin-1")


_SPACE_UNITS, _MILLIMETRES = 7, 2
