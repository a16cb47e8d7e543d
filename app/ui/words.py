"""Sentences in the user's language."""

from PySide6.QtCore import QCoreApplication

CONTEXT = "Concord"
_ENGLISH: dict[str, str] = {}


def tr(text: str) -> str:
    """Return a sentence in the user's language."""
    translated = QCoreApplication.translate(CONTEXT, text)
    _ENGLISH[translated] = text
    return translated


def english(text: str) -> str:
    """Return what was last translated into a sentence, as a name that no language changes."""
    return _ENGLISH.get(text, text)


def mark(text: str) -> str:
    """Return a sentence as it is, so that it is known to the translators; `tr` translates it where it is shown."""
    return text
