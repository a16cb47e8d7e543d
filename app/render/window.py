"""Pixel values to what a screen shows."""

import numpy as np

from app.domain.arrays import AnyArray, ByteArray, FloatArray
from app.domain.case import Window

WHITE = 255


def to_bytes(pixels: AnyArray, window: Window | None, inverted: bool = False) -> ByteArray:
    """Return a slice as an RGB picture.

    Args:
        pixels: (rows, columns, channels) of a `Case`: uint8 RGB or float32 grey.
        window: range of values shown from black to white; None shows colour as it is and grey over its whole range.
        inverted: whether black and white are exchanged.

    Returns:
        (rows, columns, 3) uint8, sRGB; colour that needs no change is the array given, not a copy.
    """
    shown = pixels if pixels.dtype == np.uint8 and window is None else _windowed(pixels, window or _whole_range(pixels))
    if inverted:
        shown = WHITE - shown
    if shown.shape[2] == 1:
        shown = np.repeat(shown, 3, axis=2)
    return np.ascontiguousarray(shown)


def _whole_range(pixels: AnyArray) -> Window:
    low, high = float(pixels.min()), float(pixels.max())
    return Window(level=(low + high) / 2, width=max(high - low, 1e-6))


def _windowed(pixels: AnyArray, window: Window) -> ByteArray:
    if pixels.dtype == np.uint8:
        table = _ramp(np.arange(WHITE + 1, dtype=np.float32), window)
        return table[pixels]
    return _ramp(pixels.astype(np.float32), window)


def _ramp(values: FloatArray, window: Window) -> ByteArray:
    """Scale an own copy of values in place: low is 0, high is 255, rounded to the nearest."""
    values -= np.float32(window.low)
    values *= np.float32(WHITE / window.width)
    values += np.float32(0.5)
    np.clip(values, 0, WHITE, out=values)
    return values.astype(np.uint8)
