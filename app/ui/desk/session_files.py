"""Saving and opening sessions in the background, as plain generators that know no Qt."""

from collections.abc import Generator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from app.export.files import save_atomically
from app.ui.desk.archive import read_archive, write_archive
from app.ui.desk.capture import dated, known_again, source_of
from app.ui.desk.private import is_own
from app.ui.desk.saved import Mark, Saved, Source, mark_of
from app.ui.desk.trees import session_of, tree_of
from app.ui.opening import Study

ENDING = ".concord"


@dataclass(frozen=True, slots=True)
class Known:
    """What an opened study is known by.

    Attributes:
        source: where it lies.
        mark: of it.
        waiting: the session that was waiting for a study.
        is_same: whether it is the one of that session.
    """

    source: Source
    mark: Mark
    waiting: Saved | None = None
    is_same: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Loaded:
    """A session that was read.

    Attributes:
        saved: the session.
        file: that it came from; None where that is the program's own, which goes away again.
    """

    saved: Saved
    file: Path | None


Saving: TypeAlias = Generator[None, None, Path]
Loading: TypeAlias = Generator[None, None, Loaded]
Knowing: TypeAlias = Generator[None, None, Known]


def save_session(saved: Saved, path: Path) -> Saving:
    """Write a session to a file; the dialog has already asked whether to write over one.

    Raises:
        OutputError: it cannot be written; what was there before still is.
    """
    yield
    tree = tree_of(dated(saved))
    save_atomically(path, lambda file: write_archive(file, tree), overwrite=True)
    return path


def load_session(path: Path) -> Loading:
    """Read a session; a study that moved along with the file is found beside it.

    Raises:
        UnreadableFileError: it is none, or it is damaged.
    """
    yield
    saved = session_of(read_archive(path), path.name)
    beside = path.absolute().parent / saved.source.path.name
    if not saved.source.path.exists() and beside.exists():
        saved = moved(saved, beside)
    return Loaded(saved, None if is_own(path) else path)


def moved(saved: Saved, path: Path) -> Saved:
    """Return a session whose study lies elsewhere, and its readers' masks where they were or beside it."""
    masks = tuple(mask if mask.exists() else path.parent / mask.name for mask in saved.source.masks)
    return replace(saved, source=replace(saved.source, path=path, masks=tuple(m for m in masks if m.exists())))


def get_to_know(study: Study, waiting: Saved | None, mark: Mark | None = None) -> Knowing:
    """Find out by what a study is known again, and whether a session waits for it.

    Args:
        study: of which a slice is here at least.
        waiting: the session.
        mark: by which the study is known already, for it was opened before its readers' masks or its scale.

    Raises:
        MissingSliceError: no slice is here any more.
    """
    yield
    is_same = waiting is not None and known_again(study, waiting.mark)
    return Known(source_of(study), mark or mark_of(study.case), waiting, is_same)
