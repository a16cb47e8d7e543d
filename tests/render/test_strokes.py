"""Outlines: where they lie, how they close, which of them a view shows."""

from dataclasses import replace

import numpy as np
import pytest

from app.domain.grid import Grid
from app.domain.view import LevelStyle, View
from app.render import colours
from app.render.scene import Scene
from app.render.strokes import Points, outlines, strokes
from tests.render.scenes import blobs, calibration, disc, findings_of, same_grid, whole_slice

NOTHING = View(band=False)


def enclosed(points: Points) -> float:
    """Area of a closed line by the shoelace formula."""
    row, column = points.T
    return float(abs(np.sum(row[:-1] * column[1:] - row[1:] * column[:-1])) / 2)


@pytest.fixture(scope="module")
def scene() -> Scene:
    grid = whole_slice(200, 300, 64)
    findings = findings_of(blobs(grid, levels=3, count=20), grid)
    references = np.stack([disc(200, 300, (100, 150), 40), disc(200, 300, (100, 150), 50), np.zeros((200, 300), bool)])
    return Scene(replace(findings, refined=findings.levels[1]), grid, references)


def test_a_discs_outline_is_its_circle_to_a_tenth_of_a_pixel() -> None:
    row, column = np.mgrid[:60, :80]
    distance = np.hypot(row - 30.3, column - 41.7)
    ramp = np.clip((20.0 - distance) / 8 + 0.5, 0, 1).astype(np.float32)
    (line,) = outlines(ramp, 0.5, same_grid(60, 80))
    assert np.hypot(*(line - (30.3, 41.7)).T) == pytest.approx(20.0, abs=0.1)
    assert (line[0] == line[-1]).all()


def test_outlines_lie_where_the_grid_says() -> None:
    grid = Grid(shape=(9, 9), origin=(10.0, 20.0), step=(2.0, 4.0), native_shape=(100, 100))
    values = np.zeros((9, 9), np.float32)
    values[4, 4] = 1.0
    (line,) = outlines(values, 0.5, grid)
    assert line.mean(axis=0)[None] == pytest.approx(np.array([grid.to_native(4, 4)]), abs=1)
    assert line.min(axis=0).tolist() == list(grid.to_native(3.5, 3.5)[:1]) + list(grid.to_native(3.5, 3.5)[1:])
    assert line.max(axis=0).tolist() == list(grid.to_native(4.5, 4.5))


def test_a_full_picture_is_outlined_by_its_border() -> None:
    (line,) = outlines(np.ones((12, 20), np.float32), 0.5, same_grid(12, 20))
    assert line.min(axis=0).tolist() == [-0.5, -0.5]
    assert line.max(axis=0).tolist() == [11.5, 19.5]
    assert (line[0] == line[-1]).all()


def test_outlines_end_at_the_slice_where_the_grid_goes_beyond_it() -> None:
    grid = whole_slice(40, 80, 80)
    inside = disc(80, 80, (20, 40), 15).astype(np.float32)  # the slice's first row is the grid's 20th
    (line,) = outlines(inside, 0.5, grid)
    assert line[:, 0].min() == -0.5
    assert outlines(disc(80, 80, (8, 40), 5).astype(np.float32), 0.5, grid) == []


def test_an_empty_map_has_no_outline() -> None:
    assert outlines(np.zeros((8, 8), np.float32), 0.5, same_grid(8, 8)) == []


def test_chosen_levels_are_drawn_in_their_colours_and_lie_within_each_other(scene: Scene) -> None:
    drawn = strokes(scene, replace(NOTHING, levels=frozenset({1, 3})))
    assert [line.colour for line in drawn] == [colours.level_colour(1, 3), colours.level_colour(3, 3)]
    areas = [enclosed(line.points) for line in drawn]
    assert areas[0] > areas[1]
    assert areas == pytest.approx([scene.findings.level_areas[0], scene.findings.level_areas[2]], rel=0.02)


def test_a_level_that_does_not_exist_is_not_drawn(scene: Scene) -> None:
    assert strokes(scene, replace(NOTHING, levels=frozenset({0, 4, 9}))) == ()


def test_fills_have_no_contours(scene: Scene) -> None:
    assert strokes(scene, replace(NOTHING, levels=frozenset({1}), style=LevelStyle.FILL)) == ()


