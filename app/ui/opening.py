"""Opening studies in the background, as plain generators that know no Qt."""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from app.domain.case import Case
from app.domain.reading import (
    Arrived,
    Drafted,
    Fetch,
    Lost,
    Mark,
    Marked,
    Offered,
    Open,
    Opened,
    Pictured,
    Plan,
    from_the_middle,
)
from app.domain.stack import Stack
from app.domain.words import tr
from app.render.pyramid import Pyramid, is_large
from app.ui.choice import Message, Tone, masks_offer
from app.ui.jobs import Backend


@dataclass(frozen=True, slots=True, eq=False)
class Study:
    """What opening files came to.

    Attributes:
        path: the file or folder.
        case: the case, with its readers' masks; its slices come in as they are read.
        plan: for reading slices again.
        notices: sentences that the user must see.
        beside: readers' masks that lie beside the image and were not opened.
        is_new: whether this is another case, and not the open one with readers' masks.
        masks: the files that its readers' masks came from.
    """

    path: Path
    case: Case
    plan: Plan
    notices: tuple[str, ...] = ()
    beside: tuple[Path, ...] = ()
    is_new: bool = True
    masks: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Slice:
    """A slice of the open study came in, or was found to be unreadable."""

    index: int


@dataclass(frozen=True, slots=True, eq=False)
class Sized:
    """The sizes of a large slice, made here so that the window need not wait for them."""

    index: int
    pyramid: Pyramid


@dataclass(frozen=True, slots=True)
class Choice:
    """A folder holds several series.

    Attributes:
        order: that found them; with the files of one of them it opens that one.
        offered: the series.
    """

    order: Open
    offered: Offered


Reported: TypeAlias = Study | Slice | Sized | Choice | Pictured
Reporting: TypeAlias = Generator[Reported, None, None]


def open_study(backend: Backend, order: Open) -> Reporting:
    """Open a file or folder; the study is told once its first slice or a draft is there, and each slice as it comes."""
    study: Study | None = None
    told = False
    for news in backend.read(order):
        if isinstance(news, Offered):
            yield Choice(order, news)
        elif isinstance(news, Pictured):
            yield news
        elif isinstance(news, Opened):
            study, told = _study(order, news), False
        elif study is not None and isinstance(news, Drafted | Arrived | Lost):
            _take(study.case.pixels, news)
            if not told and not isinstance(news, Lost):
                told = True
                yield study
            if told:
                yield from _reported(news)


def fetch_slices(backend: Backend, study: Study, wanted: Sequence[int]) -> Reporting:
    """Read slices of an open study again, or the first time."""
    for news in backend.read(Fetch(study.plan, tuple(wanted))):
        if isinstance(news, Arrived | Lost):
            _take(study.case.pixels, news)
            yield from _reported(news)


def open_masks(backend: Backend, study: Study, masks: Sequence[Path]) -> Reporting:
    """Read the readers' masks of an open study."""
    blank = replace(study.case, pixels=Stack(study.case.pixels.shape), references=None)
    for news in backend.read(Mark(blank, study.path, tuple(masks))):
        if isinstance(news, Marked):
            case = replace(study.case, references=news.references)
            yield replace(
                study, case=case, notices=news.references.notices, beside=(), is_new=False, masks=tuple(masks)
            )


def wanted_around(stack: Stack, index: int) -> tuple[int, ...]:
    """Return the slices to read when one is looked at: itself and the nearest that lack, as many as there is room."""
    lacking = set(stack.lacking())
    near = from_the_middle(len(stack), index)[: stack.room]
    return tuple(other for other in near if other in lacking)


def _study(order: Open, opened: Opened) -> Study:
    case = replace(opened.case, pixels=Stack(opened.case.pixels.shape, order.limit_bytes))
    said = (*case.notices, *case.geometry.faults, *((opened.complaint,) if opened.complaint else ()))
    masks = order.references if case.references is not None else ()
    return Study(order.path, case, opened.plan, tuple(dict.fromkeys(said)), opened.beside, masks=masks)


def _take(stack: Stack, news: Drafted | Arrived | Lost) -> None:
    match news:
        case Drafted():
            stack.sketch(news.index, news.draft)
        case Arrived():
            stack.put(news.index, news.slice)
        case Lost():
            stack.give_up(news.index, news.reason)


def _reported(news: Drafted | Arrived | Lost) -> Reporting:
    """Report a slice, a large one with its sizes down to that of a screen."""
    if isinstance(news, Drafted):
        return
    if isinstance(news, Arrived) and is_large(news.slice.stored):
        pyramid = Pyramid(news.slice.values)
        pyramid.fill(SCREEN_PX / max(news.slice.stored.shape))
        yield Sized(news.index, pyramid)
    yield Slice(news.index)


SCREEN_PX = 700


def told(study: Study, open_masks: Callable[[tuple[Path, ...]], None]) -> Generator[Message, None, None]:
    """Say what the user must know of a study that was opened, and offer the masks that lie beside it."""
    for notice in study.notices:
        yield Message(tr(notice), Tone.NOTICE, stays=notice in study.case.geometry.faults)
    if study.beside:
        yield masks_offer(len(study.beside), lambda: open_masks(study.beside))
