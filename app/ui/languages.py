"""Which language the window speaks: the program's catalogue of sentences, and Qt's own for its dialogs."""

from enum import Enum

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from app.domain import words
from app.places import read_catalogue

_OF_QT = {"zh": "zh_CN"}


class Language(Enum):
    """A language by its code; "" is the system's."""

    SYSTEM = ""
    ENGLISH = "en"
    GERMAN = "de"
    FRENCH = "fr"
    SPANISH = "es"
    CHINESE = "zh"


def speak(application: QApplication, language: Language) -> None:
    """Let what is made from now on speak a language, in processes started from now on as well.

    Args:
        application: whose former language is dropped.
        language: to speak; one that there is no catalogue for is spoken in English.
    """
    for former in application.findChildren(QTranslator):
        application.removeTranslator(former)
        former.deleteLater()
    code = language.value or QLocale.system().name().partition("_")[0]
    sentences = read_catalogue(code)
    words.speak(code if sentences else words.ENGLISH, sentences)
    of_qt = QTranslator(application)
    where = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if sentences and of_qt.load(f"qtbase_{_OF_QT.get(code, code)}", where):
        application.installTranslator(of_qt)
