"""Volumes as SimpleITK and nibabel write them."""

import gzip
from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
import pytest
import SimpleITK as sitk

from app.domain.case import Modality
from app.domain.errors import UnreadableFileError
from app.imaging.read import read_case
from app.imaging.volume import SOFT_TISSUE
from app.imaging.voxels import NO_GEOMETRY, UNSAID_GEOMETRY

SUFFIXES = [".nii", ".nii.gz", ".nrrd", ".mha", ".mhd"]
VALUES = np.arange(60, dtype=np.float32).reshape(3, 4, 5)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_values_and_geometry_are_those_that_were_written(tmp_path: Path, suffix: str) -> None:
    image = _oblique(VALUES)
    sitk.WriteImage(image, str(tmp_path / f"a{suffix}"))
    case = read_case(tmp_path / f"a{suffix}")
    np.testing.assert_array_equal(case.pixels.whole()[..., 0], VALUES)
    geometry = case.geometry
    here = np.array(geometry.origin_mm) + np.array([2, 1, 3]) * geometry.spacing_mm @ np.array(geometry.directions)
    np.testing.assert_allclose(here, image.TransformIndexToPhysicalPoint((3, 1, 2)), atol=1e-4)
    assert geometry.spacing_mm == pytest.approx((3.0, 2.0, 1.5))
    assert geometry.in_plane_known
    assert geometry.slices_known
    assert geometry.orientation_known
    assert case.notices == ()
    assert case.modality is Modality.OTHER


@pytest.mark.parametrize("suffix", [".nii", ".nii.gz", ".nrrd", ".mha"])
def test_the_content_decides_and_not_the_name(tmp_path: Path, suffix: str) -> None:
    sitk.WriteImage(_oblique(VALUES), str(tmp_path / f"a{suffix}"))
    wrong = (tmp_path / f"a{suffix}").rename(tmp_path / "picture.jpg")
    case = read_case(wrong)
    assert case.name == "picture.jpg"
    np.testing.assert_array_equal(case.pixels.whole()[..., 0], VALUES)


def test_an_affine_of_nibabel_is_the_same_place_in_the_patient(tmp_path: Path) -> None:
    affine = np.array([[0, 0, 3.0, 10], [2.0, 0, 0, 20], [0, 1.5, 0, 30], [0, 0, 0, 1]])  # RAS millimetres
    nib.save(nib.Nifti1Image(VALUES.transpose(2, 1, 0), affine), tmp_path / "a.nii")
    geometry = read_case(tmp_path / "a.nii").geometry
    column, row, slice_ = 4, 3, 2
    here = np.array(geometry.origin_mm) + np.array([slice_, row, column]) * geometry.spacing_mm @ np.array(
        geometry.directions
    )
    expected = (affine @ [column, row, slice_, 1])[:3] * [-1, -1, 1]  # RAS to LPS
    np.testing.assert_allclose(here, expected, atol=1e-4)


@pytest.mark.parametrize(("code", "unit", "known"), [(1, 2, True), (0, 2, False), (1, 3, False), (1, 0, True)])
def test_nifti_is_measured_with_only_where_its_header_says_so(
    tmp_path: Path, code: int, unit: int, *, known: bool
) -> None:
    image = nib.Nifti1Image(VALUES, np.diag([2.0, 2.0, 2.0, 1.0]))
    image.set_sform(image.affine, code)
    image.set_qform(image.affine, code)
    image.header["xyzt_units"] = unit  # 2 is millimetres, 3 micrometres, 0 not said
    nib.save(image, tmp_path / "a.nii")
    case = read_case(tmp_path / "a.nii")
    assert case.geometry.in_plane_known is known
    assert case.geometry.slices_known is known
    assert case.geometry.orientation_known is known
    assert (NO_GEOMETRY in case.notices) is not known


@pytest.mark.parametrize(
    ("told", "known"),
    [
        ("spacings: 2 2 3", False),
        ("space: LPS\nspace directions: (2,0,0) (0,2,0) (0,0,3)\nspace origin: (0,0,0)", True),
        ("space: right-anterior-superior\nspace directions: (2,0,0) (0,2,0) (0,0,3)\nspace origin: (0,0,0)", True),
        ("space: LPS\nspace directions: (2,0,0) (0,2,0) (0,0,3)", False),  # from where it does not say
        ("space: scanner-xyz\nspace directions: (2,0,0) (0,2,0) (0,0,3)\nspace origin: (0,0,0)", False),
        ("space dimension: 3\nspace directions: (2,0,0) (0,2,0) (0,0,3)\nspace origin: (0,0,0)", False),
    ],
)
def test_an_nrrd_is_oriented_only_by_a_space_of_the_patient(tmp_path: Path, told: str, *, known: bool) -> None:
    """The NRRD format's "Space and orientation information": of its spaces only these name sides of a patient."""
    head = f"NRRD0004\ntype: uint8\ndimension: 3\nsizes: 5 4 3\n{told}\nencoding: raw\n\n"
    (tmp_path / "a.nrrd").write_bytes(head.encode() + bytes(60))
    geometry = read_case(tmp_path / "a.nrrd").geometry
    assert geometry.spacing_mm == (3.0, 2.0, 2.0)
    assert geometry.in_plane_known
    assert geometry.orientation_known is known


