"""Public data sets as they lie on disk, made here file by file after their own descriptions."""

from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk
from PIL import Image

from app.domain.model import Intake
from app.training.data import Example, load_examples

GREY = Intake(side=32, channels=1)
COLOUR = Intake(side=32, channels=3)


def _mask(top: int, empty: bool = False) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    mask = np.zeros((32, 32), np.uint8)
    if not empty:
        mask[top : top + 8, 8:16] = 255
    return mask


def _png(path: Path, pixels: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path)


def _nifti(path: Path, pixels: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    sitk.WriteImage(sitk.GetImageFromArray(pixels), path)


def _tops(examples: list[Example]) -> list[list[int]]:
    """Return the first row that each reader marked, by example; -1 for none."""
    return [
        [int(np.flatnonzero(reader.any(axis=1))[0]) if reader.any() else -1 for reader in example.readers]
        for example in examples
    ]


def test_qubiq(tmp_path: Path) -> None:
    """training_data*/TASK/PART/caseNN/image.nii.gz with taskNN_segMM.nii.gz: the first task's readers, by part."""
    for part, case in (("Training", "case01"), ("Training", "case02"), ("Validation", "case03")):
        folder = tmp_path / "training_data_v3_QC/brain-growth" / part / case
        _nifti(folder / "image.nii.gz", np.full((32, 32), 90, np.uint8))
        for reader in (1, 2):
            _nifti(folder / f"task01_seg{reader:02d}.nii.gz", _mask(4 * reader))
            _nifti(folder / f"task02_seg{reader:02d}.nii.gz", _mask(20))
    train = load_examples(tmp_path, GREY, "train")
    assert [example.group for example in train] == ["case01", "case02"]
    assert _tops(train) == [[4, 8], [4, 8]]
    assert [example.group for example in load_examples(tmp_path, GREY, "val")] == ["case03"]


def test_lidc_slices(tmp_path: Path) -> None:
    """PATIENT/nodule-N/images/slice-K.png with mask-R: the patient is the group; a reader may have marked nothing."""
    for number in (0, 3):
        nodule = tmp_path / "LIDC-IDRI-0001/nodule-0"
        _png(nodule / f"images/slice-{number}.png", np.full((32, 32), 60, np.uint8))
        for reader in range(4):
            _png(nodule / f"mask-{reader}/slice-{number}.png", _mask(2 + 4 * reader, empty=reader == 2))
    examples = load_examples(tmp_path, Intake(side=32, channels=1, crop_px=32), "train")
    assert [example.group for example in examples] == ["LIDC-IDRI-0001"] * 2
    assert _tops(examples) == [[2, 6, -1, 14]] * 2


@pytest.mark.parametrize("inputs", ["ISIC2018_Task1-2_{}_Input", "ISIC2018_Task1_{}_Input"])
def test_isic_2018_task_1(tmp_path: Path, inputs: str) -> None:
    """Inputs in one folder, `_segmentation.png` in another, for each part."""
    for part, top in (("Training", 4), ("Validation", 12)):
        name = f"ISIC_00000{top:02d}"
        _png(tmp_path / inputs.format(part) / f"{name}.jpg", np.full((32, 32, 3), 120, np.uint8))
        _png(tmp_path / f"ISIC2018_Task1_{part}_GroundTruth" / f"{name}_segmentation.png", _mask(top))
    assert _tops(load_examples(tmp_path, COLOUR, "train")) == [[4]]
    assert _tops(load_examples(tmp_path, COLOUR, "val")) == [[12]]
    assert len(load_examples(tmp_path, COLOUR)) == 2


def test_a_folder_for_each_rater(tmp_path: Path) -> None:
    """images/NAME.png with masks/RATER/NAME.png; a rater may lack a picture."""
    for name, raters in (("a", ("ann", "bob")), ("b", ("bob",))):
        _png(tmp_path / f"images/{name}.png", np.full((32, 32, 3), 120, np.uint8))
        for rater in raters:
            _png(tmp_path / f"masks/{rater}/{name}.png", _mask(4 if rater == "ann" else 8))
    assert _tops(load_examples(tmp_path, COLOUR, "train")) == [[4, 8], [8]]
