"""Compressed frames: written by imagecodecs or GDCM, compared with the plain pixels."""

import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import pytest
from pydicom.encaps import encapsulate
from pydicom.uid import (
    HTJ2K,
    JPEG2000,
    MPEG2MPML,
    UID,
    ExplicitVRBigEndian,
    HTJ2KLossless,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGExtended12Bit,
    JPEGLossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    JPEGLSNearLossless,
)

from app.domain.errors import UnreadableFileError
from app.imaging.dicom import read_dicom
from tests.imaging.writers import dicom_header

GREY = np.random.default_rng(0).integers(0, 4096, (2, 24, 17)).astype(np.uint16)
RGB = np.random.default_rng(1).integers(0, 256, (1, 24, 17, 3)).astype(np.uint8)
SMOOTH = np.add.outer(np.arange(64), np.arange(48))[None].astype(np.uint16) * 30


def _j2k(frame: Any) -> bytes:
    return bytes(imagecodecs.jpeg2k_encode(frame, codecformat="j2k", reversible=True, level=0))


def _jpeg(frame: Any) -> bytes:
    colours: dict[str, Any] = {"colorspace": "RGB", "outcolorspace": "RGB"} if frame.ndim == 3 else {}
    return bytes(imagecodecs.jpeg8_encode(frame, lossless=True, **colours))


LOSSLESS = [
    (JPEGLossless, _jpeg),
    (JPEGLosslessSV1, _jpeg),
    (JPEGLSLossless, imagecodecs.jpegls_encode),
    (JPEG2000Lossless, _j2k),
    (JPEG2000, _j2k),
    (HTJ2KLossless, imagecodecs.htj2k_encode),
    (HTJ2K, imagecodecs.htj2k_encode),
]


@pytest.mark.parametrize(("syntax", "encode"), LOSSLESS)
@pytest.mark.parametrize("offset", [0, -2000])
def test_frames_of_twelve_bits_come_back_exactly(tmp_path: Path, syntax: str, encode: Any, offset: int) -> None:
    """Signed ones too: JPEG and JPEG-LS cannot say a sign and carry the bits."""
    values = GREY.astype(np.int16) + np.int16(offset)
    stored = values if offset else GREY
    streams = [
        encode(frame if syntax in {JPEG2000Lossless, JPEG2000, HTJ2K, HTJ2KLossless} else frame.view(np.uint16))
        for frame in stored
    ]
    path = _packed(tmp_path, stored, syntax, streams, NumberOfFrames=2)
    np.testing.assert_array_equal(read_dicom(path).pixels.whole()[..., 0], values - 1024.0)


@pytest.mark.parametrize(("syntax", "encode"), LOSSLESS)
def test_colours_come_back_exactly(tmp_path: Path, syntax: str, encode: Any) -> None:
    path = _packed(tmp_path, RGB[0], syntax, [encode(RGB[0])], SamplesPerPixel=3, Rows=24, Columns=17)
    np.testing.assert_array_equal(read_dicom(path).pixels.whole(), RGB)


def test_colour_of_more_than_eight_bits_is_read(tmp_path: Path) -> None:
    """Pillow cannot, and a dermatoscope may write it."""
    deep = (RGB[0].astype(np.uint16) << 4) + 3
    path = _packed(
        tmp_path, deep, JPEG2000Lossless, [_j2k(deep)], SamplesPerPixel=3, Rows=24, Columns=17, BitsStored=12
    )
    np.testing.assert_array_equal(read_dicom(path).pixels.whole(), RGB)


