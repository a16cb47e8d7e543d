"""The header is read again from the file that the slice came from, and only from that."""

from pathlib import Path

import numpy as np
import pytest
from pydicom import dcmread

from app.domain.case import Modality
from app.domain.errors import UnreadableFileError
from app.export.dicom.inspect import BURNED, PHOTOGRAPH, SUSPECT, UNSAID, cautions, is_dicom
from app.export.dicom.origin import find_origin
from app.export.job import Inspected, Inspection, serve
from app.ui.jobs import drained
from tests.export.dicom.series import outcome_at, write_series
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
    from PIL import Image

    path = tmp_path / "a.png"
    Image.fromarray(np.full((60, 80, 3), (200, 150, 140), np.uint8)).save(path)
    assert find_origin(path, outcome_at(path)) is None


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


def test_a_photograph_may_show_a_face(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    assert drained(serve(Inspection(tmp_path / "a.png", Modality.DERMOSCOPY))) == Inspected(
        is_dicom=False, cautions=(PHOTOGRAPH,)
    )
    assert not is_dicom(tmp_path / "a.png")
