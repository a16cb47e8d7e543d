"""Findings on the slice's own pixels."""

from itertools import pairwise

import numpy as np
import pytest
from scipy.ndimage import map_coordinates

from app.domain.geometry import Geometry
from app.domain.grid import Grid
from app.postprocess.native import counted, measure, native_levels, native_mask
from tests.render.scenes import blobs, disc, findings_of, same_grid, whole_slice


def test_on_the_slices_own_grid_masks_are_unchanged() -> None:
    mask = disc(30, 40, (12, 20), 9)
    assert (native_mask(mask, same_grid(30, 40)) == mask).all()


def test_a_share_of_exactly_a_half_stays_inside_when_enlarged() -> None:
    grid = whole_slice(90, 90, 7)
    assert native_mask(np.full((7, 7), 0.5, np.float32), grid).all()


def test_levels_stay_nested_and_keep_their_area() -> None:
    grid = whole_slice(300, 200, 64)
    findings = findings_of(blobs(grid), grid)
    masks = list(native_levels(findings, grid))
    assert len(masks) == 7
    assert all((outer | inner == outer).all() for outer, inner in pairwise(masks))
    assert [mask.sum() for mask in masks] == pytest.approx(findings.level_areas, rel=0.02)


def test_areas_are_counted_by_hand() -> None:
    """Squares of 10 x 10 and 4 x 5 grid pixels, each pixel 2 x 2 of the slice and 0.25 mm² a pixel."""
    samples = np.zeros((1, 2, 20, 20), bool)
    samples[0, 0, 2:12, 2:12] = True
    samples[0, 1, 4:8, 4:9] = True
    grid = Grid((20, 20), (-0.5, -0.5), (2.0, 2.0), (40, 40))
    findings = findings_of(samples, grid)
    known = measure(findings, grid, Geometry(spacing_mm=(1, 0.5, 0.5), in_plane_known=True))
    assert known.level_spreads_px == (160.0,)  # 400 and 80 lie 160 from their mean
    assert known.consistent.px == pytest.approx(80, abs=4)  # corners may be cut between pixels
    assert known.core.px == known.consistent.px  # of two samples, 90 % are both
    # The shares 1, 0.5 and 0 are linear between centres: 0.1 lies 1 pixel of the slice beyond the outer square's
    # edge, but for three pixels at each corner.
    assert known.outer.px == 22 * 22 - 4 * 3
    assert known.consistent.px + known.ambiguous.px == known.outer.px
    assert known.levels[0].mm2 == known.levels[0].px * 0.25
    assert measure(findings, grid, Geometry()).levels[0].mm2 is None


@pytest.mark.parametrize("origin", [(-5.0, 3.0), (20.25, -9.5), (200.0, 0.0)])
def test_a_mask_is_where_scipys_interpolation_reaches_a_half(origin: tuple[float, float]) -> None:
    grid = Grid((32, 32), origin, (2.5, 3.0), (90, 110))
    values = blobs(grid, 1, 1)[0, 0].astype(np.float32)
    expected = map_coordinates(values, grid.from_native(*np.mgrid[:90, :110]), order=1)
    sure = np.abs(expected - 0.5) > 1e-3
    assert (native_mask(values, grid) == (expected >= 0.5))[sure].all()


def test_an_empty_map_gives_an_empty_mask() -> None:
    assert not native_mask(np.zeros((8, 8), np.float32), same_grid(8, 8)).any()


def test_the_regions_lie_within_each_other() -> None:
    """What every sample contains is in the core, the core in the outer limit, that in what any sample contains."""
    grid = whole_slice(300, 200, 64)
    found = measure(findings_of(blobs(grid), grid), grid, Geometry())
    assert found.consistent.px <= found.core.px <= found.outer.px <= found.consistent.px + found.ambiguous.px


def test_screen_and_files_count_the_same_pixels() -> None:
    grid = whole_slice(300, 200, 64)
    findings = findings_of(blobs(grid), grid)
    found = counted(findings, grid)
    assert found.level_areas == tuple(float(mask.sum()) for mask in native_levels(findings, grid))
    assert found.consistent_area == measure(findings, grid, Geometry()).consistent.px
