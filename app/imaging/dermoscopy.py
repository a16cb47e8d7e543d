"""Photographs: PNG, JPEG and TIFF."""

from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from app.domain.arrays import AnyArray
from app.domain.case import Case, Modality
from app.domain.stack import Stack
from app.imaging.faults import decoding
from app.imaging.values import finite, first_window


def read_photograph(path: Path) -> Case:
    """Read a photograph upright, as its EXIF tag asks; colour is taken for dermoscopy, alpha and profile are dropped.

    Raises:
        UnreadableFileError: it is damaged or cut short.
    """
    with decoding(path.name), Image.open(path) as picture:
        synthetic = picture.info.get(SYNTHETIC_KEY) == "yes"
        pages = int(getattr(picture, "n_frames", 1))
        pixels = _without_false_colour(_pixels(ImageOps.exif_transpose(picture)))
    notices = (f"The file holds {pages} pages; the first is open.",) if pages > 1 else ()
    if pixels.shape[-1] == _COLOUR:
        return Case(path.name, Stack.of(pixels[None]), Modality.DERMOSCOPY, synthetic=synthetic, notices=notices)
    grey, broken = finite(pixels[None])
    window = first_window(grey)
    return Case(
        path.name, Stack.of(grey), Modality.OTHER, window=window, synthetic=synthetic, notices=(*notices, *broken)
    )


SYNTHETIC_KEY = "Synthetic"
_COLOUR = 3
_SPARSELY = 16  # a look at few pixels tells most colour pictures in no time
_GREY_MODES = frozenset({"1", "L", "I", "F", "I;16", "I;16B", "I;16L", "I;16N"})


def _pixels(picture: Image.Image) -> AnyArray:
    """Return (rows, columns, 3) bytes or (rows, columns, 1) grey values."""
    upright = picture.convert("L") if picture.mode == "LA" else picture
    if upright.mode in _GREY_MODES:
        return np.array(upright)[..., None]
    return np.array(upright.convert("RGB"))


def _without_false_colour(pixels: AnyArray) -> AnyArray:
    """Reduce a grey picture stored as RGB to one channel."""
    few = pixels[::_SPARSELY, ::_SPARSELY]
    is_grey = bool((few == few[..., :1]).all()) and bool((pixels == pixels[..., :1]).all())
    return pixels[..., :1] if is_grey else pixels
