"""The words around the picture."""

from dataclasses import replace

import numpy as np
import pytest

from app.domain.case import Case, Modality, Window
from app.domain.geometry import Geometry
from app.domain.grid import Grid
from app.domain.scale import with_scale
from app.domain.stack import Stack
from app.domain.view import View
from app.postprocess.agreement import find
from app.ui import readout
from app.ui.frames import Frame
from tests.ui.studies import SIDE, card, photograph, series, square

CORONAL = ((0.0, 1.0, 0.0), (0.0, 0.0, -1.0), (1.0, 0.0, 0.0))
SAGITTAL = ((1.0, 0.0, 0.0), (0.0, 0.0, -1.0), (0.0, 1.0, 0.0))


def _frame() -> Frame:
    """Return findings whose two samples agree on a square from 12 to 19 of 32 and differ up to 8 and 23."""
    estimate = square(8, 2)
    estimate[:, 0] = square(4, 1)[:, 0]
    grid = Grid((SIDE, SIDE), (-0.5, -0.5), (2.0, 2.0), (64, 64))
    return Frame(2, 3, find(estimate, grid), grid, 6, final=True)


def test_slices_are_counted_from_one_and_named_by_their_plane() -> None:
    assert readout.slice_text(series(48), 11) == "Axial 12 / 48"


def test_a_single_picture_has_no_slice_text() -> None:
    assert readout.slice_text(photograph(), 0) == ""


@pytest.mark.parametrize(
    ("directions", "plane", "letters"),
    [
        (Geometry().directions, "Axial", ("R", "L", "A", "P")),  # LPS: x grows to the left, y to the back
        (CORONAL, "Coronal", ("R", "L", "S", "I")),
        (SAGITTAL, "Sagittal", ("A", "P", "S", "I")),
    ],
)
def test_planes_and_edges_follow_the_patient(
    directions: tuple[tuple[float, float, float], ...], plane: str, letters: tuple[str, ...]
) -> None:
    geometry = Geometry(directions=directions, orientation_known=True)
    assert readout.plane(geometry) == plane
    assert readout.edge_letters(geometry) == letters


def test_an_oblique_edge_gets_two_letters() -> None:
    slanted = ((0.0, 0.0, 1.0), (-0.6, 0.8, 0.0), (0.8, 0.6, 0.0))
    geometry = Geometry(directions=slanted, orientation_known=True)
    assert readout.edge_letters(geometry) == ("RA", "LP", "AL", "PR")


def test_unsafe_geometry_names_no_side_and_no_millimetre() -> None:
    unsafe = replace(series(), geometry=Geometry())
    assert readout.edge_letters(unsafe.geometry) == ("", "", "", "")
    assert readout.slice_text(unsafe, 0) == "Slice 1 / 5"
    assert readout.size_text(unsafe) == "64 × 64 px, size not calibrated"
    assert readout.area_text(1234, unsafe.geometry) == "1\u2009234 px"


def test_the_size_of_a_pixel_is_no_orientation() -> None:
    """A radiograph or an NRRD with spacings alone does not say where the patient's right is."""
    sized = replace(series(), geometry=replace(series().geometry, orientation_known=False))
    assert readout.edge_letters(sized.geometry) == ("", "", "", "")
    assert readout.slice_text(sized, 0) == "Slice 1 / 5"
    assert readout.position_text(sized.geometry, 2, (10, 20)) == ""
    assert readout.size_text(sized) == "64 × 64 px of 0.5 mm"


def test_known_geometry_measures_in_millimetres() -> None:
    case = series()
    assert readout.size_text(case) == "64 × 64 px of 0.5 mm"
    assert readout.area_text(1000, case.geometry) == "250 mm²"  # 1000 x 0.5 mm x 0.5 mm
    assert readout.spread_text(1000, 40, case.geometry) == "250 ± 10 mm²"
    assert readout.spread_text(10, 2, case.geometry) == "2.5 ± 0.5 mm²"
    assert readout.spread_text(80_000, 4_400, case.geometry) == "20\u2009000 ± 1\u2009100 mm²"


def test_pixels_that_are_not_square_say_both_sides() -> None:
    case = replace(series(), geometry=Geometry(spacing_mm=(1.0, 2.0, 0.5), in_plane_known=True))
    assert readout.size_text(case) == "64 × 64 px of 0.5 × 2 mm"


