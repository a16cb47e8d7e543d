"""The main window: puts the views side by side and carries their intents to the session."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from app.domain.case import Case
from app.domain.geometry import Geometry
from app.domain.reading import Open
from app.domain.view import View
from app.domain.words import tr
from app.ui import dialogs, region
from app.ui.actions import Actions, Dialogs
from app.ui.canvas import Canvas
from app.ui.chart import StepChart
from app.ui.choice import Message, Tone
from app.ui.controls import Panel
from app.ui.export_desk import ExportDesk
from app.ui.export_jobs import ExportBackend, ExportEngine
from app.ui.exports import NOT_YET, Exports
from app.ui.features import furnish
from app.ui.findings import FindingsPanel
from app.ui.frames import Frame
from app.ui.help import HelpDialog
from app.ui.keys import WindowKeys
from app.ui.load_bar import LoadBar
from app.ui.message_bar import MessageBar
from app.ui.model_panel import ModelPanel
from app.ui.picture_strip import PictureStrip
from app.ui.session import Session
from app.ui.show_panel import LevelsPanel, ShowPanel
from app.ui.slice_bar import SliceBar
from app.ui.step_bar import KEY as FILM_KEY
from app.ui.step_bar import StepBar
from app.ui.workplace import Feature, Workplace

FIRST_SIZE = (1280, 800)
SMALLEST_HEIGHT = 640


class MainWindow(QMainWindow):
    """The whole program on screen."""

    def __init__(self, session: Session, exporter: ExportBackend | None = None) -> None:
        """Show a session.

        Args:
            session: that is shown.
            exporter: writes files; None takes a process for it.
        """
        super().__init__()
        self.session = session
        self.setWindowTitle(tr("Concord – not for diagnostic use"))
        self.resize(*FIRST_SIZE)
        self.setMinimumHeight(SMALLEST_HEIGHT)
        self.setAcceptDrops(True)
        self._folder = Path.home()
        self.canvas, self.slice_bar, self.step_bar, self.messages = Canvas(), SliceBar(), StepBar(), MessageBar()
        self.model, self.findings = ModelPanel(session.cards), FindingsPanel()
        self.chart, self.strip, self.load_bar = StepChart(), PictureStrip(), LoadBar()
        self.show_panel, self.levels = ShowPanel(), LevelsPanel()
        self._lay_out()
        self.exports = Exports(session, exporter or ExportEngine(), self)
        self.desk = ExportDesk(self, session, self.exports, self.canvas, lambda: self._folder)
        asking = Dialogs(
            self._open_file,
            self._open_folder,
            self._open_masks,
            self.export,
            self.desk.ask,
            self.desk.ask_worklist,
            self.exports.cancel,
            self.show_help,
            lambda: dialogs.show_about(self),
        )
        self.actions_ = Actions(self, session, self.canvas, asking)
        self.exports.progress_changed.connect(self.canvas.set_busy)
        self._keys = WindowKeys(Qt.Key.Key_H, self)
        self._connect_views()
        self._connect_session()
        self._workplace = self._made_workplace()
        self.features = self._furnished()  # their slots come after the window's own and may show otherwise
        self.model.set_choice(session.choice)
        self._on_view_changed(session.view)
        self._on_frame_changed(None)

    def _furnished(self) -> tuple[Feature, ...]:
        menus = self.actions_.menus
        film = tr("Play or pause the film of the steps")
        menus.add(menus.menu("&Overlay"), film, self.step_bar.play_or_pause, FILM_KEY)
        return furnish(self._workplace)

    def _made_workplace(self) -> Workplace:
        places = self._left, self._right, self._beside, self._middle, self._place
        return Workplace(self, self.session, self.canvas, self.actions_.menus, *places, self.exports)

    def _lay_out(self) -> None:
        left, right = self._left, self._right = Panel(tr("Model and findings")), Panel(tr("Display"))
        left.add(self.model)
        left.add(self.findings)
        right.add(self.levels)
        right.add(self.show_panel)
        self.show_panel.column.addWidget(self.chart)
        middle = self._middle = QVBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.messages)
        shown = QWidget()
        picture = self._beside = QHBoxLayout(shown)
        picture.setContentsMargins(0, 0, 0, 0)
        picture.setSpacing(0)
        picture.addWidget(self.canvas, 1)
        picture.addWidget(self.slice_bar)
        self._place = QStackedWidget()
        self._place.addWidget(shown)
        middle.addWidget(self._place, 1)
        middle.addWidget(self.load_bar)
        middle.addWidget(self.strip)
        middle.addWidget(self.step_bar)
        content = QWidget()
        row = QHBoxLayout(content)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(left)
        row.addLayout(middle, 1)
        row.addWidget(right)
        self.setCentralWidget(content)

    def _connect_views(self) -> None:
        session = self.session
        self.canvas.slices_scrolled.connect(session.step_slices)
        self.canvas.window_dragged.connect(session.set_window)
        self.canvas.pointed.connect(session.point_at)
        self.canvas.boxed.connect(self._on_boxed)
        self.slice_bar.slice_chosen.connect(session.show_slice)
        self.step_bar.step_chosen.connect(session.show_step)
        self.strip.step_chosen.connect(session.show_step)
        self.model.choice_edited.connect(session.choose)
        self.model.model_picked.connect(session.choose_model)
        self.model.run_asked.connect(session.run)
        self.model.cancel_asked.connect(session.cancel)
        self.show_panel.view_edited.connect(session.set_view)
        self.levels.level_toggled.connect(session.toggle_level)
        self.levels.all_asked.connect(session.show_all_levels)
        self.levels.view_edited.connect(session.set_view)
        self.load_bar.stop_asked.connect(session.files.stop)
        self._keys.held.connect(lambda down: session.set_view(replace(session.view, hidden=down)))

    def _connect_session(self) -> None:
        session = self.session
        session.case_changed.connect(self._on_case_changed)
        session.references_changed.connect(self.canvas.show_case)
        session.view_changed.connect(self._on_view_changed)
        session.frame_changed.connect(self._on_frame_changed)
        session.choice_changed.connect(self._on_choice_changed)
        session.progress_changed.connect(self.model.set_progress)
        files = session.files
        files.opening_changed.connect(self._on_opening_changed)
        files.sizes_made.connect(self.canvas.take_sizes)
        files.slice_came.connect(self.canvas.renew_slice)
        files.loading_changed.connect(self.load_bar.set_loading)
        session.message_raised.connect(self._on_message_raised)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files and folders."""
        if dialogs.dropped(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open what was dropped; files named "seg" are readers' masks."""
        event.acceptProposedAction()
        self.open_paths(dialogs.dropped(event.mimeData()))

    def open_paths(self, paths: list[Path]) -> None:
        """Open an image, or readers' masks for the open one, or both."""
        others = self.session.files.openers
        masks = [path for path in paths if "seg" in path.name.lower() and path.suffix.lower() not in others]
        images = [path for path in paths if path not in masks]
        if not images and self.session.case is None:
            images, masks = masks[:1], masks[1:]
        if len(images) > 1:
            self._folder = images[0].parent
            self.session.files.open(Open(self._folder, tuple(masks), files=tuple(images)))
        elif images:
            self._open(images[0], masks)
        elif masks:
            self.session.open_references(masks)

    def closeEvent(self, event: QCloseEvent) -> None:
        """End what runs in the background, unless someone still has to be heard."""
        if not all(may_close() for may_close in self._workplace.before_closing):
            event.ignore()
            return
        self._keys.stop()
        for feature in self.features:
            feature.close()
        self.desk.close()
        self.exports.close()
        self.session.close()
        super().closeEvent(event)

    def _on_boxed(self, box: tuple[region.Place, region.Place]) -> None:
        """Take a box's middle for what to outline."""
        target = self.canvas.target
        if target is not None:
            self.session.point_at(*region.middle_of(box))
            complaint = region.outgrown(box, target)
            if complaint:
                self.session.tell(complaint, Tone.NOTICE)

    def _on_case_changed(self, case: Case) -> None:
        self.setWindowTitle(f"{case.name} – {tr('Concord – not for diagnostic use')}")
        self.messages.clear()
        self.canvas.show_case(case)
        self.canvas.set_target(region.target_of(self.session.choice, case))
        self.model.set_case(case)
        self.slice_bar.set_slices(case.slices)
        self.canvas.setFocus()

    def _on_view_changed(self, view: View) -> None:
        self.canvas.set_view(view)
        self.show_panel.set_view(view)
        self.slice_bar.set_slice(view.slice_index)
        self._show_levels_and_pictures()

    def _on_frame_changed(self, frame: Frame | None) -> None:
        session = self.session
        self.canvas.set_frame(frame)
        self.findings.set_findings(session.case, session.shown_run, frame, is_pending=session.look.pending)
        self.step_bar.set_run(session.shown_run, frame)
        self.chart.set_run(session.shown_run, frame, session.case.geometry if session.case else Geometry())
        self.show_panel.set_findings(session.case, frame)
        self.actions_.export.setEnabled(session.can_export)
        self.actions_.export_more.setEnabled(session.can_export)
        self._show_levels_and_pictures()

    def _on_choice_changed(self) -> None:
        self.model.set_choice(self.session.choice)
        self.canvas.set_target(region.target_of(self.session.choice, self.session.case))
        self._show_levels_and_pictures()

    def _show_levels_and_pictures(self) -> None:
        session = self.session
        hidden = session.view.hidden
        for group in (self.findings, self.chart):
            group.veil(on=hidden and session.frame is not None)
        self.strip.set_run(session.shown_run, session.frame, hidden=hidden)
        self.levels.set_levels(session.level_count, session.view, session.case, None if hidden else session.frame)

    def _on_opening_changed(self, name: str) -> None:
        key = self.actions_.menus.key("Cancel")
        self.canvas.set_busy(tr("Opening {name} …  {key} cancels").format(name=name, key=key) if name else "")

    def _on_message_raised(self, message: Message) -> None:
        self.messages.show_message(message)

    def _open(self, path: Path, masks: list[Path]) -> None:
        self._folder = path.parent
        self.session.open_study(path, masks)

    def _open_file(self) -> None:
        path = dialogs.ask_file(self, self._folder)
        if path is not None:
            self._open(path, [])

    def _open_folder(self) -> None:
        path = dialogs.ask_folder(self, self._folder)
        if path is not None:
            self._open(path, [])

    def _open_masks(self) -> None:
        paths = dialogs.ask_masks(self, self._folder)
        if paths:
            self.session.open_references(paths)

    def show_help(self) -> None:
        """Show keys and mouse as they are set now."""
        dialog = HelpDialog(self.actions_.menus, self.canvas.mouse, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.show()

    def export(self) -> None:
        """Ask where to, and write what is shown as a picture."""
        if self.exports.shown is None:
            self.session.tell(tr(NOT_YET), Tone.NOTICE)
            return
        path = dialogs.ask_picture(self, self._folder / "concord.png")
        if path is not None:
            self.exports.write_picture(path)
