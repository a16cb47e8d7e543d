"""From a name to a segmenter."""

from pathlib import Path
from typing import Any

import pytest
import torch

from app.domain.errors import DeviceError, MissingModelError
from app.domain.result import Device
from app.segmenters.base import choose_device, device_name
from app.segmenters.store import load_segmenter, new_model
from tests.segmenters.builders import CONFIGURATION, install_toy


def test_an_installed_model_is_loaded_with_its_card(tmp_path: Path) -> None:
    """The segmenter carries the card."""
    install_toy(tmp_path)
    assert load_segmenter(tmp_path, "toy").card.title == "Toy discs"


@pytest.mark.parametrize("change", [{"system": "astrology"}, {"configuration": {"network": {"channels": 3}}}])
def test_a_model_of_another_version_is_refused(tmp_path: Path, change: dict[str, Any]) -> None:
    """An unknown system, or weights of another shape."""
    install_toy(tmp_path, **change)
    with pytest.raises(MissingModelError, match="toy does not fit this version"):
        load_segmenter(tmp_path, "toy")


def test_the_seed_makes_the_first_weights() -> None:
    """Same seed, same weights; and torch's own state is left alone."""
    before = torch.random.get_rng_state()
    first, second, other = (new_model("consensus diffusion", CONFIGURATION, seed) for seed in (1, 1, 2))
    assert torch.equal(torch.random.get_rng_state(), before)
    name = "encoder.stem.weight"
    assert torch.equal(first.network.state_dict()[name], second.network.state_dict()[name])
    assert not torch.equal(first.network.state_dict()[name], other.network.state_dict()[name])


def test_a_device_that_is_not_there_is_named() -> None:
    """No computer has both CUDA and MPS."""
    missing = Device.MPS if torch.cuda.is_available() else Device.CUDA
    with pytest.raises(DeviceError, match=f"no {missing.value.upper()} device"):
        choose_device(missing)


def test_the_processor_is_always_there() -> None:
    """Automatic choice finds something."""
    assert device_name(choose_device(Device.CPU)) == "cpu"
    assert choose_device(Device.AUTO).type in {"cpu", "cuda", "mps"}
