"""The one door: any file or folder to a case."""

from dataclasses import replace
from pathlib import Path
from typing import assert_never

from app.domain.case import Case
from app.domain.errors import AppError, UnreadableFileError
from app.domain.words import tr
from app.imaging.archive import unpacked
from app.imaging.dermoscopy import read_photograph
from app.imaging.dicom import read_dicom
from app.imaging.folder import picture_in
from app.imaging.kinds import Kind, recognise
from app.imaging.references import with_references
from app.imaging.series import read_series
from app.imaging.volume import read_volume


def read_case(path: Path, series: int | None = None, limit_bytes: int | None = None) -> Case:
    """Read an image, a volume, an archive, or a folder with a series or with one image; content decides, not the name.

    Args:
        path: the file or folder.
        series: which of a folder's series, counted from 0; None takes the largest.
        limit_bytes: of memory; slices of one file that take more are read when they are asked for.

    Raises:
        UnreadableFileError: with the reason, for anything that cannot be opened.
    """
    if path.is_dir():
        return _read_folder(path.resolve(), series, limit_bytes)
    kind = recognise(path)
    if series and kind is not Kind.ZIP:
        raise UnreadableFileError(path.name, tr("it is a file, and only a folder holds several series"))
    match kind:
        case Kind.PHOTOGRAPH:
            return read_photograph(path)
        case Kind.DICOM:
            return read_dicom(path, limit_bytes)
        case Kind.NIFTI | Kind.ANALYZE | Kind.MGH | Kind.NRRD | Kind.META:
            return read_volume(path, kind, limit_bytes)
        case Kind.ZIP:
            with unpacked(path) as folder:
                return _read_folder(folder, series, limit_bytes)
        case _:
            assert_never(kind)


def _read_folder(folder: Path, series: int | None, limit_bytes: int | None) -> Case:
    """Read a series, or one image with the masks beside it; masks that do not fit are left out, which is said."""
    found = picture_in(folder)
    if found is None:
        return read_series(folder, series)
    picture, masks = found
    case = read_case(picture, limit_bytes=limit_bytes)
    try:
        return with_references(case, masks) if masks else case
    except AppError as error:
        return replace(case, notices=(*case.notices, error.sentence))
