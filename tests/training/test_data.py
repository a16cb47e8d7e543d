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
    ("table", "split", "sentence"),
    [
        (
            "case,group,modality,file",
            "train",
            "The table index.csv of {} has no column split: --split all takes all rows.",
        ),
        (
            "case,group,split,modality,file",
            "train",
            "The arrays none.npz of {} cannot be read: No such file or directory.",
        ),
        ("case,group,split,modality,file", "flat", "The arrays flat.npz of {} cannot be read: it has no masks."),
        (
            "case,group,split,modality,file",
            "bad",
            "The arrays bad.npz of {} cannot be read: it is not a file of arrays.",
        ),
        (
            "case,group,split,modality,file,row",
            "row",
            "The table index.csv of {} names row 7 of good.npz, which has 2.",
        ),
        (
            "case,group,split,modality,file,row",
            "word",
            "The table index.csv of {} names row x of good.npz, which has 2.",
        ),
        ("case,split,file", "train", "The table index.csv of {} has no column group."),
    ],
)
def test_what_is_wrong_with_a_table_is_one_sentence(tmp_path: Path, table: str, split: str, sentence: str) -> None:
    """Columns, files and rows that are not there."""
    np.savez(tmp_path / "flat.npz", image=np.zeros((8, 8)))
    np.savez(tmp_path / "good.npz", image=np.zeros((2, 8, 8)), masks=np.zeros((2, 1, 8, 8)))
    (tmp_path / "bad.npz").write_bytes(b"no arrays")
    file = {"train": "none", "flat": "flat", "bad": "bad"}.get(split, "good")
    row = {"case": "c", "group": "g", "split": split, "modality": "MRI", "file": f"{file}.npz"}
    row["row"] = {"row": "7", "word": "x"}.get(split, "")
    columns = table.split(",")
    (tmp_path / "index.csv").write_text(f"{table}\n{','.join(row[column] for column in columns)}\n")
    with pytest.raises(TrainingError) as caught:
        load_examples(tmp_path, GREY, split)
    assert str(caught.value) == sentence.format(tmp_path.name)


@pytest.mark.parametrize("row", ["", "0"])
def test_arrays_that_do_not_fit_each_other_are_named(tmp_path: Path, row: str) -> None:
    """Masks of another size, and a stack of pictures of which the table names no row."""
    np.savez(tmp_path / "a.npz", image=np.zeros((2, 8, 8)), masks=np.zeros((2, 1, 8, 6)))
    (tmp_path / "index.csv").write_text(f"case,group,modality,file,row\nc,g,MRI,a.npz,{row}\n")
    with pytest.raises(TrainingError) as caught:
        load_examples(tmp_path, GREY)
    shapes = "an image of 8 x 8 with masks of 1 x 8 x 6" if row else "an image of 2 x 8 x 8 with masks of 2 x 1 x 8 x 6"
    assert str(caught.value) == f"The arrays a.npz of {tmp_path.name} do not fit each other: {shapes}."


def test_an_agreement_that_is_no_number_is_named(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    (tmp_path / "index.csv").write_text("name,group\n")
    (tmp_path / "annotator_agreement.csv").write_text("name,mean_pairwise_dice\na,high\n")
    with pytest.raises(TrainingError, match=r"annotator_agreement\.csv of .* holds something else than numbers\."):
        load_examples(tmp_path, COLOUR)


def test_a_table_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "index.csv").write_bytes(b"case,gr\xfcppe\n")
    with pytest.raises(TrainingError, match=r"The table index\.csv of .* is not a CSV file in UTF-8\."):
        load_examples(tmp_path, GREY)


def test_a_table_as_a_spreadsheet_writes_it(tmp_path: Path) -> None:
    """With the mark of UTF-8 before the first name; without a column of parts all rows can be asked for."""
    np.savez(tmp_path / "a.npz", image=np.zeros((8, 8)), masks=np.zeros((1, 8, 8)))
    (tmp_path / "index.csv").write_text("case,group,modality,file\nc,g,MRI,a.npz\n", encoding="utf-8-sig")
    for split in (None, "all"):
        assert [example.name for example in load_examples(tmp_path, GREY, split)] == ["c"]


def test_a_table_has_no_tasks(tmp_path: Path) -> None:
    (tmp_path / "index.csv").write_text("case,group,split,modality,file\n")
    with pytest.raises(TrainingError, match="has a table, in which masks have no tasks"):
        load_examples(tmp_path, GREY, task=2)


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
