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


def mark(text: str) -> str:
    """Return a sentence as it is, so that it is known to the translators; `tr` translates it where it is shown."""
    return text


FILE = mark("[file]")
"""Stands for a file's name, which may be a patient's, in what is handed on."""


class Sentence(str):
    """A sentence of the program that still knows its English, for what programs read.

    One that was filled in with the name of a file (for `{name}`, `{names}`, `{image}`, `{stem}` or `{where}`) knows
    itself without that, too, for what is handed on.
    """

    english: str
    nameless: "Sentence | None"

    def __new__(cls, text: str, english: str, nameless: "Sentence | None" = None) -> "Sentence":
        """Take a sentence, what it says in English, and how it is handed on if that is another way."""
        sentence = super().__new__(cls, text)
        sentence.english, sentence.nameless = english, nameless
        return sentence

    def __reduce__(self) -> tuple[type["Sentence"], tuple[str, str, "Sentence | None"]]:
        """Cross a process boundary whole."""
        return type(self), (str(self), self.english, self.nameless)

    def format(self, *values: Any, **named: Any) -> "Sentence":
        """Fill in both languages, with the names of files and without them."""
        filled = self._filled(values, named)
        hidden = {name: tr(FILE) if name in _NAMES else nameless(value) for name, value in named.items()}
        if any(hidden[name] is not value for name, value in named.items()):
            filled.nameless = self._filled(values, hidden)
        return filled

    def _filled(self, values: tuple[Any, ...], named: Mapping[str, Any]) -> "Sentence":
        source = self.english.format(*map(english, values), **{name: english(value) for name, value in named.items()})
        return Sentence(super().format(*values, **named), source)


_NAMES = frozenset({"name", "names", "image", "stem", "where"})


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
    is_blank = "{" in text and not isinstance(text, Sentence)  # English, too, must know what is filled into it
    return _spoken.sentences.get(text) or (Sentence(text, text) if is_blank else text)


def english(value: Any) -> Any:
    """Return what a sentence says in English, and anything else as it is."""
    return value.english if isinstance(value, Sentence) else value


def nameless(value: Any) -> Any:
    """Return a sentence without the names of files, as it may be handed on, and anything else as it is."""
    return value.nameless or value if isinstance(value, Sentence) else value


def is_ours(text: str) -> bool:
    """Whether the program made up a text with something filled in, such as "reader 2", rather than a file or user."""
    return isinstance(text, Sentence)


def joined(separator: str, sentences: Iterable[str]) -> str:
    """Put sentences in a row, in both languages."""
    parts = tuple(sentences)
    hidden = tuple(map(nameless, parts))
    return _joined(separator, parts, None if hidden == parts else _joined(separator, hidden))


def _joined(separator: str, parts: tuple[str, ...], nameless: Sentence | None = None) -> Sentence:
    return Sentence(separator.join(parts), separator.join(map(english, parts)), nameless)
