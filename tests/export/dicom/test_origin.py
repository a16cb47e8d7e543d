"""The header is read again from the file that the slice came from, and only from that."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pydicom import dcmread

from app.domain.case import Modality
from app.domain.errors import OutputError, UnreadableFileError
from app.export.dicom.inspect import BURNED, PHOTOGRAPH, SUSPECT, UNSAID, cautions, is_dicom
from app.export.dicom.origin import find_origin, is_lossy
from app.export.job import Inspected, Inspection, serve
from app.imaging.read import read_case
from app.ui.jobs import drained
from tests.export.dicom.series import SERIES, exported, outcome_at, write_series
from tests.imaging.writers import write_dicom


def test_the_slice_is_found_by_place_and_pixels_whatever_the_names(tmp_path: Path) -> None:
    source = write_series(tmp_path / "series", 4)
    for slice_index in range(4):
        origin = find_origin(source, outcome_at(source, slice_index))
        assert origin is not None
        assert origin.header.InstanceNumber == slice_index + 1


def test_another_series_in_the_same_place_is_not_taken(tmp_path: Path) -> None:
    source = write_series(tmp_path / "series", 3)
    outcome = outcome_at(source, 1)
    for path in list(source.iterdir()):
        dataset = dcmread(path)
        dataset.PixelData = bytes(len(dataset.PixelData))
        dataset.SOPInstanceUID = f"{dataset.SOPInstanceUID[:-1]}"
        dataset.save_as(source / f"0-{path.name}")
    origin = find_origin(source, outcome)
    assert origin is not None
    assert origin.header.InstanceNumber == 2
    assert np.array_equal(dcmread(source / "2.dcm").SOPInstanceUID, origin.header.SOPInstanceUID)


def test_files_that_have_changed_are_told(tmp_path: Path) -> None:
    source = write_series(tmp_path / "series", 2)
    outcome = outcome_at(source, 1)
    for path in source.iterdir():
        dataset = dcmread(path)
        dataset.PixelData = bytes(len(dataset.PixelData))
        dataset.save_as(path)
    with pytest.raises(UnreadableFileError, match="have changed since it was opened"):
        find_origin(source, outcome)
    for path in source.iterdir():
        path.write_bytes(path.read_bytes()[:600])
    with pytest.raises(UnreadableFileError, match="have changed since it was opened"):
        find_origin(source, outcome)


def test_what_is_not_dicom_has_no_header(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    Image.fromarray(np.full((60, 80, 3), (200, 150, 140), np.uint8)).save(path)
    assert find_origin(path, outcome_at(path)) is None


def zipped(folder: Path) -> Path:
    return Path(shutil.make_archive(str(folder), "zip", folder))


def test_an_archive_is_the_study_that_it_holds(tmp_path: Path) -> None:
    """Its slice stands for the same patient, study and image, its loss is told, and it can be kept identified."""
    source = write_series(tmp_path / "series", LossyImageCompression="01", BurnedInAnnotation="YES")
    archive = zipped(source)
    paths = [exported(outcome_at(path, 1), path, tmp_path / f"{path.suffix}out") for path in (source, archive)]
    folder, packed = (dcmread(path["image.dcm"]) for path in paths)
    for name in ("PatientID", "StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID", "StudyDate"):
        assert packed[name].value == folder[name].value
    assert (packed.LossyImageCompression, packed.BurnedInAnnotation) == ("01", "YES")
    kept = exported(outcome_at(archive, 1), archive, tmp_path / "kept", deidentified=False)
    assert "image.dcm" not in kept
    assert dcmread(kept["report.dcm"]).PatientID == "SECRET-4711"
    assert SERIES in kept["seg-majority.dcm"].read_bytes().decode("latin-1")


@pytest.mark.parametrize(("ending", "lossy"), [("jpg", "01"), ("png", "00")])
@pytest.mark.parametrize("is_packed", [False, True])
def test_the_photograph_of_a_folder_becomes_a_study_that_names_nobody(
    tmp_path: Path, ending: str, lossy: str, is_packed: bool
) -> None:
    """It cannot be kept identified: there is nobody to keep."""
    folder = tmp_path / "study"
    folder.mkdir()
    Image.effect_noise((80, 60), 20).convert("RGB").save(folder / f"Mueller.{ending}")
    source = zipped(folder) if is_packed else folder
    image = dcmread(exported(outcome_at(source), source, tmp_path / "out")["image.dcm"])
    assert image.LossyImageCompression == lossy
    assert "BurnedInAnnotation" not in image
    with pytest.raises(OutputError, match=r"^The source is not DICOM, so there is no patient's identity to keep"):
        exported(outcome_at(source), source, tmp_path / "kept", deidentified=False)
    assert not list((tmp_path / "kept").iterdir())


def test_of_many_pictures_one_jpeg_makes_the_loss_possible(tmp_path: Path) -> None:
    """Which of them was opened is not known any more."""
    for name in ("a.png", "b.jpg"):
        Image.effect_noise((80, 60), 20).convert("RGB").save(tmp_path / name)
    assert is_lossy(tmp_path, None)
    (tmp_path / "b.jpg").unlink()
    Image.effect_noise((80, 60), 20).convert("RGB").save(tmp_path / "c.png")
    assert not is_lossy(tmp_path, None)


@pytest.mark.parametrize(
    ("elements", "said"),
    [
        ({"BurnedInAnnotation": "YES"}, (BURNED,)),
        ({"BurnedInAnnotation": "NO"}, ()),
        ({}, (UNSAID,)),
        ({"BurnedInAnnotation": "NO", "SOPClassUID": "1.2.840.10008.5.1.4.1.1.6.1"}, (SUSPECT,)),
        ({"SOPClassUID": "1.2.840.10008.5.1.4.1.1.7"}, (UNSAID, SUSPECT)),
    ],
)
def test_signs_of_burned_in_text_are_told(tmp_path: Path, elements: dict[str, str], said: tuple[str, ...]) -> None:
    path = write_dicom(tmp_path / "a.dcm", np.zeros((8, 8), np.uint16), **elements)
    assert cautions(path, Modality.OTHER) == said


@pytest.mark.parametrize("stated", ["YES", "NO", None])
def test_what_the_source_says_of_burned_in_text_is_repeated(tmp_path: Path, stated: str | None) -> None:
    source = write_series(tmp_path / "series", BurnedInAnnotation=stated)
    image = dcmread(exported(outcome_at(source, 1), source, tmp_path / "out")["image.dcm"])
    assert image.get("BurnedInAnnotation") == stated
    assert image.PatientIdentityRemoved == ("NO" if stated == "YES" else "YES")


@pytest.mark.parametrize("is_packed", [False, True])
def test_the_header_of_the_slice_that_is_handed_on_is_looked_at(tmp_path: Path, is_packed: bool) -> None:
    """Of five files the one of the fourth slice says that text is burned in; without its name, all of them count."""
    source = write_series(tmp_path / "series", 5, BurnedInAnnotation="NO")
    images = read_case(source).sources
    (path,) = [path for path in source.iterdir() if dcmread(path).SOPInstanceUID == images[3]]
    dataset = dcmread(path)
    dataset.BurnedInAnnotation = "YES"
    dataset.save_as(path)
    place = zipped(source) if is_packed else source
    said = [drained(serve(Inspection(place, Modality.CT, image))) for image in (*images, "")]
    assert [found.cautions for found in said] == [(), (), (), (BURNED,), (), (BURNED,)]
    assert all(found.is_dicom for found in said)


def test_a_photograph_may_show_a_face(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    assert drained(serve(Inspection(tmp_path / "a.png", Modality.DERMOSCOPY))) == Inspected(
        is_dicom=False, cautions=(PHOTOGRAPH,)
    )
    assert not is_dicom(tmp_path / "a.png")
