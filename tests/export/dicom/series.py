"""A DICOM series of a made-up patient, and what of it must not get out."""

import subprocess
from pathlib import Path

import numpy as np
from pydicom.uid import generate_uid

from app.domain.view import View
from app.export.dicom.privacy import Privacy
from app.export.dicom.write import DicomOrder, Kind, write_dicom
from app.export.outcome import Outcome, outcome_of
from app.imaging.read import read_case
from tests.export.studies import result_of
from tests.imaging.writers import write_dicom as write_source

KEY = b"k" * 32
STUDY, SERIES, FRAME = (generate_uid(entropy_srcs=[name]) for name in ("study", "series", "frame"))
IDENTITY = {
    "PatientName": "Secret^Person",
    "PatientID": "SECRET-4711",
    "PatientBirthDate": "19520817",
    "PatientSex": "F",
    "StudyInstanceUID": STUDY,
    "SeriesInstanceUID": SERIES,
    "FrameOfReferenceUID": FRAME,
    "StudyDate": "20190314",
    "StudyTime": "091733",
    "AccessionNumber": "ACC-0815",
    "StudyID": "STUDY-99",
    "ReferringPhysicianName": "Referrer^Doctor",
    "InstitutionName": "Hospital of Somewhere",
    "StudyDescription": "Abdomen of Person",
    "SeriesDate": "20190315",
    "ContentDate": "20190316",
    "AcquisitionDate": "20190317",
    "DeviceSerialNumber": "SERIAL-5150",
    "StationName": "STATION-7",
}
NEVER_OUT = tuple(value for name, value in IDENTITY.items() if name != "PatientSex")
OBJECTS = {"seg-bands.dcm", "seg-majority.dcm", "seg-soft.dcm", "report.dcm", "sheet.dcm"}
TURNED = [1.0, 0.0, 0.0, 0.0, 0.8, 0.6]


def write_series(folder: Path, count: int = 3, **more: object) -> Path:
    """Write axial-oblique CT slices of 60 x 80 pixels, 2 mm apart along their normal, with whole-number values."""
    folder.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(7)
    for index in range(count):
        pixels = random.integers(900, 1200, (60, 80)).astype(np.uint16)
        place = [10.0, -20.0 - 1.2 * index, 30.0 + 1.6 * index]  # along (0, -0.6, 0.8)
        given = {
            "ImagePositionPatient": place,
            "ImageOrientationPatient": TURNED,
            "InstanceNumber": index + 1,
            "SliceThickness": "2",
        }
        asked = IDENTITY | given | more
        kept = {name: value for name, value in asked.items() if value is not None or name == "ImagePositionPatient"}
        write_source(folder / f"{count - index}.dcm", pixels, **kept)
    return folder


def outcome_at(source: Path, slice_index: int = 0) -> Outcome:
    """Open a source and find blobs on one of its slices."""
    case = read_case(source)
    return outcome_of(case, result_of(case, slice_index))


def exported(
    outcome: Outcome, source: Path, folder: Path, *, deidentified: bool = True, refined: bool = False
) -> dict[str, Path]:
    """Write every kind of DICOM object; return the files by their names."""
    from app.export.layout import Look
    from app.export.page import page_of
    from app.export.png import drawn

    folder.mkdir(parents=True, exist_ok=True)
    sheet = drawn(page_of(outcome, View(window=outcome.case.window)), Look())
    order = DicomOrder(frozenset(Kind), source, Privacy(deidentified, KEY), sheet, refined)
    return {path.name: path for path in write_dicom(outcome, order, folder)}


def complaints(path: Path) -> list[str]:
    """Return the errors that dciodvfy finds."""
    said = subprocess.run(["dciodvfy", str(path)], capture_output=True, text=True, check=False)
    return [line for line in (said.stdout + said.stderr).splitlines() if line.startswith("Error")]
