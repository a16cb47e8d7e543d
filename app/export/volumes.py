"""Findings as NIfTI volumes on the grid of the image they belong to."""

import gzip
import struct
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO, TypeAlias

import numpy as np
import numpy.typing as npt

from app.domain.arrays import AnyArray, BoolArray, FloatArray
from app.domain.case import Case
from app.domain.geometry import Geometry
from app.domain.grid import Grid
from app.domain.result import Findings
from app.export.files import refuse_occupied, save_atomically
from app.export.numbers import DISCLAIMER
from app.export.outcome import Outcome
from app.imaging.voxels import SYNTHETIC_MARK
from app.postprocess.native import native_levels, native_mask

UNPLACED = "Place unknown"
VOLUMES = ("soft.nii.gz", "levels.nii.gz", "samples.nii.gz")


def write_volumes(outcome: Outcome, folder: Path, *, overwrite: bool = False) -> None:
    """Write the soft map, the consensus masks and all samples as NIfTI-1 volumes.

    Every volume has the rows, columns, slices and geometry of the case; all slices but the one that was run are zero.

    - `soft.nii.gz`, float32: the share of readers expected to mark the pixel, the sum of the consensus masks / C.
    - `levels.nii.gz`, uint8, 4-D: one volume for each consensus level, level 1 first.
    - `samples.nii.gz`, uint8, 4-D: one volume for each sample, all samples of level 1 first.

    Planes are computed and compressed one by one, so that memory does not grow with the number of samples.

    Args:
        outcome: the slice and the result of a run on it.
        folder: that exists.
        overwrite: whether files that are already there are replaced.

    Raises:
        OutputError: a file is already there, or cannot be written; none of the three is left then.
    """
    result, grid, findings = outcome.result, outcome.result.grid, outcome.result.findings
    masks = result.samples.reshape(-1, *grid.shape) >= _HALF
    planes: dict[str, Iterable[AnyArray]] = {
        "soft.nii.gz": iter([native_soft(findings, grid)]),
        "levels.nii.gz": native_levels(findings, grid),
        "samples.nii.gz": (native_mask(mask, grid) for mask in masks),
    }
    counts = {"soft.nii.gz": 0, "levels.nii.gz": findings.level_count, "samples.nii.gz": len(masks)}
    for name in VOLUMES:
        refuse_occupied(folder / name, overwrite=overwrite)
    written: list[Path] = []
    try:
        for name in VOLUMES:
            write = _writer(outcome, planes[name], counts[name])
            save_atomically(folder / name, write, overwrite=overwrite)
            written.append(folder / name)
    except BaseException:
        for path in written:
            path.unlink(missing_ok=True)
        raise


def native_soft(findings: Findings, grid: Grid) -> FloatArray:
    """Return the soft map (rows, columns) on the slice: the sum of the consensus masks / C."""
    marked = np.zeros(grid.native_shape, np.float32)
    for mask in native_levels(findings, grid):
        marked += mask
    return marked / np.float32(findings.level_count)


_Write: TypeAlias = Callable[[IO[bytes]], None]

_HALF = 0.5
_QUICKEST = 1
_FLOAT32 = (16, 32)  # NIfTI-1 data type and bits of a voxel
_UINT8 = (2, 8)
_HEADER_SIZE = 348
_NO_EXTENSION = 4
_MILLIMETRES = 2
_SCANNER = 1


def _writer(outcome: Outcome, planes: Iterable[AnyArray], volumes: int) -> _Write:
    """Return what writes one plane for each volume; `volumes` is 0 for a single 3-D one of float32."""
    dtype: npt.DTypeLike = np.uint8 if volumes else np.float32
    header = nifti_header(outcome.case, outcome.slices, volumes, _UINT8 if volumes else _FLOAT32)
    empty = np.zeros(outcome.case.shape, dtype).tobytes()

    def write(file: IO[bytes]) -> None:
        with gzip.GzipFile(filename="", mode="wb", compresslevel=_QUICKEST, fileobj=file, mtime=0) as packed:
            packed.write(header)
            for plane in planes:
                for index in range(outcome.slices):
                    packed.write(np.ascontiguousarray(plane, dtype).data if index == outcome.slice_index else empty)

    return write


