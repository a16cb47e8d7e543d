"""Masks that a reader drew: written, and opened again as a reader's."""

from dataclasses import replace
from pathlib import Path

import nibabel
import numpy as np
import pydicom
import pytest
from PIL import Image

from app.domain.arrays import BoolArray
from app.domain.case import Case
from app.domain.errors import MissingSliceError, OutputError
from app.domain.stack import Stack
from app.export.drawn import write_drawn
from app.export.saving import Format, order_of
from app.imaging.read import read_case
from app.imaging.references import read_references
from tests.export.dicom.series import KEY, NEVER_OUT, write_series
from tests.export.studies import photograph


def some(shape: tuple[int, ...]) -> BoolArray:
    """Return masks of which the first slice is empty where there are several."""
    masks = np.random.default_rng(3).random(shape) > 0.7
    if len(masks) > 1:
        masks[0] = False
    return masks


def saved(case: Case, masks: BoolArray, path: Path, source: Path, kind: Format, **more: object) -> Path:
    order = replace(order_of(case, masks, path, source, kind), key=KEY, **more)  # type: ignore[arg-type]
    assert list(write_drawn(order)) == [path]
    return path


@pytest.fixture(name="series")
def _series(tmp_path: Path) -> Path:
    return write_series(tmp_path / "series")


@pytest.mark.parametrize("identified", [False, True])
def test_a_dicom_segmentation_opens_as_the_same_masks(series: Path, tmp_path: Path, identified: bool) -> None:
    case = read_case(series)
    masks = some((case.slices, *case.shape))
    path = saved(case, masks, tmp_path / "mine.dcm", series, Format.DICOM, deidentified=not identified)
    back = read_references([path], case)
    assert np.array_equal(back.masks, masks[None])
    assert not any("drawn by a program" in notice for notice in back.notices)


def test_a_segmentation_tells_who_drew_it(series: Path, tmp_path: Path) -> None:
    case = read_case(series)
    masks = some((case.slices, *case.shape))
    drawn = pydicom.dcmread(saved(case, masks, tmp_path / "a.dcm", series, Format.DICOM))
    edited = pydicom.dcmread(saved(case, masks, tmp_path / "b.dcm", series, Format.DICOM, copied=True))
    assert drawn.SegmentSequence[0].SegmentAlgorithmType == "MANUAL"
    assert edited.SegmentSequence[0].SegmentAlgorithmType == "SEMIAUTOMATIC"
    assert drawn.ContentDescription == "Drawn by a reader."
    assert "Not for diagnostic use" in drawn.SeriesDescription


def test_a_segmentation_names_nobody_unless_asked_to(series: Path, tmp_path: Path) -> None:
    case = read_case(series)
    masks = some((case.slices, *case.shape))
    secret = saved(case, masks, tmp_path / "a.dcm", series, Format.DICOM).read_bytes()
    assert [word for word in NEVER_OUT if word.encode() in secret] == []
    named = pydicom.dcmread(saved(case, masks, tmp_path / "b.dcm", series, Format.DICOM, deidentified=False))
    assert named.PatientID == "SECRET-4711"
    names = {pydicom.dcmread(file).SOPInstanceUID for file in series.iterdir()}
    referred = {item.ReferencedSOPInstanceUID for item in named.ReferencedSeriesSequence[0].ReferencedInstanceSequence}
    assert referred < names


def test_a_volume_opens_as_the_same_masks(series: Path, tmp_path: Path) -> None:
    case = read_case(series)
    masks = some((case.slices, *case.shape))
    path = saved(case, masks, tmp_path / "mine.nii.gz", series, Format.NIFTI)
    assert np.array_equal(read_references([path], case).masks, masks[None])
    volume = nibabel.load(path)
    assert np.array_equal(np.asarray(volume.dataobj).T, masks)
    assert b"Drawn by a reader. Not for diagnostic use" in bytes(volume.header["descrip"].tobytes())


def test_a_picture_opens_as_the_same_mask(tmp_path: Path) -> None:
    case = photograph()
    masks = some((1, *case.shape))
    path = saved(case, masks, tmp_path / "mine_seg.png", tmp_path, Format.PNG)
    assert np.array_equal(read_references([path], case).masks, masks[None])
    with Image.open(path) as picture:
        assert np.array_equal(np.asarray(picture), masks[0] * 255)
        assert picture.info["Description"] == "Drawn by a reader. Not for diagnostic use."


def test_a_photographs_segmentation_opens_as_the_same_mask(tmp_path: Path) -> None:
    case = photograph()
    source = tmp_path / "lesion.png"
    Image.fromarray(case.pixels[0]).save(source)
    masks = some((1, *case.shape))
    path = saved(case, masks, tmp_path / "mine.dcm", source, Format.DICOM)
    assert np.array_equal(read_references([path], case).masks, masks[None])


def test_a_picture_of_a_stack_is_refused(series: Path, tmp_path: Path) -> None:
    case = read_case(series)
    with pytest.raises(OutputError, match="one slice only"):
        saved(case, some((case.slices, *case.shape)), tmp_path / "mine.png", series, Format.PNG)


def test_nothing_marked_is_no_segmentation(series: Path, tmp_path: Path) -> None:
    case = read_case(series)
    empty = np.zeros((case.slices, *case.shape), np.bool_)
    with pytest.raises(OutputError, match="Nothing is marked"):
        saved(case, empty, tmp_path / "mine.dcm", series, Format.DICOM)
    assert not (tmp_path / "mine.dcm").exists()


def test_a_slice_that_is_not_here_cannot_be_referred_to(series: Path, tmp_path: Path) -> None:
    case = read_case(series)
    blank = replace(case, pixels=Stack(case.pixels.shape))
    masks = some((case.slices, *case.shape))
    with pytest.raises(MissingSliceError):
        order_of(blank, masks, tmp_path / "mine.dcm", series, Format.DICOM)
    order_of(blank, masks, tmp_path / "mine.nii.gz", series, Format.NIFTI)
