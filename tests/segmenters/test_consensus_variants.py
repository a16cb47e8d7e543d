"""What the paper's method and its ablations ask for, and the levels that they give."""

import numpy as np
import pytest

from app.segmenters.consensus_variants import Variant, as_levels, asked


def test_a_committee_gives_the_levels_that_its_members_reach() -> None:
    """Three annotators of whom one, then two, then all mark a pixel; by hand."""
    marked = np.array([[1, 1, 1], [0, 1, 1], [0, 0, 1]], np.float32)[:, None, None, :]
    levels = as_levels(marked, Variant.ANNOTATOR, 3)[:, 0, 0]
    assert levels.tolist() == [[1, 1, 1], [0, 1, 1], [0, 0, 1]]


def test_a_soft_map_reaches_each_level_at_its_half() -> None:
    """With C = 2, level 1 begins at a share of 1/4 and level 2 at 3/4."""
    soft = np.array([0.0, 0.24, 0.26, 0.74, 0.76, 1.0], np.float32)[None, None, None]
    levels = as_levels(soft, Variant.SOFT_LABEL, 2)[:, 0, 0] >= 0.5
    assert levels.tolist() == [[False, False, True, True, True, True], [False, False, False, False, True, True]]


def test_one_embedding_serves_any_number_of_readers() -> None:
    """At least 4 of 7 and at least 2 of 3 are both asked with one half; more readers only make finer shares."""
    seven, three = asked(Variant.CONSENSUS, 7), asked(Variant.CONSENSUS, 3)
    assert seven[3].item() == pytest.approx(0.5)
    assert three[1].item() == pytest.approx(0.5)
    assert 0 < seven.min() < seven.max() < 1
