"""Pointing at what a region model is to outline: by a click, a box or keys."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from app.domain.case import Modality
from app.domain.geometry import Geometry
from app.domain.model import Intake
from app.ui.choice import Choice
from app.ui.region import Target, middle_of, outgrown, target_of
from app.ui.window import MainWindow
from tests.ui.hands import move_with, sentences
from tests.ui.studies import card, photograph, series

NODULE = card("nodule", Modality.CT, crop_px=24)


def test_the_square_is_the_models_crop() -> None:
    """24 pixels of the slice, whatever its spacing; in millimetres only where there are any: 16 mm at 0.5 mm are 32."""
    assert target_of(Choice(NODULE), series()) == Target((24, 24))
    in_mm = replace(NODULE, intake=Intake(32, 1, crop_mm=16))
    assert target_of(Choice(in_mm), series()) == Target((32, 32))
    assert target_of(Choice(in_mm), photograph()) is None


def test_the_square_is_square_in_millimetres() -> None:
    """Rows of 1 mm and columns of 0.5 mm: 24 columns are 12 mm, and so are 12 rows."""
    case = replace(series(), geometry=Geometry(spacing_mm=(1.0, 1.0, 0.5), in_plane_known=True))
    assert target_of(Choice(NODULE), case) == Target((12, 24))


def test_a_model_of_the_whole_slice_has_no_square() -> None:
    assert target_of(Choice(card()), series()) is None
    assert target_of(Choice(NODULE), None) is None


def test_a_box_stands_for_its_middle_and_says_if_it_is_too_large() -> None:
    assert middle_of(((10, 30), (20, 10))) == (15, 20)
    assert outgrown(((10, 30), (20, 10)), Target((24, 24))) == ""
    assert "larger than the square" in outgrown(((0, 0), (30, 10)), Target((24, 24)))


@pytest.fixture(name="aimed")
def _aimed(window: MainWindow, open_series: Callable[[], None]) -> MainWindow:
    """Return the window with a series open and a region model chosen."""
    open_series()
    window.session.choose(replace(window.session.choice, card=NODULE))
    return window


def _screen(window: MainWindow, row: float, column: float) -> QPoint:
    assert window.canvas.camera is not None
    x, y = window.canvas.camera.to_screen(row, column)
    return QPoint(round(x), round(y))


def test_the_user_is_told_to_point_and_sees_where(qtbot: QtBot, aimed: MainWindow) -> None:
    assert aimed.canvas.cursor().shape() is Qt.CursorShape.CrossCursor
    qtbot.mouseMove(aimed.canvas, _screen(aimed, 30, 30))
    picture = aimed.canvas.grab().toImage()
    corner = _screen(aimed, 18, 18)
    found = {picture.pixelColor(corner.x() + shift, corner.y()).name() for shift in range(12)}
    assert len(found) > 1  # the dashes of the square that follows the pointer
    aimed.session.choose(replace(aimed.session.choice, card=card()))
    assert aimed.canvas.cursor().shape() is Qt.CursorShape.ArrowCursor


def test_a_click_places_the_square_and_keys_move_it(qtbot: QtBot, aimed: MainWindow) -> None:
    qtbot.mouseClick(aimed.canvas, Qt.MouseButton.LeftButton, pos=_screen(aimed, 30, 20))
    target = aimed.canvas.target
    assert target is not None
    assert target.centre == pytest.approx((30, 20), abs=0.2)
    qtbot.keyClick(aimed, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    qtbot.keyClick(aimed, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert aimed.session.choice.region == pytest.approx((31.5, 18.5), abs=0.2)  # a sixteenth of 24 pixels
    aimed.canvas.grab()


def test_the_keyboard_alone_is_enough(qtbot: QtBot, aimed: MainWindow) -> None:
    qtbot.keyClick(aimed, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert aimed.session.choice.region is None
    qtbot.keyClick(aimed, Qt.Key.Key_P)
    assert aimed.session.choice.region == pytest.approx((31.5, 31.5))
    with qtbot.waitSignal(aimed.session.run_finished):
        qtbot.keyClick(aimed, Qt.Key.Key_R)


@pytest.mark.parametrize(("reach", "told"), [(8, 0), (20, 1)])
def test_a_box_is_dragged_with_shift(qtbot: QtBot, aimed: MainWindow, reach: int, told: int) -> None:
    first, last = _screen(aimed, 32 - reach, 30 - reach), _screen(aimed, 32 + reach, 30 + reach)
    before = aimed.canvas.camera
    qtbot.mousePress(aimed.canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier, first)
    for place in (first + QPoint(9, 9), last):
        move_with(aimed.canvas, Qt.MouseButton.LeftButton, place)
    aimed.canvas.grab()
    qtbot.mouseRelease(aimed.canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier, last)
    assert aimed.session.choice.region == pytest.approx((32, 30), abs=0.3)
    assert aimed.canvas.camera == before  # the picture stays where it is
    assert len(sentences(aimed)) == told


def test_a_place_beyond_the_picture_is_held_on_it(aimed: MainWindow) -> None:
    aimed.session.point_at(-5, 1000)
    assert aimed.session.choice.region == (0, 63)


def test_pointing_without_a_case_does_nothing(window: MainWindow) -> None:
    window.session.choose(replace(window.session.choice, card=NODULE))
    window.session.point_at(3, 3)
    window.canvas.point_at_middle()
    assert window.session.choice.region is None
