"""The one door: any file or folder to a case."""

from collections.abc import Generator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import assert_never

from app.domain.case import Case
from app.imaging.dermoscopy import read_photograph
from app.imaging.dicom import read_dicom
from app.imaging.kinds import Kind, recognise
from app.imaging.references import read_references
from app.imaging.series import read_series
from app.imaging.volume import read_volume


def read_case(path: Path) -> Case:
    """Read an image, a volume, or a folder that holds a DICOM series; the content decides, not the name.

    Raises:
        UnreadableFileError: with the reason, for anything that cannot be opened.
    """
    if path.is_dir():
        return read_series(path.resolve())
    match kind := recognise(path):
        case Kind.PHOTOGRAPH:
            return read_photograph(path)
        case Kind.DICOM:
            return read_dicom(path)
        case Kind.NIFTI | Kind.NRRD | Kind.META:
            return read_volume(path, kind)
        case _:
            assert_never(kind)


def stream_case(path: Path, references: Sequence[Path] = ()) -> Generator[None, None, Case]:
    """Do `read_case`, and `read_references` if there are any, as a job of the engine.

    Raises:
        UnreadableFileError: a file cannot be opened.
        UnfitReferenceError: the masks do not belong to the image.
    """
    yield
    case = read_case(path)
    return replace(case, references=read_references(references, case)) if references else case
