"""An image seen from several sides."""

from pathlib import Path

import numpy as np
import pytest
import torch

from app.domain.arrays import FloatArray
from app.domain.result import Device, Options
from app.segmenters import consensus
from app.segmenters.calidiff import model as calidiff
from app.segmenters.store import load_segmenter, new_model
from app.segmenters.views import Views
from app.training.evaluate import last_step
from tests.segmenters.builders import CONFIGURATION, GRID, discs, install_toy

IMAGE = torch.arange(6.0).view(1, 1, 2, 3)


def test_the_four_views_by_hand() -> None:
    """As it is; left and right exchanged; top and bottom; both."""
    expected = [
        [[0, 1, 2], [3, 4, 5]],
        [[2, 1, 0], [5, 4, 3]],
        [[3, 4, 5], [0, 1, 2]],
        [[5, 4, 3], [2, 1, 0]],
    ]
    assert Views(4).of(IMAGE)[:, 0].tolist() == expected
    assert Views(2).of(IMAGE)[:, 0].tolist() == expected[:2]
    assert torch.equal(Views().of(IMAGE), IMAGE)


def test_samples_take_the_views_in_turn_and_find_back() -> None:
    """Samples 3 to 7 of four views: the fourth, then the first to the fourth; turned twice they are as they were."""
    views, samples = Views(4), range(3, 8)
    seen = views.of(IMAGE)
    (picked,) = views.for_samples((seen,), samples)
    assert torch.equal(picked, seen[[3, 0, 1, 2, 3]])
    assert torch.equal(views.turned(picked, samples), IMAGE.expand(5, -1, -1, -1))
    assert torch.equal(views.turned(views.turned(picked, samples), samples), picked)


@pytest.mark.parametrize("count", [0, 5])
def test_other_numbers_of_views_are_refused(count: int) -> None:
    with pytest.raises(ValueError, match="1 to 4"):
        Views(count)


@pytest.mark.parametrize("system", [consensus.SYSTEM, calidiff.SYSTEM])
def test_a_sample_of_another_view_is_that_of_the_mirrored_image(tmp_path: Path, system: str) -> None:
    """Two views: the first sample is drawn on the image, the second on its mirror image, and turned back."""
    configuration = CONFIGURATION if system == consensus.SYSTEM else {"network": CONFIGURATION["network"]}
    model = new_model(system, configuration, seed=3)
    with torch.no_grad():
        for parameter in model.network.parameters():
            parameter.add_(0.02 * torch.randn(parameter.shape, generator=torch.Generator().manual_seed(1)))
    image, options = discs(1, seed=9)[0][0], Options(2, 3, 0, Device.CPU)

    def drawn(picture: FloatArray, views: int) -> FloatArray:
        folder = tmp_path / str(views)
        install_toy(folder, model=model, system=system, configuration=configuration | {"views": views})
        return last_step(load_segmenter(folder, "toy").sample(picture, GRID, options)).estimate

    both, plain = drawn(image, 2), drawn(image, 1)
    mirrored = drawn(np.ascontiguousarray(image[:, :, ::-1]), 1)
    np.testing.assert_allclose(both[:, 0], plain[:, 0], atol=1e-5)
    np.testing.assert_allclose(both[:, 1], mirrored[:, 1, :, ::-1], atol=1e-5)
    assert np.abs(both[:, 1] - plain[:, 1]).max() > 1e-3
