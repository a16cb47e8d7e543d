"""What the exporting process does for the window, as one job of the engine."""

from collections.abc import Generator
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.domain.case import Modality
from app.domain.view import View
from app.domain.words import ENGLISH, speaking, spoken
from app.export.order import Order
from app.export.outcome import Outcome
from app.export.saving import Saving


@dataclass(frozen=True, slots=True, eq=False)
class Writing:
    """Asks for an order to be written."""

    outcome: Outcome = field(repr=False)
    view: View
    order: Order


@dataclass(frozen=True, slots=True)
class Inspection:
    """Asks what should be known of a source before anything of it is handed on.

    Attributes:
        source: the file or folder that was opened.
        modality: of the case.
        image: which DICOM image is handed on, as `Case.sources` names it, or "".
    """

    source: Path
    modality: Modality
    image: str = ""


@dataclass(frozen=True, slots=True)
class Inspected:
    """What was found.

    Attributes:
        is_dicom: whether DICOM objects can refer to the source's own image.
        cautions: one sentence for each reason to look at the picture first.
    """

    is_dicom: bool
    cautions: tuple[str, ...]


def serve(asked: Writing | Inspection | Saving) -> Generator[Any, None, Any]:
    """Write a result or drawn masks, or inspect.

    Raises:
        AppError: it cannot be done.
    """
    if isinstance(asked, Saving):
        return (yield from _saved(asked))
    if isinstance(asked, Inspection):
        yield
        return inspect(asked)
    return (yield from _written(asked))


def inspect(asked: Inspection) -> Inspected:
    """Inspect a source.

    Raises:
        UnreadableFileError: it is an archive that cannot be unpacked any more.
    """
    from app.export.dicom.inspect import cautions, is_dicom  # its library takes seconds to load
    from app.export.dicom.origin import at_hand

    with at_hand(asked.source) as source:
        return Inspected(is_dicom(source), cautions(source, asked.modality, asked.image))


def _written(asked: Writing) -> Generator[Path, None, tuple[Path, ...]]:
    """Write in the language that is spoken, and in English where this computer has no letters for that."""
    from app.export.write import write
    from app.render.typefaces import can_print

    with nullcontext() if can_print(spoken()) else speaking(ENGLISH, {}):
        return (yield from write(asked.outcome, asked.view, asked.order))


def _saved(order: Saving) -> Generator[Path, None, tuple[Path, ...]]:
    from app.export.drawn import write_drawn

    paths = []
    for path in write_drawn(order):
        paths.append(path)
        yield path
    return tuple(paths)
