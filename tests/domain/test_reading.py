"""The order of reading, and what is said of slices that cannot be read."""

from app.domain.reading import from_the_middle, lost_sentence


def test_slices_are_read_from_the_middle_outwards() -> None:
    assert from_the_middle(5) == (2, 1, 3, 0, 4)
    assert from_the_middle(4, middle=0) == (0, 1, 2, 3)


def test_nothing_is_said_where_nothing_is_lost() -> None:
    assert lost_sentence({}, 5) == ""


def test_the_first_three_lost_slices_are_named_with_their_reasons() -> None:
    lost = {index: f"reason {index}" for index in (8, 2, 4, 6)}
    expected = "4 of 9 slices cannot be read (slice 3: reason 2; slice 5: reason 4; slice 7: reason 6; and 1 more)."
    assert lost_sentence(lost, 9) == expected
