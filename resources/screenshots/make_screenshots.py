"""Take the README's pictures of the real program: `python resources/screenshots/make_screenshots.py`."""

import os
import tempfile
from pathlib import Path

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.ui.desk.samples import SAMPLES
from app.ui.start import make_application, make_window, run_to_end, settle
from app.ui.theme import Look, apply_theme
from app.ui.window import MainWindow

HERE = Path(__file__).parent
SIZE = (1480, 900)
PATIENCE_MS = 1_500


def main() -> None:
    """Run each system, walk through the window, and write what it looks like."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    with tempfile.TemporaryDirectory() as home:
        os.environ["CONCORD_HOME"] = home
        application = make_application()
        window = make_window()
        window.resize(*SIZE)
        window.show()
        try:
            _walk(application, window)
        finally:
            window.close()


def _walk(application: QApplication, window: MainWindow) -> None:
    _grab(application, window, "start")
    sample = SAMPLES["mr"]
    run_to_end(window.session, sample.path, sample.references, sample.model)
    _grab(application, window, "window")
    QTest.keyClick(window.canvas, Qt.Key.Key_C, Qt.KeyboardModifier.ShiftModifier)
    _grab(application, window, "compare")
    QTest.keyClick(window.canvas, Qt.Key.Key_C, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(window.canvas, Qt.Key.Key_P, Qt.KeyboardModifier.ShiftModifier)
    _grab(application, window, "planes")
    QTest.keyClick(window.canvas, Qt.Key.Key_P, Qt.KeyboardModifier.ShiftModifier)
    run_to_end(window.session, sample.path, sample.references, "calidiff-brain")
    _grab(application, window, "readers")
    run_to_end(window.session, SAMPLES["dermoscopy"].path, (), "diffseg")
    apply_theme(application, Look.LIGHT)
    _grab(application, window, "diffseg")


def _grab(application: QApplication, window: MainWindow, name: str) -> None:
    """Let everything be painted and write the window."""
    loop = QEventLoop()
    QTimer.singleShot(PATIENCE_MS, loop.quit)
    loop.exec()
    window.messages.clear()
    settle(application, window)
    window.grab().save(str(HERE / f"{name}.png"))


if __name__ == "__main__":
    main()
