"""A result as one printed page: the picture, the numbers, and what the model's card says of its limits."""

from collections.abc import Sequence
from functools import cache
from html import escape
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from PIL import Image as Pictures
from reportlab.lib.colors import Color
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import getRegisteredFontNames, registerFont
from reportlab.pdfbase.ttfonts import TTFError, TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Frame, Image, KeepInFrame, Paragraph, Spacer, Table

from app.domain.arrays import ByteArray
from app.domain.model import ModelCard
from app.domain.view import View
from app.domain.words import spoken, tr
from app.export import facts
from app.export.files import refuse_occupied, save_atomically
from app.export.numbers import DISCLAIMER
from app.export.outcome import Outcome
from app.export.page import Page, page_of
from app.export.plate import annotated_slice
from app.export.png import sheet_of
from app.export.rows import AMBER, FAINT, INK, RED, RULE, chip
from app.render.colours import Colour
from app.render.legend import LegendEntry, Mark
from app.render.sentences import evaluated_text
from app.render.typefaces import CHINESE, typeface


def write_pdf(outcome: Outcome, view: View, path: Path, *, notes: str = "", overwrite: bool = False) -> None:
    """Write a one-page report (A4) that holds no date, no name and no file's name but those in a user's notes.

    Args:
        outcome: to report.
        view: how it is shown.
        path: of the file.
        notes: of the user, to be handed on with it.
        overwrite: whether a file that is already there is replaced.

    Raises:
        OutputError: a file is already there, or it cannot be written.
    """
    refuse_occupied(path, overwrite=overwrite)
    page = page_of(outcome, view)

    def write(file: IO[bytes]) -> None:
        canvas = Canvas(file, pagesize=A4, invariant=1)
        canvas.setTitle(tr("Concord report"))
        canvas.setAuthor(f"Concord {page.result.provenance.version}")
        canvas.setSubject(tr(DISCLAIMER))
        _draw(canvas, page, notes)
        canvas.save()

    save_atomically(path, write, overwrite=overwrite)


_WIDTH, _HEIGHT = A4
_MARGIN = 14 * mm
_INNER = _WIDTH - 2 * _MARGIN
_GUTTER = 6 * mm
_PICTURE = 112 * mm
_HEAD, _FOOT = 24 * mm, 14 * mm
_LOWEST, _HIGHEST = 92 * mm, 124 * mm


def _draw(canvas: Canvas, page: Page, notes: str) -> None:
    picture = annotated_slice(page)
    _draw_head(canvas, page, picture)
    _draw_foot(canvas, page)
    top, beside, half = _HEIGHT - _HEAD, _INNER - _PICTURE - _GUTTER, (_INNER - _GUTTER) / 2
    upper = min(max(_PICTURE * picture.shape[0] / picture.shape[1], _LOWEST), _HIGHEST)
    _fill(canvas, [_scaled(picture, upper)], (_MARGIN, top - upper, _PICTURE, upper))
    _fill(canvas, _facts(page), (_MARGIN + _PICTURE + _GUTTER, top - upper, beside, upper))
    lower = top - upper - 4 * mm
    room = lower - _FOOT - 2 * mm
    _fill(canvas, _findings(page, half, notes), (_MARGIN, lower - room, half, room))
    _fill(canvas, _about(page), (_MARGIN + half + _GUTTER, lower - room, half, room))


def _fill(canvas: Canvas, content: Sequence[Flowable], box: tuple[float, float, float, float]) -> None:
    """Fill a box (left, bottom, width, height); what is too much for it is made smaller, never cut off."""
    left, bottom, width, height = box
    frame = Frame(left, bottom, width, height, leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0)
    frame.addFromList([KeepInFrame(width, height, list(content), mode="shrink")], canvas)


def _ink(colour: Colour) -> Color:
    red, green, blue = colour
    return Color(red / 255, green / 255, blue / 255)


_BODY = ParagraphStyle("body", fontName="Helvetica", fontSize=9.5, leading=13, textColor=_ink(INK))
_LARGE = ParagraphStyle("large", parent=_BODY, fontSize=13, leading=17, spaceAfter=4)
_SMALL = ParagraphStyle("small", parent=_BODY, fontSize=8, leading=10.5, spaceBefore=2, textColor=_ink(FAINT))
_HEADING = ParagraphStyle(
    "heading", parent=_SMALL, fontName="Helvetica-Bold", spaceBefore=9, spaceAfter=4, borderPadding=1
)
_RIGHT = ParagraphStyle("right", parent=_BODY, alignment=2, fontSize=8.5, leading=11)
_NAME = ParagraphStyle("name", parent=_RIGHT, alignment=0, textColor=_ink(FAINT))
_CELL = ParagraphStyle("cell", parent=_BODY, fontSize=8.5, leading=11)


