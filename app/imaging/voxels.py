"""What every reader of volumes returns, and how the place in a header becomes a geometry."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from app.domain.arrays import AnyArray
from app.domain.geometry import Geometry
from app.domain.words import mark

SYNTHETIC_MARK = "Concord phantom"
NO_GEOMETRY = mark(
    "The file does not say how its voxels lie in the patient: lengths and areas in mm are not available."
)
UNSAID_GEOMETRY = mark(
    "The file's geometry is the one that programs write when they know none (1 mm, no position): lengths, areas in mm "
    "and directions are not available."
)
SKEWED_PLANE = mark("The file's rows and columns are not at right angles: lengths and areas in mm are not available.")
SKEWED_SLICES = mark(
    "The file's slices do not lie straight above each other: distances between slices are not available."
)


@dataclass(frozen=True, slots=True, eq=False)
class Volumes:
    """One or more volumes on one grid.

    Attributes:
        values: (volumes, slices, rows, columns, channels) as the file holds them.
        announced: number of volumes in the file, of which `values` may hold the first alone.
        geometry: of every volume.
        synthetic: whether the file carries this project's mark of a phantom.
    """

    values: AnyArray = field(repr=False)
    announced: int
    geometry: Geometry
    synthetic: bool


@dataclass(frozen=True, slots=True, eq=False)
class Mapped:
    """The first volume of a file that is too large to be held in memory at once.

    Attributes:
        shape: slices, rows, columns.
        take: returns a slice by its index, (rows, columns, channels) as the file holds it.
        announced: number of volumes in the file.
        geometry: of every volume.
        synthetic: whether the file carries this project's mark of a phantom.
    """

    shape: tuple[int, int, int]
    take: Callable[[int], AnyArray] = field(repr=False)
    announced: int
    geometry: Geometry
    synthetic: bool


@dataclass(frozen=True, slots=True)
class Placement:
    """What a volume's header says of its place.

    Attributes:
        axes_mm: (3, 3), as rows the steps in LPS millimetres to the next slice, row and column.
        origin_mm: centre of the first voxel in LPS.
        slices: number of slices.
        is_oriented: whether axes and origin are those of a patient.
        fault: why none of this can be relied on, or "".
    """

    axes_mm: AnyArray
    origin_mm: tuple[float, float, float]
    slices: int
    is_oriented: bool
    fault: str = ""


def geometry_of(place: Placement) -> Geometry:
    """Return the regular grid; what is not said, or cannot be measured with, is a fault of it."""
    spacing = np.linalg.norm(place.axes_mm, axis=1)
    if not (np.isfinite(spacing).all() and np.isfinite(place.origin_mm).all() and spacing.all()):
        return Geometry(faults=(place.fault or NO_GEOMETRY,))
    directions = place.axes_mm / spacing[:, None]
    in_plane, straight = _right_angles(directions)
    unsaid = UNSAID_GEOMETRY if is_unsaid(tuple(spacing), place.origin_mm, directions) else ""
    fault = place.fault or unsaid or ("" if in_plane else SKEWED_PLANE)
    slices_fault = SKEWED_SLICES if not straight and place.slices > 1 else ""
    slice_mm, row_mm, column_mm = (float(length) for length in spacing)
    return Geometry(
        spacing_mm=(slice_mm, row_mm, column_mm),
        origin_mm=place.origin_mm,
        directions=(_triple(directions[0]), _triple(directions[1]), _triple(directions[2])),
        in_plane_known=not fault,
        slices_known=not fault and straight and place.slices > 1,
        faults=tuple(said for said in (fault or slices_fault,) if said),
        orientation_known=place.is_oriented and not fault,
    )


def _right_angles(directions: AnyArray) -> tuple[bool, bool]:
    """Tell whether rows and columns, and whether all three axes, are at right angles."""
    angles = np.abs(directions @ directions.T - np.eye(_AXES))
    return bool(angles[1, 2] < _SLIGHT), bool(angles.max() < _SLIGHT)


def is_unsaid(spacing: tuple[float, ...], origin: tuple[float, ...], directions: AnyArray) -> bool:
    """Tell whether a geometry is the one that programs write when they know none: 1 mm, at the origin, unturned.

    The same in NIfTI's axes (right, anterior, superior) has two of its directions turned over in DICOM's.

    Args:
        spacing: in millimetres.
        origin: of the first voxel.
        directions: (3, 3), as rows the unit vectors of slice, row and column.
    """
    unturned = np.eye(_AXES)[::-1]
    turned_over = unturned * [-1.0, -1.0, 1.0]
    plain = np.array_equal(directions, unturned) or np.array_equal(directions, turned_over)
    return set(spacing) == {1.0} and not any(origin) and plain


_AXES = 3
_SLIGHT = 1e-3


def _triple(vector: AnyArray) -> tuple[float, float, float]:
    x, y, z = (float(value) for value in vector)
    return x, y, z
