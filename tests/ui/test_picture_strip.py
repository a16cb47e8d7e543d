"""The strip of what a system looked at on the way, and the names of its steps."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from app.domain.grid import Grid
from app.domain.result import Options, Step
from app.ui.frames import Run
from app.ui.jobs import frame_of
from app.ui.picture_strip import PictureStrip
from app.ui.step_bar import StepBar
from tests.ui.studies import SIDE, card, square

GRID = Grid((SIDE, SIDE), (-0.5, -0.5), (1.0, 1.0), (SIDE, SIDE))


def _run(pictures: bool = True) -> Run:
    """Return a run of three steps named 60, 70 and 80, each with what it looked at and what came out."""
    run = Run(0, card(), Options(2, 3))
    for index in range(3):
        shown = {"original": np.ones((3, SIDE, SIDE), np.float32), "output": np.zeros((SIDE, SIDE), np.float32)}
        step = Step(index, 3, square(8 + index, 2), 1.0, GRID, (), str(60 + 10 * index), shown if pictures else {})
        run.frames[index] = frame_of(step, None)
    return run


@pytest.fixture(name="strip")
def _strip(qtbot: QtBot) -> PictureStrip:
    strip = PictureStrip()
    qtbot.addWidget(strip)
    strip.resize(600, strip.sizeHint().height())
    return strip


def test_the_shown_steps_pictures_stand_above_what_came_out_of_every_step(strip: PictureStrip) -> None:
    run = _run()
    strip.set_run(run, run.frames[1])
    assert [[tile.caption for tile in row] for row in strip.rows] == [["original", "output"], ["60", "70", "80"]]
    assert [tile.is_shown for tile in strip.rows[1]] == [False, True, False]
    assert "original, output, 60, 70, 80" in strip.accessibleName()
    pixels = strip.grab().toImage()
    assert pixels.pixelColor(150, 30).lightness() > 250
    assert pixels.pixelColor(450, 30).lightness() < 5


def test_a_click_on_an_output_goes_to_its_step(qtbot: QtBot, strip: PictureStrip) -> None:
    run = _run()
    strip.set_run(run, run.frames[0])
    with qtbot.waitSignal(strip.step_chosen) as chosen:
        qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=QPoint(500, 115))
    assert chosen.args == [2]
    with qtbot.assertNotEmitted(strip.step_chosen):
        qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=QPoint(150, 30))


@pytest.mark.parametrize("why", ["no run", "no pictures", "hidden"])
def test_the_strip_takes_no_place_without_pictures(strip: PictureStrip, why: str) -> None:
    run = _run(pictures=why != "no pictures")
    strip.set_run(None if why == "no run" else run, run.frames[0], hidden=why == "hidden")
    assert strip.rows == ()
    assert strip.isHidden()


def test_the_step_slider_names_steps_as_their_system_does(qtbot: QtBot) -> None:
    """60 to 80, and plain numbers for systems that name none."""
    bar = StepBar()
    qtbot.addWidget(bar)
    run = _run()
    bar.set_run(run, run.frames[1])
    assert bar.state.text() == "Step 70, computing …"
    for frame in run.frames.values():
        assert frame.step is not None
        run.frames[frame.index] = replace(frame, step=replace(frame.step, label=""))
    bar.set_run(run, run.frames[1])
    assert bar.state.text() == "Step 2 of 3, computing …"
