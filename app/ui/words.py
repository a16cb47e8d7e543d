"""Sentences in the user's language."""

from PySide6.QtCore import QCoreApplication

_CONTEXT = "Concord"


def tr(text: str) -> str:
    """Return a sentence in the user's language."""
    return QCoreApplication.translate(_CONTEXT, text)


def mark(text: str) -> str:
    """Return a sentence as it is, so that it is known to the translators; `tr` translates it where it is shown."""
    return text
