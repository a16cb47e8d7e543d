"""Which typeface draws the text of pages in a language.

Pillow's own, which needs no file, holds ASCII and little more; ReportLab brings one with the letters of western Europe;
a Chinese one is the computer's own.
"""

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from PIL import ImageFont

from app.domain.words import ENGLISH

CHINESE = "zh"
FONTS_OF_CHINESE = (
    "msyh.ttc",
    "simhei.ttf",
    "simsun.ttc",
    "STHeiti Light.ttc",
    "Arial Unicode.ttf",
    "wqy-microhei.ttc",
    "wqy-zenhei.ttc",
    "NotoSansCJK-Regular.ttc",
    "NotoSansSC-Regular.ttf",
    "NotoSansSC-Regular.otf",
    "SourceHanSansSC-Regular.otf",
)
"""Files with Chinese and Latin letters, as Windows, macOS and Linux bring them; the first that is there is taken."""


def can_print(language: str) -> bool:
    """Whether pages can be written in a language on this computer."""
    return language != CHINESE or typeface(language) is not None


@lru_cache(maxsize=8)
def typeface(language: str) -> Path | None:
    """Return the file of a language's typeface; None stands for Pillow's own."""
    if language == CHINESE:
        return next(filter(None, map(_installed, FONTS_OF_CHINESE)), None)
    return None if language == ENGLISH else _of_reportlab("Vera.ttf")


def _installed(name: str) -> Path | None:
    try:
        return Path(str(ImageFont.truetype(name).path))
    except OSError:
        return None


def _of_reportlab(name: str) -> Path | None:
    """Return a typeface that comes with ReportLab, without loading that."""
    spec = find_spec("reportlab")
    folders = () if spec is None else spec.submodule_search_locations or ()
    return next((path for folder in folders if (path := Path(folder) / "fonts" / name).is_file()), None)
