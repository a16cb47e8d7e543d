"""Pixels that lie plainly in a file are the same read without the header as decoded with it."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.pixels.processing import apply_rescale
from pydicom.uid import ImplicitVRLittleEndian, RLELossless

from app.domain.errors import UnreadableFileError
from app.domain.reading import Place
from app.imaging.dicom import load_slice
from app.imaging.elements import header
from app.imaging.plain import load_plain, place_in
from tests.imaging.writers import write_colour, write_dicom

PIXELS = np.arange(20, dtype=np.uint16).reshape(4, 5) * 100


def _place(path: Path) -> Place | None:
    return place_in(*header(path))


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"RescaleSlope": "2.5", "RescaleIntercept": "-7"},
        {"RescaleSlope": "0"},
        {"PhotometricInterpretation": "MONOCHROME1", "BitsStored": 12, "HighBit": 11},
    ],
)
def test_a_plain_slice_is_found_and_read_as_it_is_decoded(tmp_path: Path, more: dict[str, Any]) -> None:
    path = write_dicom(tmp_path / "a.dcm", PIXELS, **more)
    place = _place(path)
    assert place is not None
    plain = load_plain(path, place)
    assert plain is not None
    np.testing.assert_array_equal(plain.values, load_slice(path).values)
    if "MONOCHROME1" not in more.values() and more.get("RescaleSlope") != "0":
        expected = apply_rescale(dcmread(path).pixel_array, dcmread(path))
        np.testing.assert_allclose(plain.values[..., 0], expected)


def test_signed_numbers_and_single_bytes_and_an_implicit_header_are_plain_too(tmp_path: Path) -> None:
    for name, pixels, syntax in (
        ("signed", PIXELS.astype(np.int16) - 1000, None),
        ("bytes", PIXELS.astype(np.uint8), None),
        ("implicit", PIXELS, ImplicitVRLittleEndian),
    ):
        path = write_dicom(tmp_path / name, pixels)
        if syntax is not None:
            dataset = dcmread(path)
            dataset.file_meta.TransferSyntaxUID = syntax
            dataset.save_as(path, implicit_vr=True, little_endian=True)
        place = _place(path)
        assert place is not None, name
        assert place.kind in {"<i2", "|u1", "<u2"}
        plain = load_plain(path, place)
        assert plain is not None
        np.testing.assert_array_equal(plain.stored[..., 0], dcmread(path).pixel_array)


def test_what_has_to_be_decoded_has_no_place(tmp_path: Path) -> None:
    frames = write_dicom(tmp_path / "frames", np.stack([PIXELS, PIXELS]), NumberOfFrames=2)
    colour = write_colour(tmp_path / "colour", np.zeros((4, 5, 3), np.uint8), "RGB")
    packed = write_dicom(tmp_path / "packed", PIXELS)
    dataset = dcmread(packed)
    dataset.compress(RLELossless)
    dataset.save_as(packed)
    for path in (frames, colour, packed):
        assert _place(path) is None, path.name


def test_a_file_that_has_changed_is_decoded_anew(tmp_path: Path) -> None:
    path = write_dicom(tmp_path / "a.dcm", PIXELS)
    place = _place(path)
    assert place is not None
    write_dicom(path, PIXELS[:, :2] + 5, SeriesDescription="shorter, and further on")
    assert load_plain(path, place) is None
    np.testing.assert_array_equal(load_slice(path, place).values, load_slice(path).values)
    path.write_bytes(path.read_bytes()[:-4])
    with pytest.raises(UnreadableFileError, match="cut short"):
        load_slice(path, place)


def test_numbers_beyond_the_stored_bits_are_left_to_the_decoder(tmp_path: Path) -> None:
    """Bits above the stored ones are another's, for example an overlay's: pydicom masks them."""
    path = write_dicom(tmp_path / "a.dcm", PIXELS + 0x8000, BitsStored=12, HighBit=11)
    place = _place(path)
    assert place is not None
    assert load_plain(path, place) is None
    np.testing.assert_array_equal(load_slice(path, place).stored[..., 0], PIXELS)
