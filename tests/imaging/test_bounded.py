"""Files that hold more than memory may take: read slice by slice, the same pixels as read whole, or refused."""

import shutil
from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
import numpy.typing as npt
import pytest
import SimpleITK as sitk
from pydicom import dcmread
from pydicom.uid import RLELossless, generate_uid

from app.domain.case import Modality
from app.domain.errors import UnreadableFileError
from app.domain.reading import Arrived, Fetch, Open, Opened, Touching
from app.imaging.read import read_case
from app.imaging.stream import serve
from tests.imaging.writers import item, write_colour, write_dicom

RANDOM = np.random.default_rng(0)
VOXELS = RANDOM.integers(-1000, 1000, (6, 4, 5)).astype(np.int16)  # slices, rows, columns; 240 bytes
AFFINE = np.diag([1.5, 2.0, 3.0, 1.0])
LIMIT = 200


def _saved(path: Path, values: npt.NDArray[Any], slope: float = 1.0) -> Path:
    image = nib.MGHImage if path.suffix in {".mgh", ".mgz"} else nib.Nifti1Pair if path.suffix == ".img" else None
    made = (image or nib.Nifti1Image)(values.T, AFFINE)
    if slope != 1:
        made.header.set_slope_inter(slope, -3)
    nib.save(made, path)
    return path


@pytest.mark.parametrize("name", ["a.nii", "a.nii.gz", "a.img", "a.mgh", "a.mgz"])
def test_a_volume_beyond_the_limit_has_the_same_slices_as_one_within(tmp_path: Path, name: str) -> None:
    path = _saved(tmp_path / name, VOXELS)
    whole, parts = read_case(path), read_case(path, limit_bytes=LIMIT)
    assert parts.pixels.shape == whole.pixels.shape
    assert parts.pixels.lacking() == tuple(range(6))
    for index in (5, 0, 3, 3):
        np.testing.assert_array_equal(parts.pixels.packed(index).values, VOXELS[index][..., None])
        assert parts.pixels.held_bytes == VOXELS[0].nbytes  # one at a time
    assert (parts.geometry, parts.window, parts.unit) == (whole.geometry, whole.window, whole.unit)
    assert parts.modality is whole.modality is Modality.CT
    assert parts.notices == whole.notices


def test_slope_and_fractions_and_what_is_no_number(tmp_path: Path) -> None:
    """nibabel writes (value + 3) / 2 for a slope of 2 and an intercept of -3, rounded."""
    scaled = _saved(tmp_path / "scaled.nii", VOXELS.astype(np.float32) * 2 - 3, slope=2.0)
    np.testing.assert_array_equal(
        read_case(scaled, limit_bytes=LIMIT).pixels.packed(2).values, read_case(scaled).pixels[2]
    )
    fractions = VOXELS.astype(np.float32) + 0.5
    fractions[1, 2, 2:4] = np.nan
    case = read_case(_saved(tmp_path / "nan.nii.gz", fractions), limit_bytes=LIMIT)
    single = case.pixels.packed(1)
    assert single.invalid == 2
    assert single.values[2, 2, 0] == np.nanmin(fractions[1])
    assert case.pixels.packed(2).invalid == 0


@pytest.mark.parametrize("suffix", ["nrrd", "nhdr", "mha", "mhd"])
@pytest.mark.parametrize("kind", [np.int16, np.uint8, np.uint16, np.int32, np.float32, np.float64])
def test_plain_nrrd_and_metaimage_are_read_slice_by_slice(tmp_path: Path, suffix: str, kind: type[np.generic]) -> None:
    values = RANDOM.integers(0, 200, (6, 4, 50)).astype(kind)
    image = sitk.GetImageFromArray(values)
    image.SetSpacing((0.5, 0.7, 2.0))
    image.SetOrigin((10, 20, 30))
    image.SetDirection((1, 0, 0, 0, 0, 1, 0, -1, 0))
    path = tmp_path / f"a.{suffix}"
    sitk.WriteImage(image, str(path), useCompression=False)
    whole, parts = read_case(path), read_case(path, limit_bytes=LIMIT)
    assert parts.pixels.lacking() == tuple(range(6))
    for index in (5, 0, 3):
        np.testing.assert_array_equal(parts.pixels.packed(index).values[..., 0], values[index].astype(np.float32))
    assert (parts.geometry, parts.window, parts.notices) == (whole.geometry, whole.window, whole.notices)


