"""Files of volumes to cases; NRRD and MetaImage are read by SimpleITK."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import SimpleITK as sitk

from app.domain.arrays import AnyArray, FloatArray
from app.domain.case import Case, Modality, Window
from app.domain.errors import UnreadableFileError
from app.domain.geometry import Geometry
from app.domain.reading import invalid_sentence
from app.domain.stack import Packed, Stack, pack
from app.domain.words import mark, tr
from app.imaging.faults import decoding, refuse_beyond
from app.imaging.headers import Header, check_header
from app.imaging.kinds import Kind
from app.imaging.nifti import map_nifti, read_nifti
from app.imaging.values import finite, first_window
from app.imaging.voxels import NO_GEOMETRY, SYNTHETIC_MARK, Mapped, Placement, Volumes, geometry_of


def read_volume(path: Path, kind: Kind, limit_bytes: int | None = None) -> Case:
    """Read the first volume of a file.

    Args:
        path: of the file.
        kind: of the file.
        limit_bytes: of memory; where there is one, slices are read when they are asked for, if the format allows.

    Raises:
        UnreadableFileError: it is damaged, cut short, holds something else than grey or RGB voxels, or takes more
            memory than is allowed and cannot be read slice by slice.
    """
    mapped = _mapped(path, kind, limit_bytes)
    if mapped is not None:
        return _unrolled(path, mapped)
    volumes = read_volumes(path, kind, first_only=True, limit_bytes=limit_bytes)
    first = volumes.values[0]
    pixels, invalid = (first, 0) if first.shape[-1] == _COLOUR else finite(first)
    case = _case(path, volumes, pixels[_some(len(pixels))], Stack.of(pixels))
    return replace(case, notices=(*case.notices, invalid_sentence(invalid))) if invalid else case


def read_volumes(path: Path, kind: Kind, *, first_only: bool = False, limit_bytes: int | None = None) -> Volumes:
    """Read every volume of a file, or the first of them where the format allows to read it alone.

    Raises:
        UnreadableFileError: it is damaged, cut short, holds something else than grey or RGB voxels, or takes more
            memory than is allowed.
    """
    with decoding(path.name):
        if kind not in _READERS:
            return read_nifti(path, kind, first_only=first_only)
        header = check_header(path, kind)
        refuse_beyond(path.name, header.stored_bytes, limit_bytes)
        with _fitly_named(path, kind) as named:
            image = sitk.ReadImage(str(named), imageIO=_READERS[kind])
        values = _values(image, path)
        return Volumes(values, len(values), _geometry(image, header), SYNTHETIC_MARK in header.description)


SOFT_TISSUE = Window(level=40.0, width=400.0)
_TAKEN_FOR_CT = mark("The file does not say how it was made; its values are those of a CT, so they are shown in HU.")
_COLOUR = 3
_WITH_ALPHA = 4
_AXES = 3
_SAMPLED_SLICES = 32
_READERS = {Kind.NRRD: "NrrdImageIO", Kind.META: "MetaImageIO"}
_SUFFIXES = {Kind.NRRD: (".nrrd", ".nhdr"), Kind.META: (".mha", ".mhd")}


def _mapped(path: Path, kind: Kind, limit_bytes: int | None) -> Mapped | None:
    if limit_bytes is None:
        return None
    with decoding(path.name):
        return _map_raw(path, kind, limit_bytes) if kind in _READERS else map_nifti(path, kind, limit_bytes)


def _map_raw(path: Path, kind: Kind, limit_bytes: int) -> Mapped | None:
    """Open an NRRD or a MetaImage that takes more than some memory slice by slice, where its numbers lie plainly."""
    header = check_header(path, kind)
    raw = header.raw
    if raw is None or header.stored_bytes <= limit_bytes or raw.start < 0:
        return None
    with _fitly_named(path, kind) as named:
        reader = sitk.ImageFileReader()
        reader.SetImageIO(_READERS[kind])
        reader.SetFileName(str(named))
        reader.ReadImageInformation()
        geometry = _geometry(reader, header)
    voxels = np.memmap(raw.path, raw.kind, "r", raw.start, raw.shape)

    def take(index: int) -> AnyArray:
        return np.array(voxels[index])[..., None].astype(voxels.dtype.newbyteorder("="))

    return Mapped(raw.shape, take, 1, geometry, SYNTHETIC_MARK in header.description)


def _unrolled(path: Path, mapped: Mapped) -> Case:
    """Return a case whose slices are read when they are asked for; its window is told from some of them."""

    def load(index: int) -> Packed:
        with decoding(path.name):
            values = mapped.take(index)
            return pack(values) if values.shape[-1] == _COLOUR else pack(*finite(values))

    slices = mapped.shape[0]
    pixels = np.stack([load(index).values for index in _some(slices)])
    stack = Stack((slices, *pixels.shape[1:]), limit_bytes=0, source=load)
    return _case(path, mapped, pixels, stack)


def _some(slices: int) -> list[int]:
    """Return the indices of up to 32 slices, evenly spread."""
    return sorted({round(place) for place in np.linspace(0, slices - 1, min(slices, _SAMPLED_SLICES))})


def _case(path: Path, volumes: Volumes | Mapped, pixels: AnyArray, stack: Stack) -> Case:
    """Return a case.

    Args:
        path: of the file.
        volumes: what the file says of itself.
        pixels: the values of `_some` slices, which tell what they are and how to show them.
        stack: the slices.
    """
    count = volumes.announced
    notices: tuple[str, ...] = (
        (tr("The file holds {n} volumes; the first is open.").format(n=count),) if count > 1 else ()
    )
    notices += volumes.geometry.faults
    if stack.is_colour:
        return Case(path.name, stack, Modality.OTHER, volumes.geometry, synthetic=volumes.synthetic, notices=notices)
    is_ct = _looks_like_ct(pixels)
    return Case(
        name=path.name,
        pixels=stack,
        modality=Modality.CT if is_ct else Modality.OTHER,
        geometry=volumes.geometry,
        unit="HU" if is_ct else "",
        window=SOFT_TISSUE if is_ct else first_window(pixels),
        synthetic=volumes.synthetic,
        notices=notices + ((_TAKEN_FOR_CT,) if is_ct else ()),
    )


@contextmanager
def _fitly_named(path: Path, kind: Kind) -> Iterator[Path]:
    """Give the file under a name that SimpleITK accepts; it believes names rather than contents."""
    if path.name.endswith(_SUFFIXES[kind]):
        yield path
        return
    with TemporaryDirectory() as folder:
        yield Path(shutil.copyfile(path, Path(folder) / f"volume{_SUFFIXES[kind][0]}"))


def _values(image: sitk.Image, path: Path) -> AnyArray:
    """Return (volumes, slices, rows, columns, channels)."""
    channels = image.GetNumberOfComponentsPerPixel()
    values: AnyArray = sitk.GetArrayFromImage(image)
    if np.iscomplexobj(values):
        raise UnreadableFileError(path.name, tr("it holds complex numbers, which Concord cannot show"))
    if channels == 1:
        values = values[..., None]
    elif channels in {_COLOUR, _WITH_ALPHA} and values.dtype == np.uint8:
        values = np.ascontiguousarray(values[..., :_COLOUR])
    else:
        raise UnreadableFileError(
            path.name, tr("it holds {n} values for each voxel, which Concord cannot show").format(n=channels)
        )
    return values.reshape((1,) * (_AXES + 2 - values.ndim) + values.shape)


def _geometry(image: Any, header: Header) -> Geometry:
    """Return the grid of one volume; SimpleITK speaks LPS already and orders its axes column, row, slice.

    Args:
        image: or a reader that has seen its header.
        header: of the file.
    """
    axes = image.GetDimension()
    directions = np.eye(_AXES)
    shared = min(axes, _AXES)
    directions[:shared, :shared] = np.array(image.GetDirection()).reshape(axes, axes)[:shared, :shared]
    spacing = (*image.GetSpacing(), 1.0)[:_AXES]
    x, y, z = (*image.GetOrigin(), 0.0)[:_AXES]
    axes_mm = (directions * spacing).T[::-1]
    slices = image.GetSize()[2] if axes >= _AXES else 1
    fault = "" if header.spacing_known else NO_GEOMETRY
    return geometry_of(Placement(axes_mm, (x, y, z), slices, header.is_oriented, fault))


def _looks_like_ct(pixels: FloatArray) -> bool:
    """Whether the values are Hounsfield units: whole numbers from air upwards, none below a scanner's padding."""
    few = pixels.reshape(-1)[:: max(1, pixels.size // _ENOUGH)]
    in_range = _PADDING_HU <= float(few.min()) <= _AIR_HU and float(few.max()) <= _MOST_HU
    return in_range and bool((few == np.rint(few)).all())


_ENOUGH = 1_000_000
_AIR_HU, _PADDING_HU, _MOST_HU = -900, -3100, 32767
