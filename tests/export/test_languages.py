"""Pages speak the user's language; what programs read stays English."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader

from app.domain.view import View
from app.export.job import Writing, serve
from app.export.numbers import numbers
from app.export.order import Order, Output
from app.export.outcome import Outcome, outcome_of
from app.export.pdf import write_pdf
from app.places import read_catalogue, resources_folder
from app.render import typefaces
from app.render.typefaces import can_print, typeface
from app.segmenters.cards import installed_cards
from tests.export.studies import ct, result_of
from tests.languages import in_language

DISCLAIMER = "Not for diagnostic use"


def outcome() -> Outcome:
    case = ct(synthetic=True)
    (card,) = [card for card in installed_cards(resources_folder() / "models") if card.name == "dermoscopy"]
    return outcome_of(case, result_of(case, 3), card=card)


def printed(path: Path) -> str:
    return re.sub(r"\s+", " ", PdfReader(path).pages[0].extract_text())


@pytest.mark.parametrize("language", ["de", "fr", "es"])
def test_a_page_is_in_the_users_language_with_its_warning(language: str, tmp_path: Path) -> None:
    words, shown = read_catalogue(language), outcome()
    with in_language(language):
        write_pdf(shown, View(window=shown.case.window, band=True), tmp_path / "a.pdf")
    said = printed(tmp_path / "a.pdf")
    assert shown.card is not None
    for source in (DISCLAIMER, "CT image", str(shown.card.facts["limits"]), "Between them, ambiguous: samples differ"):
        assert words[source] in said
        assert source not in said


def test_a_chinese_page_is_chinese(tmp_path: Path) -> None:
    if not can_print("zh"):
        pytest.skip("this computer has no Chinese typeface")
    with in_language("zh"):
        write_pdf(outcome(), View(), tmp_path / "a.pdf")
    assert "不得用于诊断" in printed(tmp_path / "a.pdf")


@pytest.fixture
def _no_chinese(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(typefaces, "FONTS_OF_CHINESE", ())
    typeface.cache_clear()
    yield
    typeface.cache_clear()


@pytest.mark.usefixtures("_no_chinese")
def test_without_its_typeface_a_chinese_page_is_english(tmp_path: Path) -> None:
    with in_language("zh"):
        list(serve(Writing(outcome(), View(), Order(frozenset({Output.REPORT}), tmp_path, Path("a")))))
    assert DISCLAIMER in printed(tmp_path / "report.pdf")


def test_what_programs_read_is_english_in_every_language(tmp_path: Path) -> None:
    shown = outcome()
    wanted = numbers(shown)
    order = Order(frozenset({Output.SHEET, Output.NUMBERS}), tmp_path, Path("a"))
    with in_language("de"):
        list(serve(Writing(shown, View(), order)))
    assert json.loads((tmp_path / "result.json").read_text(encoding="utf-8")) == json.loads(json.dumps(wanted))
    with Image.open(tmp_path / "annotated.png") as picture:
        assert picture.info["Disclaimer"] == DISCLAIMER
        assert picture.info["Description"] == wanted["agreement"]
