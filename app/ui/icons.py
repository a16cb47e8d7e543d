"""Icons by name, of the Phosphor font that qtawesome brings.

qtawesome itself is not imported: its shim over the bindings of Qt loads OpenGL, 0.4 s and 25 MB for a window that
starts in less than a second.
"""

import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QIconEngine, QPainter, QPainterPath, QPixmap

from app.ui import theme

_PX_OF_PATH = 128


def icon(name: str, role: str = "text") -> QIcon:
    """Return an icon that takes its colour of the present theme whenever it is painted.

    Args:
        name: in the font, without "ph." ("folder-open").
        role: field of the palette for its colour.
    """
    return QIcon(_Engine(name, role))


class _Engine(QIconEngine):
    """Draws one glyph in the present theme."""

    def __init__(self, name: str, role: str) -> None:
        super().__init__()
        self._name, self._role = name, role

    def clone(self) -> QIconEngine:
        """Return another one of the same glyph."""
        return _Engine(self._name, self._role)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        """Fill the glyph, in the middle of its place."""
        outline = _outline(self._name)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(QRectF(rect).center())
        painter.scale(rect.width() / _PX_OF_PATH, rect.height() / _PX_OF_PATH)
        painter.fillPath(outline, QColor(_colour(self._role, mode, state)))
        painter.restore()

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        """Draw the glyph on nothing."""
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, QRect(0, 0, size.width(), size.height()), mode, state)
        painter.end()
        return pixmap


def _colour(role: str, mode: QIcon.Mode, state: QIcon.State) -> str:
    colours = theme.present()
    if mode is QIcon.Mode.Disabled:
        return colours.on_primary_off if role == "on_primary" else colours.faint
    if mode is QIcon.Mode.Selected:
        return colours.on_primary
    colour: str = getattr(colours, "focus" if state is QIcon.State.On else role)
    return colour


@cache
def _outline(name: str) -> QPainterPath:
    """Return a glyph about the origin, of a letter size of 128."""
    family, letters = _font()
    font = QFont(family)
    font.setPixelSize(_PX_OF_PATH)
    path = QPainterPath()
    path.addText(0, 0, font, letters[name])
    return path.translated(-path.boundingRect().center())


@cache
def _font() -> tuple[str, dict[str, str]]:
    """Load the font and its names; called when the first icon is painted."""
    spec = find_spec("qtawesome")
    if spec is None or spec.origin is None:
        raise ValueError("qtawesome is not installed")
    folder = Path(spec.origin).parent / "fonts"
    (font,), (names,) = folder.glob("phosphor-[0-9]*.ttf"), folder.glob("phosphor-charmap-*.json")
    number = QFontDatabase.addApplicationFont(str(font))
    codes = json.loads(names.read_text(encoding="utf-8"))
    return QFontDatabase.applicationFontFamilies(number)[0], {name: chr(int(code, 16)) for name, code in codes.items()}
