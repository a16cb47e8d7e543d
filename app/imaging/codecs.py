"""Compressed DICOM frames decoded by imagecodecs, as a plug-in of pydicom.

pydicom reads JPEG baseline and run lengths by itself. It has no permissive decoder for JPEG of 12 bits, lossless JPEG
and HTJ2K, and with Pillow it reads no colour JPEG 2000 of more than eight bits; this module brings one for them all.
"""

import re
import struct
from collections.abc import Callable

import imagecodecs
import numpy as np
from pydicom import Dataset
from pydicom.pixels.common import PhotometricInterpretation
from pydicom.pixels.decoders.base import DecodeRunner, get_decoder
from pydicom.uid import (
    HTJ2K,
    JPEG2000,
    HTJ2KLossless,
    HTJ2KLosslessRPCL,
    JPEG2000Lossless,
    JPEGExtended12Bit,
    JPEGLossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    JPEGLSNearLossless,
)

from app.domain.arrays import AnyArray

PLUGIN = "imagecodecs"
_JPEG = (JPEGExtended12Bit, JPEGLossless, JPEGLosslessSV1)
_JPEG_LS = (JPEGLSLossless, JPEGLSNearLossless)
_JPEG_2000 = (JPEG2000Lossless, JPEG2000)
_HTJ2K = (HTJ2KLossless, HTJ2KLosslessRPCL, HTJ2K)
SYNTAXES = frozenset((*_JPEG, *_JPEG_LS, *_JPEG_2000, *_HTJ2K))
DECODER_DEPENDENCIES = dict.fromkeys(SYNTAXES, ("imagecodecs",))


def is_available(syntax: str) -> bool:
    """Tell pydicom whether this plug-in reads a transfer syntax."""
    return syntax in SYNTAXES


def decode_frame(source: bytes, runner: DecodeRunner) -> bytes:
    """Decode one frame and tell the runner in which form it came out.

    Raises:
        ValueError: the stream does not hold what the header announces.
    """
    frame = _decoded(source, runner)
    announced = (runner.rows, runner.columns, runner.samples_per_pixel)
    if (*frame.shape, 1)[:3] != announced or 8 * frame.dtype.itemsize > runner.bits_allocated:
        raise ValueError(f"a frame of {announced} was announced, got {frame.shape} {frame.dtype}")
    runner.set_option("planar_configuration", 0)
    if runner.photometric_interpretation in _UNDONE_BY_THE_DECODER:
        runner.set_option("photometric_interpretation", PhotometricInterpretation.RGB)
    return frame.astype(f"{frame.dtype.kind}{runner.bits_allocated // 8}").tobytes()


def refuse_endless_boxes(dataset: Dataset, syntax: str) -> None:
    """Refuse a JP2 box that ends before it begins: pydicom 3.0 would look for its end for ever.

    Raises:
        RuntimeError: there is one.
    """
    if syntax not in _JPEG_2000 + _HTJ2K:
        return
    for box in _WRAPPED.finditer(dataset.PixelData):
        place, end = box.start() + _FIRST_BOX, len(dataset.PixelData)
        while place < end and dataset.PixelData[place + 4 : place + 8] != b"jp2c":
            length = int.from_bytes(dataset.PixelData[place : place + 4], "big")
            if length < _LEAST_BOX:
                raise RuntimeError(f"a JP2 box of {length} bytes")
            place += length


_WRAPPED = re.compile(rb"\x00\x00\x00\x0cjP  ")
_FIRST_BOX, _LEAST_BOX = 12, 8
_UNDONE_BY_THE_DECODER = {PhotometricInterpretation.YBR_ICT, PhotometricInterpretation.YBR_RCT}
_SIZE_MARKER = b"\xff\x4f\xff\x51"
_STEPS_AT = 42  # bits, horizontal and vertical step of each component


def _decoded(source: bytes, runner: DecodeRunner) -> AnyArray:
    """Return (rows, columns[, samples]) in the colours that were stored."""
    syntax = runner.transfer_syntax
    if syntax in _HTJ2K or syntax in _JPEG_2000:
        _refuse_another_size(source, runner)
        decode = imagecodecs.htj2k_decode if syntax in _HTJ2K else imagecodecs.jpeg2k_decode
        return np.asarray(decode(source))
    if syntax in _JPEG_LS:
        return _into_room(imagecodecs.jpegls_decode, source, runner)
    return _into_room(_decode_jpeg, source, runner)


def _decode_jpeg(source: bytes, out: AnyArray) -> AnyArray:
    """Decode JPEG without a change of colours: what they mean is the header's to say."""
    if out.ndim == _GREY_AXES:
        return np.asarray(imagecodecs.jpeg8_decode(source, out=out))
    return np.asarray(imagecodecs.jpeg8_decode(source, out=out, colorspace="RGB", outcolorspace="RGB"))


def _into_room(decode: Callable[..., AnyArray], source: bytes, runner: DecodeRunner) -> AnyArray:
    """Decode into an array of the announced size, which bounds the memory: a damaged stream may claim any size."""
    samples = (runner.samples_per_pixel,) if runner.samples_per_pixel > 1 else ()
    room = np.empty((runner.rows, runner.columns, *samples), f"u{runner.bits_allocated // 8}")
    if room.itemsize == 1:
        return decode(source, out=room)
    try:
        return decode(source, out=room)
    except ValueError:  # eight bits, to be kept in sixteen
        return decode(source, out=room.astype(np.uint8))


def _refuse_another_size(source: bytes, runner: DecodeRunner) -> None:
    """Look at the size in a JPEG 2000 stream (ISO/IEC 15444-1, A.5.1) before its decoder allots memory for it."""
    place = source.find(_SIZE_MARKER)
    _, right, bottom, left, top, wide, high, _, _, components = struct.unpack_from(">H8IH", source, place + 6)
    if place < 0 or (bottom - top, right - left) != (runner.rows, runner.columns):
        raise ValueError(f"{runner.rows} x {runner.columns} pixels were announced, got {bottom - top} x {right - left}")
    steps = source[place + _STEPS_AT : place + _STEPS_AT + 3 * components]
    if not (wide and high and all(steps[1::3]) and all(steps[2::3])):
        raise ValueError("tiles or steps of no size, by which the HTJ2K decoder would divide")


_GREY_AXES = 2
for _syntax in SYNTAXES:
    get_decoder(_syntax).add_plugin(PLUGIN, (__name__, decode_frame.__name__))
