"""NIfTI volumes as nibabel and SimpleITK read them."""

import tracemalloc
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import SimpleITK as sitk
from nibabel.nifti1 import Nifti1Image

from app.domain.case import Case
from app.domain.errors import OutputError
from app.domain.result import Result
from app.domain.scale import with_scale
from app.export import volumes
from app.export.files import save_atomically
from app.export.outcome import outcome_of
from app.export.volumes import VOLUMES, affine, mask_volume_writer, write_volumes
from app.imaging.read import read_case
from app.imaging.references import read_references
from app.imaging.stack import NO_POSITION
from app.imaging.voxels import NO_GEOMETRY
from app.postprocess.native import measure
from tests.export.studies import ct, photograph, result_of, result_on
from tests.render.scenes import blobs, whole_slice

SLICE = 3


@pytest.fixture(scope="module")
def case() -> Case:
    return ct()


@pytest.fixture(scope="module")
def result(case: Case) -> Result:
    return result_of(case, SLICE)


@pytest.fixture(scope="module")
def folder(case: Case, result: Result, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("volumes")
    write_volumes(outcome_of(case, result), place)
    return place


def read(path: Path) -> np.ndarray:
    """Return a volume's voxels as (slices, rows, columns) or (volumes, slices, rows, columns)."""
    voxels: np.ndarray = sitk.GetArrayFromImage(sitk.ReadImage(str(path)))
    return voxels


def test_volumes_have_the_shapes_and_types_they_promise(folder: Path, case: Case) -> None:
    shape = (case.slices, *case.shape)
    soft, levels, samples = (read(folder / name) for name in VOLUMES)
    assert (soft.shape, levels.shape, samples.shape) == (shape, (3, *shape), (24, *shape))
    assert [str(voxels.dtype) for voxels in (soft, levels, samples)] == ["float32", "uint8", "uint8"]


def test_only_the_slice_that_was_run_is_filled(folder: Path) -> None:
    for name in VOLUMES:
        voxels = read(folder / name)
        assert voxels[..., SLICE, :, :].any()
        assert not np.delete(voxels, SLICE, axis=-3).any()


def test_levels_and_soft_map_and_measured_areas_agree(folder: Path, case: Case, result: Result) -> None:
    levels = read(folder / "levels.nii.gz")[:, SLICE]
    measured = measure(result.findings, result.grid, case.geometry)
    assert [area.px for area in measured.levels] == levels.sum(axis=(1, 2)).tolist()
    assert read(folder / "soft.nii.gz")[SLICE] == pytest.approx(levels.sum(axis=0) / 3)


def test_samples_come_level_by_level(folder: Path, result: Result) -> None:
    counts = read(folder / "samples.nii.gz")[:, SLICE].sum(axis=(1, 2)).reshape(3, 8)
    assert counts == pytest.approx(result.findings.sample_areas, rel=0.03)


@pytest.mark.parametrize("name", VOLUMES)
def test_both_libraries_read_the_cases_geometry(folder: Path, case: Case, name: str) -> None:
    image = sitk.ReadImage(str(folder / name))
    geometry = case.geometry
    assert image.GetSpacing()[:3] == pytest.approx(geometry.spacing_mm[::-1])
    assert image.GetOrigin()[:3] == pytest.approx(geometry.origin_mm, abs=1e-5)
    assert Nifti1Image.from_filename(folder / name).affine == pytest.approx(affine(geometry), abs=1e-5)
    for index in [(0, 0, 0), (79, 0, 0), (0, 59, 0), (0, 0, 4)]:  # column, row, slice
        steps = np.array(index)[::-1] * geometry.spacing_mm
        expected = geometry.origin_mm + steps @ np.array(geometry.directions)
        padded = index + (0,) * (image.GetDimension() - 3)
        assert image.TransformIndexToPhysicalPoint(padded)[:3] == pytest.approx(expected, abs=1e-4)


def test_the_geometry_is_the_one_that_simpleitk_writes(case: Case, tmp_path: Path) -> None:
    geometry = case.geometry
    image = sitk.Image(2, 2, 2, sitk.sitkUInt8)
    image.SetSpacing(geometry.spacing_mm[::-1])
    image.SetOrigin(geometry.origin_mm)
    image.SetDirection(np.array(geometry.directions)[::-1].T.ravel().tolist())
    sitk.WriteImage(image, str(tmp_path / "itk.nii"))
    assert Nifti1Image.from_filename(tmp_path / "itk.nii").affine == pytest.approx(affine(geometry), abs=1e-5)


@pytest.mark.parametrize(
    ("unknown", "measured"),
    [
        ({"slices_known": False, "faults": ("tilted, or a slice is missing",)}, False),
        ({"slices_known": False, "orientation_known": False, "faults": (NO_POSITION,)}, False),
        ({"in_plane_known": False}, False),
        ({"orientation_known": False}, True),
    ],
)
def test_a_geometry_that_is_not_safe_is_not_written_as_if_it_were(
    tmp_path: Path, unknown: dict[str, Any], measured: bool
) -> None:
    """Rows are 1.5 times as high as columns are wide: without a unit that alone is said, and no matrix at all."""
    case = ct()
    geometry = replace(case.geometry, spacing_mm=(3.0, 0.75, 0.5), **unknown)
    odd = replace(case, geometry=geometry, references=None)
    write_volumes(outcome_of(odd, result_of(odd)), tmp_path)
    drawn = mask_volume_writer(np.ones((odd.slices, *odd.shape), np.bool_), odd, "Drawn by a reader")
    save_atomically(tmp_path / "drawn.nii.gz", drawn, overwrite=False)
    for path in (*(tmp_path / name for name in VOLUMES), tmp_path / "drawn.nii.gz"):
        header = Nifti1Image.from_filename(path).header
        assert (int(header["sform_code"]), int(header["qform_code"])) == (0, 0)
        assert header.get_xyzt_units()[0] == ("mm" if measured else "unknown")
        assert header["descrip"].item().decode().endswith("Not for diagnostic use. Place unknown")
        again = sitk.ReadImage(str(path))
        assert again.GetSpacing()[:3] == pytest.approx((0.5, 0.75, 3.0) if measured else (1.0, 1.5, 1.0))
        assert again.GetOrigin()[:3] == (0.0, 0.0, 0.0)
    back = read_case(tmp_path / "soft.nii.gz")
    told = (back.geometry.in_plane_known, back.geometry.slices_known, back.geometry.orientation_known)
    assert told == (False, False, False)
    assert back.geometry.pixel_aspect == pytest.approx(1.5)
    assert NO_GEOMETRY in back.notices


def test_a_mask_drawn_between_unknown_slices_opens_again_where_it_was_drawn(tmp_path: Path) -> None:
    case = ct()
    odd = replace(case, geometry=replace(case.geometry, slices_known=False), references=None)
    masks = np.random.default_rng(0).integers(0, 2, (odd.slices, *odd.shape)).astype(np.bool_)
    save_atomically(tmp_path / "drawn.nii.gz", mask_volume_writer(masks, odd, "Drawn by a reader"), overwrite=False)
    references = read_references([tmp_path / "drawn.nii.gz"], odd)
    np.testing.assert_array_equal(references.masks[0], masks)
    assert references.notices == ()


def test_one_slice_of_a_known_place_keeps_it(tmp_path: Path) -> None:
    """The distance to a next slice is not known, and there is none."""
    case = ct()
    alone = replace(case.only(2), geometry=replace(case.geometry, slices_known=False))
    write_volumes(outcome_of(alone, result_of(alone)), tmp_path)
    image = Nifti1Image.from_filename(tmp_path / "soft.nii.gz")
    assert image.affine == pytest.approx(affine(alone.geometry), abs=1e-5)
    assert int(image.header["sform_code"]) == 1


def test_a_photograph_has_one_slice_and_no_scale(tmp_path: Path) -> None:
    case = photograph()
    write_volumes(outcome_of(case, result_of(case)), tmp_path)
    image = Nifti1Image.from_filename(tmp_path / "samples.nii.gz")
    assert image.shape == (160, 120, 1, 24)
    assert image.header.get_xyzt_units()[0] == "unknown"
    assert Nifti1Image.from_filename(tmp_path / "soft.nii.gz").shape == (160, 120, 1)


def test_nothing_is_written_where_one_file_is_already_there(case: Case, result: Result, tmp_path: Path) -> None:
    (tmp_path / "samples.nii.gz").write_text("mine")
    with pytest.raises(OutputError, match=r"samples\.nii\.gz"):
        write_volumes(outcome_of(case, result), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["samples.nii.gz"]
    write_volumes(outcome_of(case, result), tmp_path, overwrite=True)
    assert read(tmp_path / "samples.nii.gz").any()


def test_files_are_the_same_every_time(case: Case, result: Result, folder: Path, tmp_path: Path) -> None:
    write_volumes(outcome_of(case, result), tmp_path)
    assert all((tmp_path / name).read_bytes() == (folder / name).read_bytes() for name in VOLUMES)


def test_memory_does_not_grow_with_the_number_of_samples(tmp_path: Path) -> None:
    """A hundred samples of a photograph of 2 megapixels take 200 MB as one array; ten planes of float32 take 80."""
    case = photograph(1200, 1700)
    grid = whole_slice(1200, 1700, 32)
    result = result_on(case, grid, blobs(grid, levels=2, count=50))
    tracemalloc.start()
    write_volumes(outcome_of(case, result), tmp_path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 80e6
    assert (tmp_path / "samples.nii.gz").stat().st_size < 4e6


def test_a_scale_that_the_reader_marked_is_in_the_header_and_called_so(tmp_path: Path) -> None:
    case = with_scale(photograph(), (0, 0), (0, 100), 20)
    write_volumes(outcome_of(case, result_of(case)), tmp_path)
    header = Nifti1Image.from_filename(tmp_path / "soft.nii.gz").header
    assert header.get_zooms()[:2] == pytest.approx((0.2, 0.2))
    assert header["descrip"].item().decode() == "Concord. Not for diagnostic use. Scale marked by reader"
    assert (header.get_xyzt_units()[0], int(header["sform_code"])) == ("mm", 0)


def test_a_volume_that_cannot_be_written_leaves_none_of_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is full when the third is due."""
    case = ct()
    full = save_atomically

    def filling(path: Path, write: Any, *, overwrite: bool) -> None:
        if path.name == VOLUMES[2]:
            raise OutputError("The disk is full.")
        full(path, write, overwrite=overwrite)

    monkeypatch.setattr(volumes, "save_atomically", filling)
    with pytest.raises(OutputError):
        write_volumes(outcome_of(case, result_of(case)), tmp_path)
    assert list(tmp_path.iterdir()) == []
