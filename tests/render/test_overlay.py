"""Translucent areas: what they cover, how strongly, and that they stay premultiplied."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.ndimage import map_coordinates

from app.domain.grid import Grid
from app.domain.view import LevelStyle, View
from app.render import colours
from app.render.overlay import layer, resample
from app.render.scene import Scene
from tests.render.scenes import blobs, calibration, findings_of, same_grid, whole_slice

SHAPE = (400, 600)
NOTHING = View(band=False)
FILLED = replace(NOTHING, style=LevelStyle.FILL, levels=frozenset({1, 2, 3}))


@pytest.fixture(scope="module")
def scene() -> Scene:
    grid = whole_slice(200, 300, 64)
    return Scene(findings_of(blobs(grid, levels=3, count=20), grid), grid)


def on_raster(scene: Scene, values: np.ndarray) -> np.ndarray:
    """Interpolate a map at the centres of the raster's pixels with scipy."""
    row, column = np.mgrid[: SHAPE[0], : SHAPE[1]]
    native = (row + 0.5) / 2 - 0.5, (column + 0.5) / 2 - 0.5
    shown: np.ndarray = map_coordinates(values, scene.grid.from_native(*native), order=1, mode="nearest")
    return shown


def test_resampling_is_linear_between_centres() -> None:
    values = np.random.default_rng(3).random((20, 20)).astype(np.float32)
    raster = Grid(shape=(20, 20), origin=(-7.0, 5.0), step=(4.0, 3.5), native_shape=(60, 90))
    row, column = np.mgrid[:60, :90]
    where = np.array(raster.from_native(row, column))
    covered = ((where >= -0.5) & (where <= 19.5)).all(axis=0)
    expected = np.where(covered, map_coordinates(values, where, order=1, mode="nearest"), 0)
    assert resample(values, raster) == pytest.approx(expected, abs=1e-5)


def test_a_map_finer_than_the_picture_is_averaged() -> None:
    """A ramp keeps its value at each centre, and of single bright pixels none is lost."""
    row, column = np.mgrid[:48, :60]
    raster = Grid(shape=(48, 60), origin=(-0.5, -0.5), step=(0.25, 0.25), native_shape=(12, 15))
    ramp = ((row + 2 * column) / 200).astype(np.float32)
    centre_row, centre_column = np.mgrid[:12, :15] * 4 + 1.5
    expected = (centre_row + 2 * centre_column) / 200
    assert resample(ramp, raster)[1:-1, 1:-1] == pytest.approx(expected[1:-1, 1:-1], abs=1e-5)
    dots = (row % 8 + column % 8 == 0).astype(np.float32)
    assert resample(dots, raster).mean() == pytest.approx(dots.mean(), rel=0.1)


def test_a_map_beside_the_picture_shows_nothing() -> None:
    raster = Grid(shape=(8, 8), origin=(100.0, 0.0), step=(1.0, 1.0), native_shape=(50, 50))
    assert not resample(np.ones((8, 8), np.float32), raster).any()


def test_the_layer_covers_the_slice_at_the_size_asked_for(scene: Scene) -> None:
    picture = layer(scene, View(), SHAPE)
    assert picture.shape == (400, 600, 4)
    assert picture.dtype == np.uint8


def test_fills_of_no_level_leave_the_band_as_it_is(scene: Scene) -> None:
    banded = View(band=True)
    none = replace(FILLED, band=True, levels=frozenset())
    np.testing.assert_array_equal(layer(scene, none, SHAPE), layer(scene, banded, SHAPE))


def test_hidden_or_switched_off_is_clear(scene: Scene) -> None:
    assert not layer(scene, View(soft=True, hidden=True), SHAPE).any()
    assert not layer(scene, NOTHING, SHAPE).any()
    assert not layer(scene, replace(NOTHING, levels=frozenset({1})), SHAPE).any()


def test_everything_at_once_is_premultiplied_and_within_the_samples(scene: Scene) -> None:
    picture = layer(scene, replace(FILLED, band=True, soft=True), SHAPE)
    assert (picture[..., :3] <= picture[..., 3:]).all()
    anywhere = on_raster(scene, scene.findings.agreement) > 0
    assert not picture[~anywhere].any()


