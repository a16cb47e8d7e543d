"""Every language has letters, or its pages are in another one."""

from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image, ImageDraw

from app.places import read_catalogue
from app.render import typefaces
from app.render.lettering import plain, write
from app.render.typefaces import CHINESE, can_print, typeface
from tests.languages import in_language

LATIN = ("de", "fr", "es")


@pytest.fixture
def _no_chinese(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(typefaces, "FONTS_OF_CHINESE", ("no such typeface.ttf",))
    typeface.cache_clear()
    yield
    typeface.cache_clear()


def ink(text: str, language: str) -> np.ndarray:
    picture = Image.new("RGB", (120, 60), "white")
    with in_language(language):
        write(ImageDraw.Draw(picture), (10, 40), text, 30, (0, 0, 0))
    return np.asarray(picture)[..., 0] < 128


@pytest.mark.parametrize("language", LATIN)
def test_no_letter_of_a_european_language_is_replaced(language: str) -> None:
    sentences = "".join(read_catalogue(language).values()).replace("\n", " ")
    with in_language(language):
        assert plain(sentences) == sentences


@pytest.mark.parametrize(("accented", "bare"), [("ä", "a"), ("é", "e"), ("ñ", "n")])
def test_an_accent_stands_above_its_letter(accented: str, bare: str) -> None:
    both, alone = ink(accented, "de"), ink(bare, "de")
    assert both[alone].all()
    assert np.flatnonzero(both.any(axis=1)).min() < np.flatnonzero(alone.any(axis=1)).min()


def test_english_needs_no_file() -> None:
    assert typeface("en") is None
    assert can_print("en")


@pytest.mark.usefixtures("_no_chinese")
def test_without_a_chinese_typeface_there_are_no_chinese_pages() -> None:
    assert not can_print(CHINESE)


def test_no_chinese_letter_is_replaced_in_chinese() -> None:
    with in_language(CHINESE):
        assert plain("不得用于诊断") == "不得用于诊断"


def test_chinese_letters_are_not_all_the_same_box() -> None:
    if not can_print(CHINESE):
        pytest.skip("this computer has no Chinese typeface")
    assert (ink("诊", CHINESE) != ink("断", CHINESE)).any()
