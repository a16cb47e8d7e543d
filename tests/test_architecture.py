"""The rules that keep the program readable and the window light, checked on the source itself."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

FILE_LINES = 300
FUNCTION_LINES = 40
LARGEST_FILE_BYTES = 16 * 2**20
SOURCES = sorted([*(ROOT / "app").rglob("*.py"), *(ROOT / "tests").rglob("*.py")])


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _functions(path: Path) -> Iterator[tuple[str, int]]:
    """Return each function of a file and its lines without the docstring."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0]
            docstring = ast.get_docstring(node) is not None
            said = (first.end_lineno or 0) - first.lineno + 1 if docstring else 0
            yield f"{_name(path)}::{node.name}", (node.end_lineno or 0) - node.lineno + 1 - said


def test_every_room_keeps_to_its_imports() -> None:
    """In a process of its own, since the linter switches off the loggers of the one it runs in."""
    program = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_the_windows_process_never_loads_torch() -> None:
    """Every module of the window, the engine's client and the command that opens it, in a fresh interpreter."""
    program = """
import importlib, pkgutil, sys
import app.cli.view, app.engine.client, app.ui
for module in pkgutil.walk_packages(app.ui.__path__, "app.ui."):
    importlib.import_module(module.name)
sys.exit("torch" in sys.modules)
"""
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0


def test_the_windows_process_needs_no_decoder_and_no_scipy() -> None:
    """With all that the first findings load; each of these costs 20 to 200 MB."""
    program = """
import sys
from app.ui import jobs, start, window
jobs.drained(jobs.load_libraries())
sys.exit(", ".join({"scipy.ndimage", "scipy.optimize", "SimpleITK", "pydicom", "torch"} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.stderr.strip() == ""


def test_the_domain_speaks_numpy_and_nothing_else() -> None:
    imported = set()
    for path in (ROOT / "app" / "domain").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                imported.add((node.module or "").partition(".")[0])
    assert imported - set(sys.stdlib_module_names) == {"app", "numpy"}


def test_files_and_functions_are_short() -> None:
    long_files = {_name(path): count for path in SOURCES if (count := _line_count(path)) > FILE_LINES}
    long_functions = {name: count for path in SOURCES for name, count in _functions(path) if count > FUNCTION_LINES}
    assert long_files == {}
    assert long_functions == {}


def test_no_module_is_a_bag_of_things() -> None:
    bags = {"utils", "util", "core", "common", "services", "helpers", "misc"}
    assert [_name(path) for path in SOURCES if bags & set(path.relative_to(ROOT).with_suffix("").parts)] == []


def test_the_tests_mirror_the_program() -> None:
    rooms = {path.name for top in ("app", "resources") for path in (ROOT / top).iterdir() if path.is_dir()}
    tested = {path.parent.name for path in (ROOT / "tests").glob("*/test_*.py")}
    assert tested <= rooms | {"bench"}


def test_no_large_file_is_committed() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    files = [ROOT / name for name in listed.stdout.split("\0") if name]
    assert [_name(file) for file in files if file.is_file() and file.stat().st_size > LARGEST_FILE_BYTES] == []


def _line_count(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())
