"""A folder's DICOM headers, grouped by what belongs together; no pixel is read."""

from collections import Counter
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TypeAlias

from pydicom import Dataset

from app.domain.errors import UnreadableFileError
from app.domain.reading import Bad, Place, Touching
from app.domain.words import joined, mark, tr
from app.imaging.decode import frame_count
from app.imaging.dicom import plane
from app.imaging.elements import header, why_no_image
from app.imaging.facts import is_colour, is_synthetic, notices_of
from app.imaging.faults import decoding
from app.imaging.kinds import Kind, recognise
from app.imaging.plain import place_in
from app.imaging.stack import Plane

MOST_FILES = 20_000


@dataclass(frozen=True, slots=True)
class Header:
    """What decides where a file belongs and what it shows.

    Attributes:
        path: of the file.
        uid: of the image, or "".
        stack: what all images of one stack share; the first part names the series.
        frames: number of frames.
        plane: where the first frame lies.
        is_colour: whether the pixels are colour.
        synthetic: whether the header says that the data are synthetic.
        notices: sentences about the image.
        word: DICOM's word for the modality.
        description: of the series.
        number: of the series.
        shape: rows and columns.
        place: of the pixels in the file, if they are plain.
    """

    path: Path
    uid: str
    stack: tuple[object, ...]
    frames: int
    plane: Plane
    is_colour: bool
    synthetic: bool
    notices: tuple[str, ...]
    word: str
    description: str
    number: int
    shape: tuple[int, int]
    place: Place | None


@dataclass(frozen=True, slots=True)
class Found:
    """What a folder holds.

    Attributes:
        stacks: images that belong together, each image once; in the order of their series' numbers.
        skipped: how many files were left out for which reason.
    """

    stacks: tuple[tuple[Header, ...], ...]
    skipped: Counter[str]

    @property
    def series(self) -> int:
        """Number of series."""
        return len({stack[0].stack[0] for stack in self.stacks})

    def only(self, stack: tuple[Header, ...]) -> "Found":
        """Return the same without the other stacks, for one that was chosen from them."""
        return Found((stack,), self.skipped)


Scanning: TypeAlias = Generator[Touching, object, Found]


def scan(folder: Path, bad: Sequence[Bad] = ()) -> Scanning:
    """Read the headers of a folder or, where the folder itself has no image, of the folders in it.

    Args:
        folder: to search.
        bad: files to leave alone.

    Raises:
        UnreadableFileError: the folder cannot be listed, or no image is in it.
    """
    headers, skipped = yield from _sifted(_directly_in(folder), bad)
    if not headers:
        headers, below = yield from _sifted(_deeper_in(folder), bad)
        skipped += below
    if not headers and not skipped:
        raise UnreadableFileError(folder.name, tr("the folder holds no files"))
    if not headers:
        raise UnreadableFileError(
            folder.name, tr("the folder holds no DICOM images ({reasons})").format(reasons=reasons_text(skipped))
        )
    return _grouped(headers, skipped)


def scan_files(paths: Sequence[Path], bad: Sequence[Bad] = ()) -> Scanning:
    """Read the headers of the files of one series that was chosen.

    Raises:
        UnreadableFileError: none of them is an image any more.
    """
    headers, skipped = yield from _sifted(paths, bad)
    if not headers:
        raise UnreadableFileError(
            paths[0].parent.name, tr("the series cannot be read ({reasons})").format(reasons=reasons_text(skipped))
        )
    return _grouped(headers, skipped)


def images(stack: Sequence[Header]) -> int:
    """Return the number of images in a stack."""
    return sum(each.frames for each in stack)


def reasons_text(skipped: Counter[str]) -> str:
    """Return for example "2 not DICOM, 1 without an image"."""
    return joined(
        ", ", (tr("{n} {reason}").format(n=count, reason=tr(reason)) for reason, count in skipped.items() if count)
    )


def _directly_in(folder: Path) -> Sequence[Path]:
    with decoding(folder.name):
        return sorted(path for path in folder.iterdir() if path.is_file())


def _deeper_in(folder: Path) -> Sequence[Path]:
    with decoding(folder.name):
        deeper: Iterator[Path] = (path for path in folder.rglob("*") if path.is_file() and path.parent != folder)
        return sorted(islice(deeper, MOST_FILES))


def _sifted(
    paths: Iterable[Path], bad: Sequence[Bad]
) -> Generator[Touching, object, tuple[list[Header], Counter[str]]]:
    headers: list[Header] = []
    skipped: Counter[str] = Counter()
    reasons = {each.path: each.reason for each in bad}
    for path in paths:
        if path in reasons:
            skipped[tr("left out because {reason}").format(reason=reasons[path])] += 1
            continue
        yield Touching(path)
        found = _header(path)
        if isinstance(found, str):
            skipped[found] += 1
        else:
            headers.append(found)
    return headers, skipped


def _header(path: Path) -> Header | str:
    """Return a file's header, or why it is skipped."""
    try:
        if recognise(path) is not Kind.DICOM:
            return mark("not DICOM")
        with decoding(path.name):
            dataset, lead = header(path)
            return mark("without an image") if why_no_image(dataset) else _told(dataset, path, place_in(dataset, lead))
    except UnreadableFileError:
        return mark("not DICOM or damaged")


def _told(dataset: Dataset, path: Path, place: Place | None) -> Header:
    first, frames, colour = plane(dataset, 0), frame_count(dataset), is_colour(dataset)
    stack = (
        str(dataset.get("SeriesInstanceUID", "")),
        dataset.Rows,
        dataset.Columns,
        colour,
        first.orientation and tuple(round(cosine, 2) for cosine in first.orientation),
        path if frames > 1 else None,  # a file of many frames is a stack of its own
    )
    return Header(
        path=path,
        uid=str(dataset.get("SOPInstanceUID", "")),
        stack=stack,
        frames=frames,
        plane=first,
        is_colour=colour,
        synthetic=is_synthetic(dataset),
        notices=notices_of(dataset),
        word=str(dataset.get("Modality") or ""),
        description=str(dataset.get("SeriesDescription") or ""),
        number=int(dataset.get("SeriesNumber") or 0),
        shape=(int(dataset.Rows), int(dataset.Columns)),
        place=place,
    )


def _grouped(headers: Sequence[Header], skipped: Counter[str]) -> Found:
    """Put what belongs together into stacks, without copies."""
    stacks: dict[tuple[object, ...], dict[str, Header]] = {}
    for each in headers:
        stacks.setdefault(each.stack, {}).setdefault(each.uid or str(each.path), each)
    kept = sum(len(stack) for stack in stacks.values())
    counted = skipped + Counter({mark("copies of an opened image"): len(headers) - kept})
    ordered = sorted(stacks.values(), key=lambda stack: next(iter(stack.values())).number)
    return Found(tuple(tuple(stack.values()) for stack in ordered), counted)
