"""Strips and films: every picture in its place, every intermediate step marked."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageSequence

from app.domain.errors import OutputError
from app.domain.result import Step
from app.domain.stack import Stack
from app.domain.view import View
from app.export.layout import MOST_SIDE, Look, Part, Size
from app.export.outcome import Outcome, outcome_of
from app.export.plate import output_shape
from app.export.png import export_png
from app.export.rows import RED
from app.export.strip import MOST_ACROSS, TILE_SIDE, export_film, export_levels, export_steps
from tests.export.studies import ct, photograph, result_of

GREY_FRAME = (128, 128, 128)


def with_steps(levels: int = 3) -> Outcome:
    case = photograph(100, 100)
    result = result_of(case, levels=levels)
    steps = {index: Step(index, 4, result.samples, (index + 1) / 4, result.grid) for index in range(4)}
    return outcome_of(case, result, steps)


def framed(picture: np.ndarray) -> bool:
    """Whether a tile has the grey frame of what is not a result along its left edge."""
    return bool((picture[40:-60, 2] == GREY_FRAME).all())


def test_all_steps_but_the_last_are_framed(tmp_path: Path) -> None:
    export_steps(with_steps(), View(), tmp_path / "steps.png")
    with Image.open(tmp_path / "steps.png") as picture:
        pixels, text = np.asarray(picture), picture.text  # type: ignore[attr-defined]
    tiles = [pixels[76:, 16 + place * (TILE_SIDE + 16) :][:, :TILE_SIDE] for place in range(4)]
    assert [framed(tile) for tile in tiles] == [True, True, True, False]
    assert text["StepShown"] == "1 to 4"
    assert (pixels[-2] == RED).all()


def test_a_film_has_a_frame_for_each_step_and_keeps_the_origin(tmp_path: Path) -> None:
    export_film(with_steps(), View(), tmp_path / "a.gif")
    with Image.open(tmp_path / "a.gif") as film:
        assert film.info["loop"] == 0
        assert b"Disclaimer: Not for diagnostic use" in film.info["comment"]
        assert b"ModelSHA256: 3fa9c2d17be0" in film.info["comment"]
        frames = [np.asarray(frame.convert("RGB")) for frame in ImageSequence.Iterator(film)]
    assert len(frames) == 4
    grey = [bool((np.abs(frame[60:400, 2].astype(int) - 128) < 8).all()) for frame in frames]
    assert grey == [True, True, True, False]


def test_each_level_has_its_picture(tmp_path: Path) -> None:
    export_levels(with_steps(levels=7), View(band=True, soft=True), tmp_path / "levels.png")
    with Image.open(tmp_path / "levels.png") as picture:
        assert picture.text["ConsensusLevel"] == "1 to 7 of 7"  # type: ignore[attr-defined]
        assert picture.width == 4 * (TILE_SIDE + 16) + 16  # seven in rows of at most five: four and three
        assert MOST_ACROSS == 5


@pytest.mark.parametrize("export", [export_steps, export_film])
def test_steps_that_are_not_held_any_more_are_told(export: object, tmp_path: Path) -> None:
    outcome = replace(with_steps(), steps={})
    with pytest.raises(OutputError, match="no longer held"):
        export(outcome, View(), tmp_path / "a")  # type: ignore[operator]
    assert not list(tmp_path.iterdir())


def test_a_picture_as_seen_has_the_size_that_was_asked_for(tmp_path: Path) -> None:
    case = photograph(120, 160)
    sizes = {}
    for name, size in {"native": Size(1.0), "double": Size(2.0), "side": Size(long_side=500)}.items():
        export_png(outcome_of(case, result_of(case)), View(), tmp_path / name, Look(composed=False, size=size))
        with Image.open(tmp_path / name) as picture:
            sizes[name] = picture.size
            assert picture.text["Disclaimer"] == "Not for diagnostic use"  # type: ignore[attr-defined]
    assert sizes == {"native": (160, 120), "double": (320, 240), "side": (500, 375)}


def test_no_picture_grows_beyond_its_limit() -> None:
    assert max(output_shape((4000, 6000), 1.0, Size(8.0))) == MOST_SIDE


def test_a_part_is_the_same_as_cut_out_of_the_whole(tmp_path: Path) -> None:
    """At native size, away from the marks in the corners and the edges of the part."""
    pixels = np.random.default_rng(3).normal(0, 100, (5, 600, 800, 1)).astype(np.float32)
    case = replace(ct(), pixels=Stack.of(pixels))
    case = replace(case, references=None)
    outcome = outcome_of(case, result_of(case, side=64))
    view = View(window=case.window, levels=frozenset({1, 2, 3}), band=False)
    part = Part(100, 200, 500, 700)
    for name, look in {"whole": Look(False, Size(1.0)), "part": Look(False, Size(1.0), part)}.items():
        export_png(outcome, view, tmp_path / name, look)
    whole, cut = (np.asarray(Image.open(tmp_path / name)).astype(int) for name in ("whole", "part"))
    inner = np.s_[60:-60, 120:-200]
    difference = np.abs(whole[100:500, 200:700] - cut)[inner]
    assert np.quantile(difference, 0.97) == 0  # lines are as wide as suits the picture's own size


def test_a_synthetic_case_is_marked_in_the_picture_itself(tmp_path: Path) -> None:
    pictures = []
    for synthetic in (True, False):
        case = ct(synthetic=synthetic)
        path = tmp_path / str(synthetic)
        export_png(outcome_of(case, result_of(case)), View(window=case.window), path, Look(composed=False))
        pictures.append(np.asarray(Image.open(path)).astype(int))
    marked = np.flatnonzero(np.abs(pictures[0] - pictures[1]).sum(axis=(1, 2)))
    assert marked.size
    assert marked.min() > pictures[0].shape[0] * 0.9
