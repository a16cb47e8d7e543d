"""Any file at all: opened, or refused in one sentence."""

import csv
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk
from PIL import Image

from app.domain.case import Case
from app.domain.errors import AppError, UnreadableFileError
from app.imaging.faults import decoding
from app.imaging.read import read_case
from app.imaging.references import read_references, references_beside
from app.places import resources_folder
from tests.imaging.writers import dicom_header, write_dicom

SAMPLES = resources_folder() / "samples"
SECONDS = 60


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", r"it is empty \(0 bytes\)"),
        (b"hello", "it is not an image file that Concord knows"),
        (b"PK\x03\x04rest", "it is damaged"),
        (b"%PDF-1.7", "it is a PDF document"),
        (b"\x1f\x8brest", "its compressed content is damaged"),
        (b"\x89PNG\r\n\x1a\nrest", "it is not an image file that Concord knows"),
        (bytes(128) + b"DICM", "it is a DICOM file without an image"),
        (b"NRRD0004\n", "its header is damaged"),
    ],
)
def test_what_is_no_image_is_refused_with_the_reason(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(content)
    with pytest.raises(UnreadableFileError, match=rf"^Cannot open a\.png: {reason}.*\.$"):
        read_case(path)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match=r"^Cannot open gone\.png: there is no such file or folder\.$"):
        read_case(tmp_path / "gone.png")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UnreadableFileError, match="it is not a regular file"):
        read_case(tmp_path / "pipe")


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (PermissionError(13, "denied"), "you have no permission to read it"),
        (MemoryError(), "it does not fit into this computer's memory"),
        (OSError("image file is truncated (3 bytes not processed)"), "its pixel data is cut short"),
        (KeyError("Rows"), "it is damaged, or of a kind that Concord cannot decode"),
    ],
)
def test_whatever_a_decoder_raises_becomes_a_sentence(error: Exception, reason: str) -> None:
    with pytest.raises(UnreadableFileError) as caught, decoding("a.dcm"):
        raise error
    assert caught.value.reason == reason
    assert caught.value.__cause__ is error


def test_dicom_without_its_preamble_is_read(tmp_path: Path) -> None:
    """PS3.10 asks for the preamble; old archives hold files that begin with the first element."""
    pixels = np.full((4, 5), 1024, np.uint16)
    dataset = dicom_header(pixels)
    dataset.SpecificCharacterSet = "ISO_IR 100"
    write_dicom(tmp_path / "whole.dcm", pixels)
    dataset.save_as(tmp_path / "bare", implicit_vr=False, little_endian=True)
    bare = (tmp_path / "bare").read_bytes()
    start = bare.find(b"\x08\x00\x05\x00")
    (tmp_path / "bare").write_bytes(bare[start:])
    assert read_case(tmp_path / "bare").pixels.shape == (1, 4, 5, 1)


@pytest.mark.parametrize("suffix", ["nii", "nii.gz", "nrrd", "mha", "png", "jpg", "tif", "dcm"])
def test_a_file_cut_anywhere_is_refused_or_read(tmp_path: Path, suffix: str) -> None:
    whole = _written(tmp_path / f"whole.{suffix}").read_bytes()
    cut = tmp_path / f"cut.{suffix}"
    for length in range(0, len(whole), max(1, len(whole) // 40)):
        cut.write_bytes(whole[:length])
        assert _opened_or_refused(cut)


@pytest.mark.parametrize("suffix", ["nii", "nrrd", "mha", "png", "jpg", "tif", "dcm"])
def test_a_file_with_damaged_bytes_is_refused_or_read(tmp_path: Path, suffix: str) -> None:
    whole = np.frombuffer(_written(tmp_path / f"whole.{suffix}").read_bytes(), np.uint8)
    damaged = tmp_path / f"damaged.{suffix}"
    rng = np.random.default_rng(0)
    for _ in range(40):
        content = whole.copy()
        where = rng.integers(0, min(len(content), 400), 4)
        content[where] = rng.integers(0, 256, 4)
        damaged.write_bytes(content.tobytes())
        assert _opened_or_refused(damaged)


@pytest.mark.parametrize("name", ["dermoscopy/phantom_lesion.png", "mr_newborn", "ct_kidney"])
def test_the_bundled_studies_are_marked_as_synthetic_and_have_their_readers(name: str) -> None:
    case = read_case(SAMPLES / name)
    assert case.synthetic
    assert case.notices == ()
    references = read_references(references_beside(SAMPLES / name), case)
    assert references.simulated
    assert references.masks.any(axis=(1, 2, 3)).all()


def test_every_odd_file_is_opened_or_refused_in_bounded_time(data_folder: Path) -> None:
    """In a process of its own, which a decoder's crash would end with a signal."""
    with (data_folder / "readers" / "index.csv").open(encoding="utf-8") as file:
        paths = [str(data_folder / "readers" / row["file"]) for row in csv.DictReader(file)]
    paths += [str(path) for path in (data_folder / "originals").rglob("*") if path.suffix != ".dcm" and path.is_file()]
    paths += [str(data_folder / "originals" / name) for name in ("ct_head_series", "mr_brain_tumour_T1post_series")]
    done = subprocess.run(
        [sys.executable, "-c", _OPEN_ALL, *paths], capture_output=True, text=True, timeout=SECONDS, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("\n") == len(paths)


def test_real_values_are_those_that_simpleitk_gives(data_folder: Path) -> None:
    with (data_folder / "readers" / "index.csv").open(encoding="utf-8") as file:
        rows = [
            row for row in csv.DictReader(file) if row["sitk"] == "ok" and row["modality"] in {"CT", "MR", "PT", "CR"}
        ]
    for row in rows:
        case = read_case(data_folder / "readers" / row["file"])
        extent = (float(case.pixels.whole().min()), float(case.pixels.whole().max()))
        if "LUT" not in row["file"]:  # ITK does not apply a modality table
            assert extent == pytest.approx((float(row["sitk_min"]), float(row["sitk_max"])), rel=1e-5), row["file"]
        assert "x".join(map(str, case.pixels.shape[:3])) == row["sitk_shape"], row["file"]


_OPEN_ALL = """
import sys, warnings
from pathlib import Path
warnings.simplefilter("error")
from app.domain.errors import AppError
from app.imaging.read import read_case
for name in sys.argv[1:]:
    try:
        print(read_case(Path(name)).pixels.shape)
    except AppError as error:
        print(error)
"""


def _opened_or_refused(path: Path) -> bool:
    try:
        return isinstance(read_case(path), Case)
    except AppError as error:
        return path.name in str(error)


def _written(path: Path) -> Path:
    values = np.random.default_rng(0).integers(0, 200, (3, 20, 30)).astype(np.uint8)
    if path.suffix == ".dcm":
        return write_dicom(path, values.astype(np.uint16), NumberOfFrames=3)
    if path.suffix in {".png", ".jpg", ".tif"}:
        Image.fromarray(values.transpose(1, 2, 0)).save(path)
    else:
        sitk.WriteImage(sitk.GetImageFromArray(values), str(path))
    return path
