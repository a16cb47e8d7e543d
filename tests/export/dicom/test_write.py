"""DICOM objects as other programs see them: dciodvfy, highdicom, pydicom and SimpleITK."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import highdicom as hd
import numpy as np
import pytest
import SimpleITK as sitk
from PIL import Image
from pydicom import dcmread

from app.domain.errors import OutputError
from app.domain.geometry import Geometry
from app.export.dicom.segmentation import accepted_mask
from app.export.volumes import native_soft
from app.postprocess.diameters import diameters
from app.postprocess.native import native_levels
from tests.export.dicom.series import FRAME, IDENTITY, SERIES, STUDY, exported, outcome_at, write_series

OBJECTS = {"seg-bands.dcm", "seg-majority.dcm", "seg-soft.dcm", "report.dcm", "sheet.dcm"}


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


def complaints(path: Path) -> list[str]:
    said = subprocess.run(["dciodvfy", str(path)], capture_output=True, text=True, check=False)
    return [line for line in (said.stdout + said.stderr).splitlines() if line.startswith("Error")]


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


def test_a_photograph_becomes_a_new_study(tmp_path: Path) -> None:
    photograph = tmp_path / "Person Secret.jpg"
    pixels = np.random.default_rng(2).integers(0, 255, (60, 80, 3), np.uint8)
    Image.fromarray(pixels).save(photograph, quality=90)
    paths = exported(outcome_at(photograph), photograph, tmp_path / "out", deidentified=False)
    image = dcmread(paths["image.dcm"])
    assert image.SOPClassUID.name == "VL Photographic Image Storage"
    assert image.LossyImageCompression == "01"
    assert (image.StudyDate, image.PatientBirthDate) == ("", "")
    assert image.PatientID.startswith("CONCORD-")
    np.testing.assert_array_equal(image.pixel_array, np.asarray(Image.open(photograph)))
    seg = hd.seg.segread(paths["seg-majority.dcm"])
    assert "FrameOfReferenceUID" not in seg
    assert seg.get_pixels_by_source_instance([image.SOPInstanceUID]).any()
    if shutil.which("dciodvfy"):
        assert [complaints(path) for path in paths.values()] == [[]] * 6


def test_a_volume_keeps_its_place_in_a_new_study(tmp_path: Path) -> None:
    """A NIfTI volume whose values are those of a CT, turned and off the origin; SimpleITK reads both."""
    values = np.random.default_rng(3).integers(-900, 900, (4, 60, 80)).astype(np.int16)
    values[0, 0, 0] = -1000
    volume = sitk.GetImageFromArray(values)
    volume.SetSpacing((0.5, 0.7, 3.0))
    volume.SetOrigin((-10, 5, 12))
    volume.SetDirection((1, 0, 0, 0, 0.8, -0.6, 0, 0.6, 0.8))
    sitk.WriteImage(volume, str(tmp_path / "a.nii"))
    paths = exported(outcome_at(tmp_path / "a.nii", 2), tmp_path / "a.nii", tmp_path / "out")
    image = sitk.ReadImage(str(paths["image.dcm"]))
    np.testing.assert_array_equal(sitk.GetArrayFromImage(image)[0], values[2])
    assert image.GetOrigin() == pytest.approx(volume.TransformIndexToPhysicalPoint((0, 0, 2)), abs=1e-4)
    assert image.GetSpacing()[:2] == pytest.approx((0.5, 0.7))
    majority = sitk.ReadImage(str(paths["seg-majority.dcm"]))
    assert majority.GetOrigin() == pytest.approx(image.GetOrigin())


def test_a_source_without_identifiers_can_only_be_written_anew(tmp_path: Path) -> None:
    source = write_series(tmp_path / "series", 1, StudyInstanceUID=None)
    with pytest.raises(OutputError, match="no StudyInstanceUID, so that nothing can refer to it"):
        exported(outcome_at(source), source, tmp_path / "a", deidentified=False)
    assert set(exported(outcome_at(source), source, tmp_path / "b")) == {*OBJECTS, "image.dcm"}


def test_a_source_without_a_place_can_only_be_written_anew(tmp_path: Path) -> None:
    source = write_series(tmp_path / "series", 1, ImagePositionPatient=None)
    with pytest.raises(OutputError, match="does not say where its slice lies"):
        exported(outcome_at(source), source, tmp_path / "a", deidentified=False)
    paths = exported(outcome_at(source), source, tmp_path / "b")
    assert dcmread(paths["image.dcm"]).SOPClassUID.name == "Secondary Capture Image Storage"


def test_a_frame_of_reference_that_the_source_lacks_is_made_up(tmp_path: Path) -> None:
    source = write_series(tmp_path / "series", 2, FrameOfReferenceUID=None)
    frames = {
        dcmread(
            exported(outcome_at(source, k), source, tmp_path / str(k), deidentified=False)[name]
        ).FrameOfReferenceUID
        for k, name in ((0, "seg-bands.dcm"), (1, "seg-soft.dcm"))
    }
    assert len(frames) == 1


def test_values_that_no_reader_need_take_are_left_out(tmp_path: Path) -> None:
    """Old programs wrote times with colons, and sexes in words."""
    source = write_series(tmp_path / "series", 1, StudyTime=None, PatientSex=None)
    (path,) = source.iterdir()
    dataset = dcmread(path)
    dataset.add_new("StudyTime", "LO", "11:20:00")
    dataset.add_new("PatientSex", "LO", "female")
    dataset["StudyTime"].VR, dataset["PatientSex"].VR = "TM", "CS"
    dataset.save_as(path)
    paths = exported(outcome_at(source), source, tmp_path / "out", deidentified=False)
    assert [dcmread(paths["report.dcm"])[name].value for name in ("StudyTime", "PatientSex")] == ["", ""]


def test_an_enhanced_source_is_referred_to_by_its_frame(tmp_path: Path) -> None:
    """A secondary capture of three frames: the objects name the class and the frame."""
    pixels = np.random.default_rng(5).integers(0, 255, (3, 60, 80), np.uint8)
    from tests.imaging.writers import write_dicom

    more = {**IDENTITY, "SOPClassUID": "1.2.840.10008.5.1.4.1.1.7.2", "Modality": "OT", "NumberOfFrames": 3}
    source = write_dicom(tmp_path / "a.dcm", pixels, **more, ImagePositionPatient=None)
    dataset = dcmread(source)
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    dataset.save_as(source)
    paths = exported(outcome_at(source, 1), source, tmp_path / "out", deidentified=False)
    seg = dcmread(paths["seg-bands.dcm"])
    (reference,) = seg.PerFrameFunctionalGroupsSequence[0].DerivationImageSequence[0].SourceImageSequence
    assert reference.ReferencedSOPClassUID == "1.2.840.10008.5.1.4.1.1.7.2"
    assert reference.ReferencedFrameNumber == 2
    assert dcmread(paths["sheet.dcm"]).SourceImageSequence[0].ReferencedFrameNumber == 2


def test_a_segmentation_is_no_source(tmp_path: Path) -> None:
    source = write_series(tmp_path / "series", 1, Modality="SEG")
    with pytest.raises(OutputError, match="no picture but a SEG"):
        exported(outcome_at(source), source, tmp_path / "a", deidentified=False)


def test_what_is_there_is_not_overwritten(source: Path, tmp_path: Path) -> None:
    (tmp_path / "report.dcm").write_text("mine")
    with pytest.raises(OutputError, match=r"report\.dcm"):
        exported(outcome_at(source), source, tmp_path)
    assert [path.read_text() for path in tmp_path.iterdir()] == ["mine"]


def test_without_a_scale_the_report_is_in_pixels(tmp_path: Path) -> None:
    photograph = tmp_path / "a.png"
    Image.fromarray(np.random.default_rng(2).integers(0, 255, (60, 80, 3), np.uint8)).save(photograph)
    outcome = outcome_at(photograph)
    assert outcome.case.geometry == Geometry()
    report: Any = hd.sr.srread(exported(outcome, photograph, tmp_path / "out")["report.dcm"])
    (group,) = report.content.get_planar_roi_measurement_groups()
    assert {item.unit.value for item in group.get_measurements()} == {"{pixels}"}


def _source_file(source: Path, slice_index: int) -> Path:
    return sorted(source.iterdir(), reverse=True)[slice_index]


def _source_uid(source: Path, slice_index: int) -> str:
    return str(dcmread(_source_file(source, slice_index)).SOPInstanceUID)


def _uids(dataset: Any) -> set[str]:
    """Return every UID in a dataset, at any depth."""
    found: set[str] = set()
    dataset.walk(lambda _, element: found.add(str(element.value)) if element.VR == "UI" else None)
    return found