def mask_volume_writer(masks: BoolArray, case: Case, what: str) -> _Write:
    """Return what writes masks (slices, rows, columns) as one NIfTI-1 volume of uint8.

    Args:
        masks: of the whole case.
        case: for its geometry.
        what: said in the header before the disclaimer, in ASCII.
    """
    header = nifti_header(case, len(masks), 0, _UINT8, what)

    def write(file: IO[bytes]) -> None:
        with gzip.GzipFile(filename="", mode="wb", compresslevel=_QUICKEST, fileobj=file, mtime=0) as packed:
            packed.write(header)
            for mask in masks:
                packed.write(np.ascontiguousarray(mask, np.uint8).data)

    return write


def nifti_header(case: Case, slices: int, volumes: int, datatype: tuple[int, int], what: str = "") -> bytes:
    """Return a NIfTI-1 header, its fields and their offsets as in nifti1.h, with the geometry as its sform.

    NIfTI has one unit for all three axes and cannot leave one of them open. So what is not safe to measure with along
    all of them has neither a unit nor a matrix, and pixels that keep their shape but not their size.

    Args:
        case: for rows, columns and geometry.
        slices: of the volume.
        volumes: along the fourth axis, or 0 for a volume of three axes.
        datatype: the code and the bits of a voxel.
        what: said before the disclaimer.
    """
    header = bytearray(_HEADER_SIZE + _NO_EXTENSION)
    rows, columns = case.shape
    dimensions = 4 if volumes else 3
    measured, placed = _knowledge(case.geometry, slices)
    sizes = case.geometry.spacing_mm[::-1] if measured else (1.0, case.geometry.pixel_aspect, 1.0)
    struct.pack_into("<i", header, 0, _HEADER_SIZE)
    struct.pack_into("<8h", header, 40, dimensions, columns, rows, slices, max(volumes, 1), 1, 1, 1)
    struct.pack_into("<2h", header, 70, *datatype)
    struct.pack_into("<8f", header, 76, 1, *sizes, 1, 0, 0, 0)
    struct.pack_into("<3f", header, 108, len(header), 1, 0)
    struct.pack_into("<B", header, 123, _MILLIMETRES if measured else 0)
    maker = SYNTHETIC_MARK if case.synthetic else "Concord"
    words = f"{maker}. {what}. {DISCLAIMER}" if what else f"{maker}. {DISCLAIMER}"
    scale = ". Scale marked by reader" if case.geometry.is_marked else "" if placed else f". {UNPLACED}"
    struct.pack_into("<80s", header, 148, f"{words}{scale}".encode())
    if placed:
        struct.pack_into("<2h", header, 252, 0, _SCANNER)
        struct.pack_into("<12f", header, 280, *affine(case.geometry).ravel()[:12])
    struct.pack_into("<4s", header, 344, b"n+1")
    return bytes(header)


def _knowledge(geometry: Geometry, slices: int) -> tuple[bool, bool]:
    """Tell whether every axis can be measured along, and whether it is known, too, how the volume lies."""
    measured = geometry.in_plane_known and (slices == 1 or geometry.slices_known)
    return measured, measured and geometry.orientation_known


def affine(geometry: Geometry) -> npt.NDArray[np.float64]:
    """Return the matrix (4, 4) from (column, row, slice) to millimetres in NIfTI's axes (right, anterior, superior)."""
    matrix = np.eye(4)
    matrix[:3, :3] = (np.array(geometry.directions) * np.array(geometry.spacing_mm)[:, None])[::-1].T
    matrix[:3, 3] = geometry.origin_mm
    return np.diag([-1.0, -1.0, 1.0, 1.0]) @ matrix