@pytest.mark.parametrize(
    ("told", "known"),
    [
        ("", False),
        ("TransformMatrix = 1 0 0 0 1 0 0 0 1\nOffset = 0 0 0\n", True),
        ("Orientation = 1 0 0 0 1 0 0 0 1\nPosition = 0 0 0\n", True),
        ("TransformMatrix = 1 0 0 0 1 0 0 0 1\nOffset = 0 0 0\nAnatomicalOrientation = ???\n", False),
        ("Offset = 0 0 0\n", False),
    ],
)
def test_a_metaimage_is_oriented_only_by_its_matrix(tmp_path: Path, told: str, *, known: bool) -> None:
    head = "ObjectType = Image\nNDims = 3\nDimSize = 5 4 3\nElementType = MET_UCHAR\nElementSpacing = 2 2 3\n"
    (tmp_path / "a.mha").write_bytes(f"{head}{told}ElementDataFile = LOCAL\n".encode() + bytes(60))
    geometry = read_case(tmp_path / "a.mha").geometry
    assert geometry.spacing_mm == (3.0, 2.0, 2.0)
    assert geometry.in_plane_known
    assert geometry.orientation_known is known


def test_a_ct_is_known_by_its_values_and_that_is_told(tmp_path: Path) -> None:
    values = np.array([[[-1024, -100, 40], [60, 300, 1200]]] * 2, np.int16)
    sitk.WriteImage(sitk.GetImageFromArray(values), str(tmp_path / "a.nii.gz"))
    case = read_case(tmp_path / "a.nii.gz")
    assert case.modality is Modality.CT
    assert case.unit == "HU"
    assert case.window == SOFT_TISSUE
    assert any("those of a CT" in notice for notice in case.notices)


@pytest.mark.parametrize("lowest", [-1024.5, -899, -4000])
def test_other_values_get_no_unit(tmp_path: Path, lowest: float) -> None:
    values = VALUES.copy()
    values[0, 0, 0] = lowest
    sitk.WriteImage(sitk.GetImageFromArray(values), str(tmp_path / "a.nii"))
    case = read_case(tmp_path / "a.nii")
    assert case.unit == ""
    assert case.modality is Modality.OTHER


def test_of_several_volumes_the_first_is_open_and_that_is_told(tmp_path: Path) -> None:
    nib.save(nib.Nifti1Image(np.stack([VALUES, VALUES + 100], -1), np.eye(4)), tmp_path / "a.nii.gz")
    case = read_case(tmp_path / "a.nii.gz")
    assert case.pixels.whole().max() == 59
    assert "The file holds 2 volumes; the first is open." in case.notices


def test_a_plane_is_one_slice(tmp_path: Path) -> None:
    image = sitk.GetImageFromArray(VALUES[0])
    image.SetSpacing((0.5, 0.5))
    sitk.WriteImage(image, str(tmp_path / "a.mha"))
    case = read_case(tmp_path / "a.mha")
    assert case.pixels.shape == (1, 4, 5, 1)
    assert case.geometry.in_plane_known
    assert not case.geometry.slices_known
    assert not case.geometry.orientation_known


@pytest.mark.parametrize("channels", [3, 4])
def test_colour_volumes_keep_their_colours(tmp_path: Path, channels: int) -> None:
    rgb = np.random.default_rng(0).integers(0, 256, (3, 4, 5, channels), np.uint8)
    sitk.WriteImage(sitk.GetImageFromArray(rgb, isVector=True), str(tmp_path / "a.mha"))
    np.testing.assert_array_equal(read_case(tmp_path / "a.mha").pixels.whole(), rgb[..., :3])


def test_what_is_no_number_becomes_the_smallest_that_is(tmp_path: Path) -> None:
    values = VALUES.copy()
    values[0, 0, :3] = np.nan, np.inf, -np.inf
    values[0, 0, 3] = -7
    sitk.WriteImage(sitk.GetImageFromArray(values), str(tmp_path / "a.mha"))
    case = read_case(tmp_path / "a.mha")
    assert case.pixels.whole()[0, 0, :4, 0].tolist() == [-7] * 4
    assert "3 pixels without a valid number are shown as the smallest value." in case.notices


def test_nothing_but_nan_is_shown_black(tmp_path: Path) -> None:
    sitk.WriteImage(sitk.GetImageFromArray(np.full((2, 2, 2), np.nan, np.float32)), str(tmp_path / "a.mha"))
    case = read_case(tmp_path / "a.mha")
    assert not case.pixels.whole().any()
    assert case.window is not None
    assert case.window.width > 0


@pytest.mark.parametrize("suffix", SUFFIXES[:4])
def test_a_cut_file_is_refused_and_not_filled_with_zeros(tmp_path: Path, suffix: str) -> None:
    noise = np.random.default_rng(0).random((3, 40, 50), np.float32)
    path = tmp_path / f"a{suffix}"
    sitk.WriteImage(sitk.GetImageFromArray(noise), str(path))
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])
    with pytest.raises(UnreadableFileError, match=rf"a{suffix}: its pixel data is cut short|a{suffix}: it is damaged"):
        read_case(path)


