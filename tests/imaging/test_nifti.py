"""NIfTI-1 and -2, Analyze and MGH as nibabel writes them."""

import gzip
import shutil
from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
import pytest
import SimpleITK as sitk

from app.domain.errors import UnreadableFileError
from app.imaging.nifti import MIRRORED
from app.imaging.read import read_case
from app.imaging.voxels import NO_GEOMETRY, SKEWED_PLANE, SKEWED_SLICES

VALUES = np.arange(60, dtype=np.int16).reshape(3, 4, 5)  # slices, rows, columns
NIBABEL_ORDER = VALUES.transpose(2, 1, 0)
AFFINE = np.array([[0, 0, 3.0, 10], [2.0, 0, 0, 20], [0, 1.5, 0, 30], [0, 0, 0, 1]])  # RAS millimetres


@pytest.mark.parametrize(
    ("make", "suffix"),
    [
        (nib.Nifti1Image, ".nii"),
        (nib.Nifti2Image, ".nii"),
        (nib.Nifti2Image, ".nii.gz"),
        (nib.Nifti1Pair, ".hdr"),
        (nib.Nifti1Pair, ".img.gz"),
        (nib.Nifti2Pair, ".img"),
        (nib.MGHImage, ".mgh"),
        (nib.MGHImage, ".mgz"),
    ],
)
def test_values_and_place_are_those_that_nibabel_wrote(tmp_path: Path, make: Any, suffix: str) -> None:
    nib.save(make(NIBABEL_ORDER, AFFINE), tmp_path / f"a{suffix}")
    case = read_case(tmp_path / f"a{suffix}")
    np.testing.assert_array_equal(case.pixels.whole()[..., 0], VALUES)
    geometry = case.geometry
    slice_, row, column = 2, 3, 4
    here = np.array(geometry.origin_mm) + [slice_, row, column] * np.array(geometry.spacing_mm) @ np.array(
        geometry.directions
    )
    np.testing.assert_allclose(here, (AFFINE @ [column, row, slice_, 1])[:3] * [-1, -1, 1], atol=1e-4)
    assert geometry.in_plane_known
    assert geometry.slices_known
    assert geometry.orientation_known
    assert case.notices == ()


@pytest.mark.parametrize("half", [".hdr", ".img"])
def test_an_analyze_pair_opens_by_either_half_and_without_directions(tmp_path: Path, half: str) -> None:
    nib.save(nib.Spm99AnalyzeImage(NIBABEL_ORDER, np.diag([2.0, 2, 2, 1])), tmp_path / "a.img")
    case = read_case(tmp_path / f"a{half}")
    np.testing.assert_array_equal(case.pixels.whole()[..., 0], VALUES)
    assert case.notices == (MIRRORED,)
    assert case.geometry.pixel_mm is None


@pytest.mark.parametrize("suffix", [".nii", ".nii.gz"])
def test_big_endian_and_scaled_values_are_those_that_simpleitk_reads(tmp_path: Path, suffix: str) -> None:
    header = nib.Nifti1Header(endianness=">")
    image = nib.Nifti1Image(NIBABEL_ORDER.astype(">i2"), AFFINE, header)
    image.header.set_slope_inter(0.25, -7)
    nib.save(image, tmp_path / f"a{suffix}")
    expected = sitk.GetArrayFromImage(sitk.ReadImage(str(tmp_path / f"a{suffix}")))
    np.testing.assert_allclose(read_case(tmp_path / f"a{suffix}").pixels.whole()[..., 0], expected, rtol=1e-6)


@pytest.mark.parametrize("shape", [(5, 4, 3, 2), (5, 4, 3, 1, 2), (5, 4, 3, 2, 1, 3)])
def test_of_more_than_three_dimensions_the_first_volume_is_open_and_that_is_told(
    tmp_path: Path, shape: tuple[int, ...]
) -> None:
    """SimpleITK 2.5 crashes the interpreter on five."""
    values = np.random.default_rng(0).integers(0, 99, shape).astype(np.int16)
    nib.save(nib.Nifti1Image(values, AFFINE), tmp_path / "a.nii.gz")
    case = read_case(tmp_path / "a.nii.gz")
    first = values.reshape(5, 4, 3, -1, order="F")[..., 0]
    np.testing.assert_array_equal(case.pixels.whole()[..., 0], first.T)
    assert f"The file holds {values.size // 60} volumes; the first is open." in case.notices


