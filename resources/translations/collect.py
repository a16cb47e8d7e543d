"""Bring the catalogues up to date: new sentences of the program come in untranslated, those that are gone go.

    python resources/translations/collect.py

A sentence that is empty in a catalogue is shown in English.
"""

import ast
import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
APP = FOLDER.parent.parent / "app"
MODELS = FOLDER.parent / "models"
MARKS = {"tr", "mark"}
SHOWN_OF_CARD = ("title", "task", "system", "intended_input", "field_of_view", "data", "limits", "licence")


def sentences() -> set[str]:
    """Return every sentence of the program, and what it shows of the cards of models."""
    return {text for path in APP.rglob("*.py") for text in sentences_of(path)} | set(card_sentences())


def sentences_of(path: Path) -> Iterator[str]:
    """Yield what a module gives to `tr` and `mark`, and the titles of menus."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            name, text = getattr(node.func, "id", getattr(node.func, "attr", "")), node.args[0].value
            is_title = name.endswith("menu") and isinstance(text, str) and text.startswith("&")
            if name in MARKS or is_title:
                yield str(text)


def card_sentences() -> Iterator[str]:
    """Yield what is shown of the installed models, and of those that the recipes make."""
    cards: list[dict[str, Any]] = [json.loads(path.read_text(encoding="utf-8")) for path in MODELS.glob("*.json")]
    cards += [tomllib.loads(path.read_text(encoding="utf-8"))["card"] for path in MODELS.glob("recipes/*.toml")]
    for card in cards:
        yield from (card[name] for name in SHOWN_OF_CARD)


def main() -> None:
    """Rewrite the catalogues."""
    for path in sorted(FOLDER.glob("*.json")):
        before = json.loads(path.read_text(encoding="utf-8"))
        after = {text: before.get(text, "") for text in sorted(sentences())}
        path.write_text(json.dumps(after, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
