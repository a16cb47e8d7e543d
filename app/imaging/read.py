"""The one door: any file or folder to a case."""

from pathlib import Path
from typing import assert_never

from app.domain.case import Case
from app.domain.errors import UnreadableFileError
from app.imaging.dermoscopy import read_photograph
from app.imaging.dicom import read_dicom
from app.imaging.kinds import Kind, recognise
from app.imaging.series import read_series
from app.imaging.volume import read_volume


def read_case(path: Path, series: int | None = None) -> Case:
    """Read an image, a volume, or a folder that holds a DICOM series; the content decides, not the name.

    Args:
        path: the file or folder.
        series: which of a folder's series, counted from 0; None takes the largest.

    Raises:
        UnreadableFileError: with the reason, for anything that cannot be opened.
    """
    if path.is_dir():
        return read_series(path.resolve(), series)
    if series:
        raise UnreadableFileError(path.name, "it is a file, and only a folder holds several series")
    match kind := recognise(path):
        case Kind.PHOTOGRAPH:
            return read_photograph(path)
        case Kind.DICOM:
            return read_dicom(path)
        case Kind.NIFTI | Kind.NRRD | Kind.META:
            return read_volume(path, kind)
        case _:
            assert_never(kind)
