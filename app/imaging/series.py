"""A folder's series: told apart, put in order, and read from the middle outwards."""

from collections import Counter
from collections.abc import Generator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from app.domain.case import Case, Window
from app.domain.errors import UnreadableFileError
from app.domain.geometry import Geometry
from app.domain.reading import (
    Arrived,
    Lost,
    News,
    Offer,
    Offered,
    Open,
    Opened,
    Pictured,
    Plan,
    Touching,
    from_the_middle,
    invalid_sentence,
    lost_sentence,
)
from app.domain.stack import Packed, Stack
from app.domain.words import mark, tr
from app.imaging.dicom import facts_in, load_slice, read_dicom
from app.imaging.facts import Facts
from app.imaging.scan import Found, Header, Scanning, images, reasons_text, scan, scan_files
from app.imaging.stack import lay_out
from app.imaging.values import first_window
from app.imaging.whole import open_whole, slice_of

Opening: TypeAlias = Generator[News, object, Opened | None]


def open_series(order: Open) -> Opening:
    """Open the series of a folder, or offer its series where there are several and none was chosen.

    Yields:
        What is touched, and in the end the opened case with the first slice, or the offers with their pictures.

    Returns:
        What was opened, or None where a choice is offered.

    Raises:
        UnreadableFileError: the folder cannot be listed, or no image in it can be opened.
    """
    folder = order.path.resolve()
    found = yield from _scanned(folder, order)
    stacks = _among(choices(found), folder, order.number)
    if len(stacks) > 1 and not order.takes_largest:
        yield from _offered(stacks)
        return None
    failures = []
    for stack in sorted(stacks, key=images, reverse=True):
        try:
            beside = _notices_beside(stack, found if order.number is None else found.only(stack))
            if stack[0].frames > 1:
                return (yield from _opened_film(folder.name, stack[0].path, beside, order.limit_bytes))
            return (yield from _opened(folder.name, stack, beside))
        except UnreadableFileError as error:
            failures.append(error)
    raise failures[0]


def read_series(folder: Path, number: int | None = None) -> Case:
    """Read every slice of one series of a folder.

    Args:
        folder: to search; where it has no images itself, the folders in it.
        number: of the series as `list_series` counts, from 0; None takes the largest.

    Raises:
        UnreadableFileError: the folder cannot be listed, there is no such series, or no image in it can be opened.
    """
    opened = _last(open_series(Open(folder, number=number, takes_largest=True)))
    if opened is None:
        raise ValueError("the largest series was asked for, and a choice was offered")
    stack = opened.case.pixels
    for index, path in enumerate(opened.plan.paths):
        try:
            stack.put(
                index,
                load_slice(path, opened.plan.place(index))
                if opened.plan.is_series
                else slice_of(path, index, read_dicom),
            )
        except UnreadableFileError as error:
            stack.give_up(index, error.reason)
    said = lost_sentence(stack.faults, len(stack)), invalid_sentence(stack.invalid)
    return replace(opened.case, notices=(*opened.case.notices, *filter(None, said)))


def list_series(folder: Path) -> tuple[Offer, ...]:
    """Return the series of a folder in the order of their numbers.

    Raises:
        UnreadableFileError: the folder cannot be listed, or no image is in it.
    """
    return tuple(_offer(stack) for stack in choices(_last(scan(folder.resolve()))))


def choices(found: Found) -> list[tuple[Header, ...]]:
    """Return the stacks a reader may choose from: of each series its largest, and every file of many frames."""
    largest: dict[object, tuple[Header, ...]] = {}
    for stack in found.stacks:
        key = stack[0].path if stack[0].frames > 1 else stack[0].stack[0]
        largest[key] = max(largest.get(key, ()), stack, key=images)
    return list(largest.values())


SMALL_PX = 160
_Returned = TypeVar("_Returned")


def _last(stream: Generator[Any, object, _Returned]) -> _Returned:
    """Drain a stream and return what it returns."""
    while True:
        try:
            next(stream)
        except StopIteration as end:
            returned: _Returned = end.value
            return returned


def _among(stacks: list[tuple[Header, ...]], folder: Path, number: int | None) -> list[tuple[Header, ...]]:
    """Return all stacks, or the one with a number."""
    if number is None:
        return stacks
    if not 0 <= number < len(stacks):
        raise UnreadableFileError(
            folder.name, tr("it holds {n} series; there is no series {wanted}").format(n=len(stacks), wanted=number + 1)
        )
    return [stacks[number]]