def test_window_text_has_the_unit() -> None:
    assert readout.window_text(series(), View(window=Window(40, 400))) == "W 400   L 40 HU"
    assert readout.window_text(photograph(), View()) == ""


def test_a_pixel_says_place_value_and_agreement() -> None:
    text = readout.pixel_text(series(), View(slice_index=3), _frame(), 32.0, 32.0)
    said = ("row 33, column 33", "3 HU", "inside 6 of 6 samples", "level 3 of 3", "L 16.0  P 16.0  S 9.0 mm")
    assert text == "   ·   ".join(said)


def test_a_place_in_the_patient_is_said_where_it_is_known() -> None:
    """Slice 2, row 10, column 20 of 3 x 0.5 x 0.5 mm from (-50, 8, -100) on: x -40, y 13, z -94."""
    geometry = replace(series().geometry, origin_mm=(-50.0, 8.0, -100.0))
    assert readout.position_text(geometry, 2, (10, 20)) == "R 40.0  P 13.0  I 94.0 mm"
    assert readout.position_text(replace(geometry, slices_known=False), 2, (10, 20)) == ""


def test_a_scale_that_the_reader_marked_is_called_so_and_names_no_side() -> None:
    case = with_scale(photograph(), (0, 0), (0, 40), 10)
    assert readout.size_text(case) == "80 × 60 px of 0.25 mm, marked by the reader"
    assert readout.edge_letters(case.geometry) == ("", "", "", "")
    assert readout.area_text(160, case.geometry) == "10 mm²"


def test_where_samples_differ_the_share_is_said() -> None:
    text = readout.pixel_text(series(), View(), _frame(), 20.0, 32.0)  # network row 10: only in the larger square
    assert "inside 3 of 6 samples" in text


def test_hidden_findings_are_not_said_either() -> None:
    assert "samples" not in readout.pixel_text(series(), View(hidden=True), _frame(), 32.0, 32.0)


def test_outside_the_picture_there_is_nothing_to_say() -> None:
    assert readout.pixel_text(series(), View(), None, -3.0, 10.0) == ""


def test_a_colour_pixel_says_its_three_parts() -> None:
    assert readout.pixel_text(photograph(), View(), None, 0.0, 0.0) == "row 1, column 1   ·   RGB 200 160 150"


def test_beyond_the_networks_grid_nothing_is_said_of_samples() -> None:
    frame = replace(_frame(), grid=Grid((SIDE, SIDE), (9.5, 9.5), (1.0, 1.0), (64, 64)))
    assert "samples" not in readout.pixel_text(series(), View(), frame, 2.0, 2.0)


@pytest.mark.parametrize(
    ("level", "of", "text"),
    [(4, 7, "at least 4 of 7"), (7, 7, "all 7 readers"), (1, 1, "the reader")],
)
def test_levels_are_named_in_plain_words(level: int, of: int, text: str) -> None:
    assert readout.level_text(level, of) == text


def test_simulated_readers_are_called_so() -> None:
    assert readout.readers_text(replace(card(readers=7), simulated_readers=True)) == "7 readers (simulated)"
    assert readout.readers_text(card(readers=1)) == "1 reader"


def test_a_model_of_another_modality_is_warned_of() -> None:
    assert readout.mismatch_text(card(), series()) == ""
    skin = card("skin", Modality.DERMOSCOPY)
    expected = "Trained on dermoscopy pictures, but the open image is a CT image: expect wrong outlines."
    assert readout.mismatch_text(skin, series()) == expected


@pytest.mark.parametrize(
    ("progress", "elapsed", "text"),
    [
        (0.01, 5.0, "estimating the time left …"),
        (0.25, 4.0, "about 12 s left"),
        (0.9, 4.0, "less than 1 s left"),
        (0.1, 60.0, "about 9 min left"),
    ],
)
def test_time_left_follows_the_share_done(progress: float, elapsed: float, text: str) -> None:
    assert readout.time_left_text(progress, elapsed) == text


def test_values_without_a_unit_stand_alone() -> None:
    case = Case("a", Stack.of(np.full((1, 4, 4, 1), 0.25, np.float32)), Modality.OTHER)
    assert readout.value_text(case, 0, (0, 0)) == "0.25"
    assert readout.modality_text(case) == "Other picture"


def test_a_run_that_settled_early_says_so() -> None:
    """Seventeen drawn of the twenty-five asked for; all of them need no word."""
    assert readout.samples_text(17, 25) == "17 of 25 (settled)"
    assert readout.samples_text(25, 25) == "25"
