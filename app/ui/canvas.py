"""The image with everything drawn over it, and the mouse on it."""

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.domain.case import Case, Window
from app.domain.view import View
from app.domain.words import tr
from app.render.pyramid import Pyramid
from app.ui import annotations, mouse, readout, region
from app.ui.camera import Camera, fit
from app.ui.frames import Frame
from app.ui.layers import Layers
from app.ui.tool import Overlay, Tool, hit_of, paint_overlays

WHEEL_NOTCH = 120
ZOOM_PER_NOTCH = 1.2
CLICK_PX = 4


class Canvas(QWidget):
    """Shows one slice.

    Signals:
        slices_scrolled(int): the wheel or a drag asked for another slice, so many further.
        window_dragged(Window): a drag changed the range of grey values.
        pointed(float, float): a click on the slice's (row, column).
        boxed(object): a box was dragged with Shift held, from one (row, column) to another.
        aimed(Camera): another part of the slice is seen, or at another size.
        tool_changed(object): the left button was given to another tool, or to None.
    """

    slices_scrolled = Signal(int)
    window_dragged = Signal(object)
    pointed = Signal(float, float)
    boxed = Signal(object)
    aimed = Signal(object)
    tool_changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start empty."""
        super().__init__(parent)
        self.setAccessibleName(tr("Image"))
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.case: Case | None = None
        self.view = View()
        self.frame: Frame | None = None
        self.camera: Camera | None = None
        self.target: region.Target | None = None
        self.overlays: list[Overlay] = []
        self.mouse = mouse.Mouse()
        self.pixel_text = self._busy_text = self.middle_key = ""
        self.tool: Tool | None = None  # set by `set_tool`
        self.own_share = 1.0  # of the width; right of it another picture is laid over this one
        self._fits = True
        self._layers = Layers()
        self._wheel = 0.0
        self._pressed: QPointF | None = None
        self._dragged: QPointF | None = None
        self._moved = False
        self._pointer: region.Place | None = None
        self._box: tuple[region.Place, region.Place] | None = None

    def minimumSizeHint(self) -> QSize:
        """Leave room for a picture that can be read."""
        return QSize(320, 320)

    def show_case(self, case: Case) -> None:
        """Show a case; one of another shape is fitted to the widget."""
        before, self.case = self.case, case
        if before is None or before.shape != case.shape or before.name != case.name:
            self._fits, self._pointer, self.pixel_text = True, None, ""
        self._layers.paint_anew() if before is not None and before.pixels is case.pixels else self._layers.forget()
        self._aim()
        self.update()

    def set_view(self, view: View) -> None:
        """Show it another way."""
        self.view = view
        self._read_pixel()

    def take_sizes(self, index: int, pyramid: Pyramid) -> None:
        """Take the sizes of a large slice."""
        self._layers.take(index, pyramid)

    def renew_slice(self, index: int) -> None:
        """Paint a slice that has come in, if it is the one shown."""
        if index == self.view.slice_index:
            self._layers.paint_anew()
            self._read_pixel()

    def set_frame(self, frame: Frame | None) -> None:
        """Show other findings, or none."""
        self.frame = frame
        self._read_pixel()

    def set_target(self, target: region.Target | None) -> None:
        """Show what a region model looks at; the pointer is a cross while one may point."""
        self.target = target
        self._choose_cursor()

    def set_tool(self, tool: Tool | None) -> None:
        """Give the left button to a tool, or back to the picture."""
        self.tool = tool
        self._choose_cursor()
        self.tool_changed.emit(tool)

    def _choose_cursor(self) -> None:
        self.setCursor(region.cursor(self.target) if self.tool is None else self.tool.cursor)
        self.update()

    def point_at_middle(self) -> None:
        """Point at the middle of what is seen."""
        if self.camera is not None:
            self.pointed.emit(*self.camera.centre)

    def set_busy(self, text: str) -> None:
        """Say what is being waited for, or nothing."""
        self._busy_text = text
        self.update()

    def fit(self) -> None:
        """Show the whole slice."""
        self._fits = True
        self._aim()
        self.update()

    def show_true_pixels(self) -> None:
        """Show one pixel of the slice on one pixel of the screen."""
        if self.camera is not None:
            self.zoom(1 / self.devicePixelRatioF() / self.camera.scale)

    def zoom(self, factor: float) -> None:
        """Zoom about the middle."""
        if self.camera is not None:
            self._zoom(factor, self.camera.screen[0] / 2, self.camera.screen[1] / 2)

    def aim(self, camera: Camera) -> None:
        """Look from elsewhere."""
        self._fits = False
        self.camera = camera
        self.update()
        self.aimed.emit(camera)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """Paint picture, overlay, lines and texts."""
        painter = QPainter(self)
        if self.case is None or self.camera is None:
            annotations.paint_empty(painter, self.rect(), self._busy_text)
            return
        self.paint_slice(painter, self.camera)
        if self.target is not None:
            region.paint(painter, self.camera, self.target, self._pointer, self._box, self.middle_key)
        paint_overlays(painter, self.overlays, self.camera)
        annotations.paint_annotations(painter, self.case, self.view, self.frame, self.camera, self.own_share)
        annotations.paint_pixel(painter, self._busy_text or self.pixel_text, self.camera.screen)

    def paint_slice(self, painter: QPainter, camera: Camera) -> None:
        """Paint the slice with what was found on it, or why it is not there, as another camera may see it."""
        if self.case is not None:
            self._layers.paint(painter, self.case, self.view, self.frame, camera)
            annotations.paint_absence(painter, readout.absence_text(self.case, self.view.slice_index), camera)

    # Mouse

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep what is seen."""
        super().resizeEvent(event)
        self._aim()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll a stack; zoom a single picture, and a stack with Ctrl held."""
        if self.case is None or self.camera is None:
            return
        turn = event.angleDelta().y()
        wants_zoom = self.case.slices == 1 or event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if wants_zoom:
            place = event.position()
            self._zoom(ZOOM_PER_NOTCH ** (turn / WHEEL_NOTCH), place.x(), place.y())
        else:
            self._wheel += turn
            notches = int(self._wheel / WHEEL_NOTCH)
            self._wheel -= notches * WHEEL_NOTCH
            if notches:
                self.slices_scrolled.emit(-notches)
        self._read_pixel(event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a drag."""
        self._pressed = self._dragged = event.position()
        self._moved = False
        hit = hit_of(event, self.camera)
        if self.tool is not None and hit is not None and event.button() == Qt.MouseButton.LeftButton:
            self._pressed = self._dragged = None
            self.tool.press(hit)
            return
        draws = event.button() == Qt.MouseButton.LeftButton and event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        if draws and self.target is not None and self.camera is not None:
            corner = self.camera.to_slice(event.position().x(), event.position().y())
            self._box = corner, corner

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the picture or the window, and read the pixel below."""
        hit = hit_of(event, self.camera)
        if self.tool is not None and hit is not None and self._pressed is None:
            self.tool.move(hit, bool(event.buttons() & Qt.MouseButton.LeftButton))
        place, last = event.position(), self._dragged
        if last is not None and self._pressed is not None:
            self._moved = self._moved or (place - self._pressed).manhattanLength() > CLICK_PX
            if self._moved:
                self._drag(event.buttons(), place)
                self._dragged = place
        self._read_pixel(place)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a drag; a press that went nowhere is a click."""
        hit = hit_of(event, self.camera)
        if self.tool is not None and hit is not None and event.button() == Qt.MouseButton.LeftButton:
            self.tool.release(hit)
            return
        if self._pressed is not None and not self._moved and event.button() == Qt.MouseButton.LeftButton:
            self._click(event.position())
        elif self._box is not None and self._moved:
            self.boxed.emit(self._box)
        self._pressed = self._dragged = self._box = None
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show the whole slice."""
        hit = hit_of(event, self.camera)
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if self.tool is not None and hit is not None:
            self.tool.double_click(hit)
        else:
            self.fit()

    def leaveEvent(self, event: QEvent) -> None:
        """Forget the pixel."""
        super().leaveEvent(event)
        self.pixel_text, self._pointer = "", None
        self.update()

    def _drag(self, buttons: Qt.MouseButton, place: QPointF) -> None:
        if self.camera is None or self._pressed is None or self._dragged is None:
            return
        if self._box is not None:
            self._box = self._box[0], self.camera.to_slice(place.x(), place.y())
            return
        way = mouse.Way(self._pressed, self._dragged, place)
        match mouse.effect(self.mouse.drag(buttons), way, self.camera, self.view.window, self.case):
            case Camera() as camera:
                self.aim(camera)
            case Window() as window:
                self.window_dragged.emit(window)
            case int(slices) if slices:
                self.slices_scrolled.emit(slices)

    def _click(self, place: QPointF) -> None:
        if self.camera is None:
            return
        row, column = self.camera.to_slice(place.x(), place.y())
        if self.camera.is_inside(row, column):
            self.pointed.emit(row, column)

    def _zoom(self, factor: float, x: float, y: float) -> None:
        if self.camera is not None:
            self.aim(self.camera.zoomed(factor, x, y))

    def _aim(self) -> None:
        """Let the camera follow the widget's size."""
        if self.case is None:
            return
        screen = (float(max(self.width(), 1)), float(max(self.height(), 1)))
        if self._fits or self.camera is None:
            self.camera = fit(self.case.shape, self.case.geometry.pixel_aspect, screen)
        else:
            self.camera = self.camera.resized(screen)
        self.aimed.emit(self.camera)

    def _read_pixel(self, place: QPointF | None = None) -> None:
        """Read the pixel below a place on screen, or anew the one below the pointer."""
        if place is not None and self.camera is not None:
            self._pointer = self.camera.to_slice(place.x(), place.y())
        if self.case is not None and self._pointer is not None:
            self.pixel_text = readout.pixel_text(self.case, self.view, self.frame, *self._pointer)
        self.update()
