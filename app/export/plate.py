"""The slice itself with its overlays, scale bar and marks, as it stands on an exported page."""

import math

import numpy as np
from PIL import Image, ImageDraw

from app.domain.arrays import ByteArray
from app.domain.case import Case
from app.export.numbers import DISCLAIMER
from app.export.page import Page
from app.render import colours
from app.render.lettering import text_width, write
from app.render.overlay import layer, strokes
from app.render.picture import compose
from app.render.window import to_bytes

SMALLEST_SIDE = 900
LARGEST_SIDE = 4000


def annotated_slice(page: Page) -> ByteArray:
    """Return the slice of a page with everything that is drawn on it, (rows, columns, 3)."""
    case, view = page.case, page.view
    base = to_bytes(page.outcome.pixels, view.window, view.inverted)
    shape = output_shape(case)
    picture = compose(base, layer(page.scene, view, shape), strokes(page.scene, view))
    if page.scene.intermediate:
        _frame(picture)
    marked = Image.fromarray(picture)
    _label(ImageDraw.Draw(marked), shape, DISCLAIMER)
    _scale_bar(ImageDraw.Draw(marked), shape, case)
    return np.array(marked)


def output_shape(case: Case) -> tuple[int, int]:
    """Return rows and columns of a slice in print, with square pixels.

    A small slice is enlarged by a whole number, at least two, until its long side has 900 pixels; a large one is
    reduced to 4000.
    """
    rows, columns = case.shape[0] * max(case.geometry.pixel_aspect, 1), case.shape[1] * _widening(case)
    longest = max(rows, columns)
    if longest < SMALLEST_SIDE:
        scale = float(max(2, math.ceil(SMALLEST_SIDE / longest)))
    else:
        scale = min(1.0, LARGEST_SIDE / longest)
    return max(1, round(rows * scale)), max(1, round(columns * scale))


def bar_length_mm(width_mm: float) -> float:
    """Return the longest of 1, 2, 5, 10 … mm that is at most a quarter of a picture's width."""
    wanted = width_mm / 4
    power: float = 10.0 ** math.floor(math.log10(wanted))
    return max(step * power for step in (1, 2, 5) if step * power <= wanted)


_GREY = (128, 128, 128)
_FRAME = 10
_TYPE = 14


def _widening(case: Case) -> float:
    """Return how much wider a column gets so that pixels become square without losing rows."""
    return max(1 / case.geometry.pixel_aspect, 1)


def _frame(picture: ByteArray) -> None:
    """Draw the grey frame of what is not a result."""
    width = round(_FRAME * _unit(picture.shape))
    picture[:width], picture[-width:], picture[:, :width], picture[:, -width:] = _GREY, _GREY, _GREY, _GREY


def _unit(shape: tuple[int, ...]) -> float:
    return max(shape[:2]) / SMALLEST_SIDE


def _label(draw: ImageDraw.ImageDraw, shape: tuple[int, int], text: str) -> None:
    """Write a text into the lower right corner, light over a dark halo."""
    unit = _unit(shape)
    size = min(_TYPE * unit, _TYPE * unit * shape[1] / (text_width(text, _TYPE * unit) * 1.3))
    _outlined(draw, (shape[1] - text_width(text, size) - 22 * unit, shape[0] - 22 * unit), text, size)


def _scale_bar(draw: ImageDraw.ImageDraw, shape: tuple[int, int], case: Case) -> None:
    """Draw a bar of a round length into the upper left corner, where millimetres are safe."""
    pixel_mm = case.geometry.pixel_mm
    if pixel_mm is None:
        return
    width_mm, unit = case.shape[1] * pixel_mm[1], _unit(shape)
    length_mm = bar_length_mm(width_mm)
    left, base, thick = 24 * unit, 26 * unit, 3 * unit
    right = left + length_mm / width_mm * shape[1]
    draw.rectangle([left - unit, base - unit, right + unit, base + thick + unit], fill=colours.HALO)
    draw.rectangle([left, base, right, base + thick], fill=colours.CORE)
    _outlined(draw, (left, base + 20 * unit), f"{length_mm:g} mm", _TYPE * unit)


def _outlined(draw: ImageDraw.ImageDraw, place: tuple[float, float], text: str, size: float) -> None:
    reach = max(1, round(size / 14))
    for down in (-reach, 0, reach):
        for across in (-reach, 0, reach):
            write(draw, (place[0] + across, place[1] + down), text, size, colours.HALO)
    write(draw, place, text, size, colours.CORE)
