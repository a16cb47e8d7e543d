"""What may stand on either side of a comparison, by name, so that it follows the slice that is shown."""

from dataclasses import dataclass, replace
from enum import Enum

from app.domain.result import Findings
from app.domain.view import View
from app.domain.words import tr
from app.ui import readout
from app.ui.choice import majority
from app.ui.comparing.overlap import Outlined, drawn, predicted
from app.ui.comparing.results import runs_here
from app.ui.frames import Frame, Run
from app.ui.session import Session


class Kind(Enum):
    """What a side shows."""

    ORIGINAL = "original"
    RESULT = "result"
    LEVEL = "level"
    STEP = "step"
    REFINED = "refined"
    READER = "reader"
    VISIT = "visit"


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison.

    Attributes:
        kind: of what it shows.
        model: name of the model whose result that is of; "" for the picture and its readers.
        number: of the level or the reader, from 1, or of the diffusion step, from 0.
    """

    kind: Kind
    model: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is compared with what."""

    left: Side
    right: Side

    def exchanged(self) -> "Comparison":
        """Return the same with left and right exchanged."""
        return Comparison(self.right, self.left)


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """A side as a canvas shows it.

    Attributes:
        view: how the slice is shown.
        frame: what is drawn over it.
        outlined: the area that stands for it in numbers; None where it has none.
    """

    view: View
    frame: Frame | None = None
    outlined: Outlined | None = None


def sides(session: Session) -> tuple[Side, ...]:
    """Return everything that the shown slice has to compare."""
    found = [Side(Kind.ORIGINAL)]
    for run in runs_here(session):
        found += _sides_of(run)
    if session.case is not None and session.case.references is not None:
        found += [Side(Kind.READER, number=reader + 1) for reader in range(session.case.references.count)]
    return tuple(found)


def name_of(side: Side, session: Session) -> str:
    """Return what stands over a side."""
    match side.kind:
        case Kind.ORIGINAL:
            return tr("Image without AI")
        case Kind.READER:
            return _reader_name(session, side.number)
        case Kind.VISIT:
            return tr("Other visit")
        case _:
            title = next((tr(card.title) for card in session.cards if card.name == side.model), side.model)
            return f"{_part_name(side, run_of(side, session))} · {title}"


def look_of(side: Side, session: Session) -> Look:
    """Return how a side looks on the shown slice; one that the slice does not have shows the picture alone."""
    plain = replace(session.view, references=False, refined=False, soft=False, step=None)
    if side.kind is Kind.ORIGINAL:
        return Look(plain)
    if side.kind is Kind.READER:
        return _reader_look(replace(plain, references=True, readers=frozenset({side.number})), session)
    run = run_of(side, session)
    references = None if session.case is None else session.case.references
    frame = None if run is None else run.frame_beside(side.number if side.kind is Kind.STEP else None, references)
    is_other = side.kind is Kind.STEP and frame is not None and frame.final  # of a run that made fewer steps
    return Look(plain) if frame is None or is_other else _found_look(side, frame, plain, session.view)


def run_of(side: Side, session: Session) -> Run | None:
    """Return the run on the shown slice that a side is of."""
    return next((run for run in reversed(runs_here(session)) if run.card.name == side.model), None)


def _sides_of(run: Run) -> list[Side]:
    """Return what can be compared of one run; its last step is its result."""
    model, final = run.card.name, run.final
    if final is None:
        return []
    found = [Side(Kind.RESULT, model)]
    levels = final.findings.level_count
    found += [Side(Kind.LEVEL, model, level) for level in range(1, levels + 1) if levels > 1]
    found += [Side(Kind.REFINED, model)] if final.findings.refined is not None else []
    return found + [Side(Kind.STEP, model, index) for index in sorted(run.frames) if index < run.last]


def _found_look(side: Side, frame: Frame, plain: View, shown: View) -> Look:
    """Return how what a model found looks: a result or a step with all that is switched on, a part of it alone."""
    findings = frame.findings
    bare = replace(plain, band=False, share=None, fused=False, expertness=None)
    majority_map = findings.level_maps[findings.majority - 1]
    match side.kind:
        case Kind.LEVEL:
            chosen = findings.level_maps[min(side.number, findings.level_count) - 1]
            return Look(replace(bare, levels=frozenset({side.number})), frame, predicted(chosen, frame))
        case Kind.REFINED:
            outlined = None if findings.refined is None else predicted(findings.refined, frame)
            return Look(replace(bare, levels=frozenset(), refined=True), frame, outlined)
        case _:
            return Look(_fitted(shown, findings), frame, predicted(majority_map, frame))


def _fitted(view: View, findings: Findings) -> View:
    """Return the view of a result, with its majority where it has none of the levels that are shown."""
    known = view.levels & frozenset(range(1, findings.level_count + 1))
    wanted = known if known or not view.levels else majority(findings.level_count)
    return replace(view, levels=wanted, step=None)


def _part_name(side: Side, run: Run | None) -> str:
    """Return what of a run a side shows."""
    match side.kind:
        case Kind.LEVEL:
            level = readout.level_text(side.number, _level_count(run, side))
            return f"{level[:1].upper()}{level[1:]}"
        case Kind.STEP:
            text = tr("Step {step}, not a result")
            return text.format(step=side.number + 1 if run is None else run.label(side.number))
        case Kind.REFINED:
            return tr("Refined outline")
        case _:
            return tr("Result")


def _reader_look(view: View, session: Session) -> Look:
    (reader,) = view.readers
    references = None if session.case is None else session.case.references
    if references is None or reader > references.count:
        return Look(replace(view, references=False))
    return Look(view, None, drawn(references.masks[reader - 1, view.slice_index]))


def _reader_name(session: Session, reader: int) -> str:
    references = None if session.case is None else session.case.references
    if references is None or reader > references.count:
        return tr("Reader {number}").format(number=reader)
    name = references.names[reader - 1]
    return name[:1].upper() + name[1:]


def _level_count(run: Run | None, side: Side) -> int:
    return side.number if run is None or run.final is None else run.final.findings.level_count
