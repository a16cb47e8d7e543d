"""Planes through a volume: what lies where, and how a radiologist expects it turned."""

from dataclasses import replace

import numpy as np
import pytest
import SimpleITK as sitk

from app.domain.geometry import Geometry
from app.domain.plane import Plane, patient_axes, planes_of

VOLUME = (4, 5, 6)
AXIAL = ((0.0, 0.0, 1.0), (0.0, 1.0, 0.0), (1.0, 0.0, 0.0))
AXIAL_FROM_THE_HEAD = ((0.0, 0.0, -1.0), (0.0, 1.0, 0.0), (1.0, 0.0, 0.0))
SAGITTAL = ((1.0, 0.0, 0.0), (0.0, 0.0, -1.0), (0.0, 1.0, 0.0))
CORONAL = ((0.0, 1.0, 0.0), (0.0, 0.0, -1.0), (1.0, 0.0, 0.0))
TILTED = ((0.0, -0.6, 0.8), (0.0, 0.8, 0.6), (1.0, 0.0, 0.0))


def geometry(directions: tuple[tuple[float, float, float], ...]) -> Geometry:
    return Geometry((3.0, 0.5, 0.7), (10.0, -20.0, 30.0), directions, in_plane_known=True, slices_known=True)


def at(of: Geometry, place: tuple[float, float, float]) -> tuple[float, ...]:
    """Return the patient's coordinate of an index (slice, row, column) as SimpleITK has it."""
    image = sitk.Image(1, 1, 1, sitk.sitkUInt8)
    image.SetOrigin(of.origin_mm)
    image.SetSpacing(of.spacing_mm[::-1])
    image.SetDirection(np.array(of.directions[::-1]).T.ravel().tolist())
    found = image.TransformContinuousIndexToPhysicalPoint(place[::-1])
    return tuple(float(part) for part in found)


@pytest.mark.parametrize("directions", [AXIAL, AXIAL_FROM_THE_HEAD, SAGITTAL, CORONAL, TILTED])
def test_a_place_on_a_plane_is_the_same_point_in_the_patient(
    directions: tuple[tuple[float, float, float], ...],
) -> None:
    whole = geometry(directions)
    for plane in planes_of(whole):
        voxel = plane.voxel(2.0, 1.0, 3.0, VOLUME)
        assert at(plane.geometry(whole, VOLUME), (2.0, 1.0, 3.0)) == pytest.approx(at(whole, voxel))
        assert plane.place(voxel, VOLUME) == (2.0, 1.0, 3.0)


@pytest.mark.parametrize("directions", [AXIAL, AXIAL_FROM_THE_HEAD, SAGITTAL, CORONAL, TILTED])
def test_the_head_is_up_and_the_patients_right_or_front_at_the_left(
    directions: tuple[tuple[float, float, float], ...],
) -> None:
    """DICOM's patient axes rise to the left, the back and the head."""
    whole = geometry(directions)
    for plane in planes_of(whole)[1:]:
        across, down, right = (np.array(one) for one in plane.geometry(whole, VOLUME).directions)
        normal = int(np.argmax(np.abs(across)))
        assert right[{0: 1, 1: 0, 2: 0}[normal]] > 0.5
        assert down[{0: 2, 1: 2, 2: 1}[normal]] * (1 if normal == 2 else -1) > 0.5


def test_the_plane_of_the_slices_is_as_it_came() -> None:
    assert planes_of(geometry(AXIAL_FROM_THE_HEAD))[0] == Plane(0, 1, 2)


def test_an_axial_volume_gets_its_coronal_plane_first() -> None:
    """Slices that rise to the head have to be turned upside down to have the head at the top."""
    assert planes_of(geometry(AXIAL))[1:] == (Plane(1, 0, 2, rises=True), Plane(2, 0, 1, rises=True))
    assert planes_of(geometry(AXIAL_FROM_THE_HEAD))[1:] == (Plane(1, 0, 2), Plane(2, 0, 1))


def test_a_sagittal_volume_gets_its_axial_plane_first() -> None:
    """Its slices rise to the patient's left, which is the right of the picture; its columns to the back."""
    assert planes_of(geometry(SAGITTAL))[1:] == (Plane(1, 2, 0), Plane(2, 1, 0))


def test_slices_that_rise_to_the_patients_right_are_mirrored() -> None:
    towards_right = ((-1.0, 0.0, 0.0), *SAGITTAL[1:])
    assert all(plane.falls for plane in planes_of(geometry(towards_right))[1:])


def test_an_oblique_volume_is_turned_as_the_nearest_straight_one() -> None:
    assert patient_axes(geometry(TILTED)) == (2, 1, 0)


def test_a_plane_can_be_measured_on_only_where_every_spacing_is_known() -> None:
    known, plane = geometry(AXIAL), planes_of(geometry(AXIAL))[1]
    assert plane.geometry(known, VOLUME).pixel_mm == (3.0, 0.7)
    without = Geometry(known.spacing_mm, in_plane_known=True)
    assert plane.geometry(without, VOLUME).pixel_mm is None


def test_how_a_plane_lies_in_the_patient_is_said_only_where_the_file_says_it() -> None:
    """Where slices are missing the plane that they were made in still has its sides, the planes across have none."""
    told = replace(geometry(AXIAL), orientation_known=True)
    assert all(plane.geometry(told, VOLUME).orientation_known for plane in planes_of(told))
    gappy = replace(told, slices_known=False)
    assert [plane.geometry(gappy, VOLUME).orientation_known for plane in planes_of(gappy)] == [True, False, False]
    untold = geometry(AXIAL)
    assert not any(plane.geometry(untold, VOLUME).orientation_known for plane in planes_of(untold))


def test_a_turned_volume_has_its_voxels_where_the_plane_says() -> None:
    values = np.arange(np.prod(VOLUME)).reshape(VOLUME)
    for plane in planes_of(geometry(AXIAL)):
        turned = plane.turned(values)
        assert turned.shape == plane.shape(VOLUME)
        assert np.shares_memory(turned, values)
        voxel = plane.voxel(3, 2, 1, VOLUME)
        assert turned[3, 2, 1] == values[tuple(int(part) for part in voxel)]
