"""The masks that readers drew, opened beside a case."""

import re
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from app.domain.arrays import BoolArray
from app.domain.case import Case, References
from app.domain.errors import UnfitReferenceError
from app.domain.geometry import Geometry
from app.domain.words import mark, tr
from app.imaging.archive import unpacked
from app.imaging.dermoscopy import read_photograph
from app.imaging.dicom import read_dicom
from app.imaging.elements import opened
from app.imaging.facts import is_segmentation
from app.imaging.faults import decoding
from app.imaging.kinds import VOLUME_KINDS, Kind, recognise
from app.imaging.segmentation import read_segmentation
from app.imaging.turning import turned_like
from app.imaging.volume import read_volumes


def read_references(paths: Sequence[Path], case: Case) -> References:
    """Read the readers' masks of a case; above zero is inside (in a JPEG, above half).

    Args:
        paths: one file a reader, one file with several readers (a fourth axis, the segments of one structure, or the
            slices of a stack beside a single slice), or a folder or ZIP archive of such files.
        case: the image that the masks were drawn on.

    Raises:
        UnfitReferenceError: a mask does not have the image's shape, or there is none.
        UnreadableFileError: a file cannot be opened.
    """
    with ExitStack() as archives:
        folders = [archives.enter_context(unpacked(path)) if _is_archive(path) else path for path in paths]
        files = [file for path in folders for file in _files(path, case)]
        if not files:
            raise UnfitReferenceError(
                tr("No reader's mask was found in {names}.").format(
                    names=", ".join(path.name for path in paths) or tr("nothing")
                )
            )
        drawn = [_drawn(file, case) for file in files]
        names = [
            _name(file, index, len(found.masks))
            for file, found in zip(files, drawn, strict=True)
            for index in range(len(found.masks))
        ]
    if len(set(names)) < len(names):
        names = [tr("reader {n}").format(n=index + 1) for index in range(len(names))]
    return References(
        names=tuple(names),
        masks=np.concatenate([found.masks for found in drawn]),
        simulated=any(found.simulated for found in drawn),
        notices=tuple(dict.fromkeys(notice for found in drawn for notice in found.notices)),
    )


def with_references(case: Case, paths: Sequence[Path]) -> Case:
    """Return a case with the masks that `read_references` finds in files, and what is to be said of them."""
    references = read_references(paths, case)
    return replace(case, references=references, notices=(*case.notices, *references.notices))


def is_named_like_a_mask(path: Path) -> bool:
    """Whether a file's name says that it is a mask rather than an image."""
    return bool(_MASK_NAME.search(_stem(path)))


def references_beside(path: Path, task: int | None = None) -> tuple[Path, ...]:
    """Find the readers' masks that lie beside an image or a series' folder.

    Known habits: `NAME_seg1.png`, `NAME__r1.png`, `NAME_seg.nii.gz`, and `task01_seg01.nii.gz` beside `image.nii.gz`
    (one task only: another task is another structure).

    Args:
        path: of the image or the folder.
        task: number of the only task whose masks are taken; None takes the lowest, or masks that name no task.
    """
    with decoding(path.name):
        folder = path.absolute().parent
        beside = sorted(folder.iterdir(), key=_natural) if folder.is_dir() else []
    stem = re.escape(_stem(path))
    own = re.compile(rf"{stem}(_+seg(mentation)?[-_a-z]*\d*|__r\d+)", re.IGNORECASE)
    masks = [file for file in beside if file.name.lower().endswith(_SUFFIXES) and file.name != path.name]
    found = tuple(file for file in masks if task is None and own.fullmatch(_stem(file)))
    return found if found or _stem(path) != "image" else _of_task(masks, task)


ELSEWHERE = mark("{name} says that it lies elsewhere or is turned; it was used as it is stored.")
_SUFFIXES = (
    ".nii", ".nii.gz", ".hdr", ".mgh", ".mgz", ".nrrd", ".nhdr", ".mha", ".mhd", ".dcm", ".png", ".tif", ".tiff",
    ".bmp",
)  # fmt: skip
_HALF_OF_A_BYTE = 127
_MASK_NAME = re.compile(
    r"(?:^|[_\W])(?:seg(?:mentation)?|mask|label|annotation)s?[-_\s]?[a-z]*\d*$|__r\d+$", re.IGNORECASE
)
_NUMBERED = re.compile(r"(?:^|_|-)(?:seg|r|reader|rater|annotator)[-_]?0*(\d+)$", re.IGNORECASE)


