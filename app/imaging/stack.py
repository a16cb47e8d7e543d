"""Slices put in order and their grid checked, never resampled."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.domain.arrays import AnyArray
from app.domain.geometry import Geometry
from app.domain.words import mark, tr


@dataclass(frozen=True, slots=True)
class Plane:
    """Where one slice says it lies (DICOM's words, LPS millimetres).

    Attributes:
        position_mm: centre of the first pixel (x, y, z), or None.
        orientation: unit vectors along increasing column, then along increasing row, or None.
        spacing_mm: between rows, then between columns, or None.
        thickness_mm: between slices as the header has it, or None.
        number: place in the series where positions do not decide.
        aspect: height of a pixel divided by its width, for where there is no spacing.
    """

    position_mm: tuple[float, ...] | None
    orientation: tuple[float, ...] | None
    spacing_mm: tuple[float, float] | None
    thickness_mm: float | None
    number: int
    aspect: float = 1.0


def lay_out(planes: Sequence[Plane]) -> tuple[list[int], Geometry]:
    """Sort planes along their normal and check the grid that they make.

    Returns:
        the planes' indices in order, and the geometry; what fails a check is told in `faults` and not measured with.
    """
    axes = _axes(planes)
    places = [plane.position_mm for plane in planes if plane.position_mm is not None]
    if axes is None or len(places) < len(planes):
        return _by_number(planes, axes)
    heights = np.array(places) @ axes[0]
    order = sorted(range(len(planes)), key=lambda index: (round(float(heights[index]), 3), planes[index].number))
    positions = np.array(places)[order]
    faults = _stacking_faults(positions, axes[0]) if len(planes) > 1 else ()
    in_plane, lost = _in_plane(planes)
    geometry = Geometry(
        spacing_mm=(_slice_spacing(planes, np.diff(positions @ axes[0])), *in_plane),
        origin_mm=_triple(positions[0]),
        directions=(_triple(axes[0]), _triple(axes[1]), _triple(axes[2])),
        in_plane_known=not lost,
        slices_known=len(planes) > 1 and not faults,
        faults=lost + faults,
        orientation_known=True,
    )
    return order, geometry


NO_SPACING = mark("The file gives no pixel spacing in the patient: lengths and areas in mm are not available.")
UNEQUAL_SPACING = mark("The slices differ in their pixel spacing: lengths and areas in mm are not available.")
NO_POSITION = mark(
    "The slices do not say where they lie: they stand in the order of their numbers, at unknown distances."
)
NOT_PARALLEL = mark("The slices are not parallel to each other: distances between them are not available.")
LEEWAY_MM = 0.01
LEEWAY_SHARE = 0.01


def _triple(vector: AnyArray) -> tuple[float, float, float]:
    x, y, z = (float(value) for value in vector)
    return x, y, z


def _axes(planes: Sequence[Plane]) -> AnyArray | None:
    """Return the unit vectors of slice, row and column as rows of (3, 3), or None where the planes share none."""
    given = [plane.orientation for plane in planes if plane.orientation is not None]
    if len(given) < len(planes):
        return None
    orientations = np.array(given)
    column, row = orientations[0, :3], orientations[0, 3:]
    skewed = not np.allclose([column @ column, row @ row, column @ row], [1, 1, 0], atol=1e-3)
    if skewed or not np.allclose(orientations, orientations[0], atol=1e-3):
        return None
    column = column / np.linalg.norm(column)
    row = row / np.linalg.norm(row)
    return np.stack([np.cross(column, row), row, column])


def _by_number(planes: Sequence[Plane], axes: AnyArray | None) -> tuple[list[int], Geometry]:
    """Order planes whose place in space is not known."""
    order = sorted(range(len(planes)), key=lambda index: planes[index].number)
    in_plane, lost = _in_plane(planes)
    everywhere = all(plane.position_mm and plane.orientation for plane in planes)
    faults = (NOT_PARALLEL if everywhere and axes is None else NO_POSITION,) if len(planes) > 1 else ()
    spacing = (_slice_spacing(planes, np.empty(0)), *in_plane)
    return order, Geometry(spacing_mm=spacing, in_plane_known=not lost, faults=lost + faults)


def _in_plane(planes: Sequence[Plane]) -> tuple[tuple[float, float], tuple[str, ...]]:
    """Return the spacing between rows and columns, and a fault where there is no common one."""
    given = [plane.spacing_mm for plane in planes if plane.spacing_mm is not None]
    if len(given) < len(planes):
        aspects = {plane.aspect for plane in planes}
        return (aspects.pop() if len(aspects) == 1 else 1.0, 1.0), (NO_SPACING,)
    if not np.allclose(given, given[0], rtol=LEEWAY_SHARE):
        return given[0], (UNEQUAL_SPACING,)
    return given[0], ()


def _slice_spacing(planes: Sequence[Plane], steps: AnyArray) -> float:
    """Return the usual distance between slices; the header's where there is one slice; 1 where nothing says."""
    step = float(np.median(steps)) if steps.size else planes[0].thickness_mm
    return step if step and step > 0 else 1.0


def _stacking_faults(positions: AnyArray, normal: AnyArray) -> tuple[str, ...]:
    """Check that each slice lies one step further along the normal than the last; positions are (slices, 3)."""
    moves = np.diff(positions, axis=0)
    steps = moves @ normal
    usual = float(np.median(steps))
    leeway = max(LEEWAY_MM, LEEWAY_SHARE * usual)
    same = int(np.count_nonzero(steps < LEEWAY_MM))
    if same:
        return (
            tr("{n} slices lie at the same place as another: distances between slices are not available.").format(
                n=same
            ),
        )
    faults = []
    if np.abs(steps - usual).max() > leeway:
        faults.append(
            tr(
                "The distance between slices is not constant ({least} to {most} mm), so a slice may be missing: "
                "distances between slices are not available."
            ).format(least=f"{steps.min():.2f}", most=f"{steps.max():.2f}")
        )
    aside = np.linalg.norm(moves - steps[:, None] * normal, axis=1)
    if aside.max() > leeway:
        angle = float(np.degrees(np.arctan2(np.median(aside), usual)))
        faults.append(
            tr(
                "The slices are shifted against each other, as a gantry tilt of {angle} degrees does: distances "
                "between slices are not available."
            ).format(angle=f"{angle:.1f}")
        )
    return tuple(faults)
