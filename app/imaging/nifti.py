"""NIfTI-1 and -2, Analyze 7.5 and MGH volumes: headers by nibabel, voxels counted before memory is allotted.

nibabel's own images are not used: they choose by a file's name, and fill the terminal with remarks about headers.
"""

import gzip
import math
import os
import shutil
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile, gettempdir
from typing import IO, Any, TypeAlias, cast

import numpy as np
from nibabel.freesurfer.mghformat import MGHHeader, header_dtype
from nibabel.nifti1 import Nifti1Header
from nibabel.nifti2 import Nifti2Header
from nibabel.spatialimages import HeaderDataError
from nibabel.spm2analyze import Spm2AnalyzeHeader

from app.domain.arrays import AnyArray
from app.domain.errors import UnreadableFileError
from app.domain.geometry import Geometry
from app.domain.words import mark, tr
from app.imaging.faults import cut_short, megabytes, refuse_shape
from app.imaging.kinds import GZIP, Kind, halves
from app.imaging.voxels import NO_GEOMETRY, SYNTHETIC_MARK, Mapped, Placement, Volumes, geometry_of

Header: TypeAlias = Any  # nibabel has no types


def read_nifti(path: Path, kind: Kind, *, first_only: bool) -> Volumes:
    """Read a file, or the first volume of it.

    Raises:
        UnreadableFileError: it is cut short, or holds something else than grey or RGB voxels.
    """
    layout = _layout(path, kind)
    volumes = 1 if first_only else layout.announced
    with _unpacked(layout.voxels) as file:
        file.seek(layout.offset)
        stored = _stored(file, layout.header, volumes * math.prod(layout.shape), path)
    return Volumes(
        values=_scaled(stored, layout.header, path).reshape(volumes, *layout.shape, -1),
        announced=layout.announced,
        geometry=layout.geometry,
        synthetic=layout.synthetic,
    )


def map_nifti(path: Path, kind: Kind, limit_bytes: int) -> Mapped | None:
    """Open a file to read its first volume slice by slice, which takes little memory and has a first slice soon.

    What is packed is unpacked into a file that nobody else sees and that goes with the process; None where the disk
    has no room for it and memory has.

    Raises:
        UnreadableFileError: it is cut short, there is no room for it on the disk, or it holds something else than grey
            or RGB voxels.
    """
    layout = _layout(path, kind)
    each, voxel = math.prod(layout.shape[1:]), layout.header.get_data_dtype()
    needed = math.prod(layout.shape) * voxel.itemsize
    if _is_packed(layout.voxels) and (free := shutil.disk_usage(gettempdir()).free) < needed:
        if needed <= limit_bytes:
            return None
        words = tr("it unpacks to {size}, and the disk has {room} left").format(
            size=megabytes(needed), room=megabytes(free)
        )
        raise UnreadableFileError(path.name, words)
    with _plain(layout, needed) as (file, offset):
        present = os.fstat(file.fileno()).st_size - offset
        if present < needed:
            raise cut_short(path.name, present, needed)
        stored = np.memmap(file, voxel, "r", offset, shape=(math.prod(layout.shape),))

    def take(index: int) -> AnyArray:
        part = np.array(stored[index * each : (index + 1) * each])
        return _scaled(part, layout.header, path).reshape(*layout.shape[1:], -1)

    return Mapped(layout.shape, take, layout.announced, layout.geometry, layout.synthetic)


MIRRORED = mark(
    "An Analyze file does not say which of its sides is the patient's left: directions and mm are not available."
)
_AXES = 3
_HEADERS = {Kind.NIFTI: Nifti1Header, Kind.ANALYZE: Spm2AnalyzeHeader}
_MGH_FLAG = slice(28, 30)  # whether the header holds a geometry
_TO_LPS = np.array([-1.0, -1.0, 1.0])


@dataclass(frozen=True, slots=True, eq=False)
class _Layout:
    """What a header says.

    Attributes:
        header: nibabel's.
        voxels: the file that holds them.
        offset: of the first voxel in it, once it is unpacked.
        shape: slices, rows, columns.
        announced: number of volumes.
        geometry: of each.
    """

    header: Header
    voxels: Path
    offset: int
    shape: tuple[int, int, int]
    announced: int
    geometry: Geometry

    @property
    def synthetic(self) -> bool:
        """Whether the file carries this project's mark of a phantom."""
        return SYNTHETIC_MARK in _description(self.header)


def _layout(path: Path, kind: Kind) -> _Layout:
    header_path, data_path = halves(path)
    with _unpacked(header_path) as file:
        header, fault = _header(file, kind, path)
    shape = [int(size) for size in header.get_data_shape()]
    refuse_shape(path.name, shape)
    columns, rows, slices, *more = (*shape, 1, 1)[: max(_AXES, len(shape))]
    return _Layout(
        header=header,
        voxels=data_path,
        offset=_offset(header, is_pair=data_path != header_path),
        shape=(slices, rows, columns),
        announced=math.prod(more),
        geometry=geometry_of(_placement(header, slices, fault)),
    )


@contextmanager
def _plain(layout: _Layout, needed: int) -> Iterator[tuple[IO[bytes], int]]:
    """Give a file in which the first volume lies unpacked, and where; what is mapped of it outlives the file's end."""
    if not _is_packed(layout.voxels):
        with layout.voxels.open("rb") as file:
            yield file, layout.offset
        return
    with TemporaryFile() as plain, _unpacked(layout.voxels) as file:
        file.seek(layout.offset)
        for part in _parts(file, needed):
            plain.write(part)
        plain.flush()
        yield plain, 0


def _is_packed(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(GZIP)) == GZIP


@contextmanager
def _unpacked(path: Path) -> Iterator[IO[bytes]]:
    """Open a file, through gzip where it is packed."""
    with cast("IO[bytes]", gzip.open(path) if _is_packed(path) else path.open("rb")) as unpacked:
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
        raise UnreadableFileError(path.name, tr("its header is cut short: {n} bytes").format(n=len(block)))
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
    content = b"".join(_parts(file, expected))
    if len(content) < expected:
        raise cut_short(path.name, len(content), expected)
    return np.frombuffer(content, kind)


def _parts(file: IO[bytes], count: int) -> Iterator[bytes]:
    """Yield what there is, up to `count` bytes, even where the packing breaks off."""
    try:
        while count > 0 and (part := file.read(min(count, _CHUNK))):
            yield part
            count -= len(part)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        return


_NIFTI1_BYTES = 348
_EXTENDER_BYTES = 4
_CHUNK = 1 << 24


def _scaled(stored: AnyArray, header: Header, path: Path) -> AnyArray:
    """Return (voxels, channels): bytes of RGB, or the values that the header's slope and intercept make."""
    if stored.dtype.names:
        return np.stack([stored[name] for name in "RGB"], axis=-1)
    if stored.dtype.kind == "c":
        raise UnreadableFileError(path.name, tr("it holds complex numbers, which Concord cannot show"))
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
    return Placement(affine[:3, :3].T[::-1] * _TO_LPS, (x, y, z), slices, is_oriented=True, fault=fault)


def _description(header: Header) -> str:
    text = header["descrip"].item() if "descrip" in header else b""
    return text.split(b"\0")[0].decode("latin-1")


_SPACE_UNITS, _MILLIMETRES = 7, 2
