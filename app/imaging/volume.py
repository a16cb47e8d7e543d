"""Volumes in NIfTI, NRRD and MetaImage files, by SimpleITK."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import SimpleITK as sitk

from app.domain.arrays import AnyArray, FloatArray
from app.domain.case import Case, Modality, Window
from app.domain.errors import UnreadableFileError
from app.domain.geometry import Geometry
from app.domain.stack import Stack
from app.imaging.faults import decoding
from app.imaging.headers import Header, check_header
from app.imaging.kinds import Kind
from app.imaging.values import finite, first_window


@dataclass(frozen=True, slots=True, eq=False)
class Volumes:
    """One or more volumes on one grid.

    Attributes:
        values: (volumes, slices, rows, columns, channels) as the file holds them.
        geometry: of every volume.
        synthetic: whether the file carries this project's mark of a phantom.
    """

    values: AnyArray = field(repr=False)
    geometry: Geometry
    synthetic: bool


def read_volume(path: Path, kind: Kind) -> Case:
    """Read the first volume of a file.

    Raises:
        UnreadableFileError: it is damaged, cut short, or holds something else than grey or RGB voxels.
    """
    volumes = read_volumes(path, kind)
    count, first = len(volumes.values), volumes.values[0]
    notices: tuple[str, ...] = (f"The file holds {count} volumes; the first is open.",) if count > 1 else ()
    notices += volumes.geometry.faults
    if first.shape[-1] == _COLOUR:
        return Case(
            path.name, Stack.of(first), Modality.OTHER, volumes.geometry, synthetic=volumes.synthetic, notices=notices
        )
    pixels, broken = finite(first)
    is_ct = _looks_like_ct(pixels)
    return Case(
        name=path.name,
        pixels=Stack.of(pixels),
        modality=Modality.CT if is_ct else Modality.OTHER,
        geometry=volumes.geometry,
        unit="HU" if is_ct else "",
        window=SOFT_TISSUE if is_ct else first_window(pixels),
        synthetic=volumes.synthetic,
        notices=notices + ((_TAKEN_FOR_CT,) if is_ct else ()) + broken,
    )


def read_volumes(path: Path, kind: Kind) -> Volumes:
    """Read every volume of a file.

    Raises:
        UnreadableFileError: it is damaged, cut short, or holds something else than grey or RGB voxels.
    """
    with decoding(path.name):
        header = check_header(path, kind)
        with _fitly_named(path, kind) as named:
            image = sitk.ReadImage(str(named), imageIO=_READERS[kind])
        return Volumes(_values(image, path), _geometry(image, header), SYNTHETIC_MARK in header.description)


SYNTHETIC_MARK = "Concord phantom"
SOFT_TISSUE = Window(level=40.0, width=400.0)
NO_GEOMETRY = "The file does not say how its voxels lie in the patient: lengths and areas in mm are not available."
UNSAID_GEOMETRY = (
    "The file's geometry is the one that programs write when they know none (1 mm, no position): "
    "lengths, areas in mm and directions are not available."
)
_TAKEN_FOR_CT = "The file does not say how it was made; its values are those of a CT, so they are shown in HU."
_COLOUR = 3
_WITH_ALPHA = 4
_AXES = 3
_READERS = {Kind.NIFTI: "NiftiImageIO", Kind.NRRD: "NrrdImageIO", Kind.META: "MetaImageIO"}
_SUFFIXES = {Kind.NIFTI: (".nii", ".nii.gz"), Kind.NRRD: (".nrrd", ".nhdr"), Kind.META: (".mha", ".mhd")}


@contextmanager
def _fitly_named(path: Path, kind: Kind) -> Iterator[Path]:
    """Give the file under a name that SimpleITK accepts; it believes names rather than contents."""
    with path.open("rb") as file:
        packed = kind is Kind.NIFTI and file.read(2) == b"\x1f\x8b"
    fit = _SUFFIXES[kind][1:] if packed else _SUFFIXES[kind]
    if path.name.endswith(fit) and (packed or not path.name.endswith(".gz")):
        yield path
        return
    with TemporaryDirectory() as folder:
        yield Path(shutil.copyfile(path, Path(folder) / f"volume{fit[0]}"))


def _values(image: sitk.Image, path: Path) -> AnyArray:
    """Return (volumes, slices, rows, columns, channels)."""
    channels = image.GetNumberOfComponentsPerPixel()
    values: AnyArray = sitk.GetArrayFromImage(image)
    if np.iscomplexobj(values):
        raise UnreadableFileError(path.name, "it holds complex numbers, which Concord cannot show")
    if channels == 1:
        values = values[..., None]
    elif channels in {_COLOUR, _WITH_ALPHA} and values.dtype == np.uint8:
        values = np.ascontiguousarray(values[..., :_COLOUR])
    else:
        raise UnreadableFileError(path.name, f"it holds {channels} values for each voxel, which Concord cannot show")
    return values.reshape((1,) * (_AXES + 2 - values.ndim) + values.shape)


def _geometry(image: sitk.Image, header: Header) -> Geometry:
    """Return the grid of one volume; SimpleITK speaks LPS already and orders its axes column, row, slice."""
    axes = image.GetDimension()
    directions = np.eye(_AXES)
    shared = min(axes, _AXES)
    directions[:shared, :shared] = np.array(image.GetDirection()).reshape(axes, axes)[:shared, :shared]
    spacing = (*image.GetSpacing(), 1.0)[:_AXES]
    x, y, z = (*image.GetOrigin(), 0.0)[:_AXES]
    unsaid = is_unsaid(spacing, (x, y, z), directions)
    known = header.spacing_known and not unsaid
    return Geometry(
        spacing_mm=(spacing[2], spacing[1], spacing[0]),
        origin_mm=(x, y, z),
        directions=tuple((float(a), float(b), float(c)) for a, b, c in directions.T[::-1]),
        in_plane_known=known,
        slices_known=known and axes >= _AXES and image.GetSize()[2] > 1,
        faults=() if known else (UNSAID_GEOMETRY if unsaid else NO_GEOMETRY,),
    )


def is_unsaid(spacing: tuple[float, ...], origin: tuple[float, ...], directions: AnyArray) -> bool:
    """Tell whether a geometry is the one that programs write when they know none: 1 mm, at the origin, unturned.

    The same in NIfTI's axes (right, anterior, superior) has its first two directions turned over in DICOM's.
    """
    unturned = np.array_equal(directions, np.eye(_AXES)) or np.array_equal(directions, np.diag([-1.0, -1.0, 1.0]))
    return set(spacing) == {1.0} and not any(origin) and unturned


def _looks_like_ct(pixels: FloatArray) -> bool:
    """Whether the values are Hounsfield units: whole numbers from air upwards, none below a scanner's padding."""
    few = pixels.reshape(-1)[:: max(1, pixels.size // _ENOUGH)]
    in_range = _PADDING_HU <= float(few.min()) <= _AIR_HU and float(few.max()) <= _MOST_HU
    return in_range and bool((few == np.rint(few)).all())


_ENOUGH = 1_000_000
_AIR_HU, _PADDING_HU, _MOST_HU = -900, -3100, 32767
