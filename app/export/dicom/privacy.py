"""Who a study is about: kept as it is for a hospital's own archive, or taken away as PS3.15 asks.

De-identified objects hold nothing of the source's header but what is written here anew: the Basic Profile (113100)
with clean descriptors (113105: none is kept) and modified dates (113107: shifted by the same days for one patient).
"""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from pydicom import Dataset
from pydicom.sequence import Sequence as Items
from pydicom.uid import UID

from app.domain.errors import OutputError
from app.domain.words import tr
from app.export.dicom.origin import Origin

NO_DAY = "20000101"
"""Stands where a date must stand and none may be told."""


@dataclass(frozen=True, slots=True)
class Privacy:
    """What exports may tell of the patient.

    Attributes:
        deidentified: whether everything that names a patient, a place or a time is left out.
        key: secret of this user; the same one gives the same stand-ins for the same patient.
    """

    deidentified: bool
    key: bytes = field(repr=False)


def refuse_nobody(origin: Origin | None, privacy: Privacy) -> None:
    """Refuse to keep a patient whom the source does not name.

    Raises:
        OutputError: identified objects are wanted of a source that is not DICOM.
    """
    if origin is None and not privacy.deidentified:
        raise OutputError(
            tr("The source is not DICOM, so there is no patient's identity to keep; export it de-identified.")
        )


def stand_in(privacy: Privacy, *words: str) -> UID:
    """Return the UID that always stands for these words; none can be read back from it without the key."""
    return UID(f"2.25.{UUID(bytes=_digest(privacy, *words)[:16], version=5).int}")


def name_nobody(dataset: Dataset, origin: Origin | None, privacy: Privacy, image_hash: str) -> None:
    """Give a dataset a patient and a study that stand for the true ones.

    Args:
        dataset: that gets them.
        origin: of the slice, or None where it came of no DICOM file.
        privacy: with the key.
        image_hash: names a slice that came of no DICOM file.
    """
    header = Dataset() if origin is None else origin.header
    patient = str(header.get("PatientID") or image_hash)
    stands_for = _digest(privacy, "patient", patient).hex()[:10].upper()
    dataset.PatientID, dataset.PatientName = f"CONCORD-{stands_for}", f"CONCORD^{stands_for}"
    dataset.PatientBirthDate = dataset.PatientSex = ""
    dataset.StudyInstanceUID = stand_in(privacy, "study", str(header.get("StudyInstanceUID") or image_hash))
    dataset.StudyDate = shifted(str(header.get("StudyDate") or ""), days(privacy, patient))
    dataset.StudyTime = dataset.AccessionNumber = dataset.StudyID = dataset.ReferringPhysicianName = ""
    mark_deidentified(dataset)


def mark_deidentified(dataset: Dataset) -> None:
    """Say that, and by which options of the standard, a dataset was de-identified."""
    dataset.PatientIdentityRemoved = "YES"
    dataset.DeidentificationMethod = "Written anew: only pixels and geometry come from the source"
    dataset.DeidentificationMethodCodeSequence = Items(_code(*option) for option in OPTIONS)
    dataset.LongitudinalTemporalInformationModified = "MODIFIED"


OPTIONS = (
    ("113100", "Basic Application Confidentiality Profile"),
    ("113105", "Clean Descriptors Option"),
    ("113107", "Retain Longitudinal Temporal Information Modified Dates Option"),
)


def days(privacy: Privacy, patient: str) -> int:
    """Return by how many days all dates of a patient are shifted: back, by one to ten years."""
    return -365 - int.from_bytes(_digest(privacy, "days", patient)[:4]) % 3287


def shifted(day: str, by: int) -> str:
    """Return a date (YYYYMMDD) some days away, or "" where it is none."""
    try:
        moved: date = datetime.strptime(day[:8], "%Y%m%d").date() + timedelta(days=by)
    except (ValueError, OverflowError):
        return ""
    return moved.strftime("%Y%m%d")


def hide_moment(dataset: Dataset, names: Sequence[str] = ()) -> None:
    """Put the study's shifted date in the place of the moment at which a dataset was made.

    The true one would tell the shift to whoever guesses that an export follows soon after the study.
    """
    for name in ("InstanceCreationDate", "InstanceCreationTime", "DateOfSecondaryCapture", "TimeOfSecondaryCapture"):
        if name in dataset:
            delattr(dataset, name)
    for name in ("ContentDate", *names):
        if name in dataset:
            setattr(dataset, name, dataset.StudyDate or NO_DAY)
    if "ContentTime" in dataset:
        dataset.ContentTime = "000000"


def _digest(privacy: Privacy, *words: str) -> bytes:
    return hmac.new(privacy.key, "\0".join(words).encode(), hashlib.sha256).digest()


def _code(value: str, meaning: str) -> Dataset:
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, "DCM", meaning
    return item
