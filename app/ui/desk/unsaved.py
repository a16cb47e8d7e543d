"""Whether a reader's work is in a session's file."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from app.ui.keeping import State

KEPT_ANYWAY = ("notes",)
"""Parts that come back with their study from the program's own folder."""

_WORK = ("outlines", "measurements", "scale", *KEPT_ANYWAY)


def has_new_work(now: Mapping[str, State], in_file: Mapping[str, State]) -> bool:
    """Whether what a reader makes by hand is other than in the file; what a model can make again does not count.

    Args:
        now: what the window's parts want kept.
        in_file: what they wanted kept when the file was written.
    """
    return any(not _is_same(now.get(name, {}), in_file.get(name, {})) for name in _WORK)


def _is_same(now: State, kept: State) -> bool:
    """Compare two states of a part; what holds nothing is the same as what is not there."""
    return all(_is_equal(now.get(name), kept.get(name)) for name in now.keys() | kept.keys())


def _is_equal(one: Any, other: Any) -> bool:
    if isinstance(one, np.ndarray) or isinstance(other, np.ndarray):
        return one is not None and other is not None and np.array_equal(one, other)
    return bool(one == other) or not (one or other)
