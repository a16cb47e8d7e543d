"""Sentences in the user's language."""

import json
import pickle
from collections.abc import Iterator

import pytest

from app.domain.errors import MissingSliceError, UnreadableFileError
from app.domain.words import english, joined, mark, speak, spoken, tr

GERMAN = {
    "Cannot open {name}: {reason}.": "{name} kann nicht geöffnet werden: {reason}.",
    "it is empty": "die Datei ist leer",
    "Slice {n} has not been read yet.": "Schicht {n} ist noch nicht gelesen.",
    "Agreement": "Übereinstimmung",
}


@pytest.fixture
def _german() -> Iterator[None]:
    speak("de", GERMAN)
    yield
    speak("en", {})


def test_without_a_catalogue_english_is_spoken() -> None:
    assert (tr("Agreement"), spoken()) == ("Agreement", "en")


@pytest.mark.usefixtures("_german")
def test_what_is_not_translated_stays_english() -> None:
    assert (tr("Agreement"), tr("Legend"), spoken()) == ("Übereinstimmung", "Legend", "de")


@pytest.mark.usefixtures("_german")
def test_a_constant_keeps_its_english_until_it_is_shown() -> None:
    constant = mark("Agreement")
    assert (constant, tr(constant)) == ("Agreement", "Übereinstimmung")


@pytest.mark.usefixtures("_german")
def test_translating_twice_changes_nothing() -> None:
    assert tr(tr("Agreement")) == "Übereinstimmung"


@pytest.mark.usefixtures("_german")
def test_errors_speak_the_users_language_to_the_reason() -> None:
    error = UnreadableFileError("a.png", tr("it is empty"))
    assert str(error) == "a.png kann nicht geöffnet werden: die Datei ist leer."
    assert str(MissingSliceError(2)) == "Schicht 3 ist noch nicht gelesen."


@pytest.mark.usefixtures("_german")
def test_a_sentence_keeps_its_english_for_what_programs_read() -> None:
    said = tr("Cannot open {name}: {reason}.").format(name="a.png", reason=tr("it is empty"))
    assert english(said) == "Cannot open a.png: it is empty."
    assert english(joined(", ", [tr("it is empty"), tr("Agreement")])) == "it is empty, Agreement"
    assert english("what was never translated") == "what was never translated"


@pytest.mark.usefixtures("_german")
def test_a_sentence_crosses_a_process_boundary_with_its_english() -> None:
    error = pickle.loads(pickle.dumps(UnreadableFileError("a.png", tr("it is empty"))))
    assert english(error.args[0]) == "Cannot open a.png: it is empty."
    assert english(pickle.loads(pickle.dumps(tr("Agreement"), protocol=5))) == "Agreement"
    assert json.loads(json.dumps(tr("Agreement"))) == "Übereinstimmung"