def test_a_big_endian_metaimage_is_read_slice_by_slice(tmp_path: Path) -> None:
    head = "ObjectType = Image\nNDims = 3\nDimSize = 5 4 6\nElementSpacing = 1 2 3\nBinaryDataByteOrderMSB = True\n"
    path = tmp_path / "a.mha"
    tail = "ElementType = MET_SHORT\nElementDataFile = LOCAL\n"
    path.write_bytes(f"{head}{tail}".encode() + VOXELS.astype(">i2").tobytes())
    case = read_case(path, limit_bytes=LIMIT)
    assert case.pixels.lacking() == tuple(range(6))
    np.testing.assert_array_equal(case.pixels.packed(4).values[..., 0], VOXELS[4])
    np.testing.assert_array_equal(read_case(path).pixels[4][..., 0], VOXELS[4])


def test_colour_voxels_stay_colour(tmp_path: Path) -> None:
    rgb = np.zeros((5, 4, 6), [("R", "u1"), ("G", "u1"), ("B", "u1")])
    rgb["G"] = 200
    nib.save(nib.Nifti1Image(rgb, AFFINE), tmp_path / "a.nii")
    case = read_case(tmp_path / "a.nii", limit_bytes=LIMIT)
    assert case.is_colour
    assert case.pixels.packed(0).stored[0, 0].tolist() == [0, 200, 0]


@pytest.mark.parametrize("name", ["a.nii", "a.nii.gz"])
def test_a_large_file_that_is_cut_short_is_refused(tmp_path: Path, name: str) -> None:
    path = _saved(tmp_path / name, RANDOM.integers(0, 4000, (60, 40, 50)).astype(np.int16))
    path.write_bytes(path.read_bytes()[:-60])
    with pytest.raises(UnreadableFileError, match=r"cut short: \d+ of 240000 bytes"):
        read_case(path, limit_bytes=LIMIT)


def test_what_does_not_fit_on_the_disk_is_refused_with_both_sizes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _saved(tmp_path / "a.nii.gz", np.zeros((20, 300, 300), np.int16))
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1_500_000))
    with pytest.raises(UnreadableFileError, match="it unpacks to 4 MB, and the disk has 2 MB left"):
        read_case(path, limit_bytes=LIMIT)
    assert read_case(path, limit_bytes=4_000_000).pixels.lacking() == ()  # memory has room


@pytest.mark.parametrize(
    ("kind", "size"), [(np.uint8, 8), (np.int16, 16), (np.int32, 32), (np.float32, 32), (np.float64, 64)]
)
@pytest.mark.parametrize("suffix", ["nrrd", "mha"])
def test_what_can_only_be_read_whole_is_refused_with_both_sizes(
    tmp_path: Path, suffix: str, kind: type[np.generic], size: int
) -> None:
    """A million voxels of 8 to 64 bits."""
    image = sitk.GetImageFromArray(np.zeros((10, 100, 1000), kind))
    sitk.WriteImage(image, str(tmp_path / f"a.{suffix}"), useCompression=True)
    needed = size // 8 * 1_000_000
    assert read_case(tmp_path / f"a.{suffix}", limit_bytes=needed).slices == 10
    words = f"it can only be read as a whole, which takes {size // 8} MB, and {size // 8} MB are allowed"
    with pytest.raises(UnreadableFileError, match=words):
        read_case(tmp_path / f"a.{suffix}", limit_bytes=needed - 1)


def _film(path: Path, **more: Any) -> Path:
    frames = RANDOM.integers(0, 4000, (5, 6, 7)).astype(np.uint16)
    return write_dicom(path, frames, NumberOfFrames=5, **more)


