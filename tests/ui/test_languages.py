"""What the window says in other languages."""

import ast
import json
import re
import runpy
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDialogButtonBox,
    QLabel,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.domain.words import english, tr
from app.places import catalogue_path, read_catalogue, resources_folder
from app.render import typefaces
from app.ui.export_dialog import ExportDialog
from app.ui.languages import Language, speak
from app.ui.style.habits import Habits
from app.ui.window import MainWindow
from tests.conftest import ROOT
from tests.languages import in_language
from tests.ui.speakers import window_in

LANGUAGES = (Language.GERMAN, Language.FRENCH, Language.SPANISH, Language.CHINESE)
PLACEHOLDER = re.compile(r"{\w+}")


def all_sentences() -> set[str]:
    """Return every sentence of the program, as the catalogues' own tool collects them."""
    collected: set[str] = runpy.run_path(str(resources_folder() / "translations" / "collect.py"))["sentences"]()
    return collected


@pytest.fixture
def german(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MainWindow]:
    """Return the window of a user who wants German, with a series run."""
    monkeypatch.setenv("CONCORD_HOME", str(tmp_path))
    with window_in(Language.GERMAN, qtbot) as window:
        yield window


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_stands_in_every_catalogue_and_nothing_else_does(language: Language) -> None:
    catalogue = json.loads(catalogue_path(language.value).read_text(encoding="utf-8"))
    assert set(catalogue) == all_sentences(), "run: python resources/translations/collect.py"


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_are_those_of_the_sentence(language: Language) -> None:
    catalogue = read_catalogue(language.value)
    other = {
        source: text
        for source, text in catalogue.items()
        if sorted(PLACEHOLDER.findall(source)) != sorted(PLACEHOLDER.findall(text))
    }
    assert other == {}


def test_only_literal_sentences_are_given_to_the_translator() -> None:
    for path in (ROOT / "app").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"tr", "mark"}:
                assert not isinstance(node.args[0], ast.JoinedStr), f"{path.name}:{node.lineno}"


def test_a_language_is_spoken_and_left_again(qapp: QApplication) -> None:
    speak(qapp, Language.GERMAN)
    said, buttons = tr("Open file…"), QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    cancel = buttons.button(QDialogButtonBox.StandardButton.Cancel).text()
    name, unknown = english(said), tr("a sentence that nobody translated")
    speak(qapp, Language.ENGLISH)
    assert (said, cancel, name) == ("Datei öffnen…", "Abbrechen", "Open file…")
    assert unknown == "a sentence that nobody translated"
    assert tr("Open file…") == "Open file…"


def test_the_systems_language_is_spoken_where_it_is_known(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    from PySide6.QtCore import QLocale

    monkeypatch.setattr(QLocale, "system", lambda: QLocale("fr_CA"))
    speak(qapp, Language.SYSTEM)
    french = tr("Quit")
    monkeypatch.setattr(QLocale, "system", lambda: QLocale("fi_FI"))
    speak(qapp, Language.SYSTEM)
    assert (french, tr("Quit")) == ("Quitter", "Quit")


def test_no_two_actions_get_one_caption(german: MainWindow) -> None:
    captions = [action.text() for action in german.actions_.menus.actions]
    assert sorted(set(captions)) == sorted(captions)


def test_keys_that_were_set_hold_in_another_language(german: MainWindow) -> None:
    german.actions_.menus.set_keys({"Invert": ("F7",)})
    assert german.actions_.invert.text() == "Invertieren"
    assert german.actions_.invert.shortcut().toString() == "F7"
    assert german.actions_.menus.button("Open file…") is not None


def cut_off(parent: QWidget) -> list[str]:
    """Return the captions that have less room than they need."""
    texts: list[QAbstractButton | QLabel] = [*parent.findChildren(QAbstractButton)]
    texts += [label for label in parent.findChildren(QLabel) if not label.wordWrap()]
    return [
        widget.text()
        for widget in texts
        if widget.isVisible() and widget.text() and widget.width() < widget.minimumSizeHint().width()
    ]


def beyond(parent: QWidget) -> list[str]:
    """Return the controls that stand out of the panel that holds them."""
    kinds = (QAbstractButton, QLabel, QComboBox)
    shown = [widget for kind in kinds for widget in parent.findChildren(kind) if widget.isVisible()]
    return [
        widget.accessibleName() or str(widget)
        for widget in shown
        if widget.mapTo(parent, widget.rect().topRight()).x() > parent.width()
    ]


def test_no_german_caption_is_cut_off(german: MainWindow) -> None:
    QApplication.processEvents()
    assert cut_off(german) == []
    for panel in german.findChildren(type(german._left)):  # noqa: SLF001 - the side panels
        assert beyond(panel) == []


def test_no_german_caption_of_the_dialogs_is_cut_off(german: MainWindow) -> None:
    habits = next(part for part in german.features if isinstance(part, Habits))
    habits.open_dialog()
    assert habits.dialog is not None
    for row in range(habits.dialog.names.count()):
        habits.dialog.names.setCurrentRow(row)
        QApplication.processEvents()
        assert cut_off(habits.dialog) == []
    german.actions_.export_more.trigger()
    (export,) = german.findChildren(ExportDialog)
    QApplication.processEvents()
    assert cut_off(export) == []
    export.reject()


def test_who_gets_english_pages_is_told_so(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(typefaces, "FONTS_OF_CHINESE", ())
    typefaces.typeface.cache_clear()
    said = read_catalogue("zh")["This computer has no Chinese typeface: pages and pictures are written in English."]
    for language, is_told in (("zh", True), ("de", False)):
        with in_language(language):
            dialog = ExportDialog(tmp_path, tmp_path, None)
        qtbot.addWidget(dialog)
        assert (said in [label.text() for label in dialog.findChildren(QLabel)]) is is_told
    typefaces.typeface.cache_clear()