def test_the_bytes_missing_from_a_nifti_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "a.nii"
    sitk.WriteImage(sitk.GetImageFromArray(VALUES), str(path))
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(UnreadableFileError, match="cut short: 200 of 240 bytes"):
        read_case(path)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda path: path.write_bytes(gzip.compress(b"\x5c\x01\0\0" + bytes(340) + b"n+1\0")), "no valid image size"),
        (lambda path: path.write_bytes(b"\x5c\x01\0\0" + bytes(344)), "no valid image size"),
        (lambda path: path.write_bytes(b"\x5c\x01\0\0" + bytes(100)), "its header is cut short: 104 bytes"),
        (lambda path: path.write_bytes(b"ObjectType = Image\nNDims = 3\nDimSize = 0 1 1\n"), "no valid image size"),
        (
            lambda path: path.write_bytes(
                b"NDims = 3\nDimSize = 2 2 2\nElementType = MET_CHAR\nElementDataFile = gone.raw\n"
            ),
            "should lie beside it in gone.raw",
        ),
        (
            lambda path: path.write_bytes(b"NRRD0004\ntype: short\ndimension: 1\nsizes: 9\ndata file: gone.raw\n\n"),
            "should lie beside it in gone.raw",
        ),
        (
            lambda path: path.write_bytes(b"NRRD0004\ndimension: 3\nsizes: 2 2 2\ndata file: LIST\na.raw\n\n"),
            "split over several files",
        ),
        (
            lambda path: path.write_bytes(
                b"NRRD0004\ntype: short\ndimension: 3\nsizes: 600 600 600\nencoding: gzip\n\n" + gzip.compress(b"1")
            ),
            "cut short",
        ),
        (
            lambda path: path.write_bytes(
                b"NDims = 3\nDimSize = 600 600 600\nElementType = MET_CHAR\nCompressedData = True\n"
                b"CompressedDataSize = 9\nElementDataFile = LOCAL\n123456789"
            ),
            "cut short",
        ),
        (lambda path: path.write_bytes(b"NDims = 9\nDimSize = 2 2 2\n"), "its header is damaged"),
        (lambda path: path.write_bytes(b"NDims = 5\nDimSize = 2 2 2 2 2\n"), "it has 5 dimensions"),
        (
            lambda path: path.write_bytes(b"NRRD0004\ntype: short\ndimension: 3\nsizes: 99999 99999 99999\n\n"),
            "too many",
        ),
    ],
)
def test_odd_volumes_are_refused_with_the_reason(tmp_path: Path, make: Any, reason: str) -> None:
    path = tmp_path / "a.nii"
    make(path)
    with pytest.raises(UnreadableFileError, match=reason):
        read_case(path)


@pytest.mark.parametrize("kind", [sitk.sitkVectorFloat32, sitk.sitkComplexFloat32])
def test_vectors_and_complex_numbers_are_refused(tmp_path: Path, kind: int) -> None:
    sitk.WriteImage(sitk.Image([4, 4, 4], kind), str(tmp_path / "a.mha"))
    with pytest.raises(UnreadableFileError, match=r"cannot show|damaged"):
        read_case(tmp_path / "a.mha")


def test_our_phantoms_are_known_by_their_description(tmp_path: Path) -> None:
    image = nib.Nifti1Image(VALUES, np.eye(4))
    image.header["descrip"] = b"Concord phantom, simulated readers"
    nib.save(image, tmp_path / "a.nii.gz")
    assert read_case(tmp_path / "a.nii.gz").synthetic


def _oblique(values: Any) -> sitk.Image:
    image = sitk.GetImageFromArray(values)
    image.SetSpacing((1.5, 2.0, 3.0))
    image.SetOrigin((-10.0, 20.0, 5.0))
    image.SetDirection((0.8, -0.6, 0.0, 0.6, 0.8, 0.0, 0.0, 0.0, 1.0))
    return image


@pytest.mark.parametrize(
    ("affine", "known"),
    [
        (np.diag([1.0, 1.0, 1.0, 1.0]), False),
        (np.diag([-1.0, -1.0, 1.0, 1.0]), False),
        (np.diag([1.0, 1.0, 2.0, 1.0]), True),
        (np.array([[1.0, 0, 0, 5], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]), True),
    ],
)
def test_the_geometry_of_programs_that_know_none_is_not_believed(
    tmp_path: Path, affine: np.ndarray, *, known: bool
) -> None:
    """An identity is what a converter writes that lost the header; with it, millimetres would be invented."""
    nib.save(nib.Nifti1Image(np.zeros((5, 4, 3), np.int16), affine), tmp_path / "a.nii")
    case = read_case(tmp_path / "a.nii")
    assert case.geometry.in_plane_known is known
    assert (UNSAID_GEOMETRY in case.notices) is not known
