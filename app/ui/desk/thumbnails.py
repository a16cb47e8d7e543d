"""Studies as small pictures."""

from PySide6.QtCore import QBuffer, QSize, Qt
from PySide6.QtGui import QImage

from app.domain.case import Case
from app.domain.stack import Packed
from app.render.window import to_bytes
from app.ui.desk.saved import slice_at_hand
from app.ui.picture import rgb_image

SIDE_PX = 128
_FINER = 2


def thumbnail(case: Case) -> QImage:
    """Return the slice nearest to the middle that is here, within a square of 128 pixels; it may be made anywhere.

    Raises:
        MissingSliceError: none is here.
    """
    single, (rows, columns) = case.pixels.packed(slice_at_hand(case)), case.shape
    every = max(1, max(rows, columns) // (_FINER * SIDE_PX))
    coarse = Packed(single.stored[::every, ::every], single.slope, single.intercept)
    picture = rgb_image(to_bytes(coarse.values, case.window))
    shape = QSize(columns, max(1, round(rows * case.geometry.pixel_aspect)))
    size = shape.scaled(SIDE_PX, SIDE_PX, Qt.AspectRatioMode.KeepAspectRatio).expandedTo(QSize(1, 1))
    return picture.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)


def png_of(picture: QImage) -> bytes:
    """Return a picture as a PNG file's content."""
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    picture.save(buffer, "PNG")  # type: ignore[call-overload]  # PySide6's stubs want bytes, its code a str
    return bytes(buffer.data().data())
