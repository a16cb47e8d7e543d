"""The header of the image that DICOM objects refer to, read again from its file: a case keeps nothing of it."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from pydicom import Dataset, dcmread

from app.domain.errors import UnreadableFileError
from app.domain.words import tr
from app.export.outcome import Sliced
from app.imaging.archive import unpacked
from app.imaging.decode import frame_count
from app.imaging.dicom import plane
from app.imaging.elements import why_no_image
from app.imaging.faults import decoding
from app.imaging.folder import picture_in
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


@contextmanager
def at_hand(source: Path) -> Iterator[Path]:
    """Give the file or folder that was opened; of an archive a folder with what is in it, which is gone afterwards.

    Raises:
        UnreadableFileError: the archive cannot be unpacked.
    """
    if _is(Kind.ZIP, source):
        with unpacked(source) as folder:
            yield folder
    else:
        yield source


def find_origin(path: Path, outcome: Sliced, among: Iterable[tuple[Path, Dataset]] | None = None) -> Origin | None:
    """Find the DICOM image that a slice is.

    The image must lie where the slice lies and hold the same pixels, whatever order the files come in.

    Args:
        path: of the file or folder that was opened, as `at_hand` gives it.
        outcome: the slice.
        among: the images at or below the path, where their headers were read already.

    Returns:
        None where it came of no DICOM file.

    Raises:
        UnreadableFileError: the files are DICOM but the slice is not among them any more.
    """
    images = headers(path) if among is None else among
    found = sorted(_candidates(images, outcome), key=lambda candidate: candidate.distance)
    for candidate in found:
        if _has_pixels(candidate, outcome):
            return Origin(candidate.header, candidate.frame, frame_count(candidate.header))
    if found or outcome.case.sources or _is(Kind.DICOM, path):
        raise UnreadableFileError(path.name, tr("its files have changed since it was opened; open it again"))
    return None


def headers(path: Path) -> Iterator[tuple[Path, Dataset]]:
    """Yield every DICOM image at or below a path with its header."""
    for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
        if _is(Kind.DICOM, file):
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


def _is(kind: Kind, path: Path) -> bool:
    try:
        return path.is_file() and recognise(path) is kind
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
    """Tell whether the pixels were compressed with loss before they came here.

    Args:
        path: of the file or folder that was opened, as `at_hand` gives it.
        origin: of the slice; None where it came of no DICOM file.
    """
    if origin is not None:
        return bool(origin.header.get("LossyImageCompression") == "01")
    return any(_is_jpeg(picture) for picture in _pictures(path))


_JPEG = b"\xff\xd8\xff"


def _pictures(path: Path) -> Iterable[Path]:
    """Return the one picture that was opened, or of a folder of several all that it may have been."""
    if not path.is_dir():
        return [path]
    try:
        found = picture_in(path)
    except UnreadableFileError:
        found = None
    return (file for file in path.rglob("*") if file.is_file()) if found is None else [found[0]]


def _is_jpeg(path: Path) -> bool:
    with decoding(path.name), path.open("rb") as file:
        return file.read(len(_JPEG)) == _JPEG
