"""DICOM objects as other programs see them: dciodvfy, highdicom, pydicom and SimpleITK."""

import shutil
from pathlib import Path
from typing import Any

import highdicom as hd
import numpy as np
import pytest
import SimpleITK as sitk
from pydicom import dcmread

from app.domain.errors import OutputError
from app.export.dicom.segmentation import accepted_mask
from app.export.volumes import native_soft
from app.postprocess.diameters import diameters
from app.postprocess.native import native_levels
from tests.export.dicom.series import (
    FRAME,
    IDENTITY,
    OBJECTS,
    SERIES,
    STUDY,
    complaints,
    exported,
    outcome_at,
    write_series,
)


@pytest.fixture(name="source", scope="module")
def _source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_series(tmp_path_factory.mktemp("source") / "series")


@pytest.fixture(name="kept", scope="module")
def _kept(source: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Identified objects of the second slice."""
    return exported(outcome_at(source, 1), source, tmp_path_factory.mktemp("kept"), deidentified=False)


@pytest.fixture(name="hidden", scope="module")
def _hidden(source: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """De-identified objects of the second slice."""
    return exported(outcome_at(source, 1), source, tmp_path_factory.mktemp("hidden"))


def levels_of(source: Path) -> np.ndarray:
    outcome = outcome_at(source, 1)
    return np.stack(list(native_levels(outcome.result.findings, outcome.result.grid)))


@pytest.mark.skipif(shutil.which("dciodvfy") is None, reason="dicom3tools is not installed")
def test_dciodvfy_finds_no_error(kept: dict[str, Path], hidden: dict[str, Path]) -> None:
    assert {name: complaints(path) for name, path in kept.items()} == {name: [] for name in OBJECTS}
    assert {name: complaints(path) for name, path in hidden.items()} == {name: [] for name in (*OBJECTS, "image.dcm")}


def test_the_bands_are_disjoint_and_their_unions_are_the_levels(source: Path, hidden: dict[str, Path]) -> None:
    seg = hd.seg.segread(hidden["seg-bands.dcm"])
    bands = seg.get_pixels_by_source_instance([dcmread(hidden["image.dcm"]).SOPInstanceUID])[0]
    levels = levels_of(source)
    assert seg.segmentation_type.value == "BINARY"
    assert seg.SegmentsOverlap == "NO"
    assert [seg.get_segment_description(number).segment_label for number in (1, 2, 3)] == [
        "Exactly 1 of 3 readers",
        "Exactly 2 of 3 readers",
        "Exactly 3 of 3 readers",
    ]
    for level in range(3):
        np.testing.assert_array_equal(bands[..., level:].any(axis=-1), levels[level])
        np.testing.assert_array_equal(bands[..., level:].sum(axis=-1), levels[level])


def test_the_accepted_mask_is_its_own_object_with_one_segment(source: Path, kept: dict[str, Path]) -> None:
    seg = hd.seg.segread(kept["seg-majority.dcm"])
    outcome = outcome_at(source, 1)
    assert seg.number_of_segments == 1
    frame = seg.get_pixels_by_source_instance([_source_uid(source, 1)])[0, ..., 0]
    np.testing.assert_array_equal(frame, levels_of(source)[1])
    np.testing.assert_array_equal(frame, accepted_mask(outcome, refined=False))


def test_the_soft_map_is_stored_without_rounding(source: Path, hidden: dict[str, Path]) -> None:
    seg = hd.seg.segread(hidden["seg-soft.dcm"])
    outcome = outcome_at(source, 1)
    shares = seg.get_pixels_by_source_instance([dcmread(hidden["image.dcm"]).SOPInstanceUID])[0, ..., 0]
    assert (seg.segmentation_type.value, seg.MaximumFractionalValue) == ("FRACTIONAL", 255)
    np.testing.assert_allclose(shares, native_soft(outcome.result.findings, outcome.result.grid), atol=1e-7)


@pytest.mark.parametrize("which", ["kept", "hidden"])
def test_simpleitk_sees_the_same_masks_where_the_source_lies(
    source: Path, which: str, request: pytest.FixtureRequest
) -> None:
    """It reads a bit as 0 or 255; its geometry of the source's own slice is the yardstick."""
    paths: dict[str, Path] = request.getfixturevalue(which)
    truth = sitk.ReadImage(str(_source_file(source, 1)))
    levels = levels_of(source)
    for name, mask in {"seg-majority.dcm": levels[1], "seg-soft.dcm": levels.mean(axis=0)}.items():
        image = sitk.ReadImage(str(paths[name]))
        np.testing.assert_allclose(sitk.GetArrayFromImage(image)[0] / 255, mask, atol=1e-7)
        assert image.GetSpacing() == pytest.approx((*truth.GetSpacing()[:2], 2.0))
        assert image.GetOrigin() == pytest.approx(truth.GetOrigin())
        assert image.GetDirection() == pytest.approx(truth.GetDirection())


def test_pydicom_sees_the_bands_as_frames_in_one_place(source: Path, hidden: dict[str, Path]) -> None:
    """SimpleITK reads no segmentation of several segments on one slice; pydicom reads its frames."""
    seg = dcmread(hidden["seg-bands.dcm"])
    truth = dcmread(_source_file(source, 1))
    np.testing.assert_array_equal(seg.pixel_array.sum(axis=0), levels_of(source)[0])
    for frame in seg.PerFrameFunctionalGroupsSequence:
        place = frame.PlanePositionSequence[0].ImagePositionPatient
        assert place == pytest.approx(truth.ImagePositionPatient)
    (measures,) = seg.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence
    assert (measures.PixelSpacing, measures.SpacingBetweenSlices) == ([0.7, 0.5], 2)


def test_identified_objects_belong_to_the_sources_patient_and_study(source: Path, kept: dict[str, Path]) -> None:
    assert set(kept) == OBJECTS
    for path in kept.values():
        dataset = dcmread(path)
        for name in ("PatientName", "PatientID", "PatientBirthDate", "StudyDate", "AccessionNumber"):
            assert dataset[name].value == IDENTITY[name]
        assert dataset.StudyInstanceUID == STUDY
        assert dataset.SeriesInstanceUID != SERIES
        assert _source_uid(source, 1) in _uids(dataset)
    assert dcmread(kept["seg-bands.dcm"]).FrameOfReferenceUID == FRAME
    assert dcmread(kept["seg-bands.dcm"]).SeriesInstanceUID == dcmread(kept["seg-majority.dcm"]).SeriesInstanceUID


def test_deidentified_objects_refer_to_the_slice_written_anew(source: Path, hidden: dict[str, Path]) -> None:
    image = dcmread(hidden["image.dcm"])
    for name in OBJECTS:
        dataset = dcmread(hidden[name])
        assert image.SOPInstanceUID in _uids(dataset)
        assert dataset.StudyInstanceUID == image.StudyInstanceUID
        assert dataset.PatientID == image.PatientID
    truth = dcmread(_source_file(source, 1))
    np.testing.assert_array_equal(image.pixel_array, truth.pixel_array.astype(int) - 1024)
    for name in ("ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing"):
        assert image[name].value == pytest.approx(truth[name].value)


def test_the_report_holds_the_numbers(source: Path, hidden: dict[str, Path]) -> None:
    """Pixels of 0.7 x 0.5 mm: a pixel is 0.35 mm²."""
    mask = levels_of(source)[1]
    across = diameters(mask, (0.7, 0.5))
    assert across is not None
    report: Any = hd.sr.srread(hidden["report.dcm"])
    (group,) = report.content.get_planar_roi_measurement_groups()
    measured = {item.name.meaning: (item.value, item.unit.value) for item in group.get_measurements()}
    assert measured["Area"] == (pytest.approx(mask.sum() * 0.35), "mm2")
    assert measured["Long axis"] == (pytest.approx(across.largest), "mm")
    assert measured["Short axis"] == (pytest.approx(across.perpendicular), "mm")
    others = report.content.get_image_measurement_groups()
    assert [other.tracking_identifier for other in others] == [
        "At least 1 of 3 readers",
        "At least 2 of 3 readers",
        "All 3 readers",
        "All samples",
    ]
    area, deviation = others[0].get_measurements()
    assert area.value == pytest.approx(levels_of(source)[0].sum() * 0.35)
    assert deviation.unit.value == "mm2"
    samples = {item.name.value: item.value for item in others[3].get_measurements()}
    outcome = outcome_at(source, 1)
    assert samples["SAMPLES"] == 24
    assert samples["DIVERSITY"] == pytest.approx(outcome.result.findings.diversity)
    assert "GED" not in samples


def test_the_sheet_is_a_secondary_capture_with_the_same_pixels(hidden: dict[str, Path]) -> None:
    capture = dcmread(hidden["sheet.dcm"])
    assert capture.SOPClassUID.name == "Secondary Capture Image Storage"
    assert capture.BurnedInAnnotation == "YES"
    assert capture.pixel_array.shape[-1] == 3
    assert (capture.pixel_array[-2] == (166, 27, 27)).all()  # the red foot: not for diagnostic use


def test_every_object_says_what_it_is_not_for(hidden: dict[str, Path]) -> None:
    for path in hidden.values():
        assert "Not for diagnostic use" in dcmread(path).SeriesDescription


def test_tracking_identifiers_are_the_same_from_export_to_export(
    source: Path, hidden: dict[str, Path], tmp_path: Path
) -> None:
    again = exported(outcome_at(source, 1), source, tmp_path)
    first, second = (
        [item.TrackingUID for item in dcmread(paths["seg-bands.dcm"]).SegmentSequence] for paths in (hidden, again)
    )
    assert first == second
    assert len(set(first)) == 3


def test_what_is_there_is_not_overwritten(source: Path, tmp_path: Path) -> None:
    (tmp_path / "report.dcm").write_text("mine")
    with pytest.raises(OutputError, match=r"report\.dcm"):
        exported(outcome_at(source), source, tmp_path)
    assert [path.read_text() for path in tmp_path.iterdir()] == ["mine"]


def _source_file(source: Path, slice_index: int) -> Path:
    return sorted(source.iterdir(), reverse=True)[slice_index]


def _source_uid(source: Path, slice_index: int) -> str:
    return str(dcmread(_source_file(source, slice_index)).SOPInstanceUID)


def _uids(dataset: Any) -> set[str]:
    """Return every UID in a dataset, at any depth."""
    found: set[str] = set()
    dataset.walk(lambda _, element: found.add(str(element.value)) if element.VR == "UI" else None)
    return found
