import subprocess
import sys
from itertools import combinations
from pathlib import Path

import nibabel
import numpy as np
import pydicom
import pytest
import SimpleITK
from PIL import Image
from pydicom.uid import CTImageStorage, MRImageStorage
from scipy import ndimage

from app.domain.arrays import AnyArray, BoolArray

SAMPLES = Path(__file__).parents[2] / "resources" / "samples"
LESION = SAMPLES / "dermoscopy" / "phantom_lesion.png"
KINDS = (".png", ".dcm", ".nii.gz")
SERIES = {
    "mr_newborn": {
        "class": MRImageStorage,
        "modality": "MR",
        "size": (128, 128, 12),
        "spacing": (1.1, 1.1, 3.0),
        "origin": (-70.0, -72.0, -18.0),
        "readers": 7,
    },
    "ct_kidney": {
        "class": CTImageStorage,
        "modality": "CT",
        "size": (256, 256, 10),
        "spacing": (1.4, 1.4, 3.0),
        "origin": (-178.5, -168.5, 1186.5),
        "readers": 3,
    },
}
every_series = pytest.mark.parametrize("name", SERIES)


@pytest.fixture(scope="module")
def regenerated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("phantoms")
    subprocess.run([sys.executable, SAMPLES / "make_phantoms.py", folder], check=True)
    return folder


def test_the_script_makes_the_committed_files(regenerated: Path) -> None:
    made, committed = _phantoms_in(regenerated), _phantoms_in(SAMPLES)
    assert made == committed
    assert len(committed) == 6 + 12 + 10 + 2


def test_the_script_makes_the_committed_pixels(regenerated: Path) -> None:
    # Another processor's last bit may round a value or a border pixel the other way, so not byte for byte.
    for path in _phantoms_in(SAMPLES):
        made, committed = _pixels(regenerated / path), _pixels(SAMPLES / path)
        assert made.shape == committed.shape, path
        differing = made.astype(int) != committed.astype(int)
        assert differing.mean() < 1e-3, path


@every_series
def test_the_script_makes_the_committed_headers(regenerated: Path, name: str) -> None:
    for path in sorted((SAMPLES / name).glob("*.dcm")):
        made = pydicom.dcmread(regenerated / name / path.name, stop_before_pixels=True)
        committed = pydicom.dcmread(path, stop_before_pixels=True)
        assert made == committed
        assert made.file_meta == committed.file_meta


def test_the_bundle_stays_small() -> None:
    assert sum((SAMPLES / path).stat().st_size for path in _phantoms_in(SAMPLES)) < 3_000_000


def test_every_picture_is_marked_synthetic() -> None:
    pictures = sorted(LESION.parent.glob("*.png"))
    assert len(pictures) == 6
    for path in pictures:
        with Image.open(path) as picture:
            assert picture.info["Synthetic"] == "yes"


@every_series
def test_every_series_is_marked_synthetic(name: str) -> None:
    for dataset in _datasets(name):
        assert dataset.SyntheticData == "YES"
        assert dataset.Manufacturer == "Concord phantom"
        assert dataset.ImageType[:2] == ["DERIVED", "SECONDARY"]
        assert dataset.PatientName == "Synthetic^Phantom"
        assert dataset.PatientID == "SYNTHETIC"


@every_series
def test_every_readers_file_is_marked_synthetic(name: str) -> None:
    header = nibabel.Nifti1Image.from_filename(SAMPLES / f"{name}_seg.nii.gz").header
    assert header["descrip"].tobytes().startswith(b"Concord phantom")


@every_series
def test_a_series_has_its_storage_class_and_its_own_identifiers(name: str) -> None:
    datasets = _datasets(name)
    for dataset in datasets:
        assert dataset.SOPClassUID == dataset.file_meta.MediaStorageSOPClassUID == SERIES[name]["class"]
        assert dataset.SOPInstanceUID == dataset.file_meta.MediaStorageSOPInstanceUID
        assert dataset.Modality == SERIES[name]["modality"]
    assert len({dataset.SOPInstanceUID for dataset in datasets}) == len(datasets)
    assert len({(dataset.StudyInstanceUID, dataset.SeriesInstanceUID) for dataset in datasets}) == 1


