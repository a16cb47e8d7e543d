"""A stack seen along another plane: no copy of the volume, gaps where slices are missing, findings where runs are."""

import numpy as np
import pytest
from scipy.ndimage import map_coordinates

from app.domain.arrays import AnyArray
from app.domain.case import Case, Modality, References
from app.domain.geometry import Geometry
from app.domain.grid import Grid
from app.domain.plane import Plane, planes_of
from app.domain.result import Options
from app.domain.stack import Packed, Stack
from app.domain.view import LevelStyle, View
from app.postprocess.agreement import find
from app.ui.frames import Frame, Run
from app.ui.planes.crosshair import bands
from app.ui.planes.found import lines_of_maps, section_frame, section_view
from app.ui.planes.section import Section, section_case
from tests.ui.studies import card

VOLUME = (4, 5, 6)


def volume(channels: int = 1) -> AnyArray:
    values = np.arange(np.prod(VOLUME) * channels).reshape(*VOLUME, channels)
    return values.astype(np.uint8 if channels == 3 else np.float32)


def case_of(pixels: AnyArray, references: References | None = None) -> Case:
    """Return an axial volume whose slices rise to the head."""
    geometry = Geometry(spacing_mm=(3.0, 0.5, 0.5), in_plane_known=True, slices_known=True)
    return Case("volume", Stack.of(pixels), Modality.CT, geometry, references=references)


@pytest.mark.parametrize("channels", [1, 3])
def test_every_cut_is_the_turned_volumes(channels: int) -> None:
    pixels = volume(channels)
    case = case_of(pixels)
    for plane in planes_of(case.geometry)[1:]:
        cut = section_case(case, plane)
        assert cut.is_colour is (channels == 3)
        for position in range(cut.slices):
            expected = np.moveaxis(plane.turned(np.moveaxis(pixels, -1, 0)), 0, -1)[position]
            np.testing.assert_array_equal(cut.pixels[position], expected)


def test_a_coronal_cut_has_the_head_at_the_top() -> None:
    case = case_of(volume())
    coronal = section_case(case, planes_of(case.geometry)[1])
    assert coronal.pixels[2][0, :, 0].tolist() == volume()[3, 2, :, 0].tolist()
    assert coronal.geometry.pixel_mm == (3.0, 0.5)


def test_a_stored_value_comes_in_the_cases_unit() -> None:
    stack = Stack.holding([Packed(np.full((5, 6, 1), 100, np.int16), slope=2, intercept=-1000)] * 4)
    assert set(Section(stack, Plane(1, 0, 2))[0].ravel().tolist()) == {-800.0}


def test_slices_that_are_not_here_are_dark_until_they_come() -> None:
    stack = Stack((4, 5, 6, 1))
    stack.put(1, Packed(np.full((5, 6, 1), 7, np.int16)))
    stack.put(2, Packed(np.full((5, 6, 1), 9, np.int16)))
    section = Section(stack, Plane(1, 0, 2))
    assert section[0][:, 0, 0].tolist() == [7, 7, 9, 7]
    stack.put(0, Packed(np.full((5, 6, 1), 11, np.int16)))
    section.renew()
    assert section[0][:, 0, 0].tolist() == [11, 7, 9, 7]


def test_cutting_does_not_keep_slices_from_being_dropped() -> None:
    stack = Stack((3, 5, 6, 1), limit_bytes=120)
    for index in (0, 1):
        stack.put(index, Packed(np.zeros((5, 6, 1), np.int16)))
    stack.take(0)
    assert Section(stack, Plane(1, 0, 2)).slice(0) is not None
    stack.put(2, Packed(np.zeros((5, 6, 1), np.int16)))
    assert [stack.has(index) for index in range(3)] == [True, False, True]


def test_a_section_holds_one_cut_and_there_is_none_beyond_the_volume() -> None:
    section = Section(Stack.of(volume()), Plane(1, 0, 2))
    assert section.take(3) is section.take(3)
    assert section.held_bytes == 0
    assert [section.has(index) for index in (-1, 0, 4, 5)] == [False, True, True, False]


