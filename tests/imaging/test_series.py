"""Folders as they come from a scanner or a CD: sorted, checked, and what is left out is told."""

from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk
from pydicom.uid import generate_uid

from app.domain.errors import MissingSliceError, UnreadableFileError
from app.imaging.read import read_case
from app.imaging.series import list_series
from tests.imaging.writers import write_dicom, write_stack

POSITIONS = [[0.0, 0.0, 2.0 * k] for k in range(4)]
SLICE = np.full((4, 5), 1024, np.uint16)


def test_a_series_is_sorted_by_position_and_agrees_with_simpleitk(tmp_path: Path) -> None:
    orientation = [1.0, 0.0, 0.0, 0.0, 0.0, -1.0]  # coronal: the normal is (0, 1, 0)
    positions = [[-5.0, 3.0 * k, 7.0] for k in (2, 0, 3, 1)]
    folder = write_stack(tmp_path / "series", positions, ImageOrientationPatient=orientation)
    case = read_case(folder)
    assert case.name == "series"
    assert case.notices == ()
    assert case.pixels.whole()[:, 0, 0, 0].tolist() == [1, 3, 0, 2]
    other = sitk.ReadImage(sitk.ImageSeriesReader.GetGDCMSeriesFileNames(str(folder)))
    np.testing.assert_array_equal(case.pixels.whole()[..., 0], sitk.GetArrayFromImage(other))
    geometry = case.geometry
    here = np.array(geometry.origin_mm) + np.array([2, 3, 4]) * geometry.spacing_mm @ np.array(geometry.directions)
    np.testing.assert_allclose(here, other.TransformIndexToPhysicalPoint((4, 3, 2)), atol=1e-6)
    assert geometry.slices_known
    assert geometry.in_plane_known


def test_a_missing_slice_is_a_notice_and_not_a_wrong_distance(tmp_path: Path) -> None:
    case = read_case(write_stack(tmp_path / "series", [*POSITIONS, [0.0, 0.0, 10.0]]))
    assert not case.geometry.slices_known
    assert any("a slice may be missing" in notice for notice in case.notices)
    assert case.geometry.faults == case.notices


def test_what_is_no_image_of_the_series_is_skipped_and_told(tmp_path: Path) -> None:
    folder = write_stack(tmp_path / "series", POSITIONS)
    (folder / "readme.txt").write_text("hello")
    (folder / "empty.dcm").write_bytes(b"")
    write_dicom(folder / "report.dcm", SLICE, SOPClassUID="1.2.3", Rows=None)
    (folder / "copy.dcm").write_bytes((folder / "9.dcm").read_bytes())
    case = read_case(folder)
    assert case.slices == 4
    assert len(case.notices) == 1
    assert case.notices[0].startswith("4 opened, 4 skipped: ")
    for reason in ("2 not DICOM or damaged", "1 without an image", "1 copies of an opened image"):
        assert reason in case.notices[0]


def test_of_several_series_the_largest_is_opened(tmp_path: Path) -> None:
    folder = write_stack(tmp_path / "series", POSITIONS)
    write_dicom(folder / "other.dcm", SLICE, SeriesInstanceUID=generate_uid())
    case = read_case(folder)
    assert case.slices == 4
    assert case.notices[0] == "The folder holds 2 series; the largest is open."
    assert case.notices[1] == "4 opened, 1 skipped: 1 of another series."


def test_the_series_of_a_folder_are_listed_and_chosen_by_number(tmp_path: Path) -> None:
    """In the order of their series' numbers, without a word about the patient."""
    folder = write_stack(tmp_path / "series", POSITIONS, SeriesNumber=7, SeriesDescription="Abdomen")
    scout = generate_uid()
    large = np.full((8, 9), 1030, np.uint16)
    write_dicom(folder / "scout.dcm", large, SeriesInstanceUID=scout, SeriesNumber=2, SeriesDescription="Scout")
    frames = np.full((3, 4, 5), 1024, np.uint16)
    write_dicom(folder / "zz.dcm", frames, NumberOfFrames=3, SeriesInstanceUID=scout, SeriesNumber=9)
    offers = list_series(folder)
    told = [(offer.modality, offer.description, offer.slices, offer.shape) for offer in offers]
    assert told == [("CT", "Scout", 1, (8, 9)), ("CT", "Abdomen", 4, (4, 5)), ("CT", "", 3, (4, 5))]
    assert "Secret" not in repr(offers)
    assert read_case(folder, 0).pixels[0][0, 0, 0] == 6
    assert read_case(folder, 2).slices == 3
    assert read_case(folder, 1).notices == ()
    with pytest.raises(UnreadableFileError, match="it holds 3 series; there is no series 4"):
        read_case(folder, 3)
    with pytest.raises(UnreadableFileError, match="only a folder holds several series"):
        read_case(folder / "scout.dcm", 1)


