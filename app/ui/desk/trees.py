"""Sessions as trees of JSON values and arrays, and back; cattrs is slow to import, so not in the window's thread."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args, get_origin

import numpy as np

from app.domain.errors import UnreadableFileError
from app.domain.measure import Kind
from app.domain.words import tr
from app.ui.desk.saved import FORMAT, VERSION, Saved, SavedRun, fits_together, halved

if TYPE_CHECKING:
    from cattrs import Converter


def tree_of(saved: Saved, run_tree: Callable[[SavedRun], Any] | None = None) -> dict[str, Any]:
    """Return a session as a tree.

    Args:
        saved: the session.
        run_tree: returns the tree of one run; None makes each anew.
    """
    make = run_tree or tree_of_run
    content: dict[str, Any] = _converter().unstructure(replace(saved, runs=()))
    content["runs"] = [make(run) for run in saved.runs]
    return {"format": FORMAT, "version": VERSION, "session": content}


def tree_of_run(run: SavedRun) -> Any:
    """Return a run as a tree, its samples in fewer bytes."""
    tree = _converter().unstructure(run)
    tree["result"]["samples"] = halved(run.result.samples)
    return tree


def session_of(tree: Any, name: str) -> Saved:
    """Return the session of a tree.

    Args:
        tree: as it was read.
        name: of the file, fit to show.

    Raises:
        UnreadableFileError: it is none, or one of a later version.
    """
    if not isinstance(tree, dict) or tree.get("format") != FORMAT:
        raise UnreadableFileError(name, tr("it is not a session of Concord"))
    version = tree.get("version")
    if not isinstance(version, int) or version > VERSION:
        raise UnreadableFileError(name, tr("a later version of Concord wrote it"))
    from cattrs import BaseValidationError

    try:
        saved: Saved = _converter().structure(tree["session"], Saved)
    except (BaseValidationError, ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
        raise UnreadableFileError(name, tr("it is damaged")) from error
    if not fits_together(saved):
        raise UnreadableFileError(name, tr("it is damaged"))
    return saved


@cache
def _converter() -> "Converter":
    from cattrs.preconf.json import make_converter

    converter = make_converter()
    converter.register_unstructure_hook_func(_is_array, lambda array: array)
    converter.register_structure_hook_func(_is_array, _array)
    converter.register_unstructure_hook_func(_is_path, str)
    converter.register_structure_hook_func(_is_path, lambda text, _: Path(text))
    converter.register_structure_hook(Kind, lambda value, _: Kind(tuple(value)))  # JSON has made a list of it
    return converter


def _is_array(kind: Any) -> bool:
    return kind is np.ndarray or get_origin(kind) is np.ndarray


def _is_path(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Path)


def _array(value: Any, kind: Any) -> Any:
    if not isinstance(value, np.ndarray):
        raise TypeError(f"an array is wanted, got {type(value).__name__}")
    wanted = get_args(get_args(kind)[1])[0]
    return value if wanted is Any else value.astype(wanted)
