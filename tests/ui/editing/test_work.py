"""What editing does in the background, done here and now."""

import numpy as np
import pytest

from app.domain.grid import Grid
from app.domain.result import Step
from app.ui.editing import work
from app.ui.frames import Frame
from app.ui.jobs import drained, frame_of
from tests.ui.studies import SIDE, square

SHAPE = (64, 64)


@pytest.fixture(name="frame")
def _frame() -> Frame:
    """Return a square of 16 of the network's 32 rows, two of the slice each, in every sample: rows 16 to 47."""
    grid = Grid((SIDE, SIDE), (-0.5, -0.5), (2, 2), SHAPE)
    return frame_of(Step(0, 1, square(8, 2), 1.0, grid), None)


def whole_square() -> np.ndarray:
    mask = np.zeros(SHAPE, np.bool_)
    mask[16:48, 16:48] = True
    return mask


def test_levels_core_and_limit_are_copied_on_the_slices_own_pixels(frame: Frame) -> None:
    for job in (
        work.copy_level(frame, 2, 3),
        work.copy_share(frame, 3, core=True),
        work.copy_share(frame, 3, core=False),
    ):
        ((slice_index, mask),) = drained(job).items()
        assert slice_index == 3
        assert (mask != whole_square()).sum() <= 4 * 32  # the edge is interpolated, by a pixel at most
        assert mask[18:46, 18:46].all()


def test_without_a_refined_outline_there_is_none_to_copy(frame: Frame) -> None:
    assert drained(work.copy_refined(frame, 0)) == {}


def test_a_reader_is_copied_where_he_marked() -> None:
    masks = np.zeros((3, *SHAPE), np.bool_)
    masks[1] = whole_square()
    found = drained(work.copy_reader(masks))
    assert list(found) == [1]
    assert not np.shares_memory(found[1], masks)


def test_the_overlap_is_the_dice_with_the_majority(frame: Frame) -> None:
    """A quarter of the square: 2 * 256 / (256 + 1024) = 0.4."""
    quarter = np.zeros(SHAPE, np.bool_)
    quarter[16:32, 16:32] = True
    assert drained(work.overlap(quarter, frame)) == pytest.approx(0.4, abs=0.02)


def test_fills_and_smoothing_say_what_changes() -> None:
    values = np.zeros((*SHAPE, 1), np.float32)
    values[16:48, 16:48] = 100
    like = drained(work.fill_like(values, (20, 20), 5))
    assert (like.spot.inside.sum(), like.on) == (32 * 32, True)
    assert drained(work.fill_outline(whole_square(), (0, 0))).is_open
    ring = whole_square()
    ring[17:47, 17:47] = False
    assert drained(work.fill_outline(ring, (30, 30))).spot.inside.sum() == 30 * 30
    assert drained(work.unfill(whole_square(), (30, 30))).on is False
    assert drained(work.smooth(np.zeros(SHAPE, np.bool_), 2)).spot.box.is_empty
    smooth = drained(work.smooth(whole_square(), 2))
    assert smooth.on is None
    assert 0 < smooth.spot.inside.sum() < 32 * 32
