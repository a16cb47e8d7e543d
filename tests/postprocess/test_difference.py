"""From a difference to a mask, by hand."""

import numpy as np
import pytest

from app.postprocess.difference import Cut, Look, figure, grey_difference, scaled


def test_the_grey_difference_is_the_mean_over_colours() -> None:
    """|0.9-0.3|, |0.5-0.5|, |0.2-0.5| in the three colours of each pixel: 0.9 / 3 = 0.3."""
    first = np.array([0.9, 0.5, 0.2], np.float32)[:, None, None] * np.ones((2, 2), np.float32)
    second = np.array([0.3, 0.5, 0.5], np.float32)[:, None, None] * np.ones((2, 2), np.float32)
    np.testing.assert_allclose(grey_difference(first, second), 0.3, atol=1e-6)


def test_the_scale_runs_from_plain_skin_to_the_lesion() -> None:
    """Skin at 0.02, a lesion of a tenth of the pixels at 0.22, half of its depth at 0.12."""
    values = np.full((10, 10), 0.02, np.float32)
    values[0] = 0.22
    values[5, 5] = 0.12
    result = scaled(values, Cut())
    np.testing.assert_allclose([result[9, 9], result[0, 0], result[5, 5]], [0, 1, 0.5], atol=1e-6)


def test_two_like_pictures_are_not_blown_up() -> None:
    """Differences of at most 0.01 stay below a fifth of the scale when 0.05 is the least that counts."""
    faint = np.random.default_rng(0).uniform(0, 0.01, (20, 20)).astype(np.float32)
    assert scaled(faint, Cut(least=0.05)).max() <= 0.2


@pytest.mark.parametrize("threshold", [0.0, 1.0, -1.0])
def test_a_threshold_that_nothing_or_all_would_reach_is_refused(threshold: float) -> None:
    with pytest.raises(ValueError, match="threshold"):
        Cut(threshold=threshold)


def test_the_figure_shows_the_mean_over_draws_and_the_majority_of_outputs() -> None:
    """Two draws put the lesion's skin at 0.2 and 0.4, so at 0.3; three of five outputs hold its pixel.

    In [-1, 1] these are -0.6 and -0.2. Noise of three standard deviations is white, none is grey.
    """
    shape = (3, 8, 8)
    image = np.full(shape, 0.8, np.float32)
    image[:, 0, 0] = 0.1
    noise = np.zeros((2, *shape), np.float32)
    noise[0, :, 4, 4] = 3
    looks = [
        Look(
            2 * image[None] - 1,
            np.full((1, *shape), level, np.float32),
            noise,
            noise,
            np.zeros((draws, 8, 8), np.float32),
        )
        for level, draws in ((-0.6, 3), (-0.2, 2))
    ]
    looks[0].outputs[:, 0, 0] = 1
    shown = figure(image, looks, Cut())
    np.testing.assert_allclose(shown["healthy skin"], 0.3, atol=1e-6)
    assert (shown["noise, healthy"][0, 4, 4], shown["noise, healthy"][0, 0, 0]) == (1.0, 0.5)
    assert np.argwhere(shown["output"]).tolist() == [[0, 0]]
    assert shown["difference"].shape == (8, 8)
    assert shown["original"] is image