def _scanned(folder: Path, order: Open) -> Scanning:
    return (yield from scan_files(order.files, order.bad) if order.files else scan(folder, order.bad))


def _offer(stack: Sequence[Header]) -> Offer:
    first = stack[0]
    return Offer(tuple(header.path for header in stack), first.word, first.description, images(stack), first.shape)


def _offered(stacks: Sequence[Sequence[Header]]) -> Generator[News, object, None]:
    """Offer a choice, and then show the middle slice of each, made small."""
    yield Offered(tuple(_offer(stack) for stack in stacks))
    for index, stack in enumerate(stacks):
        headers, _ = _in_order(stack)
        middle = headers[len(headers) // 2]
        yield Touching(middle.path)
        try:
            full = load_slice(middle.path, middle.place)
        except UnreadableFileError:
            continue  # the offer stands without a picture
        step = max(1, max(full.stored.shape[:2]) // SMALL_PX)
        small = replace(full, stored=full.stored[::step, ::step].copy())
        yield Pictured(index, small, _window(facts_in(middle.path), small))


def _opened_film(name: str, path: Path, beside: tuple[str, ...], limit_bytes: int | None) -> Opening:
    """Open a file of many frames."""
    yield Touching(path)
    case = read_dicom(path, limit_bytes)
    case = replace(case, name=name, notices=(*beside, *case.notices))
    return (yield from open_whole(path, case, limit_bytes))


def _opened(name: str, stack: Sequence[Header], beside: tuple[str, ...]) -> Opening:
    """Open one stack with the first slice that can be read, the middle one if possible."""
    headers, geometry = _in_order(stack)
    lost: list[Lost] = []
    failure: UnreadableFileError | None = None
    for index in from_the_middle(len(headers)):
        yield Touching(headers[index].path)
        try:
            first = load_slice(headers[index].path, headers[index].place)
        except UnreadableFileError as error:
            failure = failure or error
            lost.append(Lost(index, error.reason))
            continue
        paths, places = tuple(header.path for header in headers), tuple(header.place for header in headers)
        plan = Plan(paths, is_series=True, places=places)
        opened = Opened(_case(name, headers, geometry, first, beside), plan)
        yield opened
        yield Arrived(index, first)
        yield from lost
        return opened
    raise failure or UnreadableFileError(name, tr("it holds no image"))


def _in_order(stack: Sequence[Header]) -> tuple[list[Header], Geometry]:
    order, geometry = lay_out([header.plane for header in stack])
    return [stack[index] for index in order], geometry


def _case(name: str, headers: Sequence[Header], geometry: Geometry, first: Packed, notices: tuple[str, ...]) -> Case:
    facts = facts_in(headers[0].path)
    # A colour photograph seldom has a spacing; that is no fault of the file to be warned of.
    faults = () if first.is_colour else geometry.faults
    said = tuple(dict.fromkeys(notice for header in headers for notice in header.notices))
    return Case(
        name=name,
        pixels=Stack((len(headers), *first.stored.shape)),
        modality=facts.modality,
        geometry=geometry,
        unit=facts.unit,
        window=_window(facts, first),
        presets=facts.presets,
        synthetic=all(header.synthetic for header in headers),
        notices=(*notices, *faults, *said),
        sources=tuple(header.uid for header in headers) if all(header.uid for header in headers) else (),
    )


def _window(facts: Facts, slice_: Packed) -> Window | None:
    """Return the window that the header asks for, or one that fits a slice."""
    return None if slice_.is_colour else facts.window or first_window(slice_.values)


def _notices_beside(stack: Sequence[Header], found: Found) -> tuple[str, ...]:
    """Tell what else the folder holds."""
    headers = [header for other in found.stacks for header in other]
    same = sum(header.stack[0] == stack[0].stack[0] for header in headers)
    left_out = found.skipped + Counter(
        {mark("of another series"): len(headers) - same, mark("of another size or orientation"): same - len(stack)}
    )
    several = (
        (tr("The folder holds {n} series; the largest is open.").format(n=found.series),) if found.series > 1 else ()
    )
    if not left_out.total():
        return several
    return (
        *several,
        tr("{n} opened, {m} skipped: {reasons}.").format(
            n=images(stack), m=left_out.total(), reasons=reasons_text(left_out)
        ),
    )
