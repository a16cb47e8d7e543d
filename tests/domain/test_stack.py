"""Slices come, go and come again; what is not here is never mistaken for black."""

import pickle

import numpy as np
import pytest

from app.domain.arrays import AnyArray
from app.domain.errors import MissingSliceError
from app.domain.stack import Draft, Packed, Stack, pack

SLICE = np.full((4, 5, 1), 7, np.int16)  # 40 bytes


@pytest.mark.parametrize(
    "pixels",
    [np.zeros((4, 5), np.float32), np.zeros((4, 5, 3), np.float32), np.zeros((4, 5, 2), np.uint8)],
    ids=["2-D", "float colour", "two channels"],
)
def test_a_slice_of_another_kind_is_refused(pixels: AnyArray) -> None:
    with pytest.raises(ValueError, match=str(pixels.dtype)):
        Packed(pixels)


def test_a_stack_of_three_axes_is_refused() -> None:
    with pytest.raises(ValueError, match="4-D"):
        Stack.of(np.zeros((4, 5, 1), np.float32))


@pytest.mark.parametrize(
    ("values", "kept"),
    [
        ([0, 255], np.uint8),
        ([-1024, 3071], np.int16),
        ([0, 65535], np.uint16),
        ([0, 65536], np.float32),
        ([-1, 40000], np.float32),
        ([0, 0.5], np.float32),
    ],
)
def test_whole_numbers_are_kept_as_integers_and_nothing_is_lost(values: list[float], kept: type) -> None:
    given = np.array(values, np.float32).reshape(1, 2, 1)
    packed = pack(given)
    assert packed.stored.dtype == kept
    assert packed.values.dtype == np.float32
    np.testing.assert_array_equal(packed.values, given)


def test_a_value_is_the_stored_number_times_slope_plus_intercept() -> None:
    """The rescale of PS3.3 C.11.1: 1000 * 0.5 - 1024 = -524."""
    packed = Packed(np.full((2, 2, 1), 1000, np.uint16), 0.5, -1024)
    assert packed.values.tolist() == [[[-524.0]] * 2] * 2
    assert packed.values_at(1, 1) == (-524.0,)


def test_colour_is_kept_as_it_is() -> None:
    rgb = np.arange(12, dtype=np.uint8).reshape(2, 2, 3)
    assert pack(rgb).values is rgb
    assert pack(rgb).values_at(1, 0) == (6, 7, 8)
    assert Stack.of(rgb[None]).is_colour


def test_a_slice_that_has_not_come_yet_is_said_and_not_made_up() -> None:
    stack = Stack((3, 4, 5, 1))
    assert stack.slice(1) is None
    assert not stack.has(1)
    assert stack.lacking() == (0, 1, 2)
    with pytest.raises(MissingSliceError, match=r"^Slice 2 has not been read yet\.$"):
        stack[1]
    with pytest.raises(MissingSliceError):
        stack.only(1)
    stack.put(1, Packed(SLICE))
    assert stack[1].tolist() == np.full((4, 5, 1), 7).tolist()
    assert stack.lacking() == (0, 2)


def test_a_slice_that_cannot_be_read_says_why() -> None:
    stack = Stack((3, 4, 5, 1))
    stack.give_up(2, "its pixel data is cut short")
    assert stack.lacking() == (0, 1)
    assert stack.faults == {2: "its pixel data is cut short"}
    with pytest.raises(MissingSliceError, match=r"^Slice 3 cannot be read: its pixel data is cut short\.$"):
        stack[2]
    again = pickle.loads(pickle.dumps(MissingSliceError(2, "its pixel data is cut short")))
    assert str(again) == "Slice 3 cannot be read: its pixel data is cut short."


def test_there_are_no_slices_beyond_the_end() -> None:
    stack = Stack.of(np.zeros((2, 4, 5, 1), np.float32))
    with pytest.raises(IndexError):
        stack[2]
    with pytest.raises(ValueError, match="does not belong"):
        stack.put(2, Packed(SLICE))
    with pytest.raises(ValueError, match="does not belong"):
        stack.put(0, Packed(SLICE[:2]))


def test_memory_is_bounded_and_the_slice_looked_at_longest_ago_goes_first() -> None:
    """100 bytes hold two slices of 40."""
    stack = Stack((4, 4, 5, 1), limit_bytes=100)
    assert stack.room == 4  # nothing is known of their size yet
    stack.put(0, Packed(SLICE))
    stack.put(1, Packed(SLICE))
    assert stack.slice(0) is not None  # 1 is now the one looked at longest ago
    stack.put(2, Packed(SLICE))
    assert [stack.has(index) for index in range(4)] == [True, False, True, False]
    assert stack.held_bytes == 80
    assert stack.room == 2
    stack.put(2, Packed(SLICE))  # the same again takes no more
    assert stack.held_bytes == 80


