"""`concord check`: a line for each file, and what other libraries see."""

import os
import warnings
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest
import SimpleITK as sitk
from PIL import Image

from app.cli import main
from app.cli.compare import stream_comparison
from tests.imaging.writers import item, write_dicom

RAMP = np.arange(1000, 1060, dtype=np.uint16).reshape(3, 4, 5)


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    (folder / "inner").mkdir(parents=True)
    write_dicom(folder / "ct.dcm", RAMP[0])
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (4, 5, 3), np.uint8)).save(folder / "inner" / "mole.png")
    (folder / "notes.txt").write_text("hello")
    return folder


def test_each_file_has_a_line_and_the_last_says_why_some_were_skipped(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(folder), str(folder / "gone.png")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines == [
        "opened   files/ct.dcm  DICOM 1 x 4 x 5 HU",
        "opened   inner/mole.png  photograph 1 x 4 x 5 RGB",
        "refused  files/notes.txt  it is not an image file that Concord knows",
        "refused  files/gone.png  there is no such file or folder",
        "2 opened, 2 skipped:",
        "  1 x it is not an image file that Concord knows",
        "  1 x there is no such file or folder",
    ]


def test_other_libraries_are_asked(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--compare", str(folder)]) == 0
    first, second, third, _, _ = capsys.readouterr().out.splitlines()
    assert "[SimpleITK: same pixels, pydicom: same pixels]" in first
    assert "[SimpleITK: same pixels, Pillow: same pixels]" in second
    assert "[SimpleITK: cannot (RuntimeError), pydicom: cannot (" in third


def test_a_file_that_takes_too_long_is_given_up_and_counts_as_broken(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "--compare", "--limit", "0.1", str(folder / "ct.dcm")]) == 1
    line = capsys.readouterr().out.splitlines()[0]
    assert line.startswith("BROKEN   files/ct.dcm")
    assert "reading it took longer than 0.1 s" in line
    assert "another library crashed or hung" in line


@pytest.mark.parametrize(
    ("elements", "words"),
    [
        ({}, ["same pixels", "same pixels"]),
        ({"PhotometricInterpretation": "MONOCHROME1"}, ["same pixels", "same pixels, turned round"]),
    ],
)
def test_a_dicom_file_is_compared(tmp_path: Path, elements: dict[str, str], words: list[str]) -> None:
    path = write_dicom(tmp_path / "a.dcm", RAMP[0], **elements)
    assert _words(path) == words


def test_volumes_are_compared(tmp_path: Path) -> None:
    several = np.random.default_rng(0).random((5, 4, 3, 2)).astype(np.float32)
    nib.save(nib.Nifti1Image(several, np.eye(4)), tmp_path / "a.nii")
    assert _words(tmp_path / "a.nii") == ["same pixels", "same pixels"]
    several[0, 0, 0, 0] = np.nan
    sitk.WriteImage(sitk.GetImageFromArray(several[..., 0]), str(tmp_path / "a.mha"))
    assert _words(tmp_path / "a.mha")[0] == "same pixels"
    five = np.zeros((2, 2, 2, 1, 2), np.uint8)
    nib.save(nib.Nifti1Image(five, np.eye(4)), tmp_path / "b.nii")
    assert _words(tmp_path / "b.nii") == ["same pixels"]


def test_frames_in_another_order_and_other_values_are_told_apart(tmp_path: Path) -> None:
    frames = [item(PlanePositionSequence=[item(ImagePositionPatient=[0.0, 0.0, z])]) for z in (4.0, 2.0, 0.0)]
    given = {"NumberOfFrames": 3, "PerFrameFunctionalGroupsSequence": frames}
    path = write_dicom(tmp_path / "a.dcm", RAMP, **given)
    assert _words(path)[1] == "same pixels in another order of frames"
    segmentation = write_dicom(tmp_path / "b.dcm", RAMP, **given, RescaleSlope=None, RescaleIntercept=None)
    assert _words(segmentation)[1] == "same pixels in another order of frames"


def test_what_is_refused_here_may_open_there(tmp_path: Path) -> None:
    path = write_dicom(tmp_path / "a.dcm", RAMP[0], SOPClassUID="1.2.840.10008.5.1.4.1.1.77.1.6")
    assert _words(path)[1] == "opens (4, 5)"


def _words(path: Path) -> list[str]:
    """Return what each library says; the job lets nothing reach the error stream, which is given back here."""
    kept = os.dup(2)
    running = stream_comparison(path)
    try:
        next(running)
        with warnings.catch_warnings(), pytest.raises(StopIteration) as end:
            next(running)
    finally:
        os.dup2(kept, 2)
        os.close(kept)
    return [verdict.words for verdict in end.value.value]
