"""Pictures and their readers' masks found by how public data sets lay out their folders."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from app.imaging.references import references_beside


@dataclass(frozen=True, slots=True)
class Found:
    """A picture's file and the files of its readers' masks.

    Attributes:
        group: patient, scan or lesion; never split between training and testing.
        image: file of the picture.
        masks: one file a reader.
        part: of the data set as its folders say it, in lower case ("training" ...), or "".
    """

    group: str
    image: Path
    masks: tuple[Path, ...]
    part: str = ""


def find_pictures(folder: Path, split: str | None = None) -> list[Found]:
    """Find the pictures that have masks.

    Layouts: ISIC Task 1 (`..._Input/NAME.jpg`, `..._GroundTruth/NAME_segmentation.png`); LIDC slices
    (`PATIENT/nodule-N/images/slice-K.png`, `.../mask-R/slice-K.png`); a folder for each rater
    (`images/NAME.png`, `masks/RATER/NAME.png`); and pictures with their masks beside them, in one folder or a folder a
    case, as QUBIQ has it (`training_data*/TASK/PART/caseNN/image.nii.gz`, `taskNN_segMM.nii.gz`).

    Args:
        folder: of the data set.
        split: "train", "val" or "test"; where the folders name parts, only that one.
    """
    found = next((pictures for layout in _LAYOUTS if (pictures := list(layout(folder)))), [])
    parts = {picture.part for picture in found} - {""}
    if split is None or not parts:
        return found
    return [picture for picture in found if picture.part.startswith(split)]


_PARTS = ("training", "validation", "test")


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
                yield Found(name, images[0], (mask,), match[2].lower())


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


def _beside(folder: Path) -> Iterator[Found]:
    """Every file that has readers' masks beside it; the name of its case folder, or its own, is its group."""
    for path in sorted(item for item in folder.glob("**/*") if item.is_file()):
        masks = references_beside(path)
        if masks:
            group = path.parent.name if path.parent != folder else path.stem
            yield Found(group, path, masks, _part(path.relative_to(folder)))


def _part(path: Path) -> str:
    """Return the part of a data set that a file's folders name, or ""."""
    named = [part for folder in path.parts[:-1] for part in _PARTS if folder.lower() == part]
    return named[0] if named else ""


def _stem(path: Path) -> str:
    return path.name.removesuffix(".gz").rsplit(".", 1)[0]


_LAYOUTS: tuple[Callable[[Path], Iterator[Found]], ...] = (_isic, _lidc, _rater_folders, _beside)