def _of_task(masks: Sequence[Path], task: int | None) -> tuple[Path, ...]:
    """Return the masks of a task, or of the lowest one."""
    tasks = [(int(match[1]), file) for file in masks if (match := re.fullmatch(r"task(\d+)_seg\d+", _stem(file)))]
    wanted = min((number for number, _ in tasks), default=0) if task is None else task
    return tuple(file for number, file in tasks if number == wanted)


def _files(path: Path, case: Case) -> list[Path]:
    """Return a file itself, or a folder's masks: those named `*seg*`, else all that may be one."""
    if not path.is_dir():
        return [path]
    with decoding(path.name):
        inside = [file for file in path.iterdir() if file.is_file()] or path.rglob("*")
    masks = [
        file
        for file in sorted(inside, key=_natural)
        if file.name.lower().endswith(_SUFFIXES) and file.name != case.name
    ]
    return [file for file in masks if "seg" in file.name.lower()] or masks


def _stem(path: Path) -> str:
    name = path.name
    suffix = next((suffix for suffix in (".nii.gz", path.suffix) if name.lower().endswith(suffix.lower())), "")
    return name[: len(name) - len(suffix)] if path.is_file() or suffix == ".nii.gz" else name


def _natural(path: Path) -> list[tuple[int, str]]:
    """Sort seg2 before seg10."""
    return [(int(part), "") if part.isdigit() else (0, part) for part in re.split(r"(\d+)", path.name)]


def _name(path: Path, index: int, count: int) -> str:
    """Return a reader's short name."""
    if count > 1:
        return tr("reader {n}").format(n=index + 1)
    numbered = _NUMBERED.search(_stem(path))
    return tr("reader {n}").format(n=int(numbered[1])) if numbered else _stem(path)


@dataclass(frozen=True, slots=True, eq=False)
class _Drawn:
    """One file's masks (readers, slices, rows, columns), its mark of a phantom, and what is to be said of it."""

    masks: BoolArray
    simulated: bool = False
    notices: tuple[str, ...] = ()


def _is_archive(path: Path) -> bool:
    return path.is_file() and recognise(path) is Kind.ZIP


def _drawn(path: Path, case: Case) -> _Drawn:
    if recognise(path) is Kind.DICOM and _holds_segments(path):
        found = read_segmentation(path, case)
        return _Drawn(found.masks, notices=found.notices)
    stacks, geometry, synthetic = _stacks(path)
    wanted = (case.slices, *case.shape)
    if len(stacks) == 1 and case.slices == 1 and stacks.shape[1] > 1:
        stacks = stacks[0][:, None]
    turned = turned_like(stacks, geometry, case.geometry, wanted)
    stacks = stacks if turned is None else turned
    if stacks.shape[1:] != wanted:
        raise UnfitReferenceError(
            tr("The mask {name} has {size}, but the image {image} has {wanted}.").format(
                name=path.name, size=_words(stacks.shape[1:]), image=case.name, wanted=_words(wanted)
            )
        )
    lies_elsewhere = turned is None and all(_says_where(of) for of in (geometry, case.geometry))
    return _Drawn(stacks, synthetic, (tr(ELSEWHERE).format(name=path.name),) if lies_elsewhere else ())


def _holds_segments(path: Path) -> bool:
    with decoding(path.name):
        return is_segmentation(opened(path))


def _stacks(path: Path) -> tuple[BoolArray, Geometry, bool]:
    """Return a file's masks (readers, slices, rows, columns), their grid, and the synthetic mark."""
    kind = recognise(path)
    if kind in VOLUME_KINDS:
        volumes = read_volumes(path, kind)
        marked: BoolArray = np.any(volumes.values > 0, axis=-1)
        return marked, volumes.geometry, volumes.synthetic
    case = read_photograph(path) if kind is Kind.PHOTOGRAPH else read_dicom(path)
    threshold = _HALF_OF_A_BYTE if _is_jpeg(path) else 0
    inside: BoolArray = np.any(case.pixels.whole() > threshold, axis=-1)
    return inside[None], case.geometry, case.synthetic


def _says_where(geometry: Geometry) -> bool:
    return geometry.in_plane_known and geometry.orientation_known


def _is_jpeg(path: Path) -> bool:
    """Whether black is not quite black in a file."""
    with path.open("rb") as file:
        return file.read(3) == b"\xff\xd8\xff"


def _words(shape: tuple[int, ...]) -> str:
    slices, rows, columns = shape
    size = f"{rows} x {columns}"
    if slices == 1:
        return tr("1 slice of {size} pixels").format(size=size)
    return tr("{n} slices of {size} pixels").format(n=slices, size=size)
