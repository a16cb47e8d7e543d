"""The header of the image that DICOM objects refer to, read again from its file: a case keeps nothing of it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from pydicom import Dataset, dcmread

from app.domain.errors import UnreadableFileError
from app.domain.words import tr
from app.export.outcome import Sliced
from app.imaging.decode import frame_count
from app.imaging.dicom import plane
from app.imaging.elements import why_no_image
from app.imaging.faults import decoding
from app.imaging.kinds import Kind, recognise
from app.imaging.read import read_case


@dataclass(frozen=True, slots=True, eq=False)
class Origin:
    """Where a slice came from.

    Attributes:
        header: of its file, without pixels.
        frame: the slice's place in that file, from 0.
        frames: number of frames in that file.
    """

    header: Dataset = field(repr=False)
    frame: int
    frames: int


def find_origin(path: Path, outcome: Sliced, among: Iterable[tuple[Path, Dataset]] | None = None) -> Origin | None:
    """Find the DICOM image that a slice is.

    The image must lie where the slice lies and hold the same pixels, whatever order the files come in.

    Args:
        path: of the file or folder that was opened.
        outcome: the slice.
        among: the images at or below the path, where their headers were read already.

    Returns:
        None where it came of no DICOM file.

    Raises:
        UnreadableFileError: the files are DICOM but the slice is not among them any more.
    """
    found = sorted(
        _candidates(headers(path) if among is None else among, outcome), key=lambda candidate: candidate.distance
    )
    if not found and not (path.is_dir() or _is_dicom(path)):
        return None
    for candidate in found:
        if _has_pixels(candidate, outcome):
            return Origin(candidate.header, candidate.frame, frame_count(candidate.header))
    raise UnreadableFileError(path.name, tr("its files have changed since it was opened; open it again"))


def headers(path: Path) -> Iterator[tuple[Path, Dataset]]:
    """Yield every DICOM image at or below a path with its header."""
    for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
        if file.is_file() and _is_dicom(file):
            with decoding(file.name):
                header = dcmread(file, stop_before_pixels=True, force=True)
                if not why_no_image(header):
                    yield file, header


@dataclass(frozen=True, slots=True, eq=False)
class _Candidate:
    path: Path
    header: Dataset
    frame: int
    distance: float


_FAR = 1e6


def _candidates(images: Iterable[tuple[Path, Dataset]], outcome: Sliced) -> Iterator[_Candidate]:
    """Yield every image of the slice's size with its distance from where the slice lies."""
    geometry = outcome.case.geometry
    place = np.array(geometry.origin_mm)
    place = place + outcome.slice_index * geometry.spacing_mm[0] * np.array(geometry.directions[0])
    for file, header in images:
        if (header.get("Rows"), header.get("Columns")) == outcome.case.shape:
            for frame in range(frame_count(header)):
                position = plane(header, frame).position_mm
                distance = _FAR if position is None else float(np.linalg.norm(np.array(position) - place))
                yield _Candidate(file, header, frame, distance)


def _is_dicom(path: Path) -> bool:
    try:
        return recognise(path) is Kind.DICOM
    except UnreadableFileError:
        return False


def _has_pixels(candidate: _Candidate, outcome: Sliced) -> bool:
    try:
        case = read_case(candidate.path)
    except UnreadableFileError:
        return False
    alike = case.pixels.shape[1:] == (*outcome.case.shape, outcome.pixels.shape[-1])
    return alike and np.array_equal(case.pixels[min(candidate.frame, case.slices - 1)], outcome.pixels)


def is_lossy(path: Path, origin: Origin | None) -> bool:
    """Tell whether the pixels were compressed with loss before they came here."""
    if origin is not None:
        return bool(origin.header.get("LossyImageCompression") == "01")
    with path.open("rb") as file:
        return file.read(len(_JPEG)) == _JPEG


_JPEG = b"\xff\xd8\xff"
