"""What real DICOM files hold beside their pixels."""

import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.uid import DeflatedExplicitVRLittleEndian, DermoscopicPhotographyImageStorage

from app.domain.case import Modality, Window
from app.domain.errors import UnreadableFileError
from app.imaging import faults
from app.imaging.dicom import read_dicom
from tests.imaging.writers import dicom_header, write_colour, write_dicom

RAMP = np.arange(1000, 1020, dtype=np.uint16).reshape(4, 5)


@pytest.mark.parametrize(
    ("elements", "modality"),
    [
        ({"Modality": "DMS"}, Modality.DERMOSCOPY),
        ({"Modality": "OT", "SOPClassUID": DermoscopicPhotographyImageStorage}, Modality.DERMOSCOPY),
        ({"Modality": "XC"}, Modality.DERMOSCOPY),
        ({"Modality": "US"}, Modality.OTHER),
        ({"Modality": "ES"}, Modality.OTHER),
        ({"Modality": "GM"}, Modality.OTHER),
    ],
)
def test_only_photographs_of_the_skin_are_dermoscopy(
    tmp_path: Path, elements: dict[str, Any], modality: Modality
) -> None:
    rgb = np.random.default_rng(0).integers(0, 256, (4, 5, 3), np.uint8)
    assert read_dicom(write_colour(tmp_path / "a.dcm", rgb, "RGB", **elements)).modality is modality


def test_overlays_are_not_shown_and_told(tmp_path: Path) -> None:
    path = write_dicom(tmp_path / "a.dcm", RAMP)
    dataset = dcmread(path)
    for group in (0x6000, 0x6002):
        dataset.add_new((group, 0x0010), "US", 4)
        dataset.add_new((group, 0x0011), "US", 5)
        dataset.add_new((group, 0x3000), "OW", bytes(4))
    dataset.save_as(path)
    case = read_dicom(path)
    assert any("(2 overlays)" in notice for notice in case.notices)
    np.testing.assert_array_equal(case.pixels.whole()[0, ..., 0], RAMP - 1024.0)


def test_drawings_in_unused_bits_are_no_part_of_the_values(tmp_path: Path) -> None:
    """Old scanners kept an overlay in the upper bits of each pixel (PS3.5 8.1.1)."""
    path = write_dicom(tmp_path / "a.dcm", RAMP | 0x8000, BitsStored=12, HighBit=11)
    np.testing.assert_array_equal(read_dicom(path).pixels.whole()[0, ..., 0], RAMP - 1024.0)


@pytest.mark.parametrize("charset", [b"ISO_IR 192", b"ISO_IR 13 ", b"GB18030   ", b"NO_SUCHSET", b"          "])
def test_odd_character_sets_do_not_hinder(tmp_path: Path, charset: bytes) -> None:
    given = {"WindowCenter": 1, "WindowWidth": 2, "WindowCenterWidthExplanation": "XXXXXXXX"}
    path = write_dicom(tmp_path / "a.dcm", RAMP, SpecificCharacterSet="ISO_IR 100", **given)
    content = path.read_bytes().replace(b"XXXXXXXX", b"\x1b$B;3\xff\xfe\xb0").replace(b"ISO_IR 100", charset)
    path.write_bytes(content)
    case = read_dicom(path)
    assert case.window == Window(1.0, 2.0)
    assert case.presets[0].name.isprintable()


def test_deflated_elements_are_read_and_a_bomb_among_them_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = dicom_header(RAMP)
    dataset.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    dataset.save_as(tmp_path / "a.dcm", enforce_file_format=True)
    np.testing.assert_array_equal(read_dicom(tmp_path / "a.dcm").pixels.whole()[0, ..., 0], RAMP - 1024.0)
    whole = (tmp_path / "a.dcm").read_bytes()
    start = 144 + int.from_bytes(whole[140:144], "little")
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    (tmp_path / "b.dcm").write_bytes(whole[:start] + packer.compress(bytes(1 << 24)) + packer.flush())
    monkeypatch.setattr(faults, "MOST_VALUES", 1 << 23)
    with pytest.raises(UnreadableFileError, match="too many for this program's memory"):
        read_dicom(tmp_path / "b.dcm")
