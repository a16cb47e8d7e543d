"""What users compare most, ready to choose."""

from collections.abc import Callable
from dataclasses import dataclass

from app.domain.words import tr
from app.ui.comparing.sides import Comparison, Kind, Side, sides
from app.ui.session import Session


@dataclass(frozen=True, slots=True)
class Pair:
    """A comparison that the menu offers.

    Attributes:
        caption: of the menu entry.
        find: takes what the shown slice has, and returns the comparison; None where that lacks something.
        lack: says what it lacks.
    """

    caption: str
    find: Callable[[tuple[Side, ...], str], Comparison | None]
    lack: str


def pairs() -> tuple[Pair, ...]:
    """Return the comparisons that the menu offers."""
    run_first = tr("Run a model on this slice first.")
    return (
        Pair(tr("Without and with AI"), _with_and_without, run_first),
        Pair(tr("Two results"), _two_results, tr("Run two models on this slice first.")),
        Pair(tr("Two consensus levels"), _two_levels, run_first),
        Pair(tr("First diffusion step and result"), _two_steps, tr("This slice has no run whose steps are held.")),
        Pair(tr("Before and after refining"), _refining, run_first),
        Pair(tr("Two readers, or a reader and AI"), _readers, tr("Open readers' masks first.")),
    )


def first_comparison(session: Session) -> Comparison:
    """Return what to compare when nothing was said: two results, the result with a reader, or with the bare image."""
    found, model = sides(session), shown_model(session)
    for find in (_two_results, _reader_and_result, _readers, _with_and_without):
        comparison = find(found, model)
        if comparison is not None:
            return comparison
    return Comparison(Side(Kind.ORIGINAL), Side(Kind.ORIGINAL))


def shown_model(session: Session) -> str:
    """Return the name of the model whose result the slice shows; "" without one."""
    return "" if session.shown_run is None else session.shown_run.card.name


def _of(found: tuple[Side, ...], kind: Kind, model: str = "") -> list[Side]:
    return [side for side in found if side.kind is kind and side.model in {model or side.model}]


def _with_and_without(found: tuple[Side, ...], model: str) -> Comparison | None:
    results = _of(found, Kind.RESULT, model)
    return Comparison(Side(Kind.ORIGINAL), results[0]) if results else None


def _two_results(found: tuple[Side, ...], model: str) -> Comparison | None:
    shown = _of(found, Kind.RESULT, model)
    others = [side for side in _of(found, Kind.RESULT) if side not in shown[:1]]
    return Comparison(shown[0], others[-1]) if shown and others else None


def _two_levels(found: tuple[Side, ...], model: str) -> Comparison | None:
    levels = _of(found, Kind.LEVEL, model)
    return Comparison(levels[(len(levels) - 1) // 2], levels[-1]) if levels else None


def _two_steps(found: tuple[Side, ...], model: str) -> Comparison | None:
    steps, results = _of(found, Kind.STEP, model), _of(found, Kind.RESULT, model)
    return Comparison(steps[0], results[0]) if steps and results else None


def _refining(found: tuple[Side, ...], model: str) -> Comparison | None:
    levels = _of(found, Kind.LEVEL, model) or _of(found, Kind.RESULT, model)
    refined = _of(found, Kind.REFINED, model)
    return Comparison(levels[(len(levels) - 1) // 2], refined[0]) if levels and refined else None


def _readers(found: tuple[Side, ...], model: str) -> Comparison | None:
    readers = _of(found, Kind.READER)
    return Comparison(readers[0], readers[1]) if len(readers) > 1 else _reader_and_result(found, model)


def _reader_and_result(found: tuple[Side, ...], model: str) -> Comparison | None:
    readers, results = _of(found, Kind.READER), _of(found, Kind.RESULT, model)
    return Comparison(readers[0], results[0]) if readers and results else None