def test_one_slice_is_kept_however_little_memory_there_is() -> None:
    stack = Stack((2, 4, 5, 1), limit_bytes=1)
    stack.put(0, Packed(SLICE))
    stack.put(1, Packed(SLICE))
    assert stack.lacking() == (0,)
    assert stack.room == 1


def test_a_stack_crosses_a_process_boundary_with_what_is_here() -> None:
    stack = Stack((3, 4, 5, 1), limit_bytes=1000)
    stack.put(1, Packed(SLICE, 2.0, 1.0))
    stack.give_up(2, "it is damaged")
    again = pickle.loads(pickle.dumps(stack))
    assert again[1].tolist() == stack[1].tolist()
    assert again.lacking() == (0,)
    assert again.limit_bytes == 1000
    assert again.fault(2) == "it is damaged"


def test_a_draft_stands_in_until_its_slice_is_here_or_beyond_reading_and_is_no_slice() -> None:
    stack = Stack((2, 4, 5, 1))
    draft = Draft(SLICE[::2, ::2], 2)
    for index in (0, 1):
        stack.sketch(index, draft)
        assert stack.draft(index) is draft
    assert stack.lacking() == (0, 1)
    assert stack.slice(0) is None
    with pytest.raises(MissingSliceError):
        stack.only(0)
    assert pickle.loads(pickle.dumps(stack)).draft(0) is None
    stack.put(0, Packed(SLICE))
    stack.give_up(1, "it is damaged")
    assert stack.draft(0) is None
    assert stack.draft(1) is None


def test_one_slice_of_a_stack_stands_alone() -> None:
    stack = Stack.of(np.arange(40, dtype=np.float32).reshape(2, 4, 5, 1))
    assert stack.only(1).shape == (1, 4, 5, 1)
    np.testing.assert_array_equal(stack.only(1).whole(), stack.whole()[1:])


def test_a_peek_does_not_count_as_looking_at_a_slice() -> None:
    stack = Stack((3, 4, 5, 1), limit_bytes=80)
    stack.put(0, Packed(SLICE))
    stack.put(1, Packed(SLICE))
    assert stack.peek(0) is not None
    assert stack.peek(2) is None
    stack.put(2, Packed(SLICE))
    assert [stack.has(index) for index in range(3)] == [False, True, True]


def test_a_line_is_a_row_or_a_column_in_the_cases_unit() -> None:
    stored = np.arange(6, dtype=np.int16).reshape(2, 3, 1)
    grey = Packed(stored, slope=2, intercept=-10)
    assert grey.line(0, 1)[:, 0].tolist() == [-4, -2, 0]
    assert grey.line(1, 2)[:, 0].tolist() == [-6, 0]
    colour = Packed(np.arange(12, dtype=np.uint8).reshape(2, 2, 3))
    assert colour.line(1, 0).tolist() == [[0, 1, 2], [6, 7, 8]]


def test_a_slice_that_lacks_is_taken_from_the_source_and_let_go_again() -> None:
    asked = []

    def load(index: int) -> Packed:
        asked.append(index)
        return Packed(SLICE + np.uint16(index))

    stack = Stack((3, 4, 5, 1), limit_bytes=0, source=load)
    assert stack.slice(1) is None  # only who insists has it read
    assert stack[1].tolist() == (SLICE + 1.0).tolist()
    assert stack[1].tolist() == stack[1].tolist()
    assert asked == [1]
    stack.packed(2)
    assert stack.lacking() == (0, 1)
    with pytest.raises(MissingSliceError):
        pickle.loads(pickle.dumps(stack)).packed(0)  # a source stays where it is


def test_pixels_without_a_number_are_counted_also_of_slices_that_went() -> None:
    stack = Stack((3, 4, 5, 1), limit_bytes=50)
    stack.put(0, pack(SLICE.astype(np.float32) + 0.5, 2))
    stack.put(1, Packed(SLICE, invalid=3))
    stack.put(1, Packed(SLICE, invalid=3))
    assert stack.invalid == 5
    assert pack(SLICE.astype(np.float32), 1).invalid == 1
    assert pack(SLICE, 4).invalid == 4
