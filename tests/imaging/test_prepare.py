"""From a slice to the network's picture and back, against SimpleITK and by hand."""

import numpy as np
import pytest
import SimpleITK as sitk

from app.domain.arrays import BoolArray, FloatArray
from app.domain.case import Case, Modality, Window
from app.domain.errors import UnfitInputError
from app.domain.geometry import Geometry
from app.domain.grid import Grid
from app.domain.model import Intake
from app.domain.stack import Stack
from app.imaging.prepare import fit_grid, map_to_native, maps_to_native, masks_to_grid, prepare

GREY = Intake(side=64, channels=1)


def _case(rows: int, columns: int, spacing: tuple[float, float] = (1.0, 1.0), known: bool = True) -> Case:
    geometry = Geometry(spacing_mm=(1.0, *spacing), in_plane_known=known)
    return Case("case", Stack.of(np.zeros((1, rows, columns, 1), np.float32)), Modality.MR, geometry)


def _disc(rows: int, columns: int, centre: tuple[float, float], radius: float) -> BoolArray:
    row, column = np.mgrid[:rows, :columns]
    inside: BoolArray = np.hypot(row - centre[0], column - centre[1]) <= radius
    return inside


def _centroid(mask: BoolArray) -> FloatArray:
    centroid: FloatArray = np.argwhere(mask).mean(axis=0).astype(np.float32)
    return centroid


def test_a_whole_slice_lies_centred_in_a_square() -> None:
    """100 x 200 pixels in 50 x 50: a step of 4, and 50 pixels above and below the slice."""
    grid = fit_grid(_case(100, 200), Intake(side=50, channels=1))
    assert grid == Grid((50, 50), (-50.5, -0.5), (4.0, 4.0), (100, 200))


def test_the_square_is_square_in_millimetres() -> None:
    """Rows twice as far apart as columns: 100 rows are as long as 200 columns, and fill the square alike."""
    grid = fit_grid(_case(100, 200, spacing=(2.0, 1.0)), Intake(side=50, channels=1))
    assert grid == Grid((50, 50), (-0.5, -0.5), (2.0, 4.0), (100, 200))


def test_a_region_is_cut_out_around_its_centre() -> None:
    """32 mm at 0.5 mm a pixel are 64 pixels, from 18 - 32 to 18 + 32."""
    case = _case(100, 120, spacing=(0.5, 0.5))
    grid = fit_grid(case, Intake(side=64, channels=1, crop_mm=32.0), (50.0, 18.0))
    assert grid == Grid((64, 64), (18.0, -14.0), (1.0, 1.0), (100, 120))
    assert fit_grid(case, Intake(side=64, channels=1, crop_px=64), (50.0, 18.0)) == grid


@pytest.mark.parametrize(
    ("intake", "region", "known", "words"),
    [
        (GREY, (5.0, 5.0), True, "takes no region"),
        (Intake(64, 1, crop_px=32), None, True, "point at the structure"),
        (Intake(64, 1, crop_mm=32), (5.0, 5.0), False, "needs the pixel spacing"),
        (Intake(64, 1, crop_px=32), (5.0, 200.0), True, "lies outside the image of 100 rows and 120 columns"),
    ],
)
def test_what_a_model_cannot_take_is_said(
    intake: Intake, region: tuple[float, float] | None, known: bool, words: str
) -> None:
    """One sentence each."""
    with pytest.raises(UnfitInputError, match=words):
        fit_grid(_case(100, 120, known=known), intake, region)


@pytest.mark.parametrize("shape", [(497, 497), (97, 211), (211, 97), (1024, 769), (40, 33)])
def test_a_mask_goes_to_the_grid_and_back_to_half_a_pixel(shape: tuple[int, int]) -> None:
    """The centroid of a disc moves less than half a pixel of the coarser of the two samplings, over odd sizes too."""
    centre = (shape[0] * 0.4, shape[1] * 0.55)
    mask = _disc(*shape, centre, min(shape) * 0.25)
    grid = fit_grid(_case(*shape), GREY)
    there = masks_to_grid(mask[None], grid)[0]
    found = np.array(grid.to_native(*_centroid(there)))
    half = 0.5 * max(1.0, grid.step[0])
    assert np.abs(found - _centroid(mask)).max() < half
    back = map_to_native(there.astype(np.float32), grid) >= 0.5
    assert back.shape == shape
    assert np.abs(_centroid(back) - _centroid(mask)).max() < half
    assert 2 * (back & mask).sum() / (back.sum() + mask.sum()) > 0.95


