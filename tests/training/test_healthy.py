"""Healthy counterparts: skin where the lesion was, the rest as it was."""

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter
from skimage.restoration import inpaint_biharmonic

from app.domain.arrays import BoolArray, FloatArray
from app.training.healthy import membrane, without_lesion

SIDE = 64


def _disc(radius: float, centre: float = SIDE / 2) -> BoolArray:
    rows, columns = np.mgrid[:SIDE, :SIDE]
    inside: BoolArray = np.hypot(rows - centre, columns - centre) <= radius
    return inside


def _skin(seed: int) -> FloatArray:
    """Draw skin with shading from left to right and a fine texture."""
    rng = np.random.default_rng(seed)
    texture = gaussian_filter(rng.normal(0, 1, (SIDE, SIDE)), 0.7)
    shade = np.linspace(0.55, 0.75, SIDE) + 0.02 * texture / texture.std()
    return np.stack([shade + 0.1, shade, shade - 0.05]).astype(np.float32)


def _lesion(skin: FloatArray, mask: BoolArray) -> FloatArray:
    return np.where(mask, skin * 0.4, skin).astype(np.float32)


def test_a_membrane_over_a_ramp_is_the_ramp() -> None:
    """A linear function solves Laplace's equation; so does a constant."""
    ramp = np.stack([np.tile(np.linspace(0, 1, 16, dtype=np.float32), (16, 1)), np.full((16, 16), 0.3, np.float32)])
    known = np.ones((16, 16), bool)
    known[4:10, 5:12] = False
    np.testing.assert_allclose(membrane(np.where(known, ramp, 9), known), ramp, atol=1e-5)
    np.testing.assert_array_equal(membrane(ramp, np.ones((16, 16), bool)), ramp)


def test_the_lesion_gives_way_to_skin_of_the_same_colour_and_texture() -> None:
    """Its colours follow the shading to within the texture; its texture is as strong as the skin's, not smooth."""
    skin, mask = _skin(0), _disc(14)
    made = without_lesion(_lesion(skin, mask), mask, np.random.default_rng(0))
    smooth = [gaussian_filter(picture, (0, 4, 4)) for picture in (made, skin)]
    assert np.abs(smooth[0] - smooth[1])[:, mask].max() < 0.04
    rough = [(picture - gaussian_filter(picture, (0, 2, 2)))[:, mask].std() for picture in (made, skin)]
    assert 0.6 < rough[0] / rough[1] < 1.4
    plain = inpaint_biharmonic(_lesion(skin, mask), mask, channel_axis=0)
    assert (plain - gaussian_filter(plain, (0, 2, 2)))[:, mask].std() < 0.5 * rough[1]


def test_what_lies_away_from_the_lesion_stays() -> None:
    """Bit for bit beyond the halo and the feather's reach."""
    skin, mask = _skin(1), _disc(8)
    image = _lesion(skin, mask)
    made = without_lesion(image, mask, np.random.default_rng(0))
    np.testing.assert_array_equal(made[:, ~_disc(18)], image[:, ~_disc(18)])


def test_a_hair_across_the_skin_is_not_smeared_into_the_hole() -> None:
    """A dark line beside the lesion is neither colour nor texture of what replaces it."""
    skin, mask = _skin(2), _disc(10)
    skin[:, :, 46:48] = 0.1
    made = without_lesion(_lesion(skin, mask), mask, np.random.default_rng(0))
    assert made[:, _disc(8)].min() > 0.4


@pytest.mark.parametrize("radius", [31.0, 100.0])
def test_a_lesion_that_leaves_next_to_no_skin_is_filled_all_the_same(radius: float) -> None:
    """From the corners, or, where there is nothing else, from the lightest pixels."""
    skin, mask = _skin(3), _disc(radius)
    made = without_lesion(_lesion(skin, mask & ~_disc(2, 3)), mask, np.random.default_rng(0))
    assert np.isfinite(made).all()
    assert made[:, _disc(10)].mean() > 0.9 * _lesion(skin, mask)[:, _disc(10)].mean()


def test_no_lesion_no_change_and_the_seed_makes_the_picture() -> None:
    skin, mask = _skin(4), _disc(10)
    assert without_lesion(skin, np.zeros_like(mask), np.random.default_rng(0)) is skin
    image = _lesion(skin, mask)
    first, same = (without_lesion(image, mask, np.random.default_rng(7)) for _ in range(2))
    np.testing.assert_array_equal(first, same)
