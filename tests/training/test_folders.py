"""Public data sets as they lie on disk, made here file by file after their own descriptions."""

from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk
from PIL import Image

from app.domain.errors import TrainingError
from app.domain.model import Intake
from app.training.data import Example, load_examples, names_parts

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
    assert [Path(example.group).name for example in train] == ["case01", "case02"]
    assert _tops(train) == [[4, 8], [4, 8]]
    assert [Path(example.group).name for example in load_examples(tmp_path, GREY, "val")] == ["case03"]
    assert _tops(load_examples(tmp_path, GREY, "train", task=2)) == [[20, 20], [20, 20]]
    with pytest.raises(TrainingError, match="holds no pictures with masks of task 3, train"):
        load_examples(tmp_path, GREY, "train", task=3)


def _qubiq(root: Path, place: str, case: str, readers: int) -> None:
    _nifti(root / place / case / "image.nii.gz", np.full((32, 32), 90, np.uint8))
    for reader in range(readers):
        _nifti(root / place / case / f"task01_seg{reader + 1:02d}.nii.gz", _mask(4 * reader))


@pytest.mark.parametrize("split", ["train", "training"])
def test_parts_are_folders_whose_names_begin_with_them(tmp_path: Path, split: str) -> None:
    """QUBIQ 2021 has a folder for each part above those of the structures; a test-like word in a name is no part."""
    _qubiq(tmp_path, "training_data_v3_QC/brain-growth", "case01", 2)
    _qubiq(tmp_path, "validation_data_qubiq2021_QC/brain-growth", "testis35", 2)
    _qubiq(tmp_path, "Test/brain-growth", "case02", 2)
    for part, case in ((split, "case01"), ("val", "testis35"), ("test", "case02")):
        (example,) = load_examples(tmp_path, GREY, part)
        assert Path(example.group).name == case
    assert len(load_examples(tmp_path, GREY)) == 3
    assert names_parts(tmp_path)


def test_a_data_set_of_one_part_names_it(tmp_path: Path) -> None:
    """Whoever has the validation part alone has no pictures for training in it."""
    _qubiq(tmp_path, "validation_data/kidney", "case16", 3)
    assert names_parts(tmp_path)
    assert not names_parts(tmp_path, task=2)
    with pytest.raises(TrainingError, match="holds no pictures with masks of train"):
        load_examples(tmp_path, GREY, "train")


def test_one_case_number_of_two_structures_is_two_groups(tmp_path: Path) -> None:
    """Kidney case01 and brain-growth case01 are two people."""
    for structure in ("brain-growth", "kidney"):
        _qubiq(tmp_path, f"training_data/{structure}", "case01", 3)
    groups = {example.group for example in load_examples(tmp_path, GREY, "train")}
    assert groups == {"training_data/brain-growth/case01", "training_data/kidney/case01"}


def test_structures_with_other_numbers_of_readers_are_not_mixed(tmp_path: Path) -> None:
    """Five readers' brains and three readers' kidneys make no data set; each alone does, a case may lack a reader."""
    for structure, readers in (("brain-growth", 5), ("kidney", 3)):
        _qubiq(tmp_path, f"training_data/{structure}", "case01", readers)
        _qubiq(tmp_path, f"training_data/{structure}", "case02", readers - 1)
    with pytest.raises(TrainingError) as caught:
        load_examples(tmp_path, GREY)
    assert str(caught.value) == (
        f"The data folder {tmp_path.name} holds structures with different numbers of readers "
        "(brain-growth 5, kidney 3): name the folder of one of them."
    )
    assert len(load_examples(tmp_path / "training_data/kidney", GREY)) == 2


def test_channels_along_the_third_axis_are_named(tmp_path: Path) -> None:
    """QUBIQ's brain tumours: four MR sequences of one slice as a volume, with a flat mask for each reader."""
    _nifti(tmp_path / "case01/image.nii.gz", np.full((4, 32, 32), 90, np.uint8))
    _nifti(tmp_path / "case01/task01_seg01.nii.gz", _mask(4))
    with pytest.raises(TrainingError) as caught:
        load_examples(tmp_path, GREY)
    assert str(caught.value) == (
        "The picture case01/image.nii.gz has 4 slices and its masks have one: if these are channels of one slice "
        "(MR sequences), keep one of them in a file of its own."
    )
    _nifti(tmp_path / "case01/task01_seg01.nii.gz", _mask(4)[:16])
    with pytest.raises(TrainingError, match="has 1 slice of 16 x 32 pixels, but the image"):
        load_examples(tmp_path, GREY)


def test_lidc_slices(tmp_path: Path) -> None:
    """PATIENT/nodule-N/images/slice-K.png with mask-R: the patient is the group; a reader may have marked nothing."""
    for number in (0, 3):
        nodule = tmp_path / "LIDC-IDRI-0001/nodule-0"
        _png(nodule / f"images/slice-{number}.png", np.full((32, 32), 60, np.uint8))
        for reader in range(4):
            _png(nodule / f"mask-{reader}/slice-{number}.png", _mask(2 + 4 * reader, empty=reader == 2))
    examples = load_examples(tmp_path, Intake(side=32, channels=1, crop_px=32), "train")
    assert [example.group for example in examples] == ["LIDC-IDRI-0001"] * 2
    assert len({example.name for example in examples}) == 2
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


def test_what_names_no_parts_can_only_be_taken_whole(tmp_path: Path) -> None:
    """The same pictures must not pass for another part; "train" takes them all, as does no split, or "all"."""
    for name in ("a", "b"):
        _png(tmp_path / f"images/{name}.png", np.full((32, 32, 3), 120, np.uint8))
        _png(tmp_path / f"masks/ann/{name}.png", _mask(4))
    for split in ("val", "test", "external"):
        with pytest.raises(TrainingError) as caught:
            load_examples(tmp_path, COLOUR, split)
        assert str(caught.value) == (
            f"The folders of {tmp_path.name} name no parts, so none is {split}: take all pictures with --split all."
        )
    for whole in (None, "all", "train"):
        assert len(load_examples(tmp_path, COLOUR, whole)) == 2
    assert not names_parts(tmp_path)
    (tmp_path / "index.csv").write_text("name,group,split\n")
    assert names_parts(tmp_path)
