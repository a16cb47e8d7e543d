"""What gets out of a study: nothing that names its patient, place or time, in any file of any kind."""

import re
from datetime import date
from pathlib import Path

import pytest
from pydicom import Dataset, dcmread

from app.domain.view import View
from app.export.dicom.privacy import Privacy, days, shifted, stand_in
from app.export.order import Order, Output
from app.export.write import write
from tests.export.dicom.series import KEY, NEVER_OUT, exported, outcome_at, write_series

PRIVACY = Privacy(deidentified=True, key=KEY)


def everything(source: Path, folder: Path, slice_index: int = 0) -> bytes:
    """Return the bytes of every kind of file that there is, one behind the other."""
    outcome = outcome_at(source, slice_index)
    folder.mkdir()
    kinds = frozenset(Output) - {Output.STEPS, Output.FILM}
    paths = list(write(outcome, View(window=outcome.case.window), Order(kinds, folder, source, key=KEY)))
    assert len(paths) == 15
    return b"".join(path.read_bytes() for path in paths)


def words(dataset: Dataset) -> set[str]:
    """Return what a header holds that could name someone: names, numbers, dates, times, identifiers and free text."""
    found: set[str] = set()
    telling = {"PN", "LO", "SH", "ST", "LT", "UT", "DA", "DT", "UI", "TM"}
    for element in dataset.iterall():
        if element.VR in telling and element.value and element.keyword not in {"CodeValue", "CodeMeaning"}:
            values = element.value if element.VM > 1 else [element.value]
            found |= {str(value) for value in values}
    return {word for word in found if len(word) >= 6 and not word.startswith("1.2.840.10008")}


def test_no_file_holds_anything_of_the_patient(tmp_path: Path) -> None:
    source = write_series(tmp_path / "Secret^Person")
    content = everything(source, tmp_path / "out")
    leaked = [word for word in (*NEVER_OUT, "Secret", "Person") if word.encode() in content]
    uids = [str(dcmread(path).SOPInstanceUID) for path in source.iterdir()]
    assert leaked + [uid for uid in uids if uid.encode() in content] == []
    assert str(tmp_path).encode() not in content


@pytest.mark.parametrize("name", ["ct_head_series", "mr_brain_tumour_T1post_series"])
def test_no_file_holds_anything_of_a_real_series_header(data_folder: Path, tmp_path: Path, name: str) -> None:
    """Codes, units and the modality's own words are no one's; everything else in the headers is searched for."""
    source = data_folder / "originals" / name
    if not source.is_dir():
        pytest.skip("the series is not here")
    content = everything(source, tmp_path / "out", 2)
    headers = [dcmread(path, stop_before_pixels=True) for path in sorted(source.iterdir())[:5]]
    searched = set().union(*(words(header) for header in headers))
    assert len(searched) > 5
    assert [word for word in sorted(searched) if word.encode() in content] == []


def test_exif_of_a_photograph_stays_behind(tmp_path: Path) -> None:
    import numpy as np
    from PIL import Image

    exif = Image.Exif()
    exif[0x010F], exif[0x9003], exif[0x010E] = "SECRETCAMERA", "2019:03:14 09:17:33", "Secret Person"
    picture = Image.fromarray(np.random.default_rng(1).integers(0, 255, (60, 80, 3), np.uint8))
    picture.save(tmp_path / "Secret Person.jpg", exif=exif)
    content = everything(tmp_path / "Secret Person.jpg", tmp_path / "out")
    assert not re.search(rb"SECRETCAMERA|2019:03:14|Secret|Exif", content)


def test_deidentified_objects_say_so(tmp_path: Path) -> None:
    source = write_series(tmp_path / "series")
    for path in exported(outcome_at(source), source, tmp_path / "out").values():
        dataset = dcmread(path)
        assert dataset.PatientIdentityRemoved == "YES"
        assert [item.CodeValue for item in dataset.DeidentificationMethodCodeSequence] == ["113100", "113105", "113107"]
        assert dataset.LongitudinalTemporalInformationModified == "MODIFIED"
        assert dataset.StudyDate == dataset.get("ContentDate", dataset.StudyDate) != date.today().strftime("%Y%m%d")
        assert "InstanceCreationDate" not in dataset


def test_two_studies_of_one_patient_stay_as_far_apart(tmp_path: Path) -> None:
    """14 March and 13 April 2019 are 30 days apart, before and after."""
    moved = []
    for name, day in (("a", "20190314"), ("b", "20190413")):
        source = write_series(tmp_path / name, 1, StudyDate=day)
        image = dcmread(exported(outcome_at(source), source, tmp_path / f"{name}-out")["image.dcm"])
        moved.append((image.PatientID, date.fromisoformat(image.StudyDate)))
    assert moved[0][0] == moved[1][0]
    assert (moved[1][1] - moved[0][1]).days == 30
    assert moved[0][1].year < 2019


def test_another_key_gives_other_stand_ins() -> None:
    other = Privacy(deidentified=True, key=b"o" * 32)
    assert stand_in(PRIVACY, "study", "1.2.3") == stand_in(PRIVACY, "study", "1.2.3")
    assert stand_in(PRIVACY, "study", "1.2.3") != stand_in(other, "study", "1.2.3")
    assert stand_in(PRIVACY, "study", "1.2.3") != stand_in(PRIVACY, "series", "1.2.3")
    assert stand_in(PRIVACY, "study", "1.2.3").is_valid


def test_all_dates_go_back_by_one_to_ten_years() -> None:
    assert all(-3652 <= days(PRIVACY, str(number)) <= -365 for number in range(200))


@pytest.mark.parametrize(("day", "moved"), [("20200301", "20200229"), ("2020.03.01", ""), ("", ""), ("00010101", "")])
def test_a_date_is_shifted_or_left_out(day: str, moved: str) -> None:
    assert shifted(day, -1) == moved
