"""Photographs: PNG, JPEG, TIFF, WebP, BMP and, with an extra, HEIC."""

import importlib
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, TiffImagePlugin

from app.domain.arrays import AnyArray
from app.domain.case import Case, Modality
from app.domain.errors import UnreadableFileError
from app.domain.reading import invalid_sentence
from app.domain.stack import Draft, Stack
from app.domain.words import mark, tr
from app.imaging.faults import bounded, decoding, refuse_too_large
from app.imaging.values import finite, first_window


def read_photograph(path: Path) -> Case:
    """Read a photograph upright, as its EXIF tag asks; colour is taken for dermoscopy, alpha and profile are dropped.

    The pages of a TIFF are slices if they are alike.

    Raises:
        UnreadableFileError: it is damaged or cut short.
    """
    with decoding(path.name):
        _learn_heic(path)
        with bounded(path) as file, Image.open(file) as picture:
            synthetic = picture.info.get(SYNTHETIC_KEY) == "yes"
            pixels = _without_false_colour(_slices(picture, path.name))
            pages = int(getattr(picture, "n_frames", 1))
    notices: tuple[str, ...] = (
        (tr("The file holds {n} pages; the first is open.").format(n=pages),) if pages > len(pixels) else ()
    )
    if pixels.shape[-1] == _COLOUR:
        return Case(path.name, Stack.of(pixels), Modality.DERMOSCOPY, synthetic=synthetic, notices=notices)
    grey, invalid = finite(pixels)
    notices += (invalid_sentence(invalid),) if invalid else ()
    return Case(
        path.name, Stack.of(grey), Modality.OTHER, window=first_window(grey), synthetic=synthetic, notices=notices
    )


def draft_photograph(path: Path) -> tuple[Case, Draft] | None:
    """Return a large JPEG in colour without its pixels, and these made small, which takes a tenth of the time.

    None for any other file, a damaged one among them: to read it will tell.
    """
    try:
        with decoding(path.name), bounded(path) as file, Image.open(file) as picture:
            return _drafted(picture, path) if picture.format == "JPEG" and picture.mode == "RGB" else None
    except UnreadableFileError:
        return None


SYNTHETIC_KEY = "Synthetic"
NO_HEIC = mark(
    "it is a HEIC photograph, which needs the extra part `heic` of Concord: pip install 'concord-viewer[heic]'"
)
_COLOUR = 3
_SPARSELY = 16  # a look at few pixels tells most colour pictures in no time
_GREY_MODES = frozenset({"1", "L", "I", "F", "I;16", "I;16B", "I;16L", "I;16N"})
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_WHITE_IS_ZERO = 0
_LARGE_PX = 1 << 22
_DRAFT_PX = 1000  # as many as a picture has on a screen
_CERTAINLY_COLOUR = 32  # between channels: more than a grey picture has after its compression
_ORIENTATION, _LYING = 0x0112, frozenset({5, 6, 7, 8})  # EXIF 2.32: rows and columns change places


def _learn_heic(path: Path) -> None:
    """Teach Pillow HEIC when a file needs it."""
    with path.open("rb") as file:
        head = file.read(12)
    if head[4:8] != b"ftyp" or head[8:12] not in _HEIC_BRANDS:
        return
    try:
        importlib.import_module("pillow_heif").register_heif_opener()
    except ImportError as error:
        raise UnreadableFileError(path.name, tr(NO_HEIC)) from error


def _drafted(picture: Image.Image, path: Path) -> tuple[Case, Draft] | None:
    columns, rows = picture.size
    factor = next((factor for factor in (8, 4, 2) if max(rows, columns) >= factor * _DRAFT_PX), 1)
    if rows * columns <= _LARGE_PX or factor == 1:
        return None
    lies = picture.getexif().get(_ORIENTATION) in _LYING
    picture.draft("RGB", (columns // factor, rows // factor))
    stored = _upright(picture)
    shape = (columns, rows) if lies else (rows, columns)
    is_as_asked = stored.shape[:2] == tuple(-(-side // factor) for side in shape)
    if not is_as_asked or np.ptp(stored, axis=-1).max() < _CERTAINLY_COLOUR:
        return None
    return Case(path.name, Stack((1, *shape, _COLOUR)), Modality.DERMOSCOPY), Draft(stored, factor)


def _slices(picture: Image.Image, name: str) -> AnyArray:
    """Return (slices, rows, columns, 1 or 3): every page of a TIFF if all are alike, else the first."""
    first = _upright(picture)
    if not isinstance(picture, TiffImagePlugin.TiffImageFile) or picture.n_frames == 1:
        return first[None]
    form = (picture.size, picture.mode)
    refuse_too_large(name, first.size * picture.n_frames)
    pages = []
    for index in range(picture.n_frames):
        picture.seek(index)
        if (picture.size, picture.mode) != form:
            picture.seek(0)
            return first[None]
        pages.append(_upright(picture))
    return np.stack(pages)


def _upright(picture: Image.Image) -> AnyArray:
    """Return (rows, columns, 3) bytes or (rows, columns, 1) grey values of the present page."""
    turned = ImageOps.exif_transpose(picture)
    grey = turned.convert("L") if turned.mode == "LA" else turned
    if grey.mode not in _GREY_MODES:
        return np.array(grey.convert("RGB"))
    values = np.array(grey)[..., None]
    return np.iinfo(np.uint16).max - values if _is_negative(picture) else values


def _is_negative(picture: Image.Image) -> bool:
    """Whether zero is white in 16 bits, which Pillow turns round in 8 bits only."""
    tags = getattr(picture, "tag_v2", {})
    photometric = tags.get(TiffImagePlugin.PHOTOMETRIC_INTERPRETATION)
    return picture.mode.startswith("I;16") and photometric == _WHITE_IS_ZERO


def _without_false_colour(pixels: AnyArray) -> AnyArray:
    """Reduce a grey picture stored as RGB to one channel."""
    few = pixels[::_SPARSELY, ::_SPARSELY]
    is_grey = bool((few == few[..., :1]).all()) and bool((pixels == pixels[..., :1]).all())
    return pixels[..., :1] if is_grey else pixels
