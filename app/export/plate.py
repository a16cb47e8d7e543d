"""The slice itself with its overlays, scale bar and marks, as it stands on an exported page."""

import math
from dataclasses import replace

import numpy as np
from PIL import Image, ImageDraw

from app.domain.arrays import ByteArray
from app.domain.words import tr
from app.export.layout import LEAST_SIDE, MOST_SIDE, Part, Size
from app.export.numbers import DISCLAIMER
from app.export.own import outline_strokes
from app.export.page import Page
from app.render import colours
from app.render.lettering import text_width, write
from app.render.measures import INK, anchor, measure_strokes
from app.render.overlay import layer, strokes
from app.render.picture import compose
from app.render.scene import Scene
from app.render.window import to_bytes

SMALLEST_SIDE = 900
LARGEST_SIDE = 4000


def annotated_slice(page: Page, size: Size | None = None, part: Part | None = None) -> ByteArray:
    """Return the slice of a page with everything that is drawn on it, (rows, columns, 3).

    Args:
        page: what is drawn.
        size: how large; None chooses.
        part: which part; None takes all of it.
    """
    case, view, scene = page.case, page.view, page.scene
    part = part or Part(0, 0, *case.shape)
    base = to_bytes(page.outcome.pixels[part.top : part.bottom, part.left : part.right], view.window, view.inverted)
    shape = output_shape(part.shape, case.geometry.pixel_aspect, size or Size())
    corner = (part.top, part.left)
    measured = [line for found in page.measurements for line in measure_strokes(found, case.shape)]
    own = (*outline_strokes(page.outcome.outlines), *measured)
    lines = tuple(replace(line, points=line.points - corner) for line in (*strokes(scene, view), *own))
    picture = compose(base, layer(_seen(scene, part), view, shape), lines)
    if scene.intermediate:
        _frame(picture)
    marked = Image.fromarray(picture)
    draw = ImageDraw.Draw(marked)
    for line, text in enumerate(_marks(page)):
        _label(draw, shape, text, line)
    _scale_bar(draw, shape, part.shape[1], case.geometry.pixel_mm)
    _words(draw, shape, page, part)
    return np.array(marked)


def output_shape(shape: tuple[int, int], aspect: float, size: Size) -> tuple[int, int]:
    """Return rows and columns of a slice in print, with square pixels.

    Unless a size is asked for, a small slice is enlarged by a whole number, at least two, until its long side has 900
    pixels; a large one is reduced to 4000. The long side gets no shorter than 64 and no longer than 16000 pixels.

    Args:
        shape: rows and columns of the slice or of a part of it.
        aspect: height of a pixel divided by its width.
        size: that was asked for.
    """
    rows, columns = shape[0] * max(aspect, 1), shape[1] * max(1 / aspect, 1)
    longest = max(rows, columns)
    scale = min(max(_scale(longest, size), LEAST_SIDE / longest), MOST_SIDE / longest)
    return max(1, round(rows * scale)), max(1, round(columns * scale))


def _scale(longest: float, size: Size) -> float:
    if size.long_side is not None:
        return size.long_side / longest
    if size.factor is not None:
        return size.factor
    if longest < SMALLEST_SIDE:
        return float(max(2, math.ceil(SMALLEST_SIDE / longest)))
    return min(1.0, LARGEST_SIDE / longest)


def bar_length_mm(width_mm: float) -> float:
    """Return the longest of 1, 2, 5, 10 … mm that is at most a quarter of a picture's width."""
    wanted = width_mm / 4
    power: float = 10.0 ** math.floor(math.log10(wanted))
    return max(step * power for step in (1, 2, 5) if step * power <= wanted)


_GREY = (128, 128, 128)
_FRAME = 10
_TYPE = 14
_SMALLEST_TYPE = 11


def _seen(scene: Scene, part: Part) -> Scene:
    """Return what there is to draw over a part of a slice."""
    grid = scene.grid
    origin = (grid.origin[0] - part.top, grid.origin[1] - part.left)
    return replace(scene, grid=replace(grid, origin=origin, native_shape=part.shape))


