"""Sentences in the user's language, looked up in the one catalogue of the process.

`tr` stands where a sentence is made or shown, never where a module is imported: a constant goes through `mark`, and
through `tr` where it is shown. What is translated already goes through `tr` unchanged.
"""

from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

ENGLISH = "en"
"""The language of the source, of the command line and of what programs read."""


class Sentence(str):
    """A translated sentence that still knows its English, for what programs read."""

    english: str

    def __new__(cls, text: str, english: str) -> "Sentence":
        """Take a sentence and what it says in English."""
        sentence = super().__new__(cls, text)
        sentence.english = english
        return sentence

    def __reduce__(self) -> tuple[type["Sentence"], tuple[str, str]]:
        """Cross a process boundary whole."""
        return type(self), (str(self), self.english)

    def format(self, *values: Any, **named: Any) -> "Sentence":
        """Fill in both languages."""
        source = self.english.format(*map(english, values), **{name: english(value) for name, value in named.items()})
        return Sentence(super().format(*values, **named), source)


@dataclass(slots=True)
class _Spoken:
    language: str = ENGLISH
    sentences: Mapping[str, Sentence] = field(default_factory=dict)


_spoken = _Spoken()


def speak(language: str, sentences: Mapping[str, str]) -> None:
    """Let what is said from now on in this process be in a language.

    Args:
        language: its code.
        sentences: of the language, by their English; one that is not there stays English.
    """
    _spoken.language = language
    _spoken.sentences = {source: Sentence(text, source) for source, text in sentences.items()}


@contextmanager
def speaking(language: str, sentences: Mapping[str, str]) -> Generator[None, None, None]:
    """Speak a language for a while."""
    former = _spoken.language, _spoken.sentences
    speak(language, sentences)
    try:
        yield
    finally:
        _spoken.language, _spoken.sentences = former


def spoken() -> str:
    """Return the code of the language that is spoken."""
    return _spoken.language


def tr(text: str) -> str:
    """Return a sentence in the user's language."""
    return _spoken.sentences.get(text, text)


def mark(text: str) -> str:
    """Return a sentence as it is, so that it is known to the translators; `tr` translates it where it is shown."""
    return text


def english(value: Any) -> Any:
    """Return what a sentence says in English, and anything else as it is."""
    return value.english if isinstance(value, Sentence) else value


def joined(separator: str, sentences: Iterable[str]) -> str:
    """Put sentences in a row, in both languages."""
    parts = tuple(sentences)
    return Sentence(separator.join(parts), separator.join(map(english, parts)))
