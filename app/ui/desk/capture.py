"""Between a session and what is saved of it."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import app
from app.domain.model import ModelCard
from app.domain.reading import Open
from app.domain.words import tr
from app.ui.choice import Choice
from app.ui.desk.saved import Mark, Next, Saved, SavedRun, Source, mark_of, saved_run
from app.ui.frames import Run
from app.ui.keeping import State
from app.ui.opening import Study
from app.ui.session import Session


def source_of(study: Study) -> Source:
    """Return where a study lies; of a folder with the files that it came from."""
    path = study.path.absolute()
    masks = tuple(mask.absolute() for mask in study.masks)
    if not path.is_dir():
        return Source(path, (), masks)
    whole = [file.absolute() for file in dict.fromkeys(study.plan.paths)]
    return Source(path, tuple(file.relative_to(path) for file in whole if file.is_relative_to(path)), masks)


def order_of(source: Source) -> Open:
    """Return how to open a study again."""
    return Open(source.path, source.masks, files=tuple(source.path / file for file in source.files))


def capture(session: Session, source: Source, mark: Mark, parts: Mapping[str, State]) -> Saved:
    """Return what is to be saved of a session; costs nothing, for no array is touched."""
    choice = session.choice
    following = Next(
        "" if choice.card is None else choice.card.name,
        choice.samples,
        choice.steps,
        choice.seed,
        choice.device,
        choice.region,
        choice.calibrate,
    )
    runs = tuple(saved_run(run) for run in session.runs.kept)
    view = replace(session.view, step=None, hidden=False)
    return Saved(source, mark, view, following, runs, dict(parts), app_version=app.__version__)


def dated(saved: Saved) -> Saved:
    """Return what is saved with the present time."""
    return replace(saved, saved_at=datetime.fromtimestamp(time.time()).isoformat(timespec="seconds"))


def choice_of(following: Next, present: Choice, cards: Sequence[ModelCard]) -> Choice:
    """Return the next run as it was chosen, or the present choice where its model is not installed."""
    card = next((card for card in cards if card.name == following.model), None)
    if card is None:
        return present
    steps = min(following.steps, card.most_steps)
    chosen = following.samples, steps, following.seed, following.device, following.region, following.calibrate
    return Choice(card, *chosen)


def runs_of(saved: Sequence[SavedRun], cards: Sequence[ModelCard]) -> tuple[Run, ...]:
    """Return the runs whose models are installed."""
    by_name = {card.name: card for card in cards}
    return tuple(_run(each, by_name[each.model]) for each in saved if each.model in by_name)


def cautions_of(saved: Sequence[SavedRun], cards: Sequence[ModelCard]) -> tuple[str, ...]:
    """Return a sentence on each model that is missing or is another one by now."""
    sums = {card.name: card.sha256 for card in cards}
    missing = {run.model for run in saved if run.model not in sums}
    other = {run.model for run in saved if sums.get(run.model, _sum(run)) != _sum(run)}
    gone = tr("The results of the model {model} are not shown, for it is not installed any more.")
    changed = tr("The results of {model} came from another version of that model; run it again to compare.")
    return (
        *(gone.format(model=model) for model in sorted(missing)),
        *(changed.format(model=model) for model in sorted(other)),
    )


def known_again(study: Study, mark: Mark) -> bool:
    """Whether an opened study is the one that a session was saved with."""
    pixels = study.case.pixels
    if pixels.shape != mark.shape or not pixels.has(mark.slice_index):
        return False
    return mark_of(study.case, mark.slice_index) == mark


def _sum(run: SavedRun) -> str:
    return run.result.provenance.weights_sha256


def _run(saved: SavedRun, card: ModelCard) -> Run:
    run = Run(saved.slice_index, card, saved.options)
    run.finish(saved.result)
    return run
