"""Bring the catalogues up to date: new sentences of the window come in untranslated, those that are gone go.

    python resources/translations/collect.py

A sentence that is empty in a catalogue is shown in English.
"""

import ast
import json
from collections.abc import Iterator
from pathlib import Path

FOLDER = Path(__file__).parent
APP = FOLDER.parent.parent / "app"
MARKS = {"tr", "mark"}


def sentences() -> set[str]:
    """Return every sentence of the window."""
    modules = [APP / "render" / "sentences.py", *(APP / "ui").rglob("*.py")]
    return {text for path in modules for text in sentences_of(path)}


def sentences_of(path: Path) -> Iterator[str]:
    """Yield what a module gives to `tr` and `mark`, and the titles of menus."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            name, text = getattr(node.func, "id", getattr(node.func, "attr", "")), node.args[0].value
            is_title = name.endswith("menu") and isinstance(text, str) and text.startswith("&")
            if name in MARKS or is_title:
                yield str(text)


def main() -> None:
    """Rewrite the catalogues."""
    for path in sorted(FOLDER.glob("*.json")):
        before = json.loads(path.read_text(encoding="utf-8"))
        after = {text: before.get(text, "") for text in sorted(sentences())}
        path.write_text(json.dumps(after, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
