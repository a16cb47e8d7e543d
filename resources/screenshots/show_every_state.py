"""Take a picture of every state of the real program, to be looked at before a release.

    python resources/screenshots/show_every_state.py FOLDER [--light] [--language de] [--size 1480x900] [STATE ...]

QT_SCALE_FACTOR=2 takes them at 200 %.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEventLoop, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QWidget

from app.domain.box import whole
from app.ui.controls import Panel
from app.ui.desk.notes import NotesPanel
from app.ui.desk.samples import SAMPLES
from app.ui.editing.feature import Editing
from app.ui.export_dialog import ExportDialog
from app.ui.help import HelpDialog
from app.ui.languages import Language
from app.ui.settings import Preferences, Settings
from app.ui.start import make_application, make_window, run_to_end, settle
from app.ui.style.habits import Habits
from app.ui.style.model_facts import ModelFacts
from app.ui.style.touring import Touring
from app.ui.theme import Look
from app.ui.window import MainWindow
from app.ui.worklist_dialog import WorklistDialog

SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
LEFT = Qt.MouseButton.LeftButton
PATIENCE_MS = 700


class States:
    """Brings a window into one state after another and takes pictures of it."""

    def __init__(self, application: QApplication, window: MainWindow, folder: Path) -> None:
        """Take pictures of a window into a folder."""
        self._application, self._window, self._folder = application, window, folder
        self._ran = ""

    def start(self) -> None:
        """The page that the program begins with."""
        self._ran = ""
        self._take("start")

    def mri(self) -> None:
        """Seven readers."""
        self._run("mr")
        self._take("mri")

    def soft(self) -> None:
        """The soft map, all levels as fills, and the readers' own outlines."""
        self._run("mr")
        for key in (Qt.Key.Key_S, Qt.Key.Key_O, Qt.Key.Key_0):
            self._press(key)
        self._take("soft")
        for key in (Qt.Key.Key_S, Qt.Key.Key_O, Qt.Key.Key_0, Qt.Key.Key_4):
            self._press(key)

    def step(self) -> None:
        """A step on the way to the result."""
        self._run("mr")
        self._press(Qt.Key.Key_Comma)
        self._press(Qt.Key.Key_Comma)
        self._take("step")
        self._window.session.show_step(self._window.session.shown_run.last)

    def compare(self) -> None:
        """Side by side, and swiped with a step on the way at one side."""
        self._run("mr")
        self._press(Qt.Key.Key_C, SHIFT)
        self._take("compare")
        next(a for a in self._menus.actions if a.objectName() == "First diffusion step and result").trigger()
        self._press(Qt.Key.Key_S, SHIFT)
        self._take("swipe")
        self._press(Qt.Key.Key_S, SHIFT)

    def measure(self) -> None:
        """Distance, angle, area, and the diameters of the model's outline."""
        self._run("ct")
        rows, columns = self._window.session.case.shape
        self._press(Qt.Key.Key_D)
        self._drag((rows * 0.2, columns * 0.2), (rows * 0.3, columns * 0.45))
        self._press(Qt.Key.Key_E)
        self._drag((rows * 0.6, columns * 0.15), (rows * 0.75, columns * 0.35))
        self._press(Qt.Key.Key_M, SHIFT)
        self._take("measure")
        self._menus_action("Delete all on this slice")

    def planes(self) -> None:
        """Three planes of a CT."""
        self._run("ct")
        self._press(Qt.Key.Key_P, SHIFT)
        self._take("planes")
        self._press(Qt.Key.Key_P, SHIFT)

    def draw(self) -> None:
        """An outline of the reader's own, with the brush in hand."""
        self._run("ct")
        edits = self._feature(Editing).edits
        rows, columns = self._window.session.case.shape
        down, right = np.ogrid[:rows, :columns]
        edits.add()
        edits.put(whole((down - rows * 0.4) ** 2 + (right - columns * 0.4) ** 2 < (rows * 0.12) ** 2))
        edits.end("stroke")
        self._press(Qt.Key.Key_B, SHIFT)
        self._take("draw")
        self._press(Qt.Key.Key_B, SHIFT)
        self.export()

    def export(self) -> None:
        """What is handed on."""
        if not self._ran:
            self._run("ct")
        self._window.actions_.export_more.trigger()
        dialog = self._window.findChildren(ExportDialog)[-1]
        self._take("export", dialog)
        for box in dialog.panel.boxes.values():
            box.setChecked(True)
        self._take("export-all", dialog)
        dialog.reject()

    def dermoscopy(self) -> None:
        """A lesion with its ABCD read-out."""
        self._run("dermoscopy")
        self._take("dermoscopy")

    def diffseg(self) -> None:
        """The other system on it."""
        self._run("dermoscopy", "diffseg")
        self._take("diffseg")

    def notes(self) -> None:
        """Notes on the study, at the foot of the left panel."""
        self._run("dermoscopy")
        panel = self._window.findChild(NotesPanel)
        panel.text.setPlainText("Irregular border at 3 o'clock; compare with the visit in spring.")
        panel.exported.setChecked(True)
        for column in self._window.findChildren(Panel):
            column.verticalScrollBar().setValue(column.verticalScrollBar().maximum())
        self._take("notes")

    def look_first(self) -> None:
        """Nothing of a model's before one's own look."""
        look = self._window.session.look
        look.set_wanted(True)
        self._ran = ""
        self._run("ct")
        self._take("first-look")
        look.set_wanted(False)

    def hidden(self) -> None:
        """All AI away while H is held."""
        self._run("mr")
        QTest.keyPress(self._window.canvas, Qt.Key.Key_H)
        self._take("hidden")
        QTest.keyRelease(self._window.canvas, Qt.Key.Key_H)

    def settings(self) -> None:
        """Every page of the settings."""
        habits = self._feature(Habits)
        habits.open_dialog()
        for row in range(habits.dialog.names.count()):
            habits.dialog.names.setCurrentRow(row)
            self._take(f"settings-{row + 1}", habits.dialog)
        habits.dialog.close()

    def about(self) -> None:
        """What the model is."""
        self._run("mr")
        facts = self._feature(ModelFacts)
        facts.open_dialog()
        self._take("about", facts.dialog)
        facts.dialog.close()

    def help(self) -> None:
        """Keys and mouse."""
        self._window.show_help()
        dialog = self._window.findChildren(HelpDialog)[-1]
        self._take("help", dialog)
        dialog.close()

    def tour(self) -> None:
        """Every call-out of the tour."""
        self._run("mr")
        touring = self._feature(Touring)
        touring.begin()
        for number in range(1, 7):
            self._take(f"tour-{number}")
            QTest.keyClick(touring.tour, Qt.Key.Key_Right)

    def worklist(self) -> None:
        """Three studies, done."""
        self._window.desk.ask_worklist()
        dialog = self._window.findChildren(WorklistDialog)[-1]
        dialog.add([sample.path for sample in SAMPLES.values()])
        dialog.place.show_folder(Path(tempfile.mkdtemp()))
        self._take("worklist", dialog)
        dialog.start()
        self._wait_until(lambda: bool(dialog.status.text()))
        self._take("worklist-done", dialog)
        dialog.close()

    @property
    def _menus(self) -> "object":
        return self._window.actions_.menus

    def _menus_action(self, name: str) -> None:
        next(action for action in self._menus.actions if action.objectName() == name).trigger()

    def _feature(self, kind: type) -> "object":
        return next(part for part in self._window.features if isinstance(part, kind))

    def _run(self, name: str, model: str = "") -> None:
        sample = SAMPLES[name]
        model = model or sample.model
        if self._ran != f"{name} {model}":
            run_to_end(self._window.session, sample.path, sample.references, model)
            self._ran = f"{name} {model}"

    def _press(self, key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        self._window.activateWindow()
        QTest.keyClick(self._window.canvas, key, held)
        self._pause(50)

    def _drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        canvas = self._window.canvas
        first, last = (QPoint(*map(round, canvas.camera.to_screen(*place))) for place in (start, end))
        QTest.mousePress(canvas, LEFT, pos=first)
        there = QPointF(last)
        move = QMouseEvent(QMouseEvent.Type.MouseMove, there, canvas.mapToGlobal(there), LEFT, LEFT, QT_NONE)
        QApplication.sendEvent(canvas, move)
        QTest.mouseRelease(canvas, LEFT, pos=last)
        self._pause(50)

    def _pause(self, milliseconds: int) -> None:
        loop = QEventLoop()
        QTimer.singleShot(milliseconds, loop.quit)
        loop.exec()

    def _wait_until(self, holds: Callable[[], bool]) -> None:
        while not holds():
            self._pause(200)

    def _take(self, name: str, widget: QWidget | None = None) -> None:
        """Let everything be painted, write a picture, and say what text does not fit."""
        self._pause(PATIENCE_MS)
        self._window.messages.clear()
        settle(self._application, self._window)
        shown = widget or self._window
        shown.grab().save(str(self._folder / f"{name}.png"))
        for text in cut_off(shown):
            sys.stdout.write(f"{name}: cut off: {text}\n")


QT_NONE = Qt.KeyboardModifier.NoModifier
STATES = [name for name in vars(States) if not name.startswith("_") and name != "export"]


def cut_off(parent: QWidget) -> list[str]:
    """Return the one-line texts that have less room than they need."""
    labels = [label for label in parent.findChildren(QLabel) if not label.wordWrap()]
    return [each.text() for each in labels if each.isVisible() and each.width() < each.minimumSizeHint().width()]


def main() -> None:
    """Walk through the states."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("states", nargs="*", default=STATES)
    parser.add_argument("--light", action="store_true")
    parser.add_argument("--language", default="en")
    parser.add_argument("--size", default="1480x900")
    chosen = parser.parse_intermixed_args()
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    chosen.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        os.environ["CONCORD_HOME"] = home
        look = Look.LIGHT if chosen.light else Look.DARK
        Settings().keep(Preferences(look=look, language=Language(chosen.language), toured=True))
        application = make_application()
        window = make_window()
        window.resize(*map(int, chosen.size.split("x")))
        window.show()
        try:
            states = States(application, window, chosen.folder)
            for name in chosen.states:
                getattr(states, name)()
        finally:
            for dialog in window.findChildren(QDialog):
                dialog.close()
            window.close()


if __name__ == "__main__":
    main()
