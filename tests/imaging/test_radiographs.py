"""What a DICOM picture says of sizes and sides in the patient, and what only seems to say it."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.imaging.dicom import read_dicom
from app.imaging.stack import NO_SPACING
from tests.imaging.writers import write_dicom

RAMP = np.arange(1000, 1020, dtype=np.uint16).reshape(4, 5)
RADIOGRAPH: dict[str, Any] = {"Modality": "DX", "ImagePositionPatient": None, "ImageOrientationPatient": None}


def test_a_radiograph_with_a_pixel_spacing_has_no_sides(tmp_path: Path) -> None:
    """Its columns run to the patient's right (R\\F), which the directions of a plane without any would turn round."""
    path = write_dicom(tmp_path / "a.dcm", RAMP, **RADIOGRAPH, PatientOrientation=["R", "F"])
    assert not read_dicom(path).geometry.orientation_known


@pytest.mark.parametrize("absent", ["ImageOrientationPatient", "ImagePositionPatient"])
def test_an_mr_slice_that_does_not_say_how_it_lies_has_no_sides(tmp_path: Path, absent: str) -> None:
    geometry = read_dicom(write_dicom(tmp_path / "a.dcm", RAMP, **{"Modality": "MR", absent: None})).geometry
    assert geometry.pixel_mm == (0.7, 0.5)
    assert not geometry.orientation_known


@pytest.mark.parametrize("modality", ["CR", "DX", "MG", "XA", "RF"])
@pytest.mark.parametrize(
    ("elements", "known"),
    [
        ({"ImagerPixelSpacing": [0.7, 0.5]}, None),  # the same on the detector: not calibrated
        ({"ImagerPixelSpacing": [0.7, 0.5], "PixelSpacing": None}, None),
        ({}, None),  # nobody knows whether it is calibrated
        ({"ImagerPixelSpacing": [0.77, 0.55]}, None),  # nor here by what
        ({"ImagerPixelSpacing": [0.7, 0.5], "PixelSpacingCalibrationType": "GEOMETRY"}, None),
        ({"ImagerPixelSpacing": [0.77, 0.55], "PixelSpacingCalibrationType": "GEOMETRY"}, (0.7, 0.5)),
        ({"PixelSpacingCalibrationType": "FIDUCIAL"}, (0.7, 0.5)),
    ],
)
def test_the_millimetres_of_a_detector_are_not_those_of_the_patient(
    tmp_path: Path, modality: str, elements: dict[str, Any], known: tuple[float, float] | None
) -> None:
    """PS3.3 10.7.1; pixels that are not square stay so, 7 to 5."""
    case = read_dicom(write_dicom(tmp_path / "a.dcm", RAMP, **RADIOGRAPH | {"Modality": modality} | elements))
    assert case.geometry.pixel_mm == known
    assert case.geometry.pixel_aspect == pytest.approx(1.4)
    assert (NO_SPACING in case.notices) is (known is None)


def test_what_was_reconstructed_of_projections_is_measured_with(tmp_path: Path) -> None:
    """A slice of a rotational angiography has a place in the patient, and its own spacing."""
    assert read_dicom(write_dicom(tmp_path / "a.dcm", RAMP, Modality="XA")).geometry.pixel_mm == (0.7, 0.5)


def test_the_shape_of_pixels_is_known_without_their_size(tmp_path: Path) -> None:
    """PS3.3 C.7.6.3.1.7: the vertical size first, then the horizontal one."""
    path = write_dicom(tmp_path / "a.dcm", RAMP, Modality="OT", PixelSpacing=None, PixelAspectRatio=[4, 3])
    geometry = read_dicom(path).geometry
    assert geometry.pixel_aspect == pytest.approx(4 / 3)
    assert geometry.pixel_mm is None
