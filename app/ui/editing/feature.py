"""The reader's own outlines in the window: tools, picture, panel, and their part in the counting."""

from functools import partial

from PySide6.QtCore import QEvent, QObject, QTimer, Slot
from PySide6.QtGui import QAction, QPainter
from PySide6.QtWidgets import QMenu, QToolButton

from app.domain.box import Box
from app.domain.edit import Edit
from app.domain.masks import EditedMasks
from app.domain.words import tr
from app.ui import readout
from app.ui.camera import Camera
from app.ui.editing import keeping, work
from app.ui.editing.changes import Changes
from app.ui.editing.edits import Edits
from app.ui.editing.layer_row import LayerRow
from app.ui.editing.panel import OutlinesPanel
from app.ui.editing.picture import MaskPicture, paint_tool, screen_rect
from app.ui.editing.readers import OwnReaders
from app.ui.editing.toolbox import MENU, Filling, Kind, Toolbox
from app.ui.icons import icon as icon_named
from app.ui.keeping import State
from app.ui.worker import Lane
from app.ui.workplace import Workplace


class Editing(QObject):
    """Puts everything about drawn outlines into a window.

    Attributes:
        edits: the layers of the open case.
    """

    def __init__(self, workplace: Workplace) -> None:
        """Add the menu, the toolbar's group and the panel.

        Args:
            workplace: that gets them.
        """
        super().__init__(workplace.window)
        self._place, self._session, self._canvas = workplace, workplace.session, workplace.canvas
        self.edits = Edits(self._session, self)
        self.changes = Changes(self.edits, self)
        self.readers = OwnReaders(self.edits, self)
        self.toolbox = Toolbox(self.edits, self._canvas, workplace.menus, self.changes.fill)
        self._picture = MaskPicture()
        self._is_over = False
        self._counting = Lane("overlap", self)
        self._reveal = QTimer(self, singleShot=True, interval=0)
        self._add_commands()
        self._add_panel()
        self._canvas.overlays.append(self._paint)
        self._canvas.installEventFilter(self)
        self._connect()
        self._show_tool()
        self._show_state()
        workplace.keeping.add("outlines", self)
        workplace.exports.outlines = partial(keeping.handed_on, self.edits)

    def close(self) -> None:
        """End what runs in the background."""
        self._reveal.stop()
        self._canvas.removeEventFilter(self)
        self.toolbox.stop()
        self.changes.close()
        self._counting.close()

    def state(self) -> State:
        """Return the layers and what they mark as small arrays, for session files and recovery."""
        return {} if self.edits.masks is None or not self.edits.layers else dict(self.edits.masks.packed())

    def restore(self, state: State) -> None:
        """Take up what `state` once returned; the case that it belongs to is open.

        Raises:
            ValueError: it is damaged or belongs to another case; nothing was taken up.
        """
        if state and self.edits.masks is not None:
            self.edits.restore(EditedMasks.unpacked(state, self.edits.masks.shape))

    def ask_to_save(self) -> None:
        """Ask where to, and write the outline in hand to a file."""
        case, source = self._session.case, self._session.source
        if case is None or self.edits.layer is None:
            return
        target = keeping.ask_where(self._place.window, case, source if source.is_dir() else source.parent)
        if target is not None:
            keeping.save(self.edits, self._place.exports, target)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the brush's circle follow the mouse, and go when it leaves the picture."""
        kind = event.type()
        if self.toolbox.tool is not None and kind in {QEvent.Type.MouseMove, QEvent.Type.Leave}:
            self._is_over = kind is QEvent.Type.MouseMove
            self._canvas.update()
        return super().eventFilter(watched, event)

    def _add_commands(self) -> None:
        menus, edits = self._place.menus, self.edits
        menu = menus.menu(MENU)
        menu.addSeparator()
        self.undo = menus.add(menu, tr("Undo"), edits.undo, "Ctrl+Z", icon="arrow-u-up-left")
        self.redo = menus.add(menu, tr("Redo"), edits.redo, "Ctrl+Shift+Z", "Ctrl+Y", icon="arrow-u-up-right")
        menu.addSeparator()
        self.new = menus.add(menu, tr("New outline"), edits.add, "Shift+N")
        self.copies = QMenu(tr("Copy from"), menu)
        menu.addMenu(self.copies)
        self.copies.aboutToShow.connect(self._fill_copies)
        self.smooth = menus.add(menu, tr("Smooth"), self.changes.smooth, "Shift+O")
        self.clear = menus.add(menu, tr("Clear slice"), edits.clear_slice, "Ctrl+Del")
        smooth = tr("Smooth the outline on this slice: details smaller than the brush go  ({key})")
        menus.follow_key("Smooth", lambda key: self.smooth.setToolTip(smooth.format(key=key)))
        self.save = menus.add(menu, tr("Save outline…"), self.ask_to_save, "Ctrl+Alt+S")
        self.clear.setIconText(tr("Clear"))
        self.save.setIconText(tr("Save…"))
        self.draw = QAction(icon_named("paint-brush"), tr("Draw"), self._place.window)
        self.draw.triggered.connect(lambda: self.toolbox.take(Kind.BRUSH))
        tools = QMenu(self._place.window)
        tools.addActions(list(self.toolbox.actions.values()))
        self.draw.setMenu(tools)
        menus.add_buttons((self.draw, self.undo, self.redo))
        button = menus.toolbar.widgetForAction(self.draw)
        if isinstance(button, QToolButton):
            button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)

    def _add_panel(self) -> None:
        tools = list(self.toolbox.actions.values())
        self.panel = OutlinesPanel(tools, (self.smooth, self.clear, self.save), self.copies)
        self._place.right.add(self.panel)

    def _connect(self) -> None:
        edits, panel, session = self.edits, self.panel, self._session
        edits.touched.connect(self._on_touched)
        edits.changed.connect(self._show_state)
        edits.settled.connect(self._on_settled)
        self.toolbox.changed.connect(self._show_tool)
        self._reveal.timeout.connect(lambda: self._place.right.ensureWidgetVisible(self.panel.hint))
        panel.row_made.connect(self._on_row_made)
        panel.new_button.clicked.connect(lambda: edits.add())
        panel.radius_edited.connect(edits.set_radius)
        panel.tolerance_edited.connect(edits.set_tolerance)
        panel.filling_edited.connect(self._on_filling_edited)
        session.frame_changed.connect(lambda _: self._count())
        session.view_changed.connect(lambda _: self._count())
        self._counting.returned.connect(self._on_counted)

    def _paint(self, painter: QPainter, camera: Camera) -> None:
        """Paint the layers of the shown slice and the tool in hand."""
        if self.edits.masks is not None:
            self._picture.paint(painter, camera, self.edits.masks, self.edits.slice_index)
        if self.toolbox.tool is not None:
            paint_tool(painter, camera, self.toolbox.tool, self.edits.radius, self._is_over)

    def _fill_copies(self) -> None:
        """Offer what can be copied now."""
        self.copies.clear()
        for source in self.changes.sources():
            self.copies.addAction(source.caption, partial(self.changes.copy, source))
        if self.copies.isEmpty():
            self.copies.addAction(tr("Nothing yet: run a model or open readers' masks")).setEnabled(False)

    @Slot(object)
    def _on_touched(self, box: Box) -> None:
        self._picture.touch(box)
        if self._canvas.camera is not None:
            self._canvas.update(screen_rect(box, self._canvas.camera))

    @Slot(object)
    def _on_settled(self, edit: Edit) -> None:
        del edit
        self._count()
        if self.edits.layers or (self.edits.masks is not None and self.edits.masks.undoable):
            self._place.keeping.changed.emit()

    @Slot(object)
    def _on_row_made(self, row: LayerRow) -> None:
        edits = self.edits
        row.chosen.connect(edits.activate)
        row.renamed.connect(edits.rename)
        row.shown.connect(edits.show_layer)
        row.counted.connect(edits.count_as_reader)
        row.deleted.connect(edits.remove)

    @Slot(object)
    def _on_filling_edited(self, filling: Filling) -> None:
        self.changes.filling = filling
        self._show_tool()

    @Slot()
    def _show_tool(self) -> None:
        kind = self.toolbox.kind
        self.panel.set_tool(kind, self.changes.filling, "" if kind is None else self.toolbox.hint(kind))
        if kind is not None:
            self._reveal.start()
        elif self.edits.masks is not None and self.edits.masks.undoable:
            self._session.look.first_look()  # laid down after drawing, so that a half-drawn outline reveals nothing
        self._canvas.update()

    @Slot()
    def _show_state(self) -> None:
        """Show the layers, what can be taken back, and the brush."""
        edits, panel, menus = self.edits, self.panel, self._place.menus
        has_layer, case = edits.layer is not None, self._session.case
        if [row.layer for row in panel.rows] != list(edits.layers):
            panel.set_layers(edits.layers)
        for row in panel.rows:
            area = 0 if edits.masks is None else edits.masks.area(row.key, edits.slice_index)
            text = "" if case is None or not area else readout.area_text(area, case.geometry)
            hidden = edits.masks is not None and row.key in edits.masks.hidden
            row.set_state(is_active=row.key == edits.active, is_hidden=hidden, area=text)
        undoable, redoable = (edits.masks.undoable, edits.masks.redoable) if edits.masks is not None else ("", "")
        _offer(self.undo, tr("Undo"), undoable, menus.key("Undo"))
        _offer(self.redo, tr("Redo"), redoable, menus.key("Redo"))
        for action in (*self.toolbox.actions.values(), self.new, self.draw):
            action.setEnabled(case is not None)
        panel.new_button.setEnabled(case is not None)
        panel.copy_button.setEnabled(case is not None)
        for action in (self.smooth, self.clear, self.save):
            action.setEnabled(has_layer)
        self._show_brush()

    def _show_brush(self) -> None:
        edits, case = self.edits, self._session.case
        mm = None if case is None else case.geometry.pixel_mm
        size = f"{2 * edits.radius:.3g} px" if mm is None else f"{2 * edits.radius * mm[1]:.3g} mm"
        unit = "" if case is None or not case.unit else f" {case.unit}"
        self.panel.set_radius(edits.radius, edits.largest_radius, size)
        self.panel.set_tolerance(edits.tolerance, edits.most_tolerance, f"± {edits.tolerance:.3g}{unit}")

    def _count(self) -> None:
        """Compare the outline in hand with what the shown run found, in the background."""
        frame, mask = self._session.frame, self.edits.mask
        if frame is None or not frame.final or mask is None or not mask.any() or self._session.view.hidden:
            self._counting.cancel()
            self.panel.set_sentence("")
            return
        mask = mask.copy()
        self._counting.start(lambda: work.overlap(mask, frame))

    @Slot(object)
    def _on_counted(self, dice: float) -> None:
        layer, frame = self.edits.layer, self._session.frame
        if layer is not None and frame is not None:
            level = readout.level_text(frame.findings.majority, frame.findings.level_count)
            sentence = tr("On this slice, {name} and the AI majority ({level}) overlap with a Dice of {dice}.")
            self.panel.set_sentence(sentence.format(name=f"“{layer.name}”", level=level, dice=f"{dice:.2f}"))


def _offer(action: QAction, caption: str, step: str, key: str) -> None:
    """Name the step that an action takes back or does again."""
    action.setEnabled(bool(step))
    action.setToolTip(f"{caption}: {step}  ({key})" if step else f"{caption}  ({key})")
