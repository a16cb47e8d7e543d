"""The blocks of facts on an exported page."""

from app.domain.arrays import ByteArray
from app.domain.words import tr
from app.export import facts
from app.export.page import Page
from app.export.rows import BODY, FAINT, LARGE, SMALL, Column, caution, entry, gap, heading, pair, paragraph, table
from app.export.sheet import Block


def blocks(page: Page) -> list[Block]:
    """Return what a page says, in reading order; nothing of the model's where the view hides it."""
    cautions = facts.cautions(page)
    chosen: list[Block] = []
    if not page.view.hidden:
        chosen.append(lambda column: _agreement(page, column))
    if cautions:
        chosen.append(lambda column: _notes(cautions, column))
    if facts.legend_entries(page):
        chosen.append(lambda column: _legend(page, column))
    if page.outcome.outlines:
        chosen.append(lambda column: _drawn(page, column))
    if page.measurements:
        chosen.append(lambda column: _measurements(page, column))
    if not page.view.hidden:
        chosen.append(lambda column: _areas(page, column))
        chosen.append(lambda column: _origin(page, column))
    return chosen


def _agreement(page: Page, column: Column) -> list[ByteArray]:
    sentence, distance, definition = facts.agreement(page)
    return [
        heading(column, tr("Agreement")),
        paragraph(column, sentence, LARGE),
        gap(column, 6),
        paragraph(column, distance, BODY, FAINT),
        gap(column, 4),
        paragraph(column, definition, SMALLEST, FAINT),
    ]


SMALLEST = 11


def _notes(cautions: tuple[str, ...], column: Column) -> list[ByteArray]:
    return [heading(column, tr("Please note")), *(caution(column, text) for text in cautions)]


def _legend(page: Page, column: Column) -> list[ByteArray]:
    entries = facts.legend_entries(page)
    return [heading(column, tr("Legend")), *(entry(column, item, page.view.opacity) for item in entries)]


def _areas(page: Page, column: Column) -> list[ByteArray]:
    return [
        heading(column, tr("Areas (consensus levels of readers)")),
        table(column, facts.areas(page)),
        *(paragraph(column, note, SMALL, FAINT) for note in facts.area_notes(page)),
    ]


def _measurements(page: Page, column: Column) -> list[ByteArray]:
    return [
        heading(column, tr("Measured by the reader")),
        *(paragraph(column, f"{name}: {value}", SMALL) for name, value in facts.measurements(page)),
    ]


def _drawn(page: Page, column: Column) -> list[ByteArray]:
    return [
        heading(column, tr("Outlines of the reader")),
        *(paragraph(column, f"{name}: {area}", SMALL) for name, area in facts.drawn(page)),
    ]


def _origin(page: Page, column: Column) -> list[ByteArray]:
    return [
        heading(column, tr("How it was made")),
        *(pair(column, name, value) for name, value in facts.origin(page).items()),
    ]
