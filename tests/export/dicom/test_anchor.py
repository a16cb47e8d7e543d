"""Sources of every kind: what can be referred to, and what must be written anew."""

import shutil
from dataclasses import replace
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
from app.domain.scale import with_scale
from tests.export.dicom.series import IDENTITY, OBJECTS, complaints, exported, outcome_at, write_series
from tests.imaging.writers import write_dicom


def test_a_photograph_becomes_a_new_study(tmp_path: Path) -> None:
    photograph = tmp_path / "Person Secret.jpg"
    pixels = np.random.default_rng(2).integers(0, 255, (60, 80, 3), np.uint8)
    Image.fromarray(pixels).save(photograph, quality=90)
    paths = exported(outcome_at(photograph), photograph, tmp_path / "out")
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


def test_a_volume_whose_directions_nobody_knows_gets_none(tmp_path: Path) -> None:
    """A NRRD that says how large its voxels are, and neither how they run nor from where."""
    values = np.random.default_rng(3).integers(-900, 900, (4, 60, 80)).astype("<i2")
    values[0, 0, 0] = -1000
    header = (
        "NRRD0004\ntype: int16\ndimension: 3\nsizes: 80 60 4\nspacings: 0.5 0.7 3\nendian: little\nencoding: raw\n\n"
    )
    (tmp_path / "a.nrrd").write_bytes(header.encode() + values.tobytes())
    outcome = outcome_at(tmp_path / "a.nrrd", 2)
    assert outcome.case.geometry.in_plane_known
    image = dcmread(exported(outcome, tmp_path / "a.nrrd", tmp_path / "out")["image.dcm"])
    assert "ImageOrientationPatient" not in image
    assert "ImagePositionPatient" not in image


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


def test_without_a_scale_the_report_is_in_pixels(tmp_path: Path) -> None:
    photograph = tmp_path / "a.png"
    Image.fromarray(np.random.default_rng(2).integers(0, 255, (60, 80, 3), np.uint8)).save(photograph)
    outcome = outcome_at(photograph)
    assert outcome.case.geometry == Geometry()
    report: Any = hd.sr.srread(exported(outcome, photograph, tmp_path / "out")["report.dcm"])
    (group,) = report.content.get_planar_roi_measurement_groups()
    assert {item.unit.value for item in group.get_measurements()} == {"{pixels}"}


def test_a_scale_that_the_reader_marked_is_not_passed_off_as_measured(tmp_path: Path) -> None:
    photograph = tmp_path / "a.png"
    Image.fromarray(np.random.default_rng(2).integers(0, 255, (60, 80, 3), np.uint8)).save(photograph)
    outcome = outcome_at(photograph)
    marked = replace(outcome, case=with_scale(outcome.case, (0, 0), (0, 40), 10))
    report: Any = hd.sr.srread(exported(marked, photograph, tmp_path / "out")["report.dcm"])
    (group,) = report.content.get_planar_roi_measurement_groups()
    assert {item.unit.value for item in group.get_measurements()} == {"{pixels}"}
