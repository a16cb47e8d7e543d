"""Measuring with the mouse on a series of 64 x 64 pixels of 0.5 mm."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from app.domain.measure import Kind
from app.ui.reading.measuring import Measuring
from app.ui.window import MainWindow
from tests.ui.hands import move_with, sentences, turn
from tests.ui.reading.places import LEFT, at, click, drag_over

Open = Callable[[], None]
SHIFT = Qt.KeyboardModifier.ShiftModifier


def measuring(window: MainWindow) -> Measuring:
    return next(feature for feature in window.features if isinstance(feature, Measuring))


def said(window: MainWindow) -> list[str]:
    bench = measuring(window).bench
    return [bench.words(found)[0] for found in bench.all]


def listed(window: MainWindow) -> list[str]:
    rows = measuring(window).list.rows
    return [rows.item(row).text() for row in range(rows.count())]


def test_a_drag_measures_a_distance_and_gives_the_mouse_back(
    qtbot: QtBot, window: MainWindow, open_series: Open
) -> None:
    open_series()
    camera = window.canvas.camera
    qtbot.keyClick(window.canvas, Qt.Key.Key_D)
    drag_over(qtbot, window, (20, 10), (20, 50))
    (found,) = window.session.view.measurements
    assert (found.kind, found.slice_index) == (Kind.DISTANCE, 2)
    assert float(said(window)[0].split()[0]) == pytest.approx(20, abs=0.2)  # 40 columns of 0.5 mm
    assert window.canvas.tool is None
    assert window.canvas.camera == camera


def test_clicks_do_the_same_as_a_drag(qtbot: QtBot, window: MainWindow, open_series: Open) -> None:
    open_series()
    qtbot.keyClick(window.canvas, Qt.Key.Key_D)
    click(qtbot, window, (20, 10))
    assert window.session.view.measurements == ()
    click(qtbot, window, (20, 50))
    assert said(window)[0].endswith(" mm")


def test_an_angle_is_a_drag_and_a_click(qtbot: QtBot, window: MainWindow, open_series: Open) -> None:
    open_series()
    qtbot.keyClick(window.canvas, Qt.Key.Key_A)
    drag_over(qtbot, window, (10, 10), (40, 10))
    click(qtbot, window, (40, 40))
    assert float(said(window)[0].removesuffix("°")) == pytest.approx(90, abs=1)


def test_the_second_diameter_is_at_right_angles(qtbot: QtBot, window: MainWindow, open_series: Open) -> None:
    open_series()
    qtbot.keyClick(window.canvas, Qt.Key.Key_D, SHIFT)
    drag_over(qtbot, window, (30, 10), (30, 50))
    drag_over(qtbot, window, (20, 30), (40, 37))
    long, short = said(window)[0].removesuffix(" mm").split(" × ")
    assert (float(long), float(short)) == pytest.approx((20, 10), abs=0.2)
    (found,) = window.session.view.measurements
    assert found.places[3][1] == pytest.approx(found.places[2][1])


def test_an_area_is_drawn_freehand_or_corner_by_corner(qtbot: QtBot, window: MainWindow, open_series: Open) -> None:
    """A square of 20 x 20 pixels of 0.25 mm², and half of it; every pixel of slice 3 has the value 2."""
    open_series()
    corners = (20.0, 20.0), (20.0, 40.0), (40.0, 40.0), (40.0, 20.0)
    qtbot.keyClick(window.canvas, Qt.Key.Key_A, SHIFT)
    drag_over(qtbot, window, *corners)
    qtbot.keyClick(window.canvas, Qt.Key.Key_A, SHIFT)
    for corner in corners[:3]:
        click(qtbot, window, corner)
    qtbot.mouseDClick(window.canvas, LEFT, pos=at(window, corners[2]))
    assert [float(area.split()[0]) for area in said(window)] == pytest.approx([100, 50], rel=0.03)
    bench = measuring(window).bench
    assert {bench.words(found)[1] for found in bench.all} == {"mean 2.0 ± 0.0 HU"}


def test_the_first_corner_closes_an_outline(qtbot: QtBot, window: MainWindow, open_series: Open) -> None:
    open_series()
    qtbot.keyClick(window.canvas, Qt.Key.Key_A, SHIFT)
    for corner in ((20, 20), (20, 40), (40, 40), (20, 20)):
        click(qtbot, window, corner)
    assert float(said(window)[0].split()[0]) == pytest.approx(50, rel=0.03)
    assert window.canvas.tool is None


def test_an_ellipse_fills_its_box(qtbot: QtBot, window: MainWindow, open_series: Open) -> None:
    """20 x 10 mm: pi / 4 x 200 = 157 mm²."""
    open_series()
    qtbot.keyClick(window.canvas, Qt.Key.Key_E)
    drag_over(qtbot, window, (20, 10), (40, 50))
    assert float(said(window)[0].split()[0]) == pytest.approx(157, rel=0.03)


def test_a_picture_without_a_scale_is_measured_in_pixels(qtbot: QtBot, window: MainWindow) -> None:
    with qtbot.waitSignal(window.session.case_changed):
        window.session.open_study(Path("lesion.jpg"))
    qtbot.keyClick(window.canvas, Qt.Key.Key_D)
    drag_over(qtbot, window, (20, 10), (20, 50))
    assert said(window)[0].endswith(" px")


def test_a_pinned_point_keeps_its_value_and_counts_the_samples(qtbot: QtBot, ran: MainWindow) -> None:
    qtbot.keyClick(ran.canvas, Qt.Key.Key_V)
    click(qtbot, ran, (32, 32))
    bench = measuring(ran).bench
    assert bench.words(bench.all[0]) == ("2 HU", "inside 6 of 6 samples")
    qtbot.keyPress(ran.canvas, Qt.Key.Key_H)
    hidden = bench.words(bench.all[0])
    qtbot.keyRelease(ran.canvas, Qt.Key.Key_H)
    assert hidden == ("2 HU",)


def test_nothing_is_measured_without_a_length(qtbot: QtBot, window: MainWindow, open_series: Open) -> None:
    open_series()
    qtbot.keyClick(window.canvas, Qt.Key.Key_D)
    click(qtbot, window, (20, 10))
    click(qtbot, window, (20, 10))
    assert window.session.view.measurements == ()


def test_escape_puts_the_tool_down(qtbot: QtBot, window: MainWindow, open_series: Open) -> None:
    open_series()
    qtbot.keyClick(window.canvas, Qt.Key.Key_D)
    click(qtbot, window, (20, 10))
    in_hand = window.canvas.tool
    qtbot.keyClick(window.canvas, Qt.Key.Key_Escape)
    assert in_hand is not None
    assert window.canvas.tool is None
    assert window.session.view.measurements == ()


def test_scrolling_gives_up_what_is_half_drawn(qtbot: QtBot, window: MainWindow, open_series: Open) -> None:
    open_series()
    qtbot.keyClick(window.canvas, Qt.Key.Key_D)
    click(qtbot, window, (20, 10))
    turn(window, -1)
    assert window.canvas.tool is None


def test_a_handle_moves_one_end_and_the_line_moves_all(qtbot: QtBot, window: MainWindow, open_series: Open) -> None:
    open_series()
    qtbot.keyClick(window.canvas, Qt.Key.Key_D)
    drag_over(qtbot, window, (20, 10), (20, 50))
    drag_over(qtbot, window, (20, 50), (20, 30))
    assert float(said(window)[0].split()[0]) == pytest.approx(10, abs=0.2)
    drag_over(qtbot, window, (20, 20), (40, 25))
    (found,) = window.session.view.measurements
    assert found.places[0] == pytest.approx((40, 15), abs=0.3)
    assert found.places[1] == pytest.approx((40, 35), abs=0.3)


def test_a_click_chooses_a_measurement_and_moves_nothing(qtbot: QtBot, ran: MainWindow) -> None:
    qtbot.keyClick(ran.canvas, Qt.Key.Key_M, SHIFT)
    before = ran.session.view.measurements
    bench, middle = measuring(ran).bench, before[0].places[0]
    bench.choose(None)
    start = at(ran, ((middle[0] + before[0].places[1][0]) / 2, (middle[1] + before[0].places[1][1]) / 2))
    qtbot.mousePress(ran.canvas, LEFT, pos=start)
    move_with(ran.canvas, LEFT, start + QPoint(1, 1))
    qtbot.mouseRelease(ran.canvas, LEFT, pos=start + QPoint(1, 1))
    assert ran.session.view.measurements == before
    assert bench.chosen == before[0]


def test_the_mouse_shows_what_can_be_taken_hold_of(qtbot: QtBot, window: MainWindow, open_series: Open) -> None:
    open_series()
    qtbot.keyClick(window.canvas, Qt.Key.Key_D)
    drag_over(qtbot, window, (20, 10), (20, 50))
    shapes = []
    for row in (20, 40):
        nothing = Qt.MouseButton.NoButton
        move_with(window.canvas, nothing, at(window, (row, 30)))
        shapes.append(window.canvas.cursor().shape())
    assert shapes == [Qt.CursorShape.PointingHandCursor, Qt.CursorShape.ArrowCursor]


def test_the_picture_still_moves_where_nothing_was_measured(
    qtbot: QtBot, window: MainWindow, open_series: Open
) -> None:
    open_series()
    qtbot.keyClick(window.canvas, Qt.Key.Key_D)
    drag_over(qtbot, window, (20, 10), (20, 50))
    camera = window.canvas.camera
    drag_over(qtbot, window, (50, 10), (55, 30))
    assert window.canvas.camera != camera
    assert measuring(window).bench.chosen is None


def test_delete_takes_the_chosen_one_and_it_can_be_had_back(
    qtbot: QtBot, window: MainWindow, open_series: Open
) -> None:
    open_series()
    qtbot.keyClick(window.canvas, Qt.Key.Key_D)
    drag_over(qtbot, window, (20, 10), (20, 50))
    before = window.session.view.measurements
    qtbot.keyClick(window.canvas, Qt.Key.Key_Delete)
    assert window.session.view.measurements == ()
    assert sentences(window) == ["The measurement was deleted."]
    qtbot.mouseClick(measuring(window).list.undo_button, LEFT)
    assert window.session.view.measurements == before


def test_measurements_can_be_hidden_and_come_back_with_the_next(
    qtbot: QtBot, window: MainWindow, open_series: Open
) -> None:
    open_series()
    bare = window.canvas.grab().toImage()
    qtbot.keyClick(window.canvas, Qt.Key.Key_D)
    drag_over(qtbot, window, (20, 10), (20, 50))
    with_line = window.canvas.grab().toImage()
    qtbot.keyClick(window.canvas, Qt.Key.Key_V, SHIFT)
    window.canvas.pixel_text = ""
    assert window.canvas.grab().toImage() == bare != with_line
    qtbot.keyClick(window.canvas, Qt.Key.Key_V)
    click(qtbot, window, (32, 32))
    assert len(window.session.view.shown_measurements) == 2


def test_the_outline_of_a_model_is_measured_until_another_replaces_it(qtbot: QtBot, ran: MainWindow) -> None:
    """The last step's square of 20 x 20 network pixels is 20 mm wide and high: 20 x sqrt(2) = 28.3 both ways."""
    qtbot.keyClick(ran.canvas, Qt.Key.Key_M, SHIFT)
    (found,) = ran.session.view.measurements
    assert found.of == "at least 2 of 3 readers"
    assert said(ran) == ["28.3 × 28.3 mm"]
    qtbot.keyPress(ran.canvas, Qt.Key.Key_H)
    hidden = ran.session.view.shown_measurements
    qtbot.keyRelease(ran.canvas, Qt.Key.Key_H)
    assert hidden == ()
    with qtbot.waitSignal(ran.session.run_finished):
        qtbot.keyClick(ran.canvas, Qt.Key.Key_R)
    assert ran.session.view.measurements == ()


def test_there_is_no_outline_to_measure_before_a_run(qtbot: QtBot, window: MainWindow, open_series: Open) -> None:
    open_series()
    qtbot.keyClick(window.canvas, Qt.Key.Key_M, SHIFT)
    assert "Run a model on this slice first" in sentences(window)[0]
