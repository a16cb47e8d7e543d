"""Sentences in the user's language."""

import ast
import json
import pickle
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.domain import errors
from app.domain.errors import AppError, MissingSliceError, UnreadableFileError
from app.domain.words import english, joined, mark, nameless, speak, spoken, tr

GERMAN = {
    "Cannot open {name}: {reason}.": "{name} kann nicht geöffnet werden: {reason}.",
    "it is empty": "die Datei ist leer",
    "Slice {n} has not been read yet.": "Schicht {n} ist noch nicht gelesen.",
    "Agreement": "Übereinstimmung",
    "[file]": "[Datei]",
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


def test_a_sentence_is_handed_on_without_the_names_of_files() -> None:
    """In English too, through other sentences, and across a process boundary; other words stay."""
    error = UnreadableFileError("Mueller.png", tr("it holds {n} images ({names})").format(n=2, names="Mueller, Meier"))
    said = pickle.loads(pickle.dumps(error)).sentence
    assert said == "Cannot open Mueller.png: it holds 2 images (Mueller, Meier)."
    assert nameless(said) == "Cannot open [file]: it holds 2 images ([file])."
    assert nameless(joined("; ", [said, "as it is"])) == "Cannot open [file]: it holds 2 images ([file]).; as it is"
    assert nameless(tr("{n} of {m} slices").format(n=1, m=2)) == "1 of 2 slices"
    assert nameless("Mueller") == "Mueller"


@pytest.mark.usefixtures("_german")
def test_a_sentence_without_names_keeps_its_english() -> None:
    said = nameless(UnreadableFileError("Mueller.png", tr("it is empty")).sentence)
    assert (said, english(said)) == (
        "[Datei] kann nicht geöffnet werden: die Datei ist leer.",
        "Cannot open [file]: it is empty.",
    )


APP = Path(errors.__file__).parent.parent
ENGLISH_ONLY = {"cli", "training"}
MEASURING = {"ui/responsiveness.py", "ui/smoothness.py", "ui/start.py"}
SHOWN = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, AppError)}


def modules() -> list[Path]:
    """Return the modules whose sentences a clinician can meet."""
    paths = [path.relative_to(APP) for path in APP.rglob("*.py")]
    kept = [path for path in paths if path.parts[0] not in ENGLISH_ONLY and path.as_posix() not in MEASURING]
    return [APP / path for path in kept]


def called(node: ast.AST) -> str:
    return getattr(node.func, "id", "") if isinstance(node, ast.Call) else ""


def is_said_plainly(argument: ast.expr) -> bool:
    """Whether an argument is a sentence, or a part of one, that nobody translates."""
    text = argument.value if isinstance(argument, ast.Constant) else ""
    return isinstance(argument, ast.JoinedStr) or (isinstance(text, str) and " " in text)


def test_every_error_that_a_clinician_can_meet_is_translated() -> None:
    plain = [
        f"{path.relative_to(APP)}:{node.lineno}"
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and called(node) in SHOWN and any(map(is_said_plainly, node.args))
    ]
    assert plain == []


def at_import(body: list[ast.stmt]) -> Iterator[ast.AST]:
    """Yield what is done when a module is imported."""
    for statement in body:
        if isinstance(statement, ast.ClassDef):
            yield from at_import(statement.body)
        elif not isinstance(statement, ast.FunctionDef):
            yield from ast.walk(statement)


def test_nothing_is_translated_before_the_language_is_known() -> None:
    early = [
        f"{path.relative_to(APP)}:{node.lineno}"
        for path in modules()
        for node in at_import(ast.parse(path.read_text(encoding="utf-8")).body)
        if isinstance(node, ast.Call) and called(node) == "tr"
    ]
    assert early == []
