"""Opening as a plain generator: the study once its first slice is there, then slice after slice."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from app.domain.reading import Offer, Open, Pictured
from app.domain.stack import Packed, Stack
from app.ui.opening import Choice, Reported, Sized, Slice, Study, fetch_slices, open_masks, open_study, wanted_around
from tests.ui.studies import HandWork, photograph, series


def _opened(work: HandWork, order: Open) -> tuple[Study, list[Reported]]:
    study, *rest = open_study(work, order)
    assert isinstance(study, Study)
    return study, rest


def test_a_study_is_told_with_its_first_slice_and_the_others_follow() -> None:
    reports = open_study(HandWork({"series": series()}), Open(Path("series")))
    study = next(reports)
    assert isinstance(study, Study)
    assert [index for index in range(5) if study.case.pixels.has(index)] == [2]
    assert list(reports) == [Slice(2), Slice(1), Slice(3), Slice(0), Slice(4)]
    assert study.case.pixels.lacking() == ()
    assert study.case.pixels[4][0, 0, 0] == 4


def test_what_the_reader_found_unsafe_is_said_once() -> None:
    fault = "A slice is missing."
    case = replace(series(), notices=(fault,), geometry=replace(series().geometry, faults=(fault,)))
    study, _ = _opened(HandWork({"series": case}, complaint="The mask is too large."), Open(Path("series")))
    assert study.notices == (fault, "The mask is too large.")


def test_a_slice_that_cannot_be_read_is_reported_like_any_other() -> None:
    case = series()
    case.pixels.give_up(2, "it is damaged")
    study, rest = _opened(HandWork({"series": case}), Open(Path("series")))
    assert study.case.pixels.fault(2) == "it is damaged"
    assert rest == [Slice(1), Slice(3), Slice(0), Slice(4)]  # the lost one came before any could be shown


def test_several_series_are_a_choice_with_pictures() -> None:
    offers = tuple(Offer((Path(name),), "CT", "Head", 3, (8, 8)) for name in ("series", "b"))
    work = HandWork({"series": series()}, offers={"folder": offers})
    choice, *pictures = open_study(work, Open(Path("folder")))
    assert isinstance(choice, Choice)
    assert choice.offered.offers == offers
    assert [each.index for each in pictures if isinstance(each, Pictured)] == [0, 1]
    study, _ = _opened(work, replace(choice.order, files=offers[0].files))
    assert study.case.name == "series"


def test_slices_are_fetched_into_the_same_stack_within_its_memory() -> None:
    """Two slices of 64 x 64 bytes have room; those looked at longest ago go."""
    work = HandWork({"series": series()})
    study, _ = _opened(work, Open(Path("series"), limit_bytes=2 * 64 * 64))
    assert [study.case.pixels.has(index) for index in range(5)] == [True, False, False, False, True]
    assert list(fetch_slices(work, study, (3,))) == [Slice(3)]
    assert [study.case.pixels.has(index) for index in range(5)] == [False, False, False, True, True]


def test_a_large_slice_comes_with_its_sizes() -> None:
    pixels = np.zeros((1, 2100, 2100, 3), np.uint8)
    pixels[:, ::2] = 200
    large = replace(photograph(), pixels=Stack.of(pixels))
    _, rest = _opened(HandWork({"lesion.jpg": large}), Open(Path("lesion.jpg")))
    sized, slice_ = rest
    assert isinstance(sized, Sized)
    assert slice_ == Slice(0)
    assert sized.pyramid.level(2)[0, 0, 0] == 100


def test_masks_are_read_for_an_open_study_without_sending_its_slices() -> None:
    work = HandWork({"series": series()})
    study, _ = _opened(work, Open(Path("series")))
    (marked,) = open_masks(work, study, [Path("a_seg.nii")])
    assert isinstance(marked, Study)
    assert not marked.is_new
    assert marked.case.references is not None
    assert marked.case.pixels is study.case.pixels


def test_the_nearest_slices_are_wanted_as_many_as_have_room() -> None:
    stack = Stack((9, 2, 2, 1), limit_bytes=12)
    single = Packed(np.zeros((2, 2, 1), np.uint8))
    stack.put(4, single)
    assert wanted_around(stack, 4) == (3, 5)
    assert wanted_around(stack, 0) == (0, 1, 2)
    stack.give_up(1, "it is damaged")
    assert wanted_around(stack, 0) == (0, 2)
