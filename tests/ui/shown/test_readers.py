"""Several readers, before and after calibration."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.domain.case import References
from app.ui.choice import Choice
from app.ui.shown.reader_tiles import part_of
from app.ui.shown.reading_together import Readers
from app.ui.window import MainWindow
from tests.ui.studies import card, readers_of, series

Open = Callable[[], None]
READS = replace(card("calibrating"), takes_readers=True)


@pytest.fixture(name="readers")
def _readers(qtbot: QtBot, window: MainWindow, open_series: Open) -> Readers:
    """Return the feature after a run that calibrated two readers."""
    open_series()
    with qtbot.waitSignal(window.session.case_changed):
        window.session.open_references([Path("r_seg.nii.gz")])
    window.session.choose(window.session.choice.with_model(READS))
    with qtbot.waitSignal(window.session.run_finished):
        qtbot.keyClick(window.canvas, Qt.Key.Key_R)
    (readers,) = [each for each in window.features if isinstance(each, Readers)]
    return readers


def test_readers_are_calibrated_only_where_model_case_and_user_want_it() -> None:
    case = series()
    marked = replace(case, references=readers_of(case))
    one = replace(marked, references=replace(readers_of(case), names=("a",)))
    choice = Choice().with_model(READS)
    assert choice.options_for(marked).calibrate
    assert not choice.options_for(case).calibrate
    assert not choice.options_for(one).calibrate
    assert not replace(choice, calibrate=False).options_for(marked).calibrate
    assert not Choice().with_model(card()).options_for(marked).calibrate
    assert not Choice().can_calibrate(None)


def test_the_panel_offers_the_choice_to_models_that_take_readers(
    qtbot: QtBot, window: MainWindow, open_series: Open
) -> None:
    open_series()
    assert not window.model.start.isVisible()
    window.session.choose(window.session.choice.with_model(READS))
    assert window.model.start.isVisible()
    assert not window.model.start.isEnabled()
    assert window.model.start.currentText() == "Start from the image alone"
    with qtbot.waitSignal(window.session.case_changed):
        window.session.open_references([Path("r_seg.nii.gz")])
    assert window.model.start.isEnabled()
    assert window.model.start.currentText() == "Calibrate the readers' masks"
    window.model.start.setFocus()
    qtbot.keyClick(window.model.start, Qt.Key.Key_Down)
    window.model.start.activated.emit(1)
    assert not window.session.choice.calibrate


def test_the_reader_who_deviates_most_is_named(readers: Readers) -> None:
    """Expertness 0.9 and 0.3, as the made-up work gives them; both drew 400 pixels, the fused mask has 576."""
    assert readers.panel.isVisible()
    assert readers.panel.sentence.text() == (
        "Reader 2 deviates most: where the readers differ, a further reader would agree with it on 30 % of those "
        "pixels (the others: 90 %); it marks 31 % less than the fused mask."
    )
    assert [row.number.text() for row in readers.panel.rows] == ["0.90", "0.30"]
    assert readers.panel.fused_area.text() == "144 mm²"
    assert "0.300 as drawn, 0.100 calibrated" in readers.panel.lines[1].text()
    assert [tile.caption for tile in readers.tiles.tiles] == ["reader 1  ·  0.90", "reader 2  ·  0.30"]
    readers.tiles.grab()
    readers.panel.grab()


def _captions(readers: Readers) -> list[str]:
    return [tile.caption for tile in readers.tiles.tiles]


def _open(qtbot: QtBot, window: MainWindow, references: References | None) -> None:
    """Let other readers' masks be open, and wait until the run was looked at beside them."""
    with qtbot.waitSignal(window.session.runs.recounted):
        window.session.take_references(references)


def test_what_was_found_of_readers_is_not_shown_beside_other_readers(
    qtbot: QtBot, window: MainWindow, readers: Readers
) -> None:
    """Others' masks, one more reader and one reader less: nobody gets another one's number; the first ones get theirs.

    Names alone make no other reader.
    """
    case = window.session.case
    assert case is not None
    given = readers_of(case)
    other = replace(given, masks=np.roll(given.masks, 8, axis=-1))
    third = References((*given.names, "me"), np.concatenate([given.masks, given.masks[:1]]))
    single = References(given.names[:1], given.masks[:1])
    for references in (other, third, single, None):
        _open(qtbot, window, references)
        assert _captions(readers) == []
        assert readers.panel.isVisible()
        assert not readers.panel.details.isVisible()
        assert "Run again to calibrate them" in readers.panel.sentence.text()
        window.canvas.grab()
        _open(qtbot, window, replace(given, names=("A", "B")))
        assert _captions(readers) == ["A  ·  0.90", "B  ·  0.30"]
        assert readers.panel.details.isVisible()


def test_a_key_switches_between_before_and_after(qtbot: QtBot, window: MainWindow, readers: Readers) -> None:
    for after in (True, False):
        qtbot.keyClick(window.canvas, Qt.Key.Key_K)
        assert window.session.view.calibrated is after
        assert readers.panel.after.isChecked() is after
        window.canvas.grab()
    qtbot.keyClick(window.canvas, Qt.Key.Key_K, Qt.KeyboardModifier.ShiftModifier)
    assert not readers.panel.fused.isChecked()


def test_a_map_is_shown_by_its_button_or_its_tile_and_hidden_again(
    qtbot: QtBot, window: MainWindow, readers: Readers
) -> None:
    qtbot.mouseClick(readers.panel.rows[1].map, Qt.MouseButton.LeftButton)
    assert window.session.view.expertness == 1
    place = readers.tiles.rect().center()
    place.setX(place.x() // 2)
    qtbot.mouseClick(readers.tiles, Qt.MouseButton.LeftButton, pos=place)
    assert window.session.view.expertness == 0
    assert [row.map.isChecked() for row in readers.panel.rows] == [True, False]
    qtbot.mouseClick(readers.panel.rows[0].map, Qt.MouseButton.LeftButton)
    assert window.session.view.expertness is None


def test_the_tiles_follow_the_steps(window: MainWindow, readers: Readers) -> None:
    """The made-up calibrated square grows from 12 to 16 network pixels, which is 2 more pixels of the slice a side."""

    def reach() -> float:
        return float(readers.tiles.tiles[0].lines[-1].path.boundingRect().width())

    last = reach()
    window.session.show_step(0)
    assert last - reach() == pytest.approx(8)


def test_without_calibration_there_are_no_readers_to_see(qtbot: QtBot, window: MainWindow, readers: Readers) -> None:
    window.session.choose(replace(window.session.choice, calibrate=False))
    with qtbot.waitSignal(window.session.run_finished):
        qtbot.keyClick(window.canvas, Qt.Key.Key_R)
    assert readers.tiles.isHidden()
    assert readers.panel.isHidden()


def test_a_tile_shows_what_lies_around_all_masks() -> None:
    """Rows 20 to 43 and a margin of a quarter of 23, but not less than 12 pixels; all of an unmarked slice."""
    masks = readers_of(series()).masks[:, 0]
    assert part_of(masks) == (8, 56, 8, 52)
    assert part_of(np.zeros_like(masks)) == (0, 64, 0, 64)
