"""Pictures and their readers' masks found by how public data sets lay out their folders."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from app.domain.errors import TrainingError
from app.imaging.references import references_beside
from app.training.parts import ALL, TRAIN, part_named


@dataclass(frozen=True, slots=True)
class Found:
    """A picture's file and the files of its readers' masks.

    Attributes:
        group: patient, scan or lesion; never split between training and testing.
        image: file of the picture.
        masks: one file a reader.
        part: of the data set as its folders say it ("train", "val", "test"), or "".
        structure: that the readers outlined, as QUBIQ's folders say it ("kidney"), or "".
    """

    group: str
    image: Path
    masks: tuple[Path, ...]
    part: str = ""
    structure: str = ""


def find_pictures(folder: Path, split: str | None = None, task: int | None = None) -> list[Found]:
    """Find the pictures that have masks.

    Layouts: ISIC Task 1 (`..._Input/NAME.jpg`, `..._GroundTruth/NAME_segmentation.png`); LIDC slices
    (`PATIENT/nodule-N/images/slice-K.png`, `.../mask-R/slice-K.png`); a folder for each rater
    (`images/NAME.png`, `masks/RATER/NAME.png`); and pictures with their masks beside them, in one folder or a folder a
    case, as QUBIQ has it (`training_data*/STRUCTURE/caseNN/image.nii.gz`, `taskNN_segMM.nii.gz`). Parts are folders
    whose names begin with `training`, `validation`, `val` or `test`; the innermost counts.

    Args:
        folder: of the data set.
        split: "train", "val" or "test", as the folders name parts; None and "all" take all pictures, and so does
            "train" where nothing names parts.
        task: number of QUBIQ's task; None takes the lowest of each case.

    Raises:
        TrainingError: another part is asked for where nothing names parts, or structures that different numbers of
            readers outlined would be mixed.
    """
    found = _of_part(folder, _in_layout(folder, task), split)
    _refuse_mixture(folder, found)
    return found


def folders_name_parts(folder: Path, task: int | None = None) -> bool:
    """Tell whether the folders of a data set say which of its pictures are for what."""
    return any(picture.part for picture in _in_layout(folder, task))


def _in_layout(folder: Path, task: int | None) -> list[Found]:
    """Return what the first layout finds that finds anything; tasks are QUBIQ's alone."""
    layouts = _LAYOUTS if task is None else (partial(_beside, task=task),)
    return next((found for layout in layouts if (found := list(layout(folder)))), [])


def _of_part(folder: Path, found: list[Found], split: str | None) -> list[Found]:
    """Return the pictures of a part."""
    if split in (None, ALL) or not found:
        return found
    wanted = part_named(split) or split
    if any(picture.part for picture in found):
        return [picture for picture in found if picture.part == wanted]
    if wanted != TRAIN:
        raise TrainingError(
            f"The folders of {folder.name} name no parts, so none is {split}: take all pictures with --split {ALL}."
        )
    return found


def _refuse_mixture(folder: Path, found: Sequence[Found]) -> None:
    """Refuse to take kidneys of three readers and brains of seven for one data set."""
    counts: dict[str, int] = {}
    for picture in found:
        if picture.structure:
            counts[picture.structure] = max(counts.get(picture.structure, 0), len(picture.masks))
    if len(set(counts.values())) > 1:
        listed = ", ".join(f"{structure} {count}" for structure, count in sorted(counts.items()))
        raise TrainingError(
            f"The data folder {folder.name} holds structures with different numbers of readers ({listed}): "
            "name the folder of one of them."
        )


def _isic(folder: Path) -> Iterator[Found]:
    for truth in sorted(folder.glob("*_GroundTruth")):
        match = re.match(r"(ISIC\d+)_Task1_(\w+)_GroundTruth", truth.name, re.IGNORECASE)
        if match is None:
            continue
        (inputs,) = [*folder.glob(f"{match[1]}_Task1*_{match[2]}_Input")][:1] or [truth]
        for mask in sorted(truth.glob("*_segmentation.png")):
            name = mask.name.removesuffix("_segmentation.png")
            images = [image for image in sorted(inputs.glob(f"{name}.*")) if image.suffix.lower() in _PHOTOGRAPHS]
            if images:
                yield Found(name, images[0], (mask,), part_named(match[2]) or match[2].lower())


_PHOTOGRAPHS = {".jpg", ".jpeg", ".png"}


def _lidc(folder: Path) -> Iterator[Found]:
    for image in sorted(folder.glob("*/nodule-*/images/slice-*.png")):
        nodule = image.parent.parent
        masks = tuple(sorted(nodule.glob(f"mask-*/{image.name}")))
        if masks:
            yield Found(nodule.parent.name, image, masks)


def _rater_folders(folder: Path) -> Iterator[Found]:
    raters = sorted(path for path in (folder / "masks").glob("*") if path.is_dir())
    for image in sorted(path for path in (folder / "images").glob("*") if path.is_file()):
        masks = tuple(mask for rater in raters for mask in sorted(rater.glob(f"{_stem(image)}.*"))[:1])
        if masks:
            yield Found(_stem(image), image, masks)


def _beside(folder: Path, task: int | None = None) -> Iterator[Found]:
    """Every file that has readers' masks beside it; its case folder inside the data set, or its name, is its group."""
    for path in sorted(item for item in folder.glob("**/*") if item.is_file()):
        masks = references_beside(path, task)
        if masks:
            place = path.relative_to(folder)
            group = place.parent.as_posix() if path.parent != folder else path.stem
            yield Found(group, path, masks, _part(place), _structure(place))


def _part(place: Path) -> str:
    """Return the part of a data set that the innermost of a file's folders names, or ""."""
    return next((part for name in reversed(place.parts[:-1]) if (part := part_named(name))), "")


def _structure(place: Path) -> str:
    """Return what stands above a case's folder and is no part, where the picture is named as QUBIQ names it."""
    above = [name for name in place.parts[:-2] if not part_named(name)]
    return "/".join(above) if _stem(place) == "image" else ""


def _stem(path: Path) -> str:
    return path.name.removesuffix(".gz").rsplit(".", 1)[0]


_LAYOUTS: tuple[Callable[[Path], Iterator[Found]], ...] = (_isic, _lidc, _rater_folders, _beside)
