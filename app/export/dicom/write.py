"""One export's DICOM objects, made to refer to each other and written."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import Path
from typing import IO

import highdicom as hd
from pydicom import Dataset

from app.domain.arrays import ByteArray
from app.domain.scale import without_scale
from app.export.dicom.anchor import anchor_of, needs_renaming, rename
from app.export.dicom.capture import capture
from app.export.dicom.image import new_image
from app.export.dicom.origin import at_hand, find_origin, is_lossy
from app.export.dicom.privacy import Privacy, hide_moment, mark_deidentified, refuse_nobody
from app.export.dicom.report import report
from app.export.dicom.segmentation import Source, accepted, bands, soft
from app.export.files import refuse_occupied, save_atomically
from app.export.outcome import Outcome


class Kind(Enum):
    """The DICOM objects that there are; the value is the file's name."""

    BANDS = "seg-bands.dcm"
    ACCEPTED = "seg-majority.dcm"
    SOFT = "seg-soft.dcm"
    REPORT = "report.dcm"
    CAPTURE = "sheet.dcm"


USUAL = frozenset({Kind.BANDS, Kind.ACCEPTED, Kind.REPORT, Kind.CAPTURE})

IMAGE_NAME = "image.dcm"
"""The slice itself, written where the other objects cannot refer to the source's own image."""


@dataclass(frozen=True, slots=True, eq=False)
class DicomOrder:
    """Which DICOM objects are wanted.

    Attributes:
        kinds: of objects; a report brings the mask that it measures.
        source: the file or folder that was opened.
        privacy: what may be told of the patient.
        sheet: the composed page (rows, columns, 3) for a secondary capture.
        refined: whether the accepted mask is the one refined by a CRF.
    """

    kinds: frozenset[Kind]
    source: Path
    privacy: Privacy
    sheet: ByteArray = field(repr=False)
    refined: bool = False


def write_dicom(outcome: Outcome, order: DicomOrder, folder: Path, *, overwrite: bool = False) -> Iterator[Path]:
    """Write a result as DICOM objects, file by file.

    Identified objects refer to the source's own image, and their patient and study are the source's; there are none of
    a source that is not DICOM. De-identified ones refer to `image.dcm`: the slice written anew from its pixels.
    A scale that the reader marked stays out: other programs could not tell it from a measured one.

    Yields:
        each file as it is written.

    Raises:
        UnreadableFileError: the source's files are not as they were.
        OutputError: a file is already there or cannot be written, nothing can refer to the source, or it names no
            patient to keep.
    """
    for name in (IMAGE_NAME, *(kind.value for kind in order.kinds)):
        refuse_occupied(folder / name, overwrite=overwrite)
    outcome = replace(outcome, case=without_scale(outcome.case))
    with quiet():
        for name, dataset in _objects(outcome, order):
            save(folder / name, dataset, overwrite=overwrite)
            yield folder / name


def _objects(outcome: Outcome, order: DicomOrder) -> Iterator[tuple[str, Dataset]]:
    """Yield each object under its file's name, as it goes out."""
    with at_hand(order.source) as place:
        origin = find_origin(place, outcome)
        lossy = is_lossy(place, origin)
    refuse_nobody(origin, order.privacy)
    kept = not order.privacy.deidentified
    if origin is not None and kept:
        anchor = anchor_of(origin, order.privacy)
    else:
        anchor = new_image(outcome, origin, order.privacy, lossy=lossy)
        yield IMAGE_NAME, anchor
    source = Source(outcome, anchor, order.privacy)
    for kind, dataset in _derived(source, order):
        if origin is not None and kept:
            if needs_renaming(origin):
                rename(dataset, origin)
        else:
            mark_deidentified(dataset)
            hide_moment(dataset)
        yield kind.value, dataset


def _derived(source: Source, order: DicomOrder) -> Iterator[tuple[Kind, Dataset]]:
    """Yield the objects made of the result; all segmentations share a series."""
    series = hd.UID()
    if Kind.BANDS in order.kinds:
        yield Kind.BANDS, bands(source, series)
    if order.kinds & {Kind.ACCEPTED, Kind.REPORT}:
        segmentation = accepted(source, series, refined=order.refined)
        yield Kind.ACCEPTED, segmentation
        if Kind.REPORT in order.kinds:
            yield Kind.REPORT, report(source, hd.UID(), segmentation, refined=order.refined)
    if Kind.SOFT in order.kinds:
        yield Kind.SOFT, soft(source, series)
    if Kind.CAPTURE in order.kinds:
        yield Kind.CAPTURE, capture(source, hd.UID(), order.sheet)


@contextmanager
def quiet() -> Iterator[None]:
    """Keep libraries from telling the terminal what is wrong with a header, with the header's own words."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def save(path: Path, dataset: Dataset, *, overwrite: bool) -> None:
    """Write a dataset to a file, whole or not at all.

    Raises:
        OutputError: a file is already there and may not be replaced, or it cannot be written.
    """

    def write(file: IO[bytes]) -> None:
        dataset.save_as(file, enforce_file_format=True)

    save_atomically(path, write, overwrite=overwrite)
