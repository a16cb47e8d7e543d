"""The legend on the picture."""

from dataclasses import replace

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from app.render.legend import LegendEntry, Mark
from app.ui.shown.key import LegendBox, paint_legend
from app.ui.window import MainWindow


def box_of(window: MainWindow) -> LegendBox:
    (box,) = [each for each in window.features if isinstance(each, LegendBox)]
    return box


def test_what_is_drawn_is_explained_on_the_picture(ran: MainWindow) -> None:
    texts = [entry.text for entry in box_of(ran).entries]
    assert texts == [
        "Core: in at least 90 % of 6 samples",
        "Outer limit: in at least 10 % of samples",
        "Between them, ambiguous: samples differ",
        "Predicted: at least 2 of 3 readers",
    ]
    ran.session.set_view(replace(ran.session.view, band=False, share=0.6))
    assert [entry.text for entry in box_of(ran).entries][-1].startswith("At least 60 % of readers expected")
    ran.session.set_view(replace(ran.session.view, hidden=True))
    assert box_of(ran).entries == ()


def test_without_a_run_nothing_is_explained(window: MainWindow) -> None:
    assert box_of(window).entries == ()


def test_a_long_legend_says_how_much_is_left_out(qtbot: QtBot) -> None:
    """Nine lines at most; each kind of mark leaves ink left of its words."""
    del qtbot
    image = QImage(600, 400, QImage.Format.Format_RGB32)
    heights = []
    for count in (5, 9, 30):
        image.fill(0xFFFFFF)
        painter = QPainter(image)
        paint_legend(
            painter, tuple(LegendEntry(f"line {n}", (255, 0, 0), list(Mark)[n % 5]) for n in range(count)), (600, 400)
        )
        painter.end()
        rows = [y for y in range(400) if image.pixel(QRect(20, y, 1, 1).topLeft()) != 0xFFFFFFFF]
        heights.append(len(rows))
    assert heights[0] < heights[1] == heights[2]


def _inked(kept_clear: QRectF | None) -> tuple[int, int]:
    """Return the first and last column of a picture 600 pixels wide that a legend is written into."""
    return _box(kept_clear)[:2]


def _box(kept_clear: QRectF | None) -> tuple[int, int, int, int]:
    """Return the first and last column and the first and last row of a picture that a legend is written into."""
    image = QImage(600, 400, QImage.Format.Format_RGB32)
    image.fill(0xFFFFFF)
    painter = QPainter(image)
    paint_legend(painter, (LegendEntry("a line", (255, 0, 0), Mark.LINE),), (600, 400), kept_clear=kept_clear)
    painter.end()
    columns = [x for x in range(600) if any(image.pixel(x, y) != 0xFFFFFFFF for y in range(400))]
    rows = [y for y in range(400) if any(image.pixel(x, y) != 0xFFFFFFFF for x in range(600))]
    return columns[0], columns[-1], rows[0], rows[-1]


def test_the_legend_makes_room_for_what_is_found(qtbot: QtBot) -> None:
    """It stands at the left, at the right if it would cover an outline there, and at the left if nothing helps."""
    del qtbot
    low_left, everything = QRectF(0, 200, 100, 200), QRectF(0, 0, 600, 400)
    left = _inked(None)
    assert left[0] == 12
    assert left[1] < 300
    assert _inked(QRectF(400, 200, 100, 200)) == left
    assert _inked(low_left) == (599 - left[1], 587)
    assert _inked(everything) == left


def test_the_legend_goes_up_where_both_lower_corners_are_taken(qtbot: QtBot) -> None:
    """Above what is found it stands at the right, below the texts of the upper edge; of three evils it is the least."""
    del qtbot
    left, lower_half = _box(None), QRectF(0, 200, 600, 200)
    upper = _box(lower_half)
    assert upper[:2] == (599 - left[1], 587)
    assert 40 < upper[2] < upper[3] < 188
    mostly_left = QRectF(0, 0, 500, 400)
    assert _box(mostly_left)[:2] == upper[:2]
