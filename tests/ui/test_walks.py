"""Both users' tasks from the drop to the export: the real engine and models, the mouse and the keys."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from app.places import resources_folder
from app.ui.comparing.compare import Comparing
from app.ui.start import make_window
from app.ui.window import MainWindow
from tests.ui.editing.drawing import at, box, click, drag, editing_of, marked
from tests.ui.hands import drop, turn
from tests.ui.studies import is_whole

SAMPLES = resources_folder() / "samples"
WAIT_MS = 240_000  # a busy machine may take long
SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


@pytest.fixture(name="window")
def _window(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MainWindow]:
    monkeypatch.setenv("CONCORD_HOME", str(tmp_path / "home"))
    window = make_window()
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    yield window
    window.close()


def opened(qtbot: QtBot, window: MainWindow, folder: Path, *names: str) -> None:
    with qtbot.waitSignal(window.session.case_changed, timeout=WAIT_MS):
        drop(window, *names, folder=str(folder))
    qtbot.waitUntil(lambda: is_whole(window.session), timeout=WAIT_MS)
    window.canvas.setFocus()


def run(qtbot: QtBot, window: MainWindow) -> None:
    """Press R, with fewer samples than usual."""
    window.session.choose(replace(window.session.choice, samples=2))
    with qtbot.waitSignal(window.session.run_finished, timeout=WAIT_MS):
        qtbot.keyClick(window.canvas, Qt.Key.Key_R)


def press(qtbot: QtBot, window: MainWindow, key: Qt.Key, held: Qt.KeyboardModifier | None = None) -> None:
    qtbot.keyClick(window.canvas, key, Qt.KeyboardModifier.NoModifier if held is None else held)


def exported(qtbot: QtBot, window: MainWindow, path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Press Ctrl+E, answer the system's dialog, and return what stands in the picture's chunks."""
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    with qtbot.waitSignal(window.exports.finished, timeout=WAIT_MS):
        press(qtbot, window, Qt.Key.Key_E, CONTROL)
    with Image.open(path) as picture:
        return {str(key): str(value) for key, value in picture.info.items()}