def _paragraph(text: str, style: ParagraphStyle = _BODY) -> Flowable:
    return Paragraph(escape(text), _chinese(style) if spoken() == CHINESE else style)


@cache
def _chinese(style: ParagraphStyle) -> ParagraphStyle:
    """Return a style for text that is broken between any two letters."""
    return ParagraphStyle(style.name, parent=style, fontName=_typeface(style.fontName), wordWrap="CJK")


def _typeface(usual: str) -> str:
    """Return the name of the typeface to write in: Chinese has one, embedded where ReportLab can, else its reader's."""
    if spoken() != CHINESE:
        return usual
    if _CHINESE_FONT not in getRegisteredFontNames():
        try:
            registerFont(TTFont(_CHINESE_FONT, str(typeface(CHINESE))))
        except TTFError:  # of a file with PostScript outlines
            registerFont(UnicodeCIDFont(_CHINESE_FONT))
    return _CHINESE_FONT


_CHINESE_FONT = "STSong-Light"
"""Both the name that ReportLab knows for a typeface that is not embedded, and the one given to that which is."""


def _draw_head(canvas: Canvas, page: Page, picture: ByteArray) -> None:
    sheet = sheet_of(page, picture)
    canvas.setFillColor(_ink(INK))
    canvas.setFont(_typeface("Helvetica-Bold"), 16)
    canvas.drawString(_MARGIN, _HEIGHT - 13 * mm, sheet.title)
    canvas.setFont(_typeface("Helvetica"), 9)
    canvas.setFillColor(_ink(FAINT))
    canvas.drawString(_MARGIN, _HEIGHT - 18.5 * mm, sheet.subtitle)
    marks = [mark for mark in (sheet.badge, sheet.banner) if mark]
    if marks:
        text = "   ".join(marks)
        width = canvas.stringWidth(text, _typeface("Helvetica-Bold"), 10) + 6 * mm
        canvas.setFillColor(_ink(AMBER))
        canvas.rect(_WIDTH - _MARGIN - width, _HEIGHT - 15 * mm, width, 7 * mm, stroke=0, fill=1)
        canvas.setFillColor(_ink(INK))
        canvas.setFont(_typeface("Helvetica-Bold"), 10)
        canvas.drawRightString(_WIDTH - _MARGIN - 3 * mm, _HEIGHT - 12.7 * mm, text)


def _draw_foot(canvas: Canvas, page: Page) -> None:
    canvas.setFillColor(_ink(RED))
    canvas.rect(0, 0, _WIDTH, 10 * mm, stroke=0, fill=1)
    canvas.setFillColor(_ink((255, 255, 255)))
    canvas.setFont(_typeface("Helvetica-Bold"), 11)
    canvas.drawString(_MARGIN, 3.5 * mm, tr(DISCLAIMER))
    canvas.setFont(_typeface("Helvetica"), 8)
    canvas.drawRightString(_WIDTH - _MARGIN, 3.7 * mm, f"Concord {page.result.provenance.version}")


def _scaled(picture: ByteArray, height: float) -> Flowable:
    """Return a picture as large as its box takes."""
    rows, columns = picture.shape[:2]
    scale = min(_PICTURE / columns, height / rows)
    return _image(picture, columns * scale, rows * scale)


def _image(picture: ByteArray, width: float, height: float) -> Flowable:
    file = BytesIO()
    Pictures.fromarray(picture).save(file, "PNG", compress_level=1)
    file.seek(0)
    return Image(file, width, height, hAlign="LEFT")


def _facts(page: Page) -> list[Flowable]:
    """Return legend and areas."""
    entries = facts.legend_entries(page)
    content = [_paragraph(tr("Legend").upper(), _HEADING), _legend(entries, page.view.opacity)] if entries else []
    if page.view.hidden:
        return content
    notes = [_paragraph(note, _SMALL) for note in facts.area_notes(page)]
    return [*content, _paragraph(tr("Areas").upper(), _HEADING), _areas(facts.areas(page)), Spacer(1, 3), *notes]


def _legend(entries: Sequence[LegendEntry], opacity: float) -> Flowable:
    marks = [_image(chip((54, 114), item, opacity, 3.0), 8 * mm, 3.8 * mm) for item in entries]
    ends = {Mark.RAMP: " " + tr("(left 0, right 1)")}
    words = [_paragraph(item.text + ends.get(item.kind, ""), _CELL) for item in entries]
    return _table(list(zip(marks, words, strict=True)), (10 * mm, None))