def test_a_linear_ramp_is_sampled_exactly() -> None:
    """Every kind of linear interpolation and averaging keeps a ramp: value = position, checked against SimpleITK."""
    ramp = np.tile(np.arange(90, dtype=np.float32), (60, 1))
    intake = Intake(side=30, channels=1, window=Window(45.0, 90.0))
    grid = Grid((30, 30), (9.5, 19.5), (1.5, 2.0), (60, 90))
    sampled = prepare(ramp[..., None], intake, grid)[0] * 90
    image = sitk.GetImageFromArray(ramp)
    columns = [grid.to_native(0, column)[1] for column in range(1, 29)]
    expected = [image.EvaluateAtContinuousIndex((column, 20.0)) for column in columns]
    np.testing.assert_allclose(sampled[10, 1:29], expected, atol=1e-3)


def test_a_map_comes_back_as_simpleitk_resamples_it() -> None:
    """Linear between the grid's pixel centres, inside the outermost of them."""
    values = np.random.default_rng(0).random((16, 16), dtype=np.float32)
    grid = Grid((16, 16), (-0.5, -0.5), (2.5, 2.5), (40, 40))
    image = sitk.GetImageFromArray(values)
    image.SetSpacing((2.5, 2.5))
    image.SetOrigin((0.75, 0.75))
    reference = sitk.GetImageFromArray(np.zeros((40, 40), np.float32))
    expected = sitk.GetArrayFromImage(sitk.Resample(image, reference, sitk.Transform(), sitk.sitkLinear))
    found = map_to_native(values, grid)
    np.testing.assert_allclose(found[1:39, 1:39], expected[1:39, 1:39], atol=1e-5)


def test_a_region_between_the_pixels_comes_back_where_it_was() -> None:
    """A ramp over a grid whose edges cut through pixels keeps its values at the pixels' centres."""
    grid = Grid((16, 16), (10.1, 7.3), (1.5, 1.5), (60, 60))
    ramp = np.array([[grid.to_native(row, column)[1] for column in range(16)] for row in range(16)], np.float32)
    native = map_to_native(ramp, grid)
    np.testing.assert_allclose(native[20, 9:30], np.arange(9, 30), atol=1e-3)


def test_outside_the_grid_there_is_nothing() -> None:
    """A region's map covers its rectangle and no more."""
    grid = Grid((8, 8), (9.5, 9.5), (1.0, 1.0), (30, 30))
    native = maps_to_native(np.ones((2, 8, 8), np.float32), grid)
    assert native.shape == (2, 30, 30)
    assert native[0, 10:18, 10:18].min() == 1
    assert native.sum() == 2 * 64
    beyond = Grid((8, 8), (99.5, 99.5), (1.0, 1.0), (30, 30))
    assert map_to_native(np.ones((8, 8), np.float32), beyond).sum() == 0


def test_grey_is_scaled_by_its_window_or_its_own_percentiles() -> None:
    """A fixed window cuts HU; without one the slice's own range is used, so that units do not matter."""
    values = np.linspace(-1000, 1000, 64 * 64, dtype=np.float32).reshape(64, 64, 1)
    grid = fit_grid(_case(64, 64), GREY)
    fixed = prepare(values, Intake(64, 1, window=Window(0, 200)), grid)
    assert (fixed == 0).mean() == pytest.approx(0.45, abs=0.01)
    assert (fixed == 1).mean() == pytest.approx(0.45, abs=0.01)
    np.testing.assert_allclose(prepare(values, GREY, grid), prepare(values * 7 + 3, GREY, grid), atol=1e-4)
    assert prepare(np.full((64, 64, 1), 5, np.float32), GREY, grid).max() == 0


def test_colour_and_grey_are_converted_to_what_the_model_reads() -> None:
    """Colour to grey by BT.601's luma; grey to colour by repeating it; edges beyond a photograph repeat."""
    red = np.zeros((10, 20, 3), np.uint8)
    red[..., 0] = 255
    grid = fit_grid(_case(10, 20), Intake(20, 3))
    colour = prepare(red, Intake(20, 3), grid)
    assert colour.shape == (3, 20, 20)
    assert colour[0].min() == 1
    assert colour[1:].max() == 0
    assert prepare(red, Intake(20, 1, window=Window(127.5, 255)), grid)[0, 10].mean() == pytest.approx(0.299, abs=1e-3)
    ramp = np.linspace(-50, 70, 200, dtype=np.float32).reshape(10, 20, 1)
    grey = prepare(ramp, Intake(20, 3), grid)
    np.testing.assert_array_equal(grey[0], grey[2])
    assert grey.max() == pytest.approx(1.0, abs=0.01)
