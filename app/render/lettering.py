"""Text in pictures, in the typeface of the language that is spoken.

Text is first put into what that typeface holds: in English, whose typeface holds ASCII and little more, accents go.
A raised two is drawn as a small digit.
"""

import re
import unicodedata
from functools import lru_cache

from PIL import ImageDraw, ImageFont

from app.domain.words import ENGLISH, spoken
from app.render.colours import Colour
from app.render.typefaces import CHINESE, typeface

LINE_HEIGHT = 1.4
"""Distance between two lines of text, in sizes of the type."""


def plain(text: str) -> str:
    """Return text with every character that the typeface lacks replaced by its nearest."""
    return "".join(_nearest(character) for character in text)


def text_width(text: str, size: float) -> float:
    """Return how wide a line of text is, in pixels."""
    return sum(_font(size * _scale(part)).getlength(part.replace(_RAISED_TWO, "2")) for part in _parts(text))


def write(draw: ImageDraw.ImageDraw, place: tuple[float, float], text: str, size: float, colour: Colour) -> None:
    """Write a line of text.

    Args:
        draw: onto what.
        place: left edge and baseline (x, y) in pixels.
        text: one line.
        size: of the type, in pixels.
        colour: of the ink.
    """
    left, base = place
    for part in _parts(text):
        rise = size * _RISE if part == _RAISED_TWO else 0
        shown, font = part.replace(_RAISED_TWO, "2"), _font(size * _scale(part))
        draw.text((left, base - rise), shown, fill=colour, font=font, anchor="ls")
        left += font.getlength(shown)


def wrapped(text: str, size: float, width: float) -> list[str]:
    """Break text into lines no wider than `width` pixels, never before a unit; a word wider than that is broken too."""
    lines = [""]
    for word in _BREAKS.split(plain(text).strip()):
        longer = f"{lines[-1]} {word}".strip()
        if text_width(longer, size) <= width:
            lines[-1] = longer
        else:
            lines += _pieces(word, size, width)
    return [line for line in lines if line]


def shortened(text: str, size: float, width: float) -> str:
    """Return text no wider than `width` pixels, its middle left out where it is too long."""
    whole = plain(text)
    kept = len(whole)
    short = whole
    while text_width(short, size) > width and kept > _FEWEST:
        kept -= 1
        short = f"{whole[: -(-kept // 2)]}…{whole[len(whole) - kept // 2 :]}"
    return short


_FEWEST = 2
_BREAKS = re.compile(r" +(?!mm|px|%)")
_RAISED_TWO = "²"
_SMALL = 0.62
_RISE = 0.36
_DRAWN = frozenset("°±·…«»“”©²")
_LAST_OF_LATIN_1 = "ÿ"
_MORE = frozenset(
    "„\N{SINGLE LOW-9 QUOTATION MARK}\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}‹›\N{EN DASH}—œŒ≤≥"
)
_STAND_INS = {
    "\N{EN DASH}": "-",
    "—": "-",
    "\N{MULTIPLICATION SIGN}": "x",
    "≥": ">=",
    "≤": "<=",
    "ß": "ss",
    "ø": "o",
    "Ø": "O",
    "ł": "l",
    "æ": "ae",
}


def _nearest(character: str) -> str:
    if character.isspace():
        return " "
    if _holds(spoken(), character):
        return character
    bare = unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode()
    return _STAND_INS.get(character) or bare or "?"


def _holds(language: str, character: str) -> bool:
    """Whether the typeface of a language has a character."""
    if character in _DRAWN or not character.isprintable():
        return character in _DRAWN
    if language == CHINESE:
        return True
    return character.isascii() or (language != ENGLISH and (character <= _LAST_OF_LATIN_1 or character in _MORE))


def _parts(text: str) -> list[str]:
    """Cut a line into what is drawn on the line and what is drawn raised."""
    parts: list[str] = []
    for index, piece in enumerate(plain(text).split(_RAISED_TWO)):
        parts += [_RAISED_TWO] if index else []
        parts += [piece] if piece else []
    return parts


def _scale(part: str) -> float:
    return _SMALL if part == _RAISED_TWO else 1.0


def _pieces(word: str, size: float, width: float) -> list[str]:
    """Cut a word into pieces that fit, each of one character at least."""
    pieces = [""]
    for character in word:
        fits = text_width(pieces[-1] + character, size) <= width
        if fits or not pieces[-1]:
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces


def _font(size: float) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return _font_of(spoken(), size)


@lru_cache(maxsize=64)
def _font_of(language: str, size: float) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    path = typeface(language)
    return ImageFont.load_default(size) if path is None else ImageFont.truetype(path, size)
