"""A slice read for a series has the very values of the file opened alone, whichever way was taken."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.domain.arrays import AnyArray
from app.domain.errors import AppError
from app.imaging.dicom import load_slice, read_dicom
from tests.imaging.writers import item, write_dicom

RAMP = np.arange(20, dtype=np.uint16).reshape(4, 5) * 50
TABLE = item(LUTDescriptor=[4, 0, 16], LUTData=np.array([7, 5, 900, 2], "<u2").tobytes(), ModalityLUTType="US")


@pytest.mark.parametrize(
    ("stored", "elements"),
    [
        (RAMP, {}),
        (RAMP.astype(np.int16) - 500, {}),
        (RAMP.astype(np.uint8), {"RescaleSlope": 0.25, "RescaleIntercept": -3.5}),
        (RAMP, {"PhotometricInterpretation": "MONOCHROME1", "BitsStored": 12, "HighBit": 11}),
        (RAMP.astype(np.int16), {"PhotometricInterpretation": "MONOCHROME1", "RescaleSlope": 2}),
        (RAMP | 0x8000, {"BitsStored": 12, "HighBit": 11}),  # more bits than were announced
        (RAMP // 300, {"ModalityLUTSequence": [TABLE], "RescaleSlope": None, "RescaleIntercept": None}),
    ],
    ids=["plain", "signed", "fractions", "turned", "signed, turned", "unused bits", "table"],
)
def test_the_values_are_those_of_the_file_alone(tmp_path: Path, stored: AnyArray, elements: dict[str, Any]) -> None:
    path = write_dicom(tmp_path / "a.dcm", stored, **elements)
    np.testing.assert_array_equal(load_slice(path).values, read_dicom(path).pixels[0])


def test_the_values_of_colour_are_those_of_the_file_alone(tmp_path: Path) -> None:
    rgb = np.arange(60, dtype=np.uint8).reshape(4, 5, 3)
    elements = {"Rows": 4, "Columns": 5, "SamplesPerPixel": 3, "PhotometricInterpretation": "RGB"}
    path = write_dicom(tmp_path / "a.dcm", rgb, PlanarConfiguration=0, **elements)
    np.testing.assert_array_equal(load_slice(path).values, rgb)


def test_every_real_file_gives_the_same_slice_both_ways(data_folder: Path) -> None:
    compared = 0
    for path in sorted((data_folder / "readers").rglob("*.dcm")):
        try:
            alone = read_dicom(path)
        except AppError:
            continue
        if alone.slices == 1:
            np.testing.assert_array_equal(load_slice(path).values, alone.pixels[0], err_msg=path.name)
            compared += 1
    assert compared > 10
