"""A folder with several series on the command line: listed, chosen by number, never guessed in silence."""

from pathlib import Path

import numpy as np
import pytest
from pydicom.uid import generate_uid

from app.cli import main
from tests.imaging.writers import write_dicom, write_stack
from tests.segmenters.builders import install_toy

LIST = """\
  1  CT       1 images of 9 x 8        Scout
  2  MR       3 images of 5 x 4        T1 axial
"""


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    places = [[0.0, 0.0, 2.0 * k] for k in range(3)]
    write_stack(tmp_path / "two", places, Modality="MR", SeriesNumber=5, SeriesDescription="T1 axial")
    scout = {"SeriesInstanceUID": generate_uid(), "SeriesNumber": 1, "SeriesDescription": "Scout"}
    write_dicom(tmp_path / "two" / "scout.dcm", np.full((8, 9), 1100, np.uint16), **scout)
    return tmp_path / "two"


def test_the_series_are_listed_without_the_patient(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["view", str(folder), "--series"]) == 0
    assert capsys.readouterr().out == LIST


def test_a_number_below_one_is_no_series(folder: Path) -> None:
    with pytest.raises(SystemExit):
        main(["view", str(folder), "--series", "0"])


def test_a_series_is_chosen_by_its_number(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    install_toy(tmp_path / "models")
    common = ["segment", str(folder), "--model", "toy", "--models", str(tmp_path / "models"), "--device", "cpu"]
    assert main([*common, "--out", str(tmp_path / "a"), "--samples", "1"]) == 0
    said = capsys.readouterr().err
    assert LIST in said
    assert "The folder holds 2 series; the largest is open." in said
    assert main([*common, "--out", str(tmp_path / "b"), "--samples", "1", "--series", "1", "--slice", "2"]) == 2
    assert "has 1 slices; there is no slice 2" in capsys.readouterr().err
    assert main([*common, "--out", str(tmp_path / "c"), "--series", "3"]) == 2
    assert "it holds 2 series; there is no series 3" in capsys.readouterr().err
