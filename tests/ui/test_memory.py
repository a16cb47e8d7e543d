"""A stack keeps within the memory that it is given."""

import pytest

from app.domain.errors import MissingSliceError
from tests.ui.studies import series


def test_a_smaller_limit_is_kept_from_the_next_slice_on() -> None:
    stack = series().pixels
    stack.limit_bytes = 64 * 64
    stack.put(0, stack.packed(0))
    assert stack.held_bytes == 64 * 64
    with pytest.raises(MissingSliceError):
        stack.packed(4)
