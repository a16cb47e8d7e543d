"""Having a tool in hand and putting it down again."""

from typing import Protocol

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QPainter

from app.domain.words import tr
from app.ui.camera import Camera
from app.ui.canvas import Canvas
from app.ui.reading.painting import paint_hint
from app.ui.tool import Overlay, Tool


class Drawing(Tool, Protocol):
    """A tool that shows what was drawn so far."""

    @property
    def overlay(self) -> Overlay | None:
        """What the drawing so far looks like."""


class Leaving(QObject):
    """Gives the canvas one tool with a sentence that says what to do; Esc puts it down."""

    def __init__(self, canvas: Canvas) -> None:
        """Stand ready.

        Args:
            canvas: that gets the tool.
        """
        super().__init__(canvas)
        self._canvas = canvas
        self._tool: Drawing | None = None
        self._hint = ""
        canvas.overlays.append(self._paint)
        canvas.installEventFilter(self)

    @property
    def is_on(self) -> bool:
        """Whether the tool is in hand; another part of the window may have taken its place."""
        return self._tool is not None and self._canvas.tool is self._tool

    def begin(self, tool: Drawing, hint: str) -> None:
        """Take a tool in hand."""
        self._tool, self._hint = tool, hint
        self._canvas.set_tool(tool)
        self._canvas.setFocus()

    def end(self) -> None:
        """Put it down, unless it is another's by now."""
        if self.is_on:
            self._canvas.set_tool(None)
        self._tool = None
        self._canvas.update()

    def stop(self) -> None:
        """Listen no more."""
        self._canvas.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: ARG002 - Qt's signature
        """Take Esc while the tool is in hand, before the window's own meaning of it."""
        if not (self.is_on and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape):
            return False
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        if event.type() == QEvent.Type.KeyPress:
            self.end()
        return True

    def _paint(self, painter: QPainter, camera: Camera) -> None:
        if not self.is_on or self._tool is None:
            return
        overlay = self._tool.overlay
        if overlay is not None:
            overlay(painter, camera)
        paint_hint(painter, f"{self._hint}  {tr('Esc leaves.')}", camera.screen)