def test_colour_voxels_keep_their_colours(tmp_path: Path) -> None:
    rgb = np.random.default_rng(0).integers(0, 256, (3, 4, 5, 3), np.uint8)
    sitk.WriteImage(sitk.GetImageFromArray(rgb, isVector=True), str(tmp_path / "a.nii"))
    stored = np.zeros((5, 4, 3), [("R", "u1"), ("G", "u1"), ("B", "u1")])
    for index, name in enumerate("RGB"):
        stored[name] = rgb[..., index].T
    nib.save(nib.Nifti1Image(stored, AFFINE), tmp_path / "a.nii")
    np.testing.assert_array_equal(read_case(tmp_path / "a.nii").pixels.whole(), rgb)


@pytest.mark.parametrize(
    ("shear", "in_plane", "slices", "notice"),
    [((0, 1), False, False, SKEWED_PLANE), ((1, 2), True, False, SKEWED_SLICES), (None, True, True, None)],
)
def test_a_sheared_volume_opens_without_the_millimetres_that_the_shear_spoils(
    tmp_path: Path, shear: tuple[int, int] | None, in_plane: bool, slices: bool, notice: str | None
) -> None:
    """SimpleITK refuses such a file; rows and columns of a tilted gantry can still be measured along."""
    affine = np.diag([2.0, 2.0, 2.0, 1.0])
    if shear:
        affine[shear] = 0.5
    nib.save(nib.Nifti1Image(NIBABEL_ORDER, affine), tmp_path / "a.nii")
    case = read_case(tmp_path / "a.nii")
    assert (case.geometry.in_plane_known, case.geometry.slices_known) == (in_plane, slices)
    assert case.notices == ((notice,) if notice else ())


def test_a_rotation_that_is_none_leaves_the_place_unknown(tmp_path: Path) -> None:
    image = nib.Nifti1Image(NIBABEL_ORDER, AFFINE)
    image.set_sform(None, 0)
    image.header["quatern_b"] = 9.0
    image.header["qform_code"] = 1
    (tmp_path / "a.nii").write_bytes(image.header.binaryblock + bytes(4) + VALUES.tobytes())
    case = read_case(tmp_path / "a.nii")
    np.testing.assert_array_equal(case.pixels.whole()[..., 0], VALUES)
    assert case.notices == (NO_GEOMETRY,)


def test_an_mgh_file_without_its_flag_has_no_place(tmp_path: Path) -> None:
    nib.save(nib.MGHImage(NIBABEL_ORDER, AFFINE), tmp_path / "a.mgh")
    content = bytearray((tmp_path / "a.mgh").read_bytes())
    content[28:30] = b"\0\0"
    (tmp_path / "a.mgh").write_bytes(content)
    assert read_case(tmp_path / "a.mgh").notices == (NO_GEOMETRY,)


def test_complex_numbers_are_refused(tmp_path: Path) -> None:
    nib.save(nib.Nifti1Image(NIBABEL_ORDER.astype(np.complex64), AFFINE), tmp_path / "a.nii")
    with pytest.raises(UnreadableFileError, match="complex numbers"):
        read_case(tmp_path / "a.nii")


@pytest.mark.parametrize(("suffix", "missing"), [(".hdr", "a.img"), (".hdr.gz", "a.img")])
def test_half_a_pair_is_refused_and_the_other_named(tmp_path: Path, suffix: str, missing: str) -> None:
    nib.save(nib.Nifti1Pair(NIBABEL_ORDER, AFFINE), tmp_path / "a.hdr")
    (tmp_path / "a.img").unlink()
    if suffix.endswith(".gz"):
        with gzip.open(tmp_path / "a.hdr.gz", "wb") as file, (tmp_path / "a.hdr").open("rb") as plain:
            shutil.copyfileobj(plain, file)
    with pytest.raises(UnreadableFileError, match=f"its other half, {missing}, should lie beside it"):
        read_case(tmp_path / f"a{suffix}")


def test_a_header_that_claims_a_huge_volume_is_refused_before_memory_is_allotted(tmp_path: Path) -> None:
    image = nib.Nifti1Image(NIBABEL_ORDER, AFFINE)
    image.header["dim"][1:4] = 32767
    (tmp_path / "a.nii").write_bytes(image.header.binaryblock + bytes(4))
    with pytest.raises(UnreadableFileError, match="its header announces 35,181,150,961,663 values, too many"):
        read_case(tmp_path / "a.nii")
