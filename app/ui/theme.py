"""Distances, letters and the two themes; the colours over the picture, whose ground stays dark, suit both."""

from dataclasses import asdict
from enum import Enum
from string import Template

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from app.places import resources_folder
from app.ui.palette import DARK, LIGHT, Palette

SPACE = 8
PANEL_WIDTH = 296
LETTERS_PX = 13
FULL_SCALE = 100

# Over the picture, in both themes

GROUND = "#0d0f12"
TEXT = "#e8ebee"
QUIET = "#aab3bd"
LINE = "#39404a"
ACCENT_LIT = "#6aa8ff"
WARNING = "#ffb547"
SYNTHETIC = "#ff5cc8"

_STEPS = {"small": -2, "base": 0, "large": 1, "lead": 3, "page": 5, "title": 17}
_ROLES = {
    QPalette.ColorRole.Window: "panel",
    QPalette.ColorRole.WindowText: "text",
    QPalette.ColorRole.Base: "field",
    QPalette.ColorRole.AlternateBase: "panel",
    QPalette.ColorRole.Text: "text",
    QPalette.ColorRole.PlaceholderText: "quiet",
    QPalette.ColorRole.Button: "field",
    QPalette.ColorRole.ButtonText: "text",
    QPalette.ColorRole.Highlight: "primary",
    QPalette.ColorRole.HighlightedText: "on_primary",
    QPalette.ColorRole.ToolTipBase: "field",
    QPalette.ColorRole.ToolTipText: "text",
    QPalette.ColorRole.Link: "focus",
    QPalette.ColorRole.Mid: "line",
}
_TEXTS = (QPalette.ColorRole.Text, QPalette.ColorRole.WindowText, QPalette.ColorRole.ButtonText)


class Look(Enum):
    """Which theme the user wants."""

    DARK = "dark"
    LIGHT = "light"
    SYSTEM = "system"


def present() -> Palette:
    """Return the colours of the theme that is shown; it is read off the application, which alone remembers it."""
    return DARK if QApplication.palette().color(QPalette.ColorRole.Window).lightnessF() < 1 / 2 else LIGHT


def scaled(length_px: int) -> int:
    """Return a length that grows with the letters, where a theme has set them."""
    letters = QApplication.font().pixelSize()
    return round(length_px * letters / LETTERS_PX) if letters > 0 else length_px


def apply_theme(application: QApplication, look: Look = Look.DARK, scale: int = FULL_SCALE) -> None:
    """Give the whole program its look, at once.

    Args:
        application: that is dressed.
        look: which theme.
        scale: of letters, in per cent.
    """
    colours = _palette_of(application, look)
    letters = round(LETTERS_PX * scale / FULL_SCALE)
    font = application.font()
    font.setPixelSize(letters)
    application.setStyle("Fusion")
    application.setFont(font)
    application.setPalette(_qt_palette(colours))
    sizes = {name: letters + step for name, step in _STEPS.items()}
    sheet = (resources_folder() / "themes" / "concord.qss").read_text(encoding="utf-8")
    icons = (resources_folder() / "icons").as_posix()
    application.setStyleSheet(Template(sheet).substitute(asdict(colours), **sizes, icons=icons))


def _palette_of(application: QApplication, look: Look) -> Palette:
    """Return a theme's colours; a system that says nothing of itself is taken for dark."""
    is_light = application.styleHints().colorScheme() is Qt.ColorScheme.Light
    return LIGHT if look is Look.LIGHT or (look is Look.SYSTEM and is_light) else DARK


def _qt_palette(colours: Palette) -> QPalette:
    palette = QPalette()
    for role, name in _ROLES.items():
        palette.setColor(role, QColor(getattr(colours, name)))
    for role in _TEXTS:
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(colours.faint))
    return palette
