"""Masks that a reader drew, as files that open again as that reader's."""

from collections.abc import Iterator
from pathlib import Path
from typing import assert_never

import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from app.domain.errors import OutputError
from app.domain.words import tr
from app.export.files import save_atomically
from app.export.numbers import DISCLAIMER
from app.export.saving import Format, Saving
from app.export.volumes import mask_volume_writer


def write_drawn(order: Saving) -> Iterator[Path]:
    """Write a reader's masks.

    Yields:
        the file once it is written.

    Raises:
        AppError: it cannot be done.
    """
    match order.format:
        case Format.NIFTI:
            save_atomically(
                order.path, mask_volume_writer(order.masks, order.case, order.provenance), overwrite=order.overwrite
            )
        case Format.PNG:
            _write_png(order)
        case Format.DICOM:
            from app.export.dicom.drawn import write_segmentation  # its library takes seconds to load

            write_segmentation(order)
        case _:
            assert_never(order.format)
    yield order.path


_FULL = 255


def _write_png(order: Saving) -> None:
    """Write the one mask of a picture, 0 outside and 255 inside."""
    if len(order.masks) != 1:
        raise OutputError(tr("A PNG holds one slice only; save the outlines of a stack as NIfTI or DICOM."))
    texts = PngInfo()
    texts.add_text("Software", "Concord")
    texts.add_text("Description", f"{order.provenance}. {DISCLAIMER}.")
    picture = Image.fromarray(order.masks[0] * np.uint8(_FULL))
    save_atomically(order.path, lambda file: picture.save(file, "PNG", pnginfo=texts), overwrite=order.overwrite)