def test_readers_masks_are_seen_along_the_plane_too() -> None:
    masks = np.zeros((2, *VOLUME), np.bool_)
    masks[1, 3, 2, 4] = True
    case = case_of(volume(), References(("a", "b"), masks))
    for plane in planes_of(case.geometry):
        seen = section_case(case, plane).references
        assert seen is not None
        position, row, column = (int(part) for part in plane.place((3, 2, 4), VOLUME))
        assert seen.masks[1, position, row, column]
        assert np.shares_memory(seen.masks, masks)


@pytest.mark.parametrize(("axis", "index"), [(0, 0), (0, 3), (1, 2), (1, 5)])
def test_a_line_through_a_models_maps_is_linear_between_their_pixels(axis: int, index: int) -> None:
    """SciPy does the same with "nearest" for the half pixel beyond the outermost centres."""
    maps = np.random.default_rng(0).random((2, 4, 3), np.float32)
    grid = Grid((4, 3), (-0.5, -0.5), (2.0, 3.0), (8, 9))
    along = (9, 8)[axis]
    places = np.arange(along)
    rows, columns = (np.full(along, index), places) if axis == 0 else (places, np.full(along, index))
    where = [(rows + 0.5) / 2 - 0.5, (columns + 0.5) / 3 - 0.5]
    expected = [map_coordinates(one, where, order=1, mode="nearest") for one in maps]
    np.testing.assert_allclose(lines_of_maps([list(maps)], grid, axis, index, along)[0], expected, atol=1e-6)


def test_a_line_beside_the_grid_finds_nothing() -> None:
    maps, grid = np.ones((1, 2, 2), np.float32), Grid((2, 2), (3.5, 3.5), (1.0, 1.0), (10, 10))
    assert lines_of_maps([list(maps)], grid, 0, 2, 10).sum() == 0
    assert np.flatnonzero(lines_of_maps([list(maps)], grid, 0, 4, 10)).tolist() == [4, 5]


def test_a_plane_crosses_findings_only_on_the_slices_that_were_run() -> None:
    """A model that marks all of a slice leaves one line of the coronal plane: slice 1 of 4, counted from the feet.

    The findings hold that slice and an empty one on either side, which are the plane's rows 1 to 3.
    """
    grid = Grid((5, 6), (-0.5, -0.5), (1.0, 1.0), (5, 6))
    run = Run(1, card(), Options(1, 1))
    everywhere = find(np.ones((3, 2, 5, 6), np.float32), grid, None)
    run.final = Frame(0, 1, everywhere, grid, 6, final=True)
    frame = section_frame([run], Plane(1, 0, 2, rises=True), 2, VOLUME)
    assert frame is not None
    assert frame.findings.levels[2].tolist() == [[row == 1] * 6 for row in range(3)]
    assert frame.grid == Grid((3, 6), (0.5, -0.5), (1.0, 1.0), (4, 6))
    assert frame.samples == 0


def test_without_a_finished_run_there_is_nothing_to_cross() -> None:
    assert section_frame([Run(1, card(), Options(1, 1))], Plane(1, 0, 2), 2, VOLUME) is None


def test_levels_are_areas_across_the_slices_and_the_band_is_its_majority() -> None:
    """A strip of one slice has no outline that says more than its ends."""
    view = section_view(View(levels=frozenset({3}), refined=True, step=1), 7, 3)
    assert view == View(slice_index=7, levels=frozenset({3}), style=LevelStyle.FILL, band=False, measured=False)
    assert section_view(View(band=True), 0, 7).levels == {4}
    assert section_view(View(band=False), 0, 7).levels == frozenset()


def test_neighbouring_gaps_are_one() -> None:
    assert bands([7, 1, 2, 3, 9]) == [(1, 3), (7, 7), (9, 9)]
    assert bands([]) == []