def test_a_pixel_has_the_colour_of_the_highest_level_that_holds_it(scene: Scene) -> None:
    picture = layer(scene, replace(FILLED, opacity=1.0), SHAPE)
    inside = np.stack([on_raster(scene, level_map) for level_map in scene.findings.level_maps])
    sure = (np.abs(inside - 0.5) > 0.01).all(axis=0)
    highest = (inside >= 0.5).sum(axis=0)
    table = np.array([(0, 0, 0, 0), *((*colours.level_colour(level, 3), 255) for level in (1, 2, 3))])
    assert (picture[sure] == table[highest][sure]).all()


def test_only_chosen_levels_are_filled(scene: Scene) -> None:
    picture = layer(scene, replace(FILLED, levels=frozenset({2}), opacity=1.0), SHAPE)
    assert {tuple(colour) for colour in picture.reshape(-1, 4).tolist()} == {
        (0, 0, 0, 0),
        (*colours.level_colour(2, 3), 255),
    }


def test_opacity_is_the_fills_alpha(scene: Scene) -> None:
    assert set(np.unique(layer(scene, replace(FILLED, opacity=0.4), SHAPE)[..., 3]).tolist()) == {0, 102}


def test_the_band_is_hatched_between_core_and_outer_limit_only(scene: Scene) -> None:
    picture = layer(scene, replace(NOTHING, band=True), SHAPE)
    agreement = on_raster(scene, scene.findings.agreement)
    assert not picture[(agreement > 0.91) | (agreement < 0.09)].any()
    drawn = picture[(agreement > 0.11) & (agreement < 0.89)][:, 3] > 0
    assert 0.15 < drawn.mean() < 0.85  # lines with gaps between them


def test_the_hatching_runs_along_diagonals_of_one_pitch() -> None:
    grid = same_grid(64, 64)
    half = np.zeros((1, 2, 64, 64), bool)
    half[:, 0] = True
    picture = layer(Scene(findings_of(half, grid), grid), View(opacity=1.0), (512, 512))
    alpha = picture[..., 3].astype(int)
    assert (alpha[1:, :-1] == alpha[:-1, 1:]).all()
    assert 0.1 < (alpha > 128).mean() < 0.4


def test_soft_map_colours_by_share_of_readers() -> None:
    grid = same_grid(30, 30)
    samples = np.zeros((2, 1, 30, 30), bool)
    samples[0, 0, 5:25, 5:25] = True
    samples[1, 0, 10:20, 10:20] = True
    picture = layer(Scene(findings_of(samples, grid), grid), replace(NOTHING, soft=True, opacity=1.0), (30, 30))
    assert picture[15, 15].tolist() == [255, 234, 70, 255]  # both of two readers: cividis at 1
    assert picture[7, 7, :3].tolist() == pytest.approx([124, 123, 120], abs=2)  # one of two: cividis at 0.5
    assert picture[2, 2].tolist() == [0, 0, 0, 0]


def test_layers_blend_as_porter_and_duff_say() -> None:
    grid = same_grid(16, 16)
    scene = Scene(findings_of(np.ones((1, 1, 16, 16), bool), grid), grid)
    picture = layer(scene, replace(FILLED, soft=True, opacity=0.5), (16, 16))
    top, bottom = np.array(colours.level_colour(1, 1)), np.array((255, 234, 70))
    expected = [*(top * 0.5 + bottom * 0.5 * 0.5), 255 * 0.75]
    assert picture[8, 8].tolist() == pytest.approx(expected, abs=1.5)


def test_expertness_is_coloured_where_a_further_reader_might_disagree() -> None:
    """The first reader is expert everywhere, the second nowhere: cividis at 0 for her, nothing for him."""
    grid = same_grid(16, 16)
    plain = Scene(findings_of(np.ones((1, 1, 16, 16), bool), grid), grid)
    scene = replace(plain, calibration=calibration(plain))
    shown = replace(NOTHING, opacity=1.0)
    assert not layer(scene, replace(shown, expertness=0), (16, 16)).any()
    assert layer(scene, replace(shown, expertness=1), (16, 16))[8, 8].tolist() == [0, 32, 77, 255]
    for none in (replace(shown, expertness=2), replace(shown, expertness=1, hidden=True)):
        assert not layer(scene, none, (16, 16)).any()
    assert not layer(plain, replace(shown, expertness=1), (16, 16)).any()
