"""What the window speaks: a catalogue of sentences for each language, and Qt's own for its dialogs."""

import json
from enum import Enum
from pathlib import Path

from PySide6.QtCore import QLibraryInfo, QLocale, QObject, QTranslator
from PySide6.QtWidgets import QApplication

from app.places import resources_folder
from app.ui.words import CONTEXT

_OF_QT = {"zh": "zh_CN"}


class Language(Enum):
    """A language by its code; "" is the system's."""

    SYSTEM = ""
    ENGLISH = "en"
    GERMAN = "de"
    FRENCH = "fr"
    SPANISH = "es"
    CHINESE = "zh"


class Catalogue(QTranslator):
    """The program's sentences in one language; a sentence that is not there stays English."""

    def __init__(self, sentences: dict[str, str], parent: QObject) -> None:
        """Take the sentences by their English."""
        super().__init__(parent)
        self._sentences = sentences

    def isEmpty(self) -> bool:
        """Whether it has nothing to say."""
        return not self._sentences

    def translate(self, context: str, source: str, disambiguation: str | None = None, n: int = -1) -> str | None:  # noqa: ARG002 - Qt's signature
        """Return a sentence of the program's; None leaves it to the next translator."""
        return self._sentences.get(source) if context == CONTEXT else None


def speak(application: QApplication, language: Language) -> None:
    """Let what is made from now on speak a language.

    Args:
        application: whose former languages are dropped.
        language: to speak; one that there is no catalogue for is spoken in English.
    """
    for former in application.findChildren(QTranslator):
        application.removeTranslator(former)
        former.deleteLater()
    code = language.value or QLocale.system().name().partition("_")[0]
    path = catalogue_path(code)
    if not path.is_file():
        return
    of_qt = QTranslator(application)
    if of_qt.load(f"qtbase_{_OF_QT.get(code, code)}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        application.installTranslator(of_qt)
    application.installTranslator(Catalogue(read_catalogue(path), application))


def catalogue_path(code: str) -> Path:
    """Return where the sentences of a language lie."""
    return resources_folder() / "translations" / f"{code}.json"


def read_catalogue(path: Path) -> dict[str, str]:
    """Read sentences by their English; those that are not translated yet are empty in the file."""
    return {source: text for source, text in json.loads(path.read_text(encoding="utf-8")).items() if text}
