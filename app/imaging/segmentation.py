"""DICOM segmentations as readers' masks (PS3.3 C.8.20): BINARY, FRACTIONAL and LABELMAP."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from pydicom import Dataset

from app.domain.arrays import AnyArray, BoolArray
from app.domain.case import Case
from app.domain.errors import UnfitReferenceError
from app.domain.words import tr
from app.imaging.decode import group, raw_frames
from app.imaging.dicom import plane
from app.imaging.elements import opened
from app.imaging.faults import decoding
from app.imaging.lie import Lie, lie_found, lie_on


@dataclass(frozen=True, slots=True, eq=False)
class Segmentation:
    """The masks of one file.

    Attributes:
        masks: (readers, slices, rows, columns) on the case's slices.
        notices: sentences about how they came from the file.
    """

    masks: BoolArray = field(repr=False)
    notices: tuple[str, ...]


def read_segmentation(path: Path, case: Case) -> Segmentation:
    """Read a segmentation that was drawn on a case.

    Several segments of one structure are several readers. Where the segments are of several structures, those of the
    first structure are taken, which is said.

    Raises:
        UnfitReferenceError: it lies elsewhere than the case's slices.
        UnreadableFileError: it is damaged.
    """
    with decoding(path.name):
        dataset = opened(path)
        frames = raw_frames(dataset, path)
        segments = [_segment(item) for item in dataset.SegmentSequence if item.SegmentNumber]  # 0 is the background
        taken = [segment for segment in segments if segment.structure == segments[0].structure]
        places = _places(dataset, len(frames), case, path)
        masks = _masks(dataset, frames, places, taken, (case.slices, *case.shape))
        foreign = bool(case.sources) and not any(_source(dataset, frame) in case.sources for frame in places)
    return Segmentation(masks, tuple(_notices(path.name, dataset, segments, taken, foreign=foreign)))


@dataclass(frozen=True, slots=True)
class _Segment:
    """What the header says of a segment.

    Attributes:
        number: by which frames, or the pixels of a label map, name it.
        structure: codes of what it outlines and where; equal for one structure.
        meaning: the same for people.
        by_program: whether no person drew it.
    """

    number: int
    structure: tuple[str, ...]
    meaning: str
    by_program: bool


def _segment(item: Dataset) -> _Segment:
    codes = [
        code
        for name in ("SegmentedPropertyTypeCodeSequence", "AnatomicRegionSequence")
        for code in item.get(name) or []
    ]
    meanings = [str(code.get("CodeMeaning", "")) for code in codes]
    return _Segment(
        number=int(item.SegmentNumber),
        structure=tuple(str(code.get(name, "")) for code in codes for name in ("CodingSchemeDesignator", "CodeValue")),
        meaning=meanings[0] if meanings else "",
        by_program=item.get("SegmentAlgorithmType") == "AUTOMATIC",
    )


def _masks(
    dataset: Dataset,
    frames: AnyArray,
    places: Mapping[int, Lie],
    taken: Sequence[_Segment],
    shape: tuple[int, int, int],
) -> BoolArray:
    """Return (segments, *shape); slices that no frame covers are empty."""
    masks = np.zeros((len(taken), *shape), np.bool_)
    labels = dataset.get("SegmentationType") == "LABELMAP"
    full = int(dataset.get("MaximumFractionalValue") or 1) if dataset.get("SegmentationType") == "FRACTIONAL" else 1
    for frame, lie in places.items():
        owner = None if labels else _owner(dataset, frame)
        values = frames[frame][:: lie.down, :: lie.right]
        for mask, segment in zip(masks, taken, strict=True):
            if labels:
                mask[lie.slice_index] |= values == segment.number
            elif owner == segment.number:
                mask[lie.slice_index] |= values >= full / 2
    return masks


def _owner(dataset: Dataset, frame: int) -> int:
    """Return the number of the segment that a frame belongs to."""
    return int(group(dataset, "SegmentIdentificationSequence", frame).ReferencedSegmentNumber)


def _places(dataset: Dataset, frames: int, case: Case, path: Path) -> dict[int, Lie]:
    """Return how each frame lies, by its source image where the case knows its own, else by its position.

    Raises:
        UnfitReferenceError: a frame has another size, or lies on no slice.
    """
    if (dataset.Rows, dataset.Columns) != case.shape:
        raise UnfitReferenceError(
            tr("The segmentation {name} has {size} pixels, but the image {image} has {wanted}.").format(
                name=path.name,
                size=f"{dataset.Rows} x {dataset.Columns}",
                image=case.name,
                wanted=f"{case.shape[0]} x {case.shape[1]}",
            )
        )
    known = {source: index for index, source in enumerate(case.sources)}
    places = {}
    for frame in range(frames):
        source = _source(dataset, frame)
        place = plane(dataset, frame)
        at = known.get(source)
        lie = lie_found(place, case, named=bool(source)) if at is None else lie_on(place, case, at)
        if lie is None:
            raise UnfitReferenceError(
                tr("The segmentation {name} lies elsewhere than the image {image}.").format(
                    name=path.name, image=case.name
                )
            )
        places[frame] = lie
    return places


def _source(dataset: Dataset, frame: int) -> str:
    """Return the image that a frame was drawn on, as `Case.sources` names it, or ""."""
    derived = group(dataset, "DerivationImageSequence", frame)
    items = derived.get("SourceImageSequence") or []
    if derived is dataset or not items:  # what the file as a whole names says nothing of a frame
        return ""
    number = items[0].get("ReferencedFrameNumber")
    first = number[0] if isinstance(number, Sequence) else number
    uid = str(items[0].get("ReferencedSOPInstanceUID", ""))
    return uid if first is None else f"{uid}/{first}"


def _notices(
    name: str, dataset: Dataset, segments: Sequence[_Segment], taken: Sequence[_Segment], *, foreign: bool
) -> list[str]:
    notices = []
    if len(taken) < len(segments):
        structures = dict.fromkeys(segment.structure for segment in segments)
        notices.append(
            tr("{name} holds {n} structures; only the first ({first}) is used.").format(
                name=name, n=len(structures), first=taken[0].meaning or tr("unnamed")
            )
        )
    if dataset.get("SegmentationType") == "FRACTIONAL":
        notices.append(
            tr("{name} holds shares of pixels (FRACTIONAL): one half and more counts as inside.").format(name=name)
        )
    if any(segment.by_program for segment in taken):
        notices.append(tr("{name} was drawn by a program and not by a reader.").format(name=name))
    if foreign:
        notices.append(
            tr("{name} was drawn on other images than these, which lie at the same place.").format(name=name)
        )
    return notices
