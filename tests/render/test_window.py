"""Grey and colour pixels to what a screen shows."""

import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.pixels.processing import apply_windowing

from app.domain.case import Window
from app.render.window import to_bytes


def grey(*values: float) -> np.ndarray:
    return np.array([values], np.float32)[..., None]


def test_window_ends_and_middle_are_black_white_and_grey() -> None:
    shown = to_bytes(grey(-160, -500, 40, 240, 3000), Window(level=40, width=400))
    assert shown[0, :, 0].tolist() == [0, 0, 128, 255, 255]
    assert (shown[..., 0] == shown[..., 1]).all()
    assert (shown[..., 0] == shown[..., 2]).all()


def test_window_equals_dicoms_linear_exact_function() -> None:
    values = np.linspace(-1024, 2000, 997, dtype=np.float32)[None]
    header = Dataset()
    header.PhotometricInterpretation = "MONOCHROME2"
    header.BitsStored, header.PixelRepresentation = 8, 0
    header.WindowCenter, header.WindowWidth, header.VOILUTFunction = 300, 1500, "LINEAR_EXACT"
    expected = apply_windowing(values, header)
    shown = to_bytes(values[..., None], Window(300, 1500))[..., 0]
    assert np.abs(shown - expected).max() <= 0.51


def test_grey_without_a_window_is_shown_over_its_whole_range() -> None:
    assert to_bytes(grey(-3, 7), None)[0, :, 0].tolist() == [0, 255]


def test_flat_grey_is_shown_without_a_warning() -> None:
    assert to_bytes(grey(5, 5), None).shape == (1, 2, 3)


def test_inverting_exchanges_black_and_white() -> None:
    assert to_bytes(grey(0, 10), Window(5, 10), inverted=True)[0, :, 0].tolist() == [255, 0]


@pytest.fixture
def colour() -> np.ndarray:
    return np.arange(24, dtype=np.uint8).reshape(2, 4, 3) * 10


def test_colour_is_shown_as_it_is(colour: np.ndarray) -> None:
    assert (to_bytes(colour, None) == colour).all()


def test_inverted_colour_is_its_complement_and_leaves_the_case_alone(colour: np.ndarray) -> None:
    before = colour.copy()
    assert (to_bytes(colour, None, inverted=True) == 255 - before).all()
    assert (colour == before).all()


def test_a_window_brightens_colour(colour: np.ndarray) -> None:
    shown = to_bytes(colour, Window(level=50, width=100))
    assert shown[0, 1].tolist() == [77, 102, 128]  # 30, 40, 50 of 0..100, times 2.55, halves up
    assert shown.max() == 255


def test_showing_leaves_grey_pixels_alone() -> None:
    pixels = grey(0, 10)
    to_bytes(pixels, Window(5, 10))
    assert pixels[0, :, 0].tolist() == [0, 10]