def test_jpeg_of_twelve_bits_is_read_and_nothing_is_printed(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    stream = imagecodecs.jpeg8_encode(SMOOTH[0], level=98, bitspersample=12)
    path = _packed(tmp_path, SMOOTH[0], JPEGExtended12Bit, [stream], BitsStored=12, HighBit=11)
    assert np.abs(read_dicom(path).pixels.whole()[..., 0] + 1024 - SMOOTH).max() <= 8
    assert capfd.readouterr() == ("", "")


def test_eight_bits_kept_in_sixteen_are_read(tmp_path: Path) -> None:
    small = GREY[0] >> 4
    streams = [imagecodecs.jpegls_encode(small.astype(np.uint8))]
    path = _packed(tmp_path, small, JPEGLSNearLossless, streams, BitsStored=8, HighBit=7)
    np.testing.assert_array_equal(read_dicom(path).pixels.whole()[0, ..., 0], small - 1024.0)


@pytest.mark.parametrize(("syntax", "encode"), LOSSLESS)
def test_a_stream_of_another_size_is_refused(tmp_path: Path, syntax: str, encode: Any) -> None:
    path = _packed(tmp_path, GREY[0], syntax, [encode(GREY[0])], Rows=25)
    with pytest.raises(UnreadableFileError, match=r"its pixel data \(.*\) is damaged\.$"):
        read_dicom(path)


def test_a_stream_that_claims_a_huge_picture_is_refused_before_memory_is_allotted(tmp_path: Path) -> None:
    stream = bytearray(_j2k(GREY[0]))
    place = stream.find(b"\xff\x51")
    stream[place + 6 : place + 14] = struct.pack(">2I", 1 << 20, 1 << 20)
    with pytest.raises(UnreadableFileError, match="is damaged"):
        read_dicom(_packed(tmp_path, GREY[0], JPEG2000Lossless, [bytes(stream)]))


@pytest.mark.parametrize("field", [slice(22, 26), slice(26, 30), slice(41, 42), slice(42, 43)])
def test_tiles_and_steps_of_no_size_are_refused_and_not_divided_by(tmp_path: Path, field: slice) -> None:
    """XTsiz, YTsiz, XRsiz, YRsiz of ISO/IEC 15444-1, A.5.1, counted from the marker."""
    stream = bytearray(imagecodecs.htj2k_encode(GREY[0]))
    place = stream.find(b"\xff\x51")
    at = slice(place + field.start, place + field.stop)
    assert any(stream[at])
    stream[at] = bytes(field.stop - field.start)
    with pytest.raises(UnreadableFileError, match="is damaged"):
        read_dicom(_packed(tmp_path, GREY[0], HTJ2KLossless, [bytes(stream)]))


@pytest.mark.parametrize("length", [0, 4])
def test_a_box_without_a_length_does_not_stop_the_program_for_ever(tmp_path: Path, length: int) -> None:
    wrapped = b"\0\0\0\x0cjP  \r\n\x87\n" + struct.pack(">I", length) + b"ftyp" + bytes(20) + _j2k(GREY[0])
    with pytest.raises(UnreadableFileError, match="is damaged"):
        read_dicom(_packed(tmp_path, GREY[0], JPEG2000Lossless, [wrapped]))


def test_a_wrapped_stream_is_read(tmp_path: Path) -> None:
    """PS3.5 A.4.4 asks for the bare stream; some write the file format around it."""
    wrapped = bytes(imagecodecs.jpeg2k_encode(GREY[0], codecformat="jp2", reversible=True, level=0))
    path = _packed(tmp_path, GREY[0], JPEG2000Lossless, [wrapped])
    np.testing.assert_array_equal(read_dicom(path).pixels.whole()[0, ..., 0], GREY[0] - 1024.0)


@pytest.mark.parametrize(
    ("syntax", "reason"),
    [
        (MPEG2MPML, "it is a video, which Concord does not show"),
        ("1.2.840.10008.1.2.4.94", r"its compression \(JPIP Referenced\) is not one that Concord can decode"),
    ],
)
def test_what_cannot_be_decoded_is_named(tmp_path: Path, syntax: str, reason: str) -> None:
    with pytest.raises(UnreadableFileError, match=reason):
        read_dicom(_packed(tmp_path, GREY[0], syntax, [b"1234"]))


def test_a_baseline_jpeg_has_pillow_s_colours(tmp_path: Path) -> None:
    picture = np.full((16, 16, 3), (200, 120, 90), np.uint8)
    stream = imagecodecs.jpeg8_encode(picture, level=95)
    path = _packed(
        tmp_path, picture, JPEGBaseline8Bit, [stream],
        SamplesPerPixel=3, Rows=16, Columns=16, PhotometricInterpretation="YBR_FULL_422",
    )  # fmt: skip
    assert np.abs(read_dicom(path).pixels.whole().astype(int) - picture).max() <= 3


def test_big_endian_is_read(tmp_path: Path) -> None:
    dataset = dicom_header(GREY[0])
    dataset.file_meta.TransferSyntaxUID = ExplicitVRBigEndian
    dataset.PixelData = GREY[0].astype(">u2").tobytes()
    dataset["PixelData"].VR = "OW"
    dataset.set_original_encoding(is_implicit_vr=False, is_little_endian=False)
    dataset.save_as(tmp_path / "a.dcm", enforce_file_format=True)
    np.testing.assert_array_equal(read_dicom(tmp_path / "a.dcm").pixels.whole()[0, ..., 0], GREY[0] - 1024.0)


def _packed(tmp_path: Path, pixels: Any, syntax: str, streams: Sequence[bytes | bytearray], **elements: Any) -> Path:
    colour = elements.get("SamplesPerPixel") == 3
    given = {"PhotometricInterpretation": "RGB", "PlanarConfiguration": 0} if colour else {}
    dataset = dicom_header(pixels, **given | elements)
    dataset.file_meta.TransferSyntaxUID = UID(syntax)
    dataset.PixelData = encapsulate([bytes(stream) for stream in streams])
    dataset["PixelData"].is_undefined_length = True
    dataset.save_as(tmp_path / "a.dcm", enforce_file_format=True)
    return tmp_path / "a.dcm"
