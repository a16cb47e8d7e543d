"""DICOM files to elements, with the pixels or without."""

import zlib
from dataclasses import dataclass
from pathlib import Path

from pydicom import Dataset, dcmread
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
)

from app.domain.words import tr
from app.imaging.facts import kind_name
from app.imaging.faults import bounded, refuse_too_large, unpacked_size


@dataclass(frozen=True, slots=True)
class Lead:
    """What stands before a file's pixels.

    Attributes:
        start: of the pixels, in bytes.
        text: tag, kind and length of their element, as far as the file goes.
    """

    start: int
    text: bytes

    @property
    def is_pixel_data(self) -> bool:
        """Whether whole numbers follow, and no end of the file and no fractions."""
        return self.text[:4] in _PIXEL_DATA

    @property
    def length(self) -> int:
        """Bytes of pixels as the element of a little-endian file has them."""
        return int.from_bytes(self.text[-4:], "little")

    @property
    def kind(self) -> str:
        """DICOM's word for the kind of the element's value."""
        return self.text[4:6].decode("latin-1") if len(self.text) == _EXPLICIT_LEAD else "OW"


def opened(path: Path) -> Dataset:
    """Return a file's elements; call it within `decoding`.

    Raises:
        UnreadableFileError: it unpacks to more than a memory should hold.
    """
    _refuse_bomb(path)
    with bounded(path) as file:
        return _named(dcmread(file, force=True))


def header(path: Path) -> tuple[Dataset, Lead]:
    """Return a file's elements before its pixels, and what stands between; call it within `decoding`.

    Raises:
        UnreadableFileError: it unpacks to more than a memory should hold.
    """
    _refuse_bomb(path)
    with bounded(path) as file:
        dataset = _named(dcmread(file, force=True, stop_before_pixels=True))
        text = file.read(_IMPLICIT_LEAD if dataset.original_encoding[0] else _EXPLICIT_LEAD)
        return dataset, Lead(file.tell(), text)


def why_no_image(dataset: Dataset) -> str:
    """Return why a DICOM file cannot be opened as an image, or "" where its header announces one."""
    kind = kind_name(dataset)
    if "Whole Slide" in kind:
        return tr("it is a whole-slide image, which Concord does not show")
    if "Directory" in kind:
        return tr("it is a DICOMDIR, a list of images; open the folder in which it lies")
    if not dataset.get("Rows") or not dataset.get("Columns"):
        if "Image Storage" in kind:
            return tr("it is cut short: it ends before its image")
        return (
            tr("it is a DICOM file without an image ({kind})").format(kind=kind)
            if kind
            else tr("it is a DICOM file without an image")
        )
    return ""


_PIXEL_DATA = frozenset({b"\xe0\x7f\x10\x00", b"\x7f\xe0\x00\x10"})
_IMPLICIT_LEAD, _EXPLICIT_LEAD = 8, 12  # tag, (kind, two empty bytes,) length
_DEFLATED = str(DeflatedExplicitVRLittleEndian).encode()
_DATA_AFTER = 144  # preamble, "DICM" and the element that tells the length of the rest of the meta header


def _refuse_bomb(path: Path) -> None:
    """Refuse deflated elements that unpack to more than the largest image; pydicom unpacks them without a limit."""
    with path.open("rb") as file:
        head = file.read(1024)
        if _DEFLATED not in head:
            return
        file.seek(_DATA_AFTER + int.from_bytes(head[_DATA_AFTER - 4 : _DATA_AFTER], "little"))
        refuse_too_large(path.name, unpacked_size(file, zlib.decompressobj(-zlib.MAX_WBITS)))


def _named(dataset: Dataset) -> Dataset:
    """Return elements with a transfer syntax, whatever the file says of it."""
    # A file without the header that names its transfer syntax is one of the plain ones.
    implicit, little = dataset.original_encoding
    plain = ExplicitVRLittleEndian if little else ExplicitVRBigEndian
    dataset.file_meta.setdefault("TransferSyntaxUID", ImplicitVRLittleEndian if implicit else plain)
    return dataset
