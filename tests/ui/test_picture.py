"""Arrays as Qt pictures."""

import numpy as np
from PySide6.QtGui import QColor, QImage, QPainter, QTransform

from app.render.overlay import Stroke
from app.ui.picture import line_of, overlay_image, paint_lines, rgb_image


def test_pixels_become_a_picture_of_the_same_colours() -> None:
    pixels = np.arange(36, dtype=np.uint8).reshape(3, 4, 3)
    image = rgb_image(pixels)
    assert (image.width(), image.height()) == (4, 3)
    colour = image.pixelColor(1, 2)
    assert (colour.red(), colour.green(), colour.blue()) == (27, 28, 29)  # row 2, column 1


def test_an_overlay_keeps_its_colour_and_its_share() -> None:
    layer = np.zeros((2, 3, 4), np.uint8)
    layer[1, 2] = (100, 50, 0, 128)  # premultiplied: the colour itself is about (200, 100, 0)
    image = overlay_image(layer)
    colour = image.pixelColor(2, 1)
    assert image.format() is QImage.Format.Format_ARGB32_Premultiplied
    assert abs(colour.red() - 199) <= 1
    assert abs(colour.green() - 99) <= 1
    assert colour.alpha() == 128
    assert image.pixelColor(0, 0).alpha() == 0


def test_a_line_keeps_its_width_on_screen_at_every_zoom_and_has_a_dark_halo() -> None:
    points = np.array([(5.0, 0.0), (5.0, 10.0)])  # row 5, from the first to the last column
    line = line_of(Stroke(points, (255, 255, 255), 2.0))
    for zoom in (4.0, 12.0):
        image = QImage(200, 200, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(QColor("#808080"))
        painter = QPainter(image)
        painter.setTransform(QTransform.fromScale(zoom, zoom))
        paint_lines(painter, [line], 1.0)
        painter.end()
        column = [image.pixelColor(20, y).red() for y in range(200)]
        assert sum(value == 255 for value in column) == 2
        assert sum(value < 100 for value in column) == 2
        assert column.index(255) == 5 * zoom - 1
