"""Folders that hold one image and what readers drew on it."""

from pathlib import Path

import nibabel as nib
import numpy as np
import pytest
from PIL import Image

from app.domain.errors import UnreadableFileError
from app.imaging.read import read_case

VALUES = np.random.default_rng(0).integers(0, 99, (5, 4, 3)).astype(np.int16)
MASK = (VALUES > 50).astype(np.uint8)
AFFINE = np.diag([2.0, 2.0, 3.0, 1.0])


def _nifti(path: Path, values: np.ndarray) -> None:
    nib.save(nib.Nifti1Image(values, AFFINE), path)


@pytest.mark.parametrize("masks", [["t2_seg.nii.gz"], ["t2_seg1.nii.gz", "t2_seg2.nii.gz"], ["label1.nii.gz"]])
def test_one_volume_opens_with_its_masks(tmp_path: Path, masks: list[str]) -> None:
    _nifti(tmp_path / "t2.nii.gz", VALUES)
    for name in masks:
        _nifti(tmp_path / name, MASK)
    (tmp_path / "notes.txt").write_text("hello")
    case = read_case(tmp_path)
    np.testing.assert_array_equal(case.pixels.whole()[..., 0], VALUES.T)
    assert case.references is not None
    assert case.references.count == len(masks)
    np.testing.assert_array_equal(case.references.masks[0], MASK.T > 0)


def test_a_volume_in_a_folder_of_the_folder_opens(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    nib.save(nib.Nifti1Pair(VALUES, AFFINE), tmp_path / "inner" / "a.hdr")  # two files, one image
    assert read_case(tmp_path).pixels.shape == (3, 4, 5, 1)


def test_masks_that_do_not_fit_are_left_out_and_that_is_told(tmp_path: Path) -> None:
    _nifti(tmp_path / "t2.nii.gz", VALUES)
    _nifti(tmp_path / "t2_seg.nii.gz", MASK[:2])
    case = read_case(tmp_path)
    assert case.references is None
    assert any(notice.startswith("The mask t2_seg.nii.gz has") for notice in case.notices)


def test_a_mask_alone_is_an_image(tmp_path: Path) -> None:
    _nifti(tmp_path / "t2_seg.nii.gz", MASK)
    assert read_case(tmp_path).pixels.shape == (3, 4, 5, 1)


def test_of_several_images_none_is_guessed(tmp_path: Path) -> None:
    for name in ("a", "b", "c", "d"):
        Image.fromarray(VALUES[..., 0].astype(np.uint8)).save(tmp_path / f"{name}.png")
    with pytest.raises(UnreadableFileError, match=r"it holds 4 images \(a\.png, b\.png, c\.png \.\.\.\); open one"):
        read_case(tmp_path)


def test_a_folder_of_nothing_known_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    with pytest.raises(UnreadableFileError, match="holds no DICOM images"):
        read_case(tmp_path)
