"""A folder with a DICOM series to a case."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from pydicom import Dataset, dcmread

from app.domain.case import Case
from app.domain.errors import UnreadableFileError
from app.imaging.decode import frame_count
from app.imaging.dicom import Frames, load_frames, plane, to_case, why_no_image
from app.imaging.faults import decoding
from app.imaging.kinds import Kind, recognise


def read_series(folder: Path) -> Case:
    """Read the largest DICOM series of a folder (or, where the folder itself has none, of the folders in it).

    Raises:
        UnreadableFileError: the folder cannot be listed, or no image in it can be opened.
    """
    headers, skipped = _headers(folder)
    stacks: dict[tuple[object, ...], list[_Header]] = {}
    for header in headers:
        stacks.setdefault(header.stack, []).append(header)
    failures = []
    for stack in sorted(stacks.values(), key=_images, reverse=True):
        try:
            return _opened(folder, stack, headers, skipped)
        except UnreadableFileError as error:
            failures.append(error)
    raise failures[0]


MOST_FILES = 20_000


@dataclass(frozen=True, slots=True)
class _Header:
    """What decides where a file belongs.

    Attributes:
        path: of the file.
        uid: of the image, or "".
        stack: what all images of one stack share; the first part names the series.
        frames: number of frames.
    """

    path: Path
    uid: str
    stack: tuple[object, ...]
    frames: int


def _images(stack: Sequence[_Header]) -> int:
    return sum(header.frames for header in stack)


def _opened(folder: Path, stack: Sequence[_Header], headers: Sequence[_Header], skipped: Counter[str]) -> Case:
    """Open one stack and tell what else the folder holds."""
    left_out = skipped.copy()
    series = {header.stack[0] for header in headers}
    same_series = sum(header.stack[0] == stack[0].stack[0] for header in headers)
    left_out["of another series"] += len(headers) - same_series
    left_out["of another size or orientation"] += same_series - len(stack)
    loaded = _loaded(_without_copies(stack, left_out), left_out)
    several = (f"The folder holds {len(series)} series; the largest is open.",) if len(series) > 1 else ()
    return to_case(folder.name, loaded, several + _tally(loaded, left_out))


def _headers(folder: Path) -> tuple[list[_Header], Counter[str]]:
    """Return the images' headers and how many files were skipped for which reason."""
    with decoding(folder.name):
        direct = sorted(path for path in folder.iterdir() if path.is_file())
        headers, skipped = _sifted(direct)
        if not headers:
            deeper = (path for path in folder.rglob("*") if path.is_file() and path.parent != folder)
            headers, below = _sifted(sorted(islice(deeper, MOST_FILES)))
            skipped += below
    if headers:
        return headers, skipped
    if not skipped:
        raise UnreadableFileError(folder.name, "the folder holds no files")
    raise UnreadableFileError(folder.name, f"the folder holds no DICOM images ({_reasons(skipped)})")


def _sifted(paths: Iterable[Path]) -> tuple[list[_Header], Counter[str]]:
    headers: list[_Header] = []
    skipped: Counter[str] = Counter()
    for path in paths:
        try:
            found = _header(path)
        except UnreadableFileError:
            found = "not DICOM or damaged"
        if isinstance(found, str):
            skipped[found] += 1
        else:
            headers.append(found)
    return headers, skipped


def _header(path: Path) -> _Header | str:
    """Return a file's header, or why it is skipped."""
    if recognise(path) is not Kind.DICOM:
        return "not DICOM"
    with decoding(path.name):
        dataset = dcmread(path, stop_before_pixels=True, force=True)
        if why_no_image(dataset):
            return "without an image"
        return _Header(
            path,
            str(dataset.get("SOPInstanceUID", "")),
            _stack(dataset, path),
            frame_count(dataset),
        )


def _stack(dataset: Dataset, path: Path) -> tuple[object, ...]:
    frames = frame_count(dataset)
    orientation = plane(dataset, 0).orientation
    return (
        str(dataset.get("SeriesInstanceUID", "")),
        dataset.Rows,
        dataset.Columns,
        dataset.get("SamplesPerPixel", 1),
        orientation and tuple(round(cosine, 2) for cosine in orientation),
        path if frames > 1 else None,  # a file of many frames is a stack of its own
    )


def _without_copies(stack: Sequence[_Header], skipped: Counter[str]) -> list[Path]:
    """Return the files to load, one for each image."""
    kept: dict[str, Path] = {}
    for header in stack:
        kept.setdefault(header.uid or str(header.path), header.path)
    skipped["copies of an opened image"] += len(stack) - len(kept)
    return list(kept.values())


def _loaded(paths: Sequence[Path], skipped: Counter[str]) -> list[Frames]:
    """Decode what can be decoded; the geometry's checks tell of the gaps."""
    loaded: list[Frames] = []
    failure: UnreadableFileError | None = None
    for path in paths:
        try:
            loaded.append(load_frames(path))
        except UnreadableFileError as error:
            failure = failure or error
            skipped["damaged"] += 1
    if failure is not None and not loaded:
        raise failure
    return loaded


def _tally(loaded: Sequence[Frames], skipped: Counter[str]) -> tuple[str, ...]:
    """Return one sentence that says what was left out, if anything was."""
    total = skipped.total()
    if not total:
        return ()
    images = sum(len(frames.planes) for frames in loaded)
    return (f"{images} opened, {total} skipped: {_reasons(skipped)}.",)


def _reasons(skipped: Counter[str]) -> str:
    return ", ".join(f"{count} {reason}" for reason, count in skipped.items() if count)