def test_a_radiologist_reads_measures_draws_compares_and_hands_on(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A series with its readers; everything that is checked is what the screen would show."""
    opened(qtbot, window, SAMPLES, "ct_kidney", "ct_kidney_seg.nii.gz")
    session = window.session
    run(qtbot, window)
    assert session.frame is not None
    assert session.frame.findings.ged is not None
    _sweep(qtbot, window)
    _scrub(qtbot, window)
    turn(window, -1)
    assert window.canvas.frame is None  # an outline belongs to its slice
    turn(window, 1)
    _measure(qtbot, window)
    _draw(qtbot, window)
    _compare(qtbot, window)
    assert exported(qtbot, window, tmp_path / "page.png", monkeypatch)["Disclaimer"] == "Not for diagnostic use"


def _sweep(qtbot: QtBot, window: MainWindow) -> None:
    """From conservative to liberal the outlined area grows."""
    frame = window.session.frame
    assert frame is not None
    areas = frame.findings.level_areas
    assert list(areas) == sorted(areas, reverse=True)
    qtbot.keyClick(window.canvas, ">")
    assert window.session.view.levels == {3}
    for _ in range(2):
        qtbot.keyClick(window.canvas, "<")
    assert window.session.view.levels == {1}


def _scrub(qtbot: QtBot, window: MainWindow) -> None:
    """Back by one step and forward to the result."""
    qtbot.keyClick(window.canvas, ",")
    assert window.session.view.step == 3
    qtbot.keyClick(window.canvas, ".")
    assert window.session.frame is not None
    assert window.session.frame.final
    qtbot.keyPress(window.canvas, Qt.Key.Key_H)
    assert window.session.view.hidden
    qtbot.keyRelease(window.canvas, Qt.Key.Key_H)
    assert not window.session.view.hidden


def _measure(qtbot: QtBot, window: MainWindow) -> None:
    """One distance over forty columns."""
    press(qtbot, window, Qt.Key.Key_D)
    drag(qtbot, window, (100, 80), (100, 100), (100, 120))
    press(qtbot, window, Qt.Key.Key_Escape)
    (measured,) = window.session.view.measurements
    (_, first), (_, last) = measured.places
    assert last - first == pytest.approx(40, abs=1)


def _draw(qtbot: QtBot, window: MainWindow) -> None:
    """A polygon of its own, taken back and brought again."""
    press(qtbot, window, Qt.Key.Key_G, SHIFT)
    for corner in ((60.6, 60.6), (60.6, 90.4), (90.4, 90.4), (90.4, 60.6), (60.6, 60.6)):
        click(qtbot, window, *corner)
    press(qtbot, window, Qt.Key.Key_Escape)
    assert box(marked(window)) == (61, 90, 61, 90)
    press(qtbot, window, Qt.Key.Key_Z, CONTROL)
    assert not marked(window).any()
    press(qtbot, window, Qt.Key.Key_Z, CONTROL | SHIFT)
    assert box(marked(window)) == (61, 90, 61, 90)


def _compare(qtbot: QtBot, window: MainWindow) -> None:
    """The image without AI beside the result, and back to one picture."""
    comparing = next(feature for feature in window.features if isinstance(feature, Comparing))
    press(qtbot, window, Qt.Key.Key_C, SHIFT)
    qtbot.waitUntil(lambda: comparing.right.width() > 100, timeout=WAIT_MS)
    assert window.canvas.frame is None
    assert comparing.right.frame is window.session.frame
    press(qtbot, window, Qt.Key.Key_C, SHIFT)
    assert window.canvas.frame is window.session.frame


def test_a_dermatologist_sees_how_a_lesions_outline_moves_with_the_noise(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both systems on one picture: the lesion's numbers, the noise steps, a ruler's scale, zoom and the page."""
    opened(qtbot, window, SAMPLES / "dermoscopy", "phantom_lesion.png")
    session = window.session
    run(qtbot, window)
    session.choose_model("diffseg")
    run(qtbot, window)
    frame = session.frame
    assert frame is not None
    assert session.shown_run is not None
    assert [session.shown_run.label(index) for index in (0, session.shown_run.last)] == ["60", "150"]
    assert session.shown_run.result is not None
    assert session.shown_run.result.lesion is not None
    assert {kept.card.name for kept in session.runs.of_slice(0)} == {"dermoscopy", "diffseg"}
    for _ in range(3):
        qtbot.keyClick(window.canvas, ",")
    assert session.view.step == session.shown_run.last - 3
    scale = window.canvas.camera
    turn(window, 2)
    assert scale is not None
    assert window.canvas.camera is not None
    assert window.canvas.camera.scale > scale.scale
    told = exported(qtbot, window, tmp_path / "step.png", monkeypatch)
    assert "intermediate" in told["StepShown"]


def test_a_brush_takes_the_left_button_and_gives_it_back(qtbot: QtBot, window: MainWindow) -> None:
    """Dragging paints; after Esc it moves the picture."""
    opened(qtbot, window, SAMPLES / "dermoscopy", "phantom_lesion.png")
    press(qtbot, window, Qt.Key.Key_B, SHIFT)
    drag(qtbot, window, (100, 100), (100, 140), (100, 180))
    assert marked(window)[100, 100:181].all()
    assert len(editing_of(window).edits.layers) == 1
    press(qtbot, window, Qt.Key.Key_Escape)
    camera = window.canvas.camera
    window.canvas.zoom(4)
    qtbot.mousePress(window.canvas, Qt.MouseButton.LeftButton, pos=at(window, 100, 140))
    qtbot.mouseMove(window.canvas, at(window, 100, 140) + QPoint(40, 0))
    qtbot.mouseRelease(window.canvas, Qt.MouseButton.LeftButton, pos=at(window, 100, 140) + QPoint(40, 0))
    assert window.canvas.camera != camera
