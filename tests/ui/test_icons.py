"""Icons take their colour of the theme, without the library's own shim."""

import subprocess
import sys
from collections import Counter

from PySide6.QtCore import QSize
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from app.ui.icons import icon
from app.ui.palette import DARK, LIGHT
from app.ui.theme import Look, apply_theme
from app.ui.window import MainWindow


def main_colour(picture: QIcon, mode: QIcon.Mode = QIcon.Mode.Normal) -> str:
    """Return the most frequent opaque colour."""
    image = picture.pixmap(QSize(64, 64), 1.0, mode).toImage()
    pixels = (image.pixelColor(x, y) for x in range(64) for y in range(64))
    return Counter(pixel.name() for pixel in pixels if pixel.alpha() == 255).most_common(1)[0][0]


def test_an_icon_follows_the_theme(qapp: QApplication) -> None:
    apply_theme(qapp, Look.DARK)
    gear = icon("gear")
    assert main_colour(gear) == DARK.text
    assert main_colour(gear, QIcon.Mode.Disabled) == DARK.faint
    apply_theme(qapp, Look.LIGHT)
    assert main_colour(gear) == LIGHT.text
    assert main_colour(icon("play", "on_primary")) == LIGHT.on_primary
    apply_theme(qapp, Look.DARK)


def test_every_button_of_the_toolbar_has_an_icon_and_a_caption(window: MainWindow) -> None:
    bare = [
        action.text()
        for action in window.actions_.menus.toolbar.actions()
        if action.text() and (action.icon().isNull() or not action.iconText())
    ]
    assert bare == []


def test_the_font_has_every_icon_of_the_menus(window: MainWindow) -> None:
    icons = [action.icon() for action in window.actions_.menus.actions if not action.icon().isNull()]
    assert len(icons) > 8
    for each in icons:
        assert main_colour(each, QIcon.Mode.Disabled) == DARK.faint


def test_the_window_does_not_load_the_librarys_shim() -> None:
    code = "import sys, app.ui.window; print([name for name in sys.modules if name.startswith(('qtpy', 'qtawesome'))])"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"
