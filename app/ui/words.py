"""The user's language."""

from PySide6.QtCore import QCoreApplication


def tr(text: str) -> str:
    """Return a sentence in the user's language."""
    return QCoreApplication.translate("Concord", text)
