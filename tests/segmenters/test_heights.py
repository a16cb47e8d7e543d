"""Samples are cut at heights that are spread over what a level may be."""

import numpy as np
import pytest

from app.metrics import overlap
from app.segmenters.heights import cut_at, heights


@pytest.mark.parametrize(
    ("samples", "expected"),
    [
        (1, [0.5]),
        (2, [0.25, 0.75]),
        (3, [1 / 2, 1 / 6, 5 / 6]),
        (4, [0.375, 0.625, 0.125, 0.875]),
        (8, [0.375, 0.625, 0.125, 0.875, 0.625, 0.375, 0.875, 0.125]),
    ],
)
def test_samples_are_spread_evenly(samples: int, expected: list[float]) -> None:
    """From the middle outwards, first this side, then that; the next four in another order; even about the middle."""
    assert heights(range(samples), samples) == pytest.approx(expected)
    assert heights(range(1, samples), samples) == heights(range(samples), samples)[1:]
    assert np.mean(heights(range(samples), samples)) == pytest.approx(0.5)


def test_every_height_meets_every_view() -> None:
    """Of sixteen samples, which take four views of the image in turn, each view has each of the four heights once."""
    rounds = np.array(heights(range(16), 16)).reshape(4, 4)
    assert all(sorted(view) == [0.125, 0.375, 0.625, 0.875] for view in rounds.T)


def test_the_spread_is_one_of_logits() -> None:
    """Odds of 3 : 5 become 9 : 25, odds of 1 : 7 become 1 : 49; without a spread all lie in the middle."""
    assert heights(range(4), 4, height_spread=2.0) == pytest.approx([9 / 34, 25 / 34, 1 / 50, 49 / 50])
    assert heights(range(4), 4, height_spread=0.0) == [0.5] * 4


@pytest.mark.parametrize("likely", [0.05, 0.2, 0.45, 0.7, 0.97])
def test_a_pixel_is_in_as_many_samples_as_it_is_likely(likely: float) -> None:
    """Of four, to one eighth; and the mean lies on the same side of one half as the probability."""
    cut = cut_at(np.full((2, 4, 1, 1), likely, np.float32), heights(range(4), 4))
    assert abs(float(overlap.reaches(cut, 0.5).mean()) - likely) <= 1 / 8 + 1e-6
    assert (cut.mean() > 0.5) == (likely > 0.5)


def test_each_sample_has_its_own_height() -> None:
    """What lies on the height comes to one half, nothing and certainty stay."""
    cut = cut_at(np.array([[[[0.0, 0.25, 1.0]], [[0.0, 0.25, 1.0]]]], np.float32), [0.25, 0.75])
    np.testing.assert_allclose(cut[0, :, 0], [[0, 0.5, 1], [0, 1 / 6, 1]], rtol=1e-6)


def test_a_height_for_every_sample() -> None:
    """Two heights for four samples are a mistake."""
    with pytest.raises(ValueError, match="shorter"):
        cut_at(np.zeros((1, 4, 1, 1), np.float32), [0.5, 0.5])
