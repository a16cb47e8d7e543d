"""Speaking a language for a test."""

from contextlib import AbstractContextManager

from app.domain.words import speaking
from app.places import read_catalogue


def in_language(code: str) -> AbstractContextManager[None]:
    """Speak a language of the program's own."""
    return speaking(code, read_catalogue(code))