def test_frames_beyond_the_limit_are_the_same_as_within(tmp_path: Path) -> None:
    plain = _film(tmp_path / "plain.dcm")
    packed = tmp_path / "packed.dcm"
    dataset = dcmread(plain)
    dataset.compress(RLELossless)
    dataset.save_as(packed)
    turned = _film(tmp_path / "turned.dcm", PhotometricInterpretation="MONOCHROME1")
    for path in (plain, packed, turned):
        whole, parts = read_case(path), read_case(path, limit_bytes=LIMIT)
        assert parts.pixels.lacking() == tuple(range(5)) or parts.pixels.held_bytes <= LIMIT
        for index in (4, 0, 2):
            np.testing.assert_array_equal(parts.pixels.packed(index).values, whole.pixels[index])
        assert read_case(path, limit_bytes=10 * LIMIT).pixels.lacking() == ()  # all at once take less
        assert (parts.geometry, parts.unit, parts.notices) == (whole.geometry, whole.unit, whole.notices)
        assert parts.sources == whole.sources


def test_each_frame_keeps_its_own_scale_and_place(tmp_path: Path) -> None:
    """The frames lie in reverse, each with a slope of its own."""
    shared = item(
        PixelMeasuresSequence=[item(PixelSpacing=[1, 1], SliceThickness=2)],
        PlaneOrientationSequence=[item(ImageOrientationPatient=[1, 0, 0, 0, 1, 0])],
    )
    each = [
        item(
            PlanePositionSequence=[item(ImagePositionPatient=[0, 0, -2.0 * frame])],
            PixelValueTransformationSequence=[item(RescaleSlope=frame + 1, RescaleIntercept=-frame, RescaleType="HU")],
        )
        for frame in range(5)
    ]
    path = _film(tmp_path / "a.dcm", PerFrameFunctionalGroupsSequence=each, SharedFunctionalGroupsSequence=[shared])
    stored = dcmread(path).pixel_array.astype(np.float64)
    parts = read_case(path, limit_bytes=LIMIT)
    for index, frame in enumerate(reversed(range(5))):
        expected = stored[frame] * (frame + 1) - frame
        np.testing.assert_allclose(parts.pixels.packed(index).values[..., 0], expected)
    assert parts.geometry.slices_known


def test_colour_frames_are_read_one_by_one_too(tmp_path: Path) -> None:
    path = write_colour(tmp_path / "a.dcm", RANDOM.integers(0, 256, (8, 5, 3)).astype(np.uint8), "RGB")
    dataset = dcmread(path)
    dataset.NumberOfFrames, dataset.Rows = 2, 4
    dataset.save_as(path)
    parts = read_case(path, limit_bytes=100)
    assert parts.pixels.shape == (2, 4, 5, 3)
    np.testing.assert_array_equal(parts.pixels.packed(1).stored, dataset.pixel_array[1])


def test_a_film_that_is_cut_short_or_announces_frames_without_end_is_refused(tmp_path: Path) -> None:
    path = _film(tmp_path / "a.dcm")
    case = read_case(path, limit_bytes=LIMIT)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(UnreadableFileError, match="cut short: 320 of 420 bytes"):
        read_case(path, limit_bytes=LIMIT)
    assert case.pixels.packed(0).stored.shape == (6, 7, 1)
    with pytest.raises(UnreadableFileError, match="damaged"):
        case.pixels.packed(4)  # it was whole when it was opened
    packed = dcmread(_film(tmp_path / "b.dcm"))
    packed.compress(RLELossless)
    packed.NumberOfFrames = 2_000_000_000
    packed.save_as(tmp_path / "b.dcm")
    with pytest.raises(UnreadableFileError, match=r"cut short: \d+ of 16000000000 bytes"):
        read_case(tmp_path / "b.dcm", limit_bytes=LIMIT)


def test_the_reading_process_holds_no_more_than_it_may(tmp_path: Path) -> None:
    """A slice that was dropped is read again from the file, also after another one was open."""
    path, other = _saved(tmp_path / "a.nii", VOXELS), _film(tmp_path / "b.dcm", SeriesInstanceUID=generate_uid())
    news = [each for each in serve(Open(path, limit_bytes=LIMIT)) if not isinstance(each, Touching)]
    opened = news[0]
    assert isinstance(opened, Opened)
    arrived = [each.index for each in news if isinstance(each, Arrived)]
    assert arrived == [3, 2, 4, 1, 5]  # five slices of 40 bytes
    assert len(list(serve(Open(other, limit_bytes=LIMIT)))) > 1
    again = [each for each in serve(Fetch(opened.plan, (0,))) if isinstance(each, Arrived)]
    np.testing.assert_array_equal(again[0].slice.values[..., 0], VOXELS[0])
