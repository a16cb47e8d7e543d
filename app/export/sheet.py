"""A page: a picture, its title, columns of facts beside or below it, and what must not be overlooked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from PIL import Image, ImageDraw

from app.domain.arrays import ByteArray
from app.export.rows import AMBER, FAINT, INK, PAPER, RED, WHITE, Column, gap
from app.render.colours import Colour
from app.render.lettering import shortened, text_width, write

Block: TypeAlias = Callable[[Column], list[ByteArray]]
"""Draws one block of facts, row by row, for the column that it is given."""


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """What is on a page.

    Attributes:
        title: what kind of picture it is.
        subtitle: which slice, how shown.
        badge: a mark beside the title ("SYNTHETIC"), or "".
        banner: a mark across the page ("INTERMEDIATE …"), or "".
        disclaimer: across the foot of the page.
        maker: the program, at the right of the foot.
        picture: (rows, columns, 3), printed as large as it is.
        blocks: of facts, in reading order.
    """

    title: str
    subtitle: str
    badge: str
    banner: str
    disclaimer: str
    maker: str
    picture: ByteArray = field(repr=False)
    blocks: Sequence[Block] = field(repr=False)


def draw_sheet(sheet: Sheet) -> ByteArray:
    """Return a page as (rows, columns, 3); its type grows with the picture."""
    unit = max(*sheet.picture.shape[:2], _SMALLEST) / _SMALLEST
    beside = sheet.picture.shape[1] <= _WIDE * sheet.picture.shape[0]
    body = _body_beside(sheet, unit) if beside else _body_below(sheet, unit)
    whole = Column(body.shape[1], unit)
    bars = [_head(sheet, whole)]
    bars += [_bar(whole, sheet.banner, AMBER, INK)] if sheet.banner else []
    return np.vstack([*bars, body, _bar(whole, sheet.disclaimer, RED, WHITE, sheet.maker)])


_SMALLEST = 1000
_WIDE = 1.6
_PANEL = 400
_MARGIN = 26
_BLOCK_GAP = 18
_TITLE, _SUBTITLE, _BAR = 22, 14, 18


def _body_beside(sheet: Sheet, unit: float) -> ByteArray:
    """Put one column of facts at the right of the picture."""
    margin, panel = round(_MARGIN * unit), round(_PANEL * unit)
    facts = _stack(sheet.blocks, Column(panel, unit))
    rows, columns = sheet.picture.shape[:2]
    body = _paper(max(rows, len(facts)) + 2 * margin, columns + panel + 3 * margin)
    body[margin : margin + rows, margin : margin + columns] = sheet.picture
    body[margin : margin + len(facts), 2 * margin + columns : -margin] = facts
    return body


def _body_below(sheet: Sheet, unit: float) -> ByteArray:
    """Put the facts in columns of even length below the picture."""
    margin = round(_MARGIN * unit)
    rows, columns = sheet.picture.shape[:2]
    width = max(columns, round(_PANEL * unit))
    count = max(1, round(width / (_PANEL * unit)))
    column = Column((width - (count - 1) * margin) // count, unit)
    stacks = [_stack(blocks, column) for blocks in _dealt(sheet.blocks, column, count)]
    body = _paper(rows + max(len(stack) for stack in stacks) + 3 * margin, width + 2 * margin)
    body[margin : margin + rows, margin : margin + columns] = sheet.picture
    for index, stack in enumerate(stacks):
        left = margin + index * (column.width + margin)
        body[rows + 2 * margin : rows + 2 * margin + len(stack), left : left + column.width] = stack
    return body


def _stack(blocks: Sequence[Block], column: Column) -> ByteArray:
    rows = [row for block in blocks for row in (*block(column), gap(column, _BLOCK_GAP))]
    return np.vstack([_paper(1, column.width), *rows[:-1]])


def _dealt(blocks: Sequence[Block], column: Column, count: int) -> list[list[Block]]:
    """Deal blocks into columns in reading order, each going on until it holds its share of the whole height."""
    heights = [sum(len(row) for row in block(column)) for block in blocks]
    ends = np.cumsum(heights) - np.array(heights) / 2
    places = np.minimum(ends * count // max(1, sum(heights)), count - 1)
    dealt = [[block for block, place in zip(blocks, places, strict=True) if place == index] for index in range(count)]
    return [column_blocks for column_blocks in dealt if column_blocks]


def _head(sheet: Sheet, whole: Column) -> ByteArray:
    margin, size, small = whole.px(_MARGIN), _TITLE * whole.unit, _SUBTITLE * whole.unit
    picture = Image.fromarray(_paper(whole.px(88), whole.width))
    draw = ImageDraw.Draw(picture)
    badge_width = text_width(sheet.badge, small) + whole.px(20) if sheet.badge else 0
    room = whole.width - 2 * margin - badge_width - whole.px(14)
    title = shortened(sheet.title, size, room)
    write(draw, (margin, whole.px(44)), title, size, INK)
    if sheet.badge:
        left = margin + text_width(title, size) + whole.px(14)
        box = [left, whole.px(24), left + badge_width, whole.px(48)]
        draw.rounded_rectangle(box, radius=whole.px(4), fill=AMBER)
        write(draw, (left + whole.px(10), whole.px(41)), sheet.badge, small, INK)
    subtitle = shortened(sheet.subtitle, small, whole.width - 2 * margin)
    write(draw, (margin, whole.px(70)), subtitle, small, FAINT)
    return np.array(picture)


def _bar(whole: Column, text: str, ground: Colour, ink: Colour, note: str = "") -> ByteArray:
    """Return a coloured bar across the page with a text at its left and a small note at its right."""
    margin, size, small = whole.px(_MARGIN), _BAR * whole.unit, _SUBTITLE * whole.unit
    picture = Image.fromarray(np.full((whole.px(40), whole.width, 3), ground, np.uint8))
    draw = ImageDraw.Draw(picture)
    write(draw, (margin, whole.px(26)), shortened(text, size, whole.width - 2 * margin), size, ink)
    room = whole.width - 3 * margin - text_width(text, size)
    noted = shortened(note, small, room)
    write(draw, (whole.width - margin - text_width(noted, small), whole.px(26)), noted, small, ink)
    return np.array(picture)


def _paper(rows: int, columns: int) -> ByteArray:
    return np.full((rows, columns, 3), PAPER, np.uint8)