def test_the_studies_are_not_mixed_up() -> None:
    for keyword in ("StudyInstanceUID", "SeriesInstanceUID", "FrameOfReferenceUID"):
        assert len({_datasets(name)[0][keyword].value for name in SERIES}) == len(SERIES)


@every_series
def test_every_identifier_is_legal(name: str) -> None:
    for dataset in _datasets(name):
        identifiers = [element.value for element in [*dataset, *dataset.file_meta] if element.VR == "UI"]
        assert len(identifiers) == 9
        assert all(pydicom.uid.UID(value).is_valid for value in identifiers)


@every_series
def test_simpleitk_finds_the_series_where_it_was_meant_to_lie(name: str) -> None:
    series = _series(name)
    assert series.GetSize() == SERIES[name]["size"]
    assert series.GetSpacing() == pytest.approx(SERIES[name]["spacing"])
    assert series.GetOrigin() == pytest.approx(SERIES[name]["origin"])
    assert series.GetDirection() == (1, 0, 0, 0, 1, 0, 0, 0, 1)


@every_series
def test_the_readers_masks_lie_on_the_series(name: str) -> None:
    series, readers = _series(name), SimpleITK.ReadImage(SAMPLES / f"{name}_seg.nii.gz")
    assert readers.GetSize() == (*series.GetSize(), SERIES[name]["readers"])
    assert readers.GetSpacing()[:3] == pytest.approx(series.GetSpacing())
    for voxel in ((0, 0, 0), (17, 90, 5)):
        there = readers.TransformIndexToPhysicalPoint((*voxel, 0))[:3]
        assert there == pytest.approx(series.TransformIndexToPhysicalPoint(voxel), abs=1e-4)


@every_series
def test_nibabel_places_the_masks_as_the_dicom_standard_says(name: str) -> None:
    image = nibabel.Nifti1Image.from_filename(SAMPLES / f"{name}_seg.nii.gz")
    assert image.header["sform_code"] > 0
    dataset = _datasets(name)[3]
    x, y, z = dataset.ImagePositionPatient
    # The centre of column 10, row 20, by PS3.3 C.7.6.2.1.1; NIfTI's x and y point the other way (RAS, not LPS).
    x, y = x + 10 * dataset.PixelSpacing[1], y + 20 * dataset.PixelSpacing[0]
    assert (image.affine @ (10, 20, 3, 1))[:3] == pytest.approx((-x, -y, z), abs=1e-4)


@every_series
def test_slices_are_equally_spaced_and_in_the_order_of_their_names(name: str) -> None:
    heights = [dataset.ImagePositionPatient[2] for dataset in _datasets(name)]
    assert np.diff(heights) == pytest.approx(3.0)


def test_ct_values_are_hounsfield_units_of_the_tissues() -> None:
    values, masks = SimpleITK.GetArrayFromImage(_series("ct_kidney")), _readers("ct_kidney")
    # Air, and a kidney in the nephrographic phase after contrast (140 to 200 HU).
    assert values[:, :10].mean() == pytest.approx(-1000, abs=5)
    assert 140 < values[masks.all(axis=0)].mean() < 200
    assert -130 < np.median(values[(values > -200) & (values < -50)]) < -80  # fat


def test_the_marked_kidney_is_the_patients_right_one() -> None:
    columns = np.argwhere(_readers("ct_kidney").any(axis=0))[:, 2]
    dataset = _datasets("ct_kidney")[0]
    x = dataset.ImagePositionPatient[0] + columns * dataset.PixelSpacing[1]
    assert x.max() < 0  # LPS: x grows to the patient's left