def test_a_localiser_of_another_direction_or_size_stays_out(tmp_path: Path) -> None:
    folder = write_stack(tmp_path / "series", POSITIONS)
    write_dicom(folder / "coronal.dcm", SLICE, ImageOrientationPatient=[1.0, 0.0, 0.0, 0.0, 0.0, -1.0])
    write_dicom(folder / "large.dcm", np.full((8, 5), 1024, np.uint16))
    case = read_case(folder)
    assert case.slices == 4
    assert case.geometry.slices_known
    assert case.notices == ("4 opened, 2 skipped: 2 of another size or orientation.",)


def test_a_slice_that_cannot_be_decoded_keeps_its_place_and_is_told(tmp_path: Path) -> None:
    """The header still says where it lies, so that the distances hold; only its picture is lost."""
    folder = write_stack(tmp_path / "series", POSITIONS)
    damaged = folder / "8.dcm"  # position 1 of 0..3
    damaged.write_bytes(damaged.read_bytes()[:-10])
    case = read_case(folder)
    assert case.notices == ("1 of 4 slices cannot be read (slice 2: its pixel data is cut short: 30 of 40 bytes).",)
    assert case.geometry.slices_known
    assert case.pixels[2][0, 0, 0] == 2
    with pytest.raises(MissingSliceError, match="Slice 2 cannot be read: its pixel data is cut short"):
        case.pixels[1]


def test_where_the_largest_series_is_damaged_the_next_is_opened(tmp_path: Path) -> None:
    folder = write_stack(tmp_path / "series", POSITIONS[:1])
    frames = np.full((9, 4, 5), 1024, np.uint16)
    broken = write_dicom(folder / "frames.dcm", frames, NumberOfFrames=9, SeriesInstanceUID=generate_uid())
    broken.write_bytes(broken.read_bytes()[:-10])
    assert read_case(folder).slices == 1


def test_only_damaged_images_are_an_error_with_the_reason(tmp_path: Path) -> None:
    folder = write_stack(tmp_path / "series", POSITIONS[:1])
    only = folder / "9.dcm"
    only.write_bytes(only.read_bytes()[:-10])
    with pytest.raises(UnreadableFileError, match="30 of 40 bytes"):
        read_case(folder)


def test_a_multi_frame_file_in_a_folder_is_opened(tmp_path: Path) -> None:
    write_dicom(tmp_path / "frames.dcm", np.full((3, 4, 5), 1024, np.uint16), NumberOfFrames=3)
    assert read_case(tmp_path).slices == 3


def test_a_folder_of_folders_is_searched_as_on_a_cd(tmp_path: Path) -> None:
    write_stack(tmp_path / "inner", POSITIONS)
    assert read_case(tmp_path).slices == 4


@pytest.mark.parametrize(
    ("names", "reason"), [((), "the folder holds no files"), (("a.txt", "b.txt"), "no DICOM images")]
)
def test_a_folder_without_images_is_refused(tmp_path: Path, names: tuple[str, ...], reason: str) -> None:
    for name in names:
        (tmp_path / name).write_text("hello")
    with pytest.raises(UnreadableFileError, match=reason):
        read_case(tmp_path)


def test_numbers_that_are_none_are_told_for_the_whole_series(tmp_path: Path) -> None:
    folder = tmp_path / "series"
    folder.mkdir()
    for index, broken in enumerate((2, 0, 3)):
        values = np.full((4, 5), 7.25, np.float32)
        values.flat[:broken] = np.nan
        elements = {"FloatPixelData": values.tobytes(), "PixelData": None, "ImagePositionPatient": [0, 0, 2.0 * index]}
        write_dicom(folder / f"{index}.dcm", values, **elements)
    case = read_case(folder)
    assert case.pixels.whole().tolist() == np.full((3, 4, 5, 1), 7.25 - 1024).tolist()
    assert case.notices == ("5 pixels without a valid number are shown as the smallest value.",)
