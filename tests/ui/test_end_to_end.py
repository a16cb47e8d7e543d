"""A radiologist's task from start to end, with the real engine, a real model and real mouse and keys."""

import json
import multiprocessing
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.cli import main
from app.places import resources_folder
from app.ui.start import make_window
from app.ui.window import MainWindow
from tests.ui.studies import is_whole

SAMPLES = resources_folder() / "samples"
WAIT_MS = 60_000


@pytest.fixture(name="window")
def _window(qtbot: QtBot) -> Iterator[MainWindow]:
    window = make_window()
    qtbot.addWidget(window)
    window.show()
    yield window
    window.close()


def _open(qtbot: QtBot, window: MainWindow, *names: str) -> None:
    with qtbot.waitSignal(window.session.case_changed, timeout=WAIT_MS):
        window.open_paths([SAMPLES / name for name in names])
    qtbot.waitUntil(lambda: is_whole(window.session), timeout=WAIT_MS)


def _run(qtbot: QtBot, window: MainWindow, samples: int = 2) -> None:
    window.session.choose(replace(window.session.choice, samples=samples))
    with qtbot.waitSignal(window.session.run_finished, timeout=WAIT_MS):
        qtbot.keyClick(window, Qt.Key.Key_R)


def test_open_run_look_and_export(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    """Open the series and its readers, run, toggle levels by keys, scroll away and back, scrub, export."""
    _open(qtbot, window, "mr_newborn", "mr_newborn_seg.nii.gz")
    session = window.session
    assert session.case is not None
    assert session.case.synthetic
    assert session.choice.card is not None
    assert session.choice.card.name == "brain-growth"
    _run(qtbot, window)
    assert session.frame is not None
    findings = session.frame.findings
    assert findings.ged is not None
    assert findings.level_count == 7
    before = session.view.levels
    qtbot.keyClick(window, Qt.Key.Key_1)
    assert session.view.levels == before ^ {1}
    shown = []
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
        qtbot.keyClick(window, key)
        shown.append(session.frame is not None)
    assert shown == [False, True]
    session.show_step(0)
    assert session.view.step == 0
    with qtbot.waitSignal(session.message_raised, timeout=WAIT_MS):
        window.exports.write_picture(tmp_path / "step.png")
    with Image.open(tmp_path / "step.png") as picture:
        assert "intermediate" in picture.info["StepShown"]
        assert picture.info["Disclaimer"] == "Not for diagnostic use"


def test_a_photograph_is_opened_run_and_windowed(qtbot: QtBot, window: MainWindow) -> None:
    """A dermatologist drops a picture: the model for it is chosen, and the wheel zooms."""
    _open(qtbot, window, "dermoscopy/phantom_lesion.png")
    session = window.session
    assert session.choice.card is not None
    assert session.choice.card.name == "dermoscopy"
    _run(qtbot, window, samples=1)
    assert session.frame is not None
    assert session.frame.findings.ged is None
    assert session.frame.findings.levels[2].any()


def test_cancel_stops_a_real_run_and_the_next_one_works(qtbot: QtBot, window: MainWindow) -> None:
    """Esc in the middle of a long run; nothing of it is heard afterwards."""
    _open(qtbot, window, "mr_newborn")
    session = window.session
    session.choose(replace(session.choice, samples=25, steps=50))
    qtbot.keyClick(window, Qt.Key.Key_R)
    qtbot.waitUntil(lambda: session.frame is not None, timeout=WAIT_MS)
    with qtbot.waitSignal(session.progress_changed, timeout=500) as told:
        qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert told.args == [None]
    assert session.frame is None
    _run(qtbot, window, samples=1)
    assert session.frame is not None


def test_the_window_lives_on_after_its_engine_was_killed(qtbot: QtBot, window: MainWindow) -> None:
    """The process dies in the middle of a run: one sentence, the case stays, the next run works."""
    _open(qtbot, window, "mr_newborn")
    session = window.session
    session.choose(replace(session.choice, samples=25, steps=50))
    qtbot.keyClick(window, Qt.Key.Key_R)
    qtbot.waitUntil(lambda: session.frame is not None, timeout=WAIT_MS)
    with qtbot.waitSignal(session.message_raised, timeout=WAIT_MS) as said:
        _kill_children()
    assert "stopped unexpectedly" in said.args[0].text
    assert session.case is not None
    _run(qtbot, window, samples=1)


def test_the_demonstration_writes_everything_without_a_display(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`make run` where there is no display."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert qapp is not None
    assert main(["demo", "--study", "dermoscopy", "--out", str(tmp_path)]) == 0
    assert "no display" in capsys.readouterr().out
    assert {path.name for path in tmp_path.iterdir()} == {"window.png", "annotated.png", "result.json"}
    assert json.loads((tmp_path / "result.json").read_text())["case"]["synthetic"] is True
    with Image.open(tmp_path / "window.png") as picture:
        assert picture.width >= 1024


def _kill_children() -> None:
    """Kill the process that runs the model, as a crash in a driver would."""
    for process in multiprocessing.active_children():
        process.kill()


def test_the_canvas_answers_the_mouse(qtbot: QtBot, window: MainWindow) -> None:
    """A right drag changes the window of grey values; the wheel's slices stay within the stack."""
    _open(qtbot, window, "ct_kidney")
    session = window.session
    before = session.view.window
    centre = window.canvas.rect().center()
    qtbot.mousePress(window.canvas, Qt.MouseButton.RightButton, pos=centre)
    qtbot.mouseMove(window.canvas, centre + QPoint(60, 30))
    qtbot.mouseRelease(window.canvas, Qt.MouseButton.RightButton, pos=centre + QPoint(60, 30))
    assert session.view.window != before