def _marks(page: Page) -> list[str]:
    """Return what stands in the picture itself, the lowest line first, however it is handed on."""
    marks = [tr(DISCLAIMER)]
    marks += [tr("With the reader's own outlines")] if page.outcome.outlines else []
    marks += [tr("Synthetic: a phantom, not a patient")] if page.case.synthetic else []
    marks += [tr("INTERMEDIATE {step}").format(step=page.step_text)] if page.scene.intermediate else []
    return marks


def _frame(picture: ByteArray) -> None:
    """Draw the grey frame of what is not a result."""
    width = round(_FRAME * _unit(picture.shape))
    picture[:width], picture[-width:], picture[:, :width], picture[:, -width:] = _GREY, _GREY, _GREY, _GREY


def _unit(shape: tuple[int, ...]) -> float:
    return max(shape[:2]) / SMALLEST_SIDE


def _label(draw: ImageDraw.ImageDraw, shape: tuple[int, int], text: str, line: int) -> None:
    """Write a text into the lower right corner, light over a dark halo; lines count upwards."""
    unit = _unit(shape)
    wanted = max(_SMALLEST_TYPE, _TYPE * unit)
    size = max(1.0, min(wanted, wanted * shape[1] / (text_width(text, wanted) * 1.3)))
    _outlined(
        draw, (shape[1] - text_width(text, size) - 22 * unit, shape[0] - 22 * unit - 1.4 * size * line), text, size
    )


def _words(draw: ImageDraw.ImageDraw, shape: tuple[int, int], page: Page, part: Part) -> None:
    """Write beside each measurement what it comes to."""
    unit = _unit(shape)
    size = max(_SMALLEST_TYPE, _TYPE * unit)
    for found, words in zip(page.measurements, page.measured_words, strict=True):
        row, column = anchor(found)
        y = (row - part.top + 0.5) * shape[0] / part.shape[0] - 0.7 * size
        y = max(4 * unit, min(y, shape[0] - 1.4 * size * len(words) - 2 * unit))
        x = (column - part.left + 0.5) * shape[1] / part.shape[1]
        widest = max(text_width(line, size) for line in words)
        left = x + 10 * unit if x + widest + 16 * unit <= shape[1] else x - 10 * unit - widest
        box = (left - 4 * unit, y - 3 * unit, left + widest + 4 * unit, y + 1.4 * size * len(words) + unit)
        draw.rounded_rectangle(box, radius=3 * unit, fill=colours.HALO)
        for line, text in enumerate(words):
            write(draw, (left, y + size * (1 + 1.4 * line)), text, size, INK)


def _scale_bar(
    draw: ImageDraw.ImageDraw, shape: tuple[int, int], columns: int, pixel_mm: tuple[float, float] | None
) -> None:
    """Draw a bar of a round length into the upper left corner, where millimetres are safe."""
    if pixel_mm is None:
        return
    width_mm, unit = columns * pixel_mm[1], _unit(shape)
    length_mm = bar_length_mm(width_mm)
    left, base, thick = 24 * unit, 26 * unit, 3 * unit
    right = left + length_mm / width_mm * shape[1]
    draw.rectangle([left - unit, base - unit, right + unit, base + thick + unit], fill=colours.HALO)
    draw.rectangle([left, base, right, base + thick], fill=colours.CORE)
    _outlined(draw, (left, base + 20 * unit), f"{length_mm:g} mm", max(_SMALLEST_TYPE, _TYPE * unit))


def _outlined(draw: ImageDraw.ImageDraw, place: tuple[float, float], text: str, size: float) -> None:
    reach = max(1, round(size / 14))
    for down in (-reach, 0, reach):
        for across in (-reach, 0, reach):
            write(draw, (place[0] + across, place[1] + down), text, size, colours.HALO)
    write(draw, place, text, size, colours.CORE)
