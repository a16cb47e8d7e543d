"""Sweeping one outline from liberal to conservative."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.domain.view import View
from app.ui.shown import sweep
from app.ui.window import MainWindow
from tests.ui.studies import card


@pytest.mark.parametrize(
    ("view", "levels", "by", "expected"),
    [
        (View(levels=frozenset({4})), 7, 1, View(levels=frozenset({5}))),
        (View(levels=frozenset({7})), 7, 1, View(levels=frozenset({7}))),
        (View(levels=frozenset({1})), 7, -1, View(levels=frozenset({1}))),
        (View(levels=frozenset({1, 7})), 7, 1, View(levels=frozenset({4}))),
        (View(), 3, -1, View(levels=frozenset({2}))),
        (View(share=0.6), 7, 1, View(share=0.65)),
        (View(share=1.0), 7, 1, View(share=1.0)),
        (View(share=0.05), 7, -1, View(share=0.05)),
        (View(levels=frozenset({1})), 1, 1, View(share=0.55)),
    ],
)
def test_a_step_of_the_sweep_goes_one_level_or_five_per_cent_on(
    view: View, levels: int, by: int, expected: View
) -> None:
    """Held at its ends; from several levels it starts in the middle; a single level is swept by samples."""
    assert sweep.moved(view, levels, by) == expected


@pytest.mark.parametrize(
    ("levels", "level", "share", "back"),
    [(7, 4, 0.5, 4), (3, 3, 0.85, 3), (7, 1, 0.05, 1)],
)
def test_the_finer_scale_starts_where_the_coarse_one_was_and_back(
    levels: int, level: int, share: float, back: int
) -> None:
    """Level 4 of 7 is (4 - 1/2) / 7 = 50 % of all samples."""
    fine = sweep.refined(View(levels=frozenset({level})), levels, fine=True)
    assert fine == View(share=share)
    assert sweep.refined(fine, levels, fine=False) == View(levels=frozenset({back}))


def test_keys_sweep_from_liberal_to_conservative(qtbot: QtBot, ran: MainWindow) -> None:
    """The majority of three readers is two; the areas fall as the level rises."""
    assert ran.session.view.levels == {2}
    qtbot.keyClick(ran.canvas, ">")
    assert ran.session.view.levels == {3}
    assert ran.levels.sweep.text.text().startswith("All 3 readers: ")
    for _ in range(3):
        qtbot.keyClick(ran.canvas, "<")
    assert ran.session.view.levels == {1}
    assert ran.levels.sweep.text.text().startswith("At least 1 of 3 readers: ")
    assert ran.levels.rows[0].check.isChecked()
    assert not ran.levels.rows[2].check.isChecked()


def test_the_slider_sweeps_with_mouse_and_arrows(qtbot: QtBot, ran: MainWindow) -> None:
    slider = ran.levels.sweep.slider
    slider.setFocus()
    qtbot.keyClick(slider, Qt.Key.Key_End)
    assert ran.session.view.levels == {3}
    qtbot.keyClick(slider, Qt.Key.Key_Left)
    assert ran.session.view.levels == {2}


def test_the_finer_scale_counts_samples(qtbot: QtBot, ran: MainWindow) -> None:
    """Three levels of two samples are six; each is the same square of 20 x 20 network pixels of 1 x 1 mm."""
    qtbot.mouseClick(ran.levels.sweep.fine, Qt.MouseButton.LeftButton, pos=ran.levels.sweep.fine.rect().center() / 4)
    assert ran.session.view.share == 0.5
    text = ran.levels.sweep.text.text()
    assert text == "At least 50 % of readers expected (3 of 6 samples): 400 mm²"
    qtbot.keyClick(ran.canvas, ">")
    assert ran.session.view.share == 0.55
    ran.canvas.grab()
    qtbot.mouseClick(ran.levels.sweep.fine, Qt.MouseButton.LeftButton, pos=ran.levels.sweep.fine.rect().center() / 4)
    assert sweep.place(ran.session.view, 3) == 2
    assert sweep.places(ran.session.view, 3) == 3


def test_without_a_run_the_place_is_named_without_an_area(window: MainWindow) -> None:
    levels = window.levels
    levels.set_levels(3, View(share=0.6), None, None)
    assert levels.sweep.text.text() == "At least 60 % of all samples"
    levels.set_levels(3, View(levels=frozenset({1, 2})), None, None)
    assert levels.sweep.text.text() == "Move the slider to show one level at a time."
    levels.set_levels(0, View(), None, None)
    assert levels.sweep.text.text() == ""
    assert not levels.sweep.slider.isEnabled()


def test_a_single_reader_is_swept_by_samples_only(window: MainWindow) -> None:
    session = window.session
    session.choose(session.choice.with_model(card("lesion", readers=1)))
    assert window.levels.sweep.fine.isChecked()
    assert not window.levels.sweep.fine.isEnabled()
    session.set_view(replace(session.view, share=None))
    assert window.levels.sweep.slider.maximum() == sweep.PARTS
