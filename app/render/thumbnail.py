"""What a system looked at on the way, as small 8-bit pictures."""

import numpy as np

from app.domain.arrays import ByteArray, FloatArray
from app.domain.grid import Grid

WHITE = 255
_COLOUR_AXES = 3


def thumbnail(picture: FloatArray, grid: Grid) -> ByteArray:
    """Return a picture of `Step.pictures` without what lies beyond the slice.

    Args:
        picture: (rows, columns) or (3, rows, columns) in [0, 1] on the grid.
        grid: how it lies on the slice.

    Returns:
        (rows, columns, 3) uint8, contiguous.
    """
    on_slice = grid.on_slice()
    planes = picture if picture.ndim == _COLOUR_AXES else picture[None]
    kept = planes[:, on_slice.any(axis=1)][:, :, on_slice.any(axis=0)]
    colour = np.broadcast_to(kept, (3, *kept.shape[1:]))
    return np.ascontiguousarray(np.moveaxis(np.rint(np.clip(colour, 0, 1) * WHITE), 0, -1), np.uint8)