def test_the_core_is_solid_and_lies_within_the_dashed_outer_limit(scene: Scene) -> None:
    outer, core = strokes(scene, View())
    assert (outer.dashed, core.dashed) == (True, False)
    assert enclosed(core.points) < enclosed(outer.points)
    in_core = (scene.findings.agreement >= 0.9).sum() * scene.grid.pixel_area
    in_outer = (scene.findings.agreement >= 0.1).sum() * scene.grid.pixel_area
    assert [enclosed(core.points), enclosed(outer.points)] == pytest.approx([in_core, in_outer], rel=0.03)


def test_readers_are_drawn_in_their_own_colours_and_an_empty_one_not(scene: Scene) -> None:
    drawn = strokes(scene, replace(NOTHING, references=True))
    assert [line.colour for line in drawn] == [colours.reader_colour(0), colours.reader_colour(1)]
    assert all(line.dashed for line in drawn)
    assert [enclosed(line.points) for line in drawn] == pytest.approx([np.pi * 40**2, np.pi * 50**2], rel=0.02)


def test_a_chosen_reader_is_drawn_alone_and_keeps_the_colour(scene: Scene) -> None:
    (line,) = strokes(scene, replace(NOTHING, references=True, readers=frozenset({2})))
    assert line.colour == colours.reader_colour(1)
    assert enclosed(line.points) == pytest.approx(np.pi * 50**2, rel=0.02)


def test_hiding_leaves_only_what_people_drew(scene: Scene) -> None:
    everything = View(levels=frozenset({1, 2, 3}), references=True, refined=True, hidden=True)
    assert {line.colour for line in strokes(scene, everything)} == {colours.reader_colour(0), colours.reader_colour(1)}


def test_without_readers_or_refinement_nothing_is_drawn_for_them(scene: Scene) -> None:
    bare = Scene(replace(scene.findings, refined=None), scene.grid)
    assert strokes(bare, replace(NOTHING, references=True, refined=True)) == ()


def test_the_refined_outline_is_drawn_where_there_is_one(scene: Scene) -> None:
    (line,) = strokes(scene, replace(NOTHING, refined=True))
    assert line.colour == colours.REFINED
    assert enclosed(line.points) == pytest.approx(scene.findings.level_areas[1], rel=0.02)


def test_a_large_readers_mask_is_outlined_to_a_few_pixels(scene: Scene) -> None:
    mask = disc(2600, 3000, (1300, 1500), 1200)
    wide = Scene(scene.findings, scene.grid, mask[None])
    (line,) = strokes(wide, replace(NOTHING, references=True))
    assert np.hypot(*(line.points - (1300, 1500)).T) == pytest.approx(1200, abs=3)


def test_a_share_is_outlined_where_so_many_samples_contain_a_pixel() -> None:
    """Squares of 4, 8 and 12 pixels, one sample each: two of three contain the middle one and no pixel more."""
    grid = same_grid(20, 20)
    samples = np.zeros((1, 3, 20, 20), bool)
    for index, half in enumerate((2, 4, 6)):
        samples[0, index, 10 - half : 10 + half, 10 - half : 10 + half] = True
    scene = Scene(findings_of(samples, grid), grid)
    (line,) = strokes(scene, replace(NOTHING, share=2 / 3))
    assert enclosed(line.points) == pytest.approx(64, abs=1)
    (all_of_them,) = strokes(scene, replace(NOTHING, share=1.0))
    assert enclosed(all_of_them.points) == pytest.approx(16, abs=1)


def test_calibrated_readers_are_drawn_whole_and_the_drawn_ones_dashed(scene: Scene) -> None:
    whole = replace(scene, calibration=calibration(scene))
    view = replace(NOTHING, references=True, fused=False)
    assert all(line.dashed for line in strokes(whole, view))
    after = strokes(whole, replace(view, calibrated=True))
    assert {line.colour for line in after} == {colours.reader_colour(reader) for reader in range(2)}
    assert not any(line.dashed for line in after)
    hidden = strokes(whole, replace(view, calibrated=True, hidden=True))
    assert hidden
    assert all(line.dashed for line in hidden)


def test_the_fused_mask_is_outlined_at_its_own_cut(scene: Scene) -> None:
    whole = replace(scene, calibration=calibration(scene))
    (line,) = strokes(whole, NOTHING)
    assert line.colour == colours.FUSED
    (expected,) = outlines(scene.findings.agreement, 0.4, scene.grid)
    np.testing.assert_allclose(line.points, expected)
    assert strokes(whole, replace(NOTHING, fused=False)) == ()
