"""Files read slice by slice, the middle one first; the job of the reading process."""

from collections import deque
from collections.abc import Generator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import assert_never

from app.domain.case import Case
from app.domain.errors import MissingSliceError, UnfitReferenceError, UnreadableFileError
from app.domain.reading import (
    Arrived,
    Drafted,
    Fetch,
    Lost,
    Mark,
    Marked,
    News,
    Open,
    Opened,
    Order,
    Plan,
    Touching,
    from_the_middle,
)
from app.domain.stack import Packed
from app.domain.words import tr
from app.imaging.archive import Unpacked, again_in
from app.imaging.dermoscopy import draft_photograph
from app.imaging.dicom import load_slice
from app.imaging.folder import picture_in
from app.imaging.kinds import Kind, recognise
from app.imaging.read import read_case
from app.imaging.references import read_references, references_beside, with_references
from app.imaging.series import open_series
from app.imaging.whole import keep, open_whole, slice_of


def serve(order: Order) -> Generator[News, int | None, None]:
    """Do what is ordered; a slice's index sent in is read next, and those around it after it.

    Raises:
        UnreadableFileError: nothing can be opened.
        UnfitReferenceError: the masks of an open case do not belong to it.
    """
    match order:
        case Open():
            if not _is_archive(order.path):
                _UNPACKED.let_go()
            yield from _open(order)
        case Fetch():
            yield from _fetch(order)
        case Mark():
            yield Touching(order.references[0])
            yield Marked(read_references(order.references, order.case))
        case _:
            assert_never(order)


def _open(order: Open) -> Generator[News, int | None, None]:
    """Open a case, tell its readers' masks with it, and read as many slices as there is room for."""
    opening = _opening(order)
    plan: Plan | None = None
    first: Arrived | None = None
    wish: int | None = None
    for found in opening:
        if isinstance(found, Opened) and order.references:
            yield Touching(order.references[0])
        news = _with_masks(found, order) if isinstance(found, Opened) else found
        asked = yield news
        wish = wish if asked is None else asked
        if isinstance(news, Opened):
            plan = news.plan
        elif isinstance(news, Arrived):
            first = news
    if plan is not None and first is not None:
        nearest = from_the_middle(len(plan.paths), first.index)[1 : _room(first, order.limit_bytes)]
        yield from _fetch(Fetch(plan, nearest), wish)


def _opening(order: Open) -> Generator[News, object, object]:
    """Open a folder's series, the series that several files make, a file, or what an archive holds."""
    if _is_archive(order.path):
        return _open_archive(order)
    if not order.path.is_dir() or (not order.files and picture_in(order.path) is not None):
        return _open_file(order)
    if order.files and _is_picture(order.files[0]):
        return _open_file(replace(order, path=order.files[0]))
    return open_series(order)


def _is_archive(path: Path) -> bool:
    try:
        return path.is_file() and recognise(path) is Kind.ZIP
    except UnreadableFileError:
        return False


def _open_archive(order: Open) -> Generator[News, object, None]:
    """Open an archive as the folder that it is once it is unpacked."""
    yield Touching(order.path)
    folder = _UNPACKED.folder_of(order.path)
    files = tuple(again_in(folder, path) for path in order.files)
    bad = tuple(replace(each, path=again_in(folder, each.path)) for each in order.bad)
    for news in _opening(replace(order, path=folder, files=files, bad=bad)):
        if isinstance(news, Opened):
            yield replace(news, plan=replace(news.plan, archive=order.path))
        else:
            yield news


def _is_picture(path: Path) -> bool:
    """Whether a file is a study by itself, and no part of a series."""
    try:
        return recognise(path) is not Kind.DICOM
    except UnreadableFileError:
        return False


def _open_file(order: Open) -> Generator[News, object, None]:
    for bad in order.bad:
        raise UnreadableFileError(bad.path.name, bad.reason)
    yield Touching(order.path)
    limit = order.limit_bytes
    drafted = draft_photograph(order.path)
    if drafted is None:
        yield from open_whole(order.path, _alone(read_case(order.path, limit_bytes=limit), order), limit)
        return
    case, draft = _alone(drafted[0], order), drafted[1]
    yield Opened(case, Plan((order.path,), is_series=False))
    yield Drafted(0, draft)
    try:
        full = read_case(order.path)
    except UnreadableFileError as error:
        yield Lost(0, error.reason)
        return
    if full.pixels.shape == case.pixels.shape:
        yield Arrived(0, keep(order.path, full.pixels).packed(0))
    else:  # against all appearance it is grey
        yield from open_whole(order.path, _alone(full, order))


def _alone(case: Case, order: Open) -> Case:
    """Return a case with a word on the files that were given with it and are not open."""
    left_out = len(order.files) - 1
    if left_out < 1:
        return case
    notice = tr("One study is opened at a time: {name} is open, {n} other files are not.").format(
        name=order.path.name, n=left_out
    )
    return replace(case, notices=(notice, *case.notices))


def _with_masks(opened: Opened, order: Open) -> Opened:
    """Return the opened case with the masks that were given, or with those that lie beside it and the reason why."""
    if not order.references:
        return replace(opened, beside=references_beside(order.path))
    try:
        return replace(opened, case=with_references(opened.case, order.references))
    except UnfitReferenceError as error:
        return replace(opened, complaint=str(error))


def _room(arrived: Arrived, limit_bytes: int | None) -> int:
    """Return how many slices like one fit into memory."""
    return 1 << 30 if limit_bytes is None else max(1, limit_bytes // arrived.slice.stored.nbytes)


def _fetch(order: Fetch, wish: int | None = None) -> Generator[News, int | None, None]:
    """Read slices in the order in which they are wanted; a wish goes first, and those around it follow."""
    queue = deque(order.wanted)
    while queue or wish is not None:
        if wish is not None:
            queue = deque(sorted({*queue, wish}, key=partial(_distance, wish)))
        index = queue.popleft()
        asked = yield Touching(order.plan.paths[index])
        wish = yield _read(order.plan, index)
        wish = asked if wish is None else wish
        wish = None if wish == index else wish


def _distance(index: int, other: int) -> int:
    return abs(index - other)


def _read(plan: Plan, index: int) -> Arrived | Lost:
    try:
        return Arrived(index, _packed(plan, index))
    except (UnreadableFileError, MissingSliceError) as error:
        return Lost(index, error.reason)


def _packed(plan: Plan, index: int) -> Packed:
    path = plan.paths[index]
    if plan.archive is not None:
        path = again_in(_UNPACKED.folder_of(plan.archive), path)
    return (
        load_slice(path, plan.place(index))
        if plan.is_series
        else slice_of(path, index, partial(read_case, limit_bytes=plan.limit_bytes))
    )


_UNPACKED = Unpacked()
