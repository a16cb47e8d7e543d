"""Data sets in every layout that is known."""

import csv
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.domain.errors import TrainingError
from app.domain.model import Intake
from app.training.data import load_examples

GREY = Intake(side=32, channels=1)
COLOUR = Intake(side=32, channels=3)


def _square(top: int, left: int) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    mask = np.zeros((48, 64), np.uint8)
    mask[top : top + 16, left : left + 16] = 255
    return mask


def test_a_table_of_photographs(tmp_path: Path) -> None:
    """Only the rows of the split are loaded; a centred mask stays centred in the square picture."""
    for folder in ("images", "masks"):
        (tmp_path / folder).mkdir()
    with (tmp_path / "index.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerows([("name", "split", "group"), ("a", "train", "p1"), ("b", "test", "p2")])
    for name in "ab":
        Image.fromarray(np.full((48, 64, 3), 128, np.uint8)).save(tmp_path / f"images/{name}.jpg")
        Image.fromarray(_square(16, 24)).save(tmp_path / f"masks/{name}.png")
    (example,) = load_examples(tmp_path, COLOUR, "train")
    assert (example.name, example.group) == ("a", "p1")
    assert example.image.shape == (3, 32, 32)
    assert np.argwhere(example.readers[0]).mean(axis=0).tolist() == [15.5, 15.5]
    assert len(load_examples(tmp_path, COLOUR)) == 2


@pytest.mark.parametrize("rows", [False, True])
def test_a_table_of_arrays(tmp_path: Path, rows: bool) -> None:
    """One case a file, or many cases in one file with a row number each."""
    image = np.random.default_rng(0).integers(0, 255, (2, 32, 32)).astype(np.uint8)
    masks = np.zeros((2, 3, 32, 32), np.uint8)
    masks[:, 0, 4:8, 4:8] = 1
    with (tmp_path / "index.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("case", "modality", "split", "group", "file", "row"))
        for n in range(2):
            writer.writerow((f"c{n}", "MRI", "train", "g", "all.npz" if rows else f"{n}.npz", n if rows else ""))
            np.savez(tmp_path / f"{n}.npz", image=image[n], masks=masks[n])
    np.savez(tmp_path / "all.npz", image=image, masks=masks)
    first, second = load_examples(tmp_path, GREY, "train")
    assert not np.array_equal(first.image, second.image)
    np.testing.assert_array_equal(first.readers, masks[0] > 0)


def test_plain_pictures_with_a_mask_for_each_reader(tmp_path: Path) -> None:
    """NAME.png with NAME_seg1.png and NAME_seg2.png beside it, and nothing else."""
    for name in ("x", "y"):
        Image.fromarray(np.full((48, 64, 3), 90, np.uint8)).save(tmp_path / f"{name}.png")
        for reader in (1, 2):
            Image.fromarray(_square(8 * reader, 20)).save(tmp_path / f"{name}_seg{reader}.png")
    examples = load_examples(tmp_path, COLOUR)
    assert [example.group for example in examples] == ["x", "y"]
    assert examples[0].readers.shape == (2, 32, 32)
    assert not np.array_equal(examples[0].readers[0], examples[0].readers[1])


def test_a_folder_without_data_is_named(tmp_path: Path) -> None:
    """Absent, or without a single picture that has masks."""
    with pytest.raises(TrainingError, match="no data folder nowhere"):
        load_examples(tmp_path / "nowhere", GREY)
    with pytest.raises(TrainingError, match="holds no pictures with masks"):
        load_examples(tmp_path, GREY)


@pytest.mark.parametrize(
    ("name", "split", "count", "readers"),
    [("qubiq_brain_growth", "train", 30, 7), ("qubiq_brain_growth", "val", 4, 7), ("dermoscopy", "val", 217, 1)],
)
def test_the_real_data_sets(data_folder: Path, name: str, split: str, count: int, readers: int) -> None:
    """Their numbers are those of the data's description."""
    intake = COLOUR if name == "dermoscopy" else GREY
    examples = load_examples(data_folder / name, intake, split)
    assert len(examples) == count
    assert all(example.readers.shape == (readers, 32, 32) for example in examples)