def test_the_head_stands_on_a_black_background_and_fills_three_quarters_of_the_height() -> None:
    values = SimpleITK.GetArrayFromImage(_series("mr_newborn"))
    assert (values[:, [0, -1], :] == 0).all()
    assert (values[:, :, [0, -1]] == 0).all()
    heights = (values > 160).any(axis=2).sum(axis=1) / values.shape[1]
    assert heights.min() > 0.6
    assert heights.max() < 0.85


def test_white_matter_lies_between_dark_cortex_and_bright_fluid_in_brightness() -> None:
    values, masks = SimpleITK.GetArrayFromImage(_series("mr_newborn")), _readers("mr_newborn")
    white = np.median(values[masks.all(axis=0)])
    head = ndimage.binary_fill_holes(values[6] > 160)
    rim = ndimage.binary_erosion(head, iterations=1) & ~ndimage.binary_erosion(head, iterations=3)
    assert np.median(values[6][rim]) > 1.2 * white  # fluid is bright on T2
    within = ndimage.binary_erosion(head, iterations=3)
    assert np.percentile(values[6][within], 5) < 0.8 * white  # cortex and deep grey matter are dark


def test_the_lesion_covers_a_tenth_to_a_quarter_and_is_darker_than_the_skin() -> None:
    picture, masks = _pixels(LESION).astype(float), _lesion_masks()
    assert picture.shape == (576, 768, 3)
    agreed, outside = masks.all(axis=0), ~masks.any(axis=0)
    assert 0.1 < masks.mean() < 0.25
    assert (picture[agreed].mean(axis=0) < picture[outside].mean(axis=0) - 40).all()
    red, green, blue = picture[outside].mean(axis=0)
    assert red > green > blue


def test_readers_differ_as_plausible_experts_do() -> None:
    # Real readers: QUBIQ kidney 0.94 to 0.95, QUBIQ brain growth 0.83 to 0.90, ISIC median 0.86.
    assert 0.90 < _agreement(_readers("ct_kidney")) < 0.96
    assert 0.83 < _agreement(_readers("mr_newborn")) < 0.90
    assert 0.83 < _agreement(_lesion_masks()) < 0.90


def test_every_reader_marks_something_in_every_slice() -> None:
    for name in SERIES:
        assert _readers(name).any(axis=(2, 3)).all()
    assert _lesion_masks().any(axis=(1, 2)).all()


def _phantoms_in(folder: Path) -> list[Path]:
    made = (path.relative_to(folder) for path in folder.rglob("*") if path.name.endswith(KINDS))
    return sorted(path for path in made if "previews" not in path.parts)  # which come of them by another script


def _pixels(path: Path) -> AnyArray:
    if path.suffix == ".png":
        with Image.open(path) as picture:
            return np.asarray(picture)
    if path.suffix == ".dcm":
        return pydicom.dcmread(path).pixel_array
    return np.asarray(nibabel.Nifti1Image.from_filename(path).dataobj)


def _datasets(name: str) -> list[pydicom.Dataset]:
    return [pydicom.dcmread(path) for path in sorted((SAMPLES / name).glob("*.dcm"))]


def _series(name: str) -> SimpleITK.Image:
    return SimpleITK.ReadImage(SimpleITK.ImageSeriesReader.GetGDCMSeriesFileNames(SAMPLES / name))


def _readers(name: str) -> BoolArray:
    """Return (readers, slices, rows, columns)."""
    return SimpleITK.GetArrayFromImage(SimpleITK.ReadImage(SAMPLES / f"{name}_seg.nii.gz")) > 0


def _lesion_masks() -> BoolArray:
    """Return (readers, rows, columns)."""
    masks = [_pixels(LESION.with_name(f"phantom_lesion_seg{number}.png")) for number in range(1, 6)]
    assert set(np.unique(masks)) == {0, 255}
    return np.stack(masks) > 0


def _agreement(masks: BoolArray) -> float:
    """Mean pairwise Dice, 2 |A and B| / (|A| + |B|)."""
    pairs = combinations(masks, 2)
    return float(np.mean([2 * (one & other).sum() / (one.sum() + other.sum()) for one, other in pairs]))
