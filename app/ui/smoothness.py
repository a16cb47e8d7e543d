"""How soon a study is on screen and how smoothly it moves; measured by `concord bench` in a process of its own."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEventLoop, Qt, QTimer

from app.domain.case import Case
from app.domain.errors import EngineError
from app.domain.grid import Grid
from app.domain.result import Step
from app.ui import jobs
from app.ui.choice import Message, Tone
from app.ui.files import Loading
from app.ui.frames import Frame
from app.ui.start import make_application, make_window
from app.ui.window import MainWindow

TICK_MS = 8
LIMIT_MS = 120_000
SIDE, LEVELS, SAMPLES = 128, 7, 8
MOVES = 200  # fewer have no 99th percentile
SWING = 20
TIMES = 3


@dataclass(frozen=True, slots=True)
class Smoothness:
    """What a user feels between dropping files and looking at them.

    Attributes:
        first_s: until the first slice of the series is painted.
        whole_s: until every slice of it is there; the median of three times.
        gap_ms: 99 % of the pauses of an 8 ms timer in the window's thread are shorter while slices come in.
        scroll_ms: to paint a slice of the series with findings over it, 99 % are shorter.
        photograph_s: until a draft of the photograph is painted.
        full_s: until the photograph itself is there and painted.
        pan_ms: to paint it moved or zoomed with findings over it, 99 % are shorter.
        memory_mb: that the process takes with the photograph open.
    """

    first_s: float
    whole_s: float
    gap_ms: float
    scroll_ms: float
    photograph_s: float
    full_s: float
    pan_ms: float
    memory_mb: float


def measure_smoothness(series: Path, photograph: Path) -> Smoothness:
    """Open a series and a photograph in a warm window, and move about in both.

    Args:
        series: a folder with a DICOM series.
        photograph: an image file.

    Raises:
        EngineError: one of them was not opened.
    """
    application = make_application()
    window = make_window()
    window.show()
    try:
        window.session.warm()
        jobs.drained(jobs.load_libraries())
        _open(window, photograph)  # the processes and libraries are there from now on
        first, whole, gap = np.median([_opened_whole(window, series) for _ in range(TIMES)], axis=0)
        scroll = _percentile(_scrolled(window))
        shown, full, _ = np.median([_opened_whole(window, photograph) for _ in range(TIMES)], axis=0)
        pan = _percentile(_moved(window))
    finally:
        window.close()
        application.processEvents()
    return Smoothness(first, whole, gap, scroll, shown, full, pan, jobs.memory_mb())


def _open(window: MainWindow, path: Path) -> float:
    """Open a study and return the seconds until it is painted."""
    start, loop, failures = time.perf_counter(), QEventLoop(), []

    def fail(message: Message) -> None:
        if message.tone is Tone.ERROR:
            failures.append(message.text)
            loop.quit()

    window.session.case_changed.connect(loop.quit)
    window.session.message_raised.connect(fail)
    QTimer.singleShot(LIMIT_MS, loop.quit)
    window.session.open_study(path)
    loop.exec()
    window.session.message_raised.disconnect(fail)
    if failures:
        raise EngineError(failures[0])
    window.canvas.repaint()
    return time.perf_counter() - start


def _opened_whole(window: MainWindow, path: Path) -> tuple[float, float, float]:
    """Return the seconds to the first and to the last slice, and the milliseconds of pauses in between."""
    start, ticks, loop, timer = time.perf_counter(), list[float](), QEventLoop(), QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(lambda: ticks.append(time.perf_counter()))

    def quit_when_whole(loading: Loading) -> None:
        if loading.done == loading.total:
            loop.quit()

    watching = window.session.files.loading_changed.connect(quit_when_whole)
    first = _open(window, path)
    timer.start(TICK_MS)
    QTimer.singleShot(LIMIT_MS, loop.quit)
    if _case(window).pixels.lacking():
        loop.exec()
    window.canvas.repaint()
    timer.stop()
    window.session.files.loading_changed.disconnect(watching)
    whole = time.perf_counter() - start
    pauses = 1000 * np.diff(ticks) if len(ticks) > 1 else np.zeros(1)
    return first, whole, float(np.percentile(pauses, 99))


def _scrolled(window: MainWindow) -> list[float]:
    """Return the seconds of each painting while the stack is scrolled through."""
    frame = _frame(_case(window))

    def scroll(index: int) -> None:
        window.session.show_slice(index)
        window.canvas.set_frame(frame)

    return _painted(window, scroll)


def _moved(window: MainWindow) -> list[float]:
    """Return the seconds of each painting while the picture is moved, and then zoomed to one to one."""
    window.canvas.set_frame(_frame(_case(window)))
    window.canvas.repaint()

    def move(index: int) -> None:
        camera = window.canvas.camera
        if camera is not None:
            way = 1 if index // SWING % 2 == 0 else -1
            moved = camera.panned(7 * way, 5 * way) if index < MOVES // 2 else camera.zoomed(1.01, *camera.screen)
            window.canvas.aim(moved)

    return _painted(window, move)


def _painted(window: MainWindow, change: Callable[[int], None]) -> list[float]:
    seconds = []
    for index in range(MOVES):
        change(index)
        start = time.perf_counter()
        window.canvas.repaint()
        seconds.append(time.perf_counter() - start)
    return seconds


def _frame(case: Case) -> Frame:
    """Return findings whose samples are discs of different sizes."""
    row, column = np.mgrid[:SIDE, :SIDE] - (SIDE - 1) / 2
    radii = SIDE / 4 + np.arange(LEVELS * SAMPLES).reshape(LEVELS, SAMPLES, 1, 1) / 4
    estimate = (np.hypot(row, column) < radii).astype(np.float32)
    grid = Grid((SIDE, SIDE), (-0.5, -0.5), (case.shape[0] / SIDE, case.shape[1] / SIDE), case.shape)
    return jobs.frame_of(Step(0, 1, estimate, 1.0, grid), None)


def _case(window: MainWindow) -> Case:
    if window.session.case is None:
        raise EngineError("The study was not opened in time.")
    return window.session.case


def _percentile(seconds: list[float]) -> float:
    return float(np.percentile(seconds, 99)) * 1000