def _areas(cells: Sequence[Sequence[str]]) -> Flowable:
    rows = [[_paragraph(row[0], _CELL), *(_paragraph(value, _RIGHT) for value in row[1:])] for row in cells]
    numbers = [14 * mm] * (len(cells[0]) - 1)
    return _table(rows, (None, *numbers), rules=True)


def _table(
    rows: Sequence[Sequence[Any]], widths: tuple[float | None, ...], *, rules: bool = False, align: str = "MIDDLE"
) -> Flowable:
    style: list[tuple[Any, ...]] = [
        ("VALIGN", (0, 0), (-1, -1), align),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-1, -1), 2),
        ("TOPPADDING", (0, 0), (-1, -1), 1),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 1),
    ]
    if rules:
        style.append(("LINEBELOW", (0, 0), (-1, -1), 0.3, _ink(RULE)))
    return Table([list(row) for row in rows], colWidths=widths, style=style, hAlign="LEFT")


def _findings(page: Page, width: float, notes: str) -> list[Flowable]:
    """Return the agreement, what must not be overlooked, the user's notes, and how the result was made."""
    content: list[Flowable] = []
    if not page.view.hidden:
        sentence, distance, definition = facts.agreement(page)
        content += [_paragraph(tr("Agreement").upper(), _HEADING), _paragraph(sentence, _LARGE), _paragraph(distance)]
        content += [_paragraph(definition, _SMALL)]
        title, numbers = facts.lesion(page)
        content += _titled(title.upper(), numbers)
        content += _titled(tr("Expertness of the readers").upper(), facts.readers(page))
    cautions = facts.cautions(page)
    if cautions:
        content += [_paragraph(tr("Please note").upper(), _HEADING), *(_caution(text, width) for text in cautions)]
    drawn = [_paragraph(f"{name}: {area}") for name, area in facts.drawn(page)]
    if drawn:
        content += [_paragraph(tr("Outlines of the reader").upper(), _HEADING), *drawn]
    measured = [_paragraph(f"{name}: {value}") for name, value in facts.measurements(page)]
    if measured:
        content += [_paragraph(tr("Measured by the reader").upper(), _HEADING), *measured]
    if notes:
        lines = [_paragraph(line, _CELL) for line in notes.splitlines() if line.strip()]
        content += [_paragraph(tr("Notes of the user").upper(), _HEADING), *lines]
    if not page.view.hidden:
        content += [_paragraph(tr("How it was made").upper(), _HEADING), _pairs(facts.origin(page))]
    return content


def _titled(title: str, rows: list[list[str]]) -> list[Flowable]:
    """Return a table of names and values under its title, or nothing for no rows."""
    if not rows:
        return []
    cells = [[_paragraph(name, _CELL), _paragraph(value, _RIGHT)] for name, value in rows]
    return [_paragraph(title, _HEADING), _table(cells, (None, 30 * mm), rules=True)]


def _caution(text: str, width: float) -> Flowable:
    style = [("LINEBEFORE", (0, 0), (0, -1), 2, _ink(AMBER)), ("LEFTPADDING", (0, 0), (-1, -1), 6)]
    style += [("TOPPADDING", (0, 0), (-1, -1), 1), ("BOTTOMPADDING", (0, 0), (-1, -1), 2)]
    return Table([[_paragraph(text)]], colWidths=[width], style=style, hAlign="LEFT", spaceAfter=2)


def _about(page: Page) -> list[Flowable]:
    """Return what the model's card says."""
    card = page.outcome.card
    if card is None or page.view.hidden:
        return []
    return [_paragraph(tr("About the model").upper(), _HEADING), _pairs(_card_facts(card))]


def _card_facts(card: ModelCard) -> dict[str, str]:
    said = {
        tr("Limits"): card.facts.get("limits"),
        tr("Outlines"): card.task,
        tr("Made for"): card.facts.get("intended_input"),
        tr("Trained on"): card.facts.get("data"),
        tr("Measured"): "; ".join(_score(*item) for item in card.facts.get("metrics", {}).items()),
        tr("Licence"): card.facts.get("licence"),
    }
    return {name: tr(str(value)) for name, value in said.items() if value}


def _score(where: str, scores: dict[str, Any]) -> str:
    shown = ", ".join(f"{tr(name)} {scores[name]}" for name in ("soft Dice", "Dice", "GED") if name in scores)
    return f"{evaluated_text(where)}: {shown}".replace("+-", "±")


def _pairs(values: dict[str, str]) -> Flowable:
    rows = [[_paragraph(name, _NAME), _paragraph(value, _CELL)] for name, value in values.items()]
    return _table(rows, (20 * mm, None), align="TOP")
