"""The rows that a sheet's columns are made of; each is a picture as wide as its column."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import assert_never

import numpy as np
from PIL import Image, ImageDraw

from app.domain.arrays import ByteArray
from app.render import colours
from app.render.colours import Colour
from app.render.legend import LegendEntry, Mark
from app.render.lettering import LINE_HEIGHT, shortened, text_width, wrapped, write
from app.render.picture import paint
from app.render.strokes import Points, Stroke

PAPER: Colour = (250, 250, 248)
INK: Colour = (26, 30, 36)
FAINT: Colour = (98, 105, 115)
RULE: Colour = (208, 212, 217)
AMBER: Colour = (255, 196, 61)
RED: Colour = (166, 27, 27)
WHITE: Colour = (255, 255, 255)

LARGE, BODY, SMALL = 17, 14, 12.5


@dataclass(frozen=True, slots=True)
class Column:
    """What rows are laid out for.

    Attributes:
        width: in pixels of the sheet.
        unit: pixels of the sheet to one of the design, so that type keeps its size relative to the picture.
    """

    width: int
    unit: float

    def px(self, length: float) -> int:
        """Return a length of the design in pixels of the sheet."""
        return round(length * self.unit)


def gap(column: Column, height: float) -> ByteArray:
    """Return an empty row."""
    return _blank(column, column.px(height))


def heading(column: Column, text: str) -> ByteArray:
    """Return a heading with a rule under it."""

    def draw(on: ImageDraw.ImageDraw) -> None:
        size = SMALL * column.unit
        write(on, (0, size * 1.1), text.upper(), size, FAINT)
        on.line([(0, column.px(20)), (column.width, column.px(20))], fill=RULE, width=max(1, column.px(1)))

    return _drawn(column, column.px(28), draw)


def paragraph(column: Column, text: str, size: float = BODY, colour: Colour = INK) -> ByteArray:
    """Return wrapped text."""
    type_size = size * column.unit
    lines = wrapped(text, type_size, column.width)

    def draw(on: ImageDraw.ImageDraw) -> None:
        for index, line in enumerate(lines):
            write(on, (0, type_size * (1 + LINE_HEIGHT * index)), line, type_size, colour)

    return _drawn(column, round(type_size * LINE_HEIGHT * len(lines)), draw)


def caution(column: Column, text: str) -> ByteArray:
    """Return wrapped text beside an amber bar."""
    indent = column.px(12)
    inner = paragraph(Column(column.width - indent, column.unit), text)
    row = _blank(column, len(inner) + column.px(6))
    row[: len(inner), indent:] = inner
    row[: len(inner), : column.px(4)] = AMBER
    return row


def pair(column: Column, name: str, value: str) -> ByteArray:
    """Return a faint name and its value beside it."""
    indent = column.px(96)
    inner = paragraph(Column(column.width - indent, column.unit), value, SMALL)
    named = paragraph(Column(indent, column.unit), name, SMALL, FAINT)
    row = _blank(column, max(len(inner), len(named)))
    row[: len(inner), indent:] = inner
    row[: len(named), :indent] = named
    return row


def table(column: Column, cells: Sequence[Sequence[str]]) -> ByteArray:
    """Return rows of a name and right-aligned values; the first is the faint head."""
    size = SMALL * column.unit
    height = round(size * 1.6)
    right_edges = np.linspace(column.width, column.width * 0.36, len(cells[0]))[-2::-1]

    def draw(on: ImageDraw.ImageDraw) -> None:
        for index, (name, *values) in enumerate(cells):
            base, colour = index * height + size, FAINT if index == 0 else INK
            first = right_edges[0] - text_width(values[0], size)
            write(on, (0, base), shortened(name, size, first - size), size, colour)
            for edge, value in zip(right_edges, values, strict=True):
                write(on, (edge - text_width(value, size), base), value, size, colour)

    return _drawn(column, height * len(cells), draw)


def entry(column: Column, item: LegendEntry, opacity: float) -> ByteArray:
    """Return a legend entry: its mark on a chip of middle tone, and what it means."""
    indent = column.px(50)
    text = paragraph(Column(column.width - indent, column.unit), item.text, SMALL)
    row = _blank(column, max(len(text), column.px(18)) + column.px(6))
    mark = chip((column.px(18), column.px(38)), item, opacity, column.unit)
    row[: mark.shape[0], : mark.shape[1]] = mark
    row[column.px(1) : column.px(1) + len(text), indent:] = text[: len(row) - column.px(1)]
    return row if item.kind is not Mark.RAMP else np.vstack([row, _ramp(column)])


_CHIP: Colour = (84, 76, 72)


def _ramp(column: Column) -> ByteArray:
    """Return the soft map's whole scale with its ends and middle named."""
    size = SMALL * column.unit
    left, width, bar = column.px(50), column.width - column.px(62), column.px(12)

    def draw(on: ImageDraw.ImageDraw) -> None:
        for place in (0.0, 0.5, 1.0):
            middle = left + place * width
            label = f"{place:g}"
            write(on, (middle - text_width(label, size) / 2, bar + size * 1.1), label, size, FAINT)

    row = _drawn(column, bar + round(size * 1.7), draw)
    row[:bar, left : left + width] = colours.soft_ramp()[np.linspace(0, 255, width).astype(int)]
    return row


def chip(shape: tuple[int, int], item: LegendEntry, opacity: float, unit: float) -> ByteArray:
    """Return a legend entry's mark, (*shape, 3), on a ground of middle tone."""
    mark = np.full((*shape, 3), _CHIP, np.uint8)
    match item.kind:
        case Mark.LINE | Mark.DASHED:
            middle, ends = shape[0] / 2, (-2 * shape[1], 3 * shape[1])
            stroke = Stroke(np.array([(middle, ends[0]), (middle, ends[1])]), item.colour, 2, item.kind is Mark.DASHED)
            paint(mark, stroke.points, stroke, 2.4 * unit)
        case Mark.HATCH:
            for start in np.arange(-shape[0], shape[1], 8 * unit):
                line: Points = np.array([(shape[0] + 4.0, start - 4.0), (-4.0, start + shape[0] + 4.0)])
                paint(mark, line, Stroke(line, item.colour, 1.3), 1.3 * unit)
        case Mark.FILL:
            mark[:] = np.rint(mark + (np.array(item.colour) - mark) * opacity).astype(np.uint8)
        case Mark.RAMP:
            mark[:] = colours.soft_ramp()[np.linspace(0, 255, shape[1]).astype(int)]
        case _ as never:
            assert_never(never)
    return mark


def _blank(column: Column, height: int) -> ByteArray:
    return np.full((height, column.width, 3), PAPER, np.uint8)


def _drawn(column: Column, height: int, draw: Callable[[ImageDraw.ImageDraw], None]) -> ByteArray:
    picture = Image.fromarray(_blank(column, height))
    draw(ImageDraw.Draw(picture))
    return np.array(picture)
