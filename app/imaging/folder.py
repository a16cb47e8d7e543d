"""A folder without DICOM: one image, perhaps with the masks that readers drew on it."""

from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path

from app.domain.errors import UnreadableFileError
from app.domain.words import tr
from app.imaging.faults import decoding
from app.imaging.kinds import Kind, halves, recognise
from app.imaging.references import is_named_like_a_mask, references_beside


def picture_in(folder: Path) -> tuple[Path, tuple[Path, ...]] | None:
    """Return the one image of a folder and the masks beside it, or None where it holds DICOM or nothing known.

    Raises:
        UnreadableFileError: the folder cannot be listed, or holds several images of which none is the one meant.
    """
    with decoding(folder.name):
        direct = sorted(path for path in folder.iterdir() if path.is_file())
        deeper = (path for path in folder.rglob("*") if path.is_file() and path.parent != folder)
        known = _known(direct)
        if known == []:
            known = _known(sorted(islice(deeper, MOST_FILES)))
    if not known:
        return None
    images = [path for path in known if not is_named_like_a_mask(path)] or known
    drawn = {mask for image in images for mask in references_beside(image)}
    mains = [image for image in images if image.absolute() not in drawn]
    if len(mains) == 1:
        return mains[0], references_beside(mains[0]) or tuple(path for path in known if path not in images)
    raise UnreadableFileError(
        folder.name, tr("it holds {n} images ({names}); open one of them").format(n=len(mains), names=_listed(mains))
    )


MOST_FILES = 20_000
_LISTED = 3


def _known(paths: Iterable[Path]) -> list[Path] | None:
    """Return the files of a kind that Concord reads, or None as soon as there is DICOM among them."""
    known = []
    for path in paths:
        try:
            kind = recognise(path)
        except UnreadableFileError:
            continue
        if kind is Kind.DICOM:
            return None
        if kind is not Kind.ZIP and halves(path)[0] == path:
            known.append(path)
    return known


def _listed(paths: Sequence[Path]) -> str:
    names = [path.name for path in paths[:_LISTED]]
    return ", ".join(names) + (" ..." if len(paths) > _LISTED else "")
