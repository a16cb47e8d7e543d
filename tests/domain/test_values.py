"""The values that everyone speaks keep their promises."""

import pickle
from dataclasses import replace

import numpy as np
import pytest

from app.domain.case import Case, Modality, References, Window
from app.domain.errors import AppError, RunCancelledError, UnreadableFileError
from app.domain.geometry import Geometry
from app.domain.grid import Grid
from app.domain.model import Intake
from app.domain.result import Calibration, Findings, Provenance, Result, between_different
from app.domain.stack import Stack

CT = Geometry(spacing_mm=(3.0, 0.5, 0.25), in_plane_known=True)


def _findings(levels: int) -> Findings:
    blank = np.zeros((1, 1), np.float32)
    mask = np.zeros((1, 1), np.bool_)
    maps = np.zeros((levels, 1, 1), np.float32)
    areas = (0.0,) * levels
    return Findings(maps, maps > 0, blank, blank, mask, mask, areas, maps[..., 0], 0.0, None, 0)


def test_a_result_is_told_from_one_of_another_model_seed_slice_or_time() -> None:
    """One whose readers were counted anew, or that was saved and opened again, is the same."""
    made = Provenance("system", "kidney", "0" * 64, "1", 7, 2, 3, "cpu", 1.25)
    grid, samples = Grid((1, 1), (-0.5, -0.5), (1.0, 1.0), (1, 1)), np.zeros((1, 1, 1, 1), np.float32)
    first = Result(samples, _findings(1), grid, 4, (), made)
    others = [replace(made, model="liver"), replace(made, seed=8), replace(made, seconds=1.5)]
    identities = {replace(first, provenance=other).identity for other in others}
    identities |= {first.identity, replace(first, slice_index=5).identity}
    assert len(identities) == 5
    assert replace(first, findings=_findings(1)).identity == first.identity


def test_a_window_reaches_half_its_width_to_both_sides() -> None:
    """The usual lung window."""
    lung = Window(level=-600, width=1500)
    assert (lung.low, lung.high) == (-1350, 150)


def test_a_case_tells_its_shape() -> None:
    grey = Case("ct", Stack.of(np.zeros((7, 4, 5, 1), np.float32)), Modality.CT)
    colour = Case("skin", Stack.of(np.zeros((1, 4, 5, 3), np.uint8)), Modality.DERMOSCOPY)
    assert (grey.slices, grey.shape, grey.is_colour) == (7, (4, 5), False)
    assert (colour.slices, colour.shape, colour.is_colour) == (1, (4, 5), True)


def test_one_slice_of_a_case_takes_its_reference_masks_along() -> None:
    masks = np.zeros((2, 3, 4, 5), np.bool_)
    masks[1, 2] = True
    pixels = np.arange(60, dtype=np.float32).reshape(3, 4, 5, 1)
    case = Case("ct", Stack.of(pixels), Modality.CT, CT, references=References(("reader 1", "reader 2"), masks))
    only = case.only(2)
    assert only.slices == 1
    assert only.geometry == CT
    np.testing.assert_array_equal(only.pixels[0], pixels[2])
    assert only.references is not None
    assert only.references.count == 2
    np.testing.assert_array_equal(only.references.masks.any(axis=(1, 2, 3)), [False, True])


def test_one_slice_of_a_case_without_references() -> None:
    assert Case("ct", Stack.of(np.zeros((3, 4, 5, 1), np.float32)), Modality.CT).only(0).references is None


def test_millimetres_are_given_only_where_they_are_safe() -> None:
    assert CT.pixel_mm == (0.5, 0.25)
    assert CT.pixel_area_mm2 == 0.125
    assert CT.pixel_aspect == 2
    unknown = Geometry()
    assert unknown.pixel_mm is None
    assert unknown.pixel_area_mm2 is None
    assert unknown.pixel_aspect == 1


def test_a_grid_equal_to_the_slice_changes_no_coordinate() -> None:
    grid = Grid((4, 5), (-0.5, -0.5), (1.0, 1.0), (4, 5))
    assert grid.to_native(2, 3) == (2, 3)
    assert grid.pixel_area == 1


def test_a_coarse_grid_puts_its_pixels_in_the_middle_of_those_it_covers() -> None:
    """Its pixel (0, 0) covers rows 10-11 and columns 20-23, whose middle is (10.5, 21.5)."""
    grid = Grid((8, 8), (9.5, 19.5), (2.0, 4.0), (100, 100))
    assert grid.to_native(0, 0) == (10.5, 21.5)
    assert grid.from_native(*grid.to_native(3, 7)) == (3, 7)
    assert grid.pixel_area == 8


@pytest.mark.parametrize(("levels", "majority"), [(1, 1), (2, 1), (3, 2), (4, 2), (7, 4)])
def test_the_majority_is_at_least_half_of_the_readers(levels: int, majority: int) -> None:
    """Of three readers two; of seven four; of four two, since a tie counts."""
    assert _findings(levels).level_count == levels
    assert _findings(levels).majority == majority


def test_an_intake_with_a_crop_needs_a_region() -> None:
    assert not Intake(side=128, channels=1).needs_region
    assert Intake(side=128, channels=1, crop_px=96).needs_region
    assert Intake(side=128, channels=1, crop_mm=50).needs_region


def test_an_unreadable_file_is_named_with_its_reason() -> None:
    error = UnreadableFileError("scan.dcm", "it is empty (0 bytes)")
    assert str(error) == "Cannot open scan.dcm: it is empty (0 bytes)."


@pytest.mark.parametrize("error", [UnreadableFileError("a", "b"), RunCancelledError("The run was cancelled.")])
def test_errors_cross_a_process_boundary_whole(error: AppError) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert str(again) == str(error)
    assert vars(again) == vars(error)


def test_a_fused_mask_is_the_consensus_from_its_cut_on() -> None:
    consensus = np.array([[0.3, 0.35, 0.9]], np.float32)
    calibration = Calibration(
        consensus[None], consensus, 0.35, (1.0,), consensus[None].astype(np.float16), (0.0, 0.0), (0.0, 0.0)
    )
    assert calibration.mask.tolist() == [[False, True, True]]
    assert calibration.masks.tolist() == [[[False, False, True]]]
    assert calibration.readers == 1


def test_a_diversity_between_different_samples_leaves_out_pairs_with_oneself() -> None:
    """Three samples have nine pairs, three of them with themselves: 0.4 over all is 0.6 over the other six."""
    assert between_different(0.4, 3) == pytest.approx(0.6)
    assert between_different(0.0, 1) == 0
