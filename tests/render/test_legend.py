"""The legend says what is drawn, and nothing else."""

from dataclasses import replace

import numpy as np
import pytest

from app.domain.view import LevelStyle, View
from app.render import colours
from app.render.legend import Mark, legend, level_label, share_label
from app.render.overlay import layer
from app.render.scene import Scene
from app.render.strokes import strokes
from tests.render.scenes import blobs, calibration, disc, findings_of, whole_slice


@pytest.fixture(scope="module")
def scene() -> Scene:
    grid = whole_slice(90, 90, 48)
    findings = findings_of(blobs(grid, levels=7, count=25), grid)
    references = np.stack([disc(90, 90, (45, 45), 20)] * 2)
    return Scene(replace(findings, refined=findings.levels[3]), grid, references)


def test_the_band_is_explained_with_the_number_of_samples(scene: Scene) -> None:
    assert [(entry.text, entry.kind) for entry in legend(scene, View())] == [
        ("Core: in at least 90 % of 175 samples", Mark.LINE),
        ("Outer limit: in at least 10 % of samples", Mark.DASHED),
        ("Between them, ambiguous: samples differ", Mark.HATCH),
    ]


def test_levels_are_named_and_coloured_as_drawn(scene: Scene) -> None:
    view = View(band=False, levels=frozenset({7, 4}))
    assert [(entry.text, entry.colour, entry.kind) for entry in legend(scene, view)] == [
        ("Predicted: at least 4 of 7 readers", colours.level_colour(4, 7), Mark.LINE),
        ("Predicted: all 7 readers", colours.level_colour(7, 7), Mark.LINE),
    ]


def test_filled_levels_are_marked_as_fills(scene: Scene) -> None:
    (entry,) = legend(scene, View(band=False, levels=frozenset({1}), style=LevelStyle.FILL))
    assert entry.kind is Mark.FILL


def test_a_single_reader_is_not_counted() -> None:
    assert level_label(1, 1) == "The reader"


def test_soft_map_has_a_fixed_scale(scene: Scene) -> None:
    (entry,) = legend(scene, View(band=False, soft=True))
    assert entry.kind is Mark.RAMP
    assert "0 to 1" in entry.text


def test_readers_have_their_names_or_numbers(scene: Scene) -> None:
    view = View(references=True, hidden=True)
    assert [entry.text for entry in legend(scene, view)] == ["Drawn by reader 1", "Drawn by reader 2"]
    assert [entry.text for entry in legend(scene, view, ("A", "B"))] == ["Drawn by A", "Drawn by B"]


def test_the_swept_outline_says_how_many_samples_that_is(scene: Scene) -> None:
    """60 % of 175 samples are 105; where there is one level, a share is one of samples and not of readers."""
    (entry,) = legend(scene, View(band=False, share=0.6))
    assert entry.text == "At least 60 % of readers expected (105 of 175 samples)"
    assert entry.colour == colours.share_colour(0.6)
    assert share_label(0.05, 20, 1) == "at least 5 % of samples (1 of 20 samples)"


def test_calibrated_readers_are_called_so(scene: Scene) -> None:
    shown = replace(scene, calibration=calibration(scene))
    view = View(band=False, references=True, calibrated=True, expertness=1)
    assert [(entry.text, entry.kind) for entry in legend(shown, view, ("A", "B"))] == [
        ("Fused mask of the readers", Mark.LINE),
        ("Expertness of B, 0 to 1", Mark.RAMP),
        ("Calibrated: A", Mark.LINE),
        ("Calibrated: B", Mark.LINE),
    ]
    assert legend(shown, View(band=False, fused=False, expertness=7)) == ()
    drawn = [entry.text for entry in legend(shown, replace(view, hidden=True))]
    assert drawn == ["Drawn by reader 1", "Drawn by reader 2"]


def test_a_reader_who_is_not_drawn_is_not_named(scene: Scene) -> None:
    view = View(references=True, readers=frozenset({2}), hidden=True)
    assert [entry.text for entry in legend(scene, view)] == ["Drawn by reader 2"]


def test_refinement_is_named_where_there_is_one(scene: Scene) -> None:
    view = View(band=False, refined=True)
    assert [entry.text for entry in legend(scene, view)] == ["Majority refined by dense CRF"]
    assert legend(Scene(replace(scene.findings, refined=None), scene.grid), view) == ()


@pytest.mark.parametrize(
    "view",
    [View(band=False), View(levels=frozenset({9}), band=False), View(hidden=True, soft=True, levels=frozenset({1}))],
)
def test_where_nothing_is_drawn_nothing_is_explained(scene: Scene, view: View) -> None:
    assert strokes(scene, view) == ()
    assert not layer(scene, view, (90, 90)).any()
    assert legend(scene, view) == ()


def test_every_line_has_its_entry(scene: Scene) -> None:
    whole = replace(scene, calibration=calibration(scene))
    for calibrated in (False, True):
        view = View(levels=frozenset(range(1, 8)), references=True, refined=True, share=0.6, calibrated=calibrated)
        explained = {entry.colour for entry in legend(whole, view)}
        assert {line.colour for line in strokes(whole, view)} == explained
