"""How smoothly the window lives while a model runs or a page is written; measured by `concord bench`."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEventLoop, Qt, QTimer, SignalInstance

from app.domain.errors import EngineError
from app.export.layout import Size
from app.export.order import Order, Output
from app.ui.start import make_application, make_window, run_to_end
from app.ui.window import MainWindow

TICK_MS = 16


@dataclass(frozen=True, slots=True)
class Gaps:
    """The pauses of a timer that should tick every 16 ms in the window's thread.

    Attributes:
        percentile_ms: 99 % of the pauses are shorter.
        longest_ms: the longest pause.
        memory_mb: most memory that the window's process has held so far, or None where that cannot be told.
    """

    percentile_ms: float
    longest_ms: float
    memory_mb: float | None


def measure_gaps(image: Path, model: str) -> Gaps:
    """Run a model twice in a window and watch its thread the second time, when everything is loaded.

    Args:
        image: file or folder to open.
        model: name of an installed model.

    Raises:
        AppError: the run failed.
    """
    with _window_after_run(image, model) as window:
        return _watched(window.session.run, window.session.run_finished)[0]


def measure_sheet(image: Path, model: str, folder: Path) -> tuple[Gaps, float]:
    """Run a model in a window, write the composed page at the image's native size, and watch the window meanwhile.

    The second of two pages is measured, when the writing process has started.

    Args:
        image: file or folder to open.
        model: name of an installed model.
        folder: for the pages.

    Returns:
        the gaps, and the seconds until the page was written.

    Raises:
        AppError: the run failed.
    """
    with _window_after_run(image, model) as window:
        order = Order(frozenset({Output.SHEET}), folder, image, size=Size(1.0))
        _watched(lambda: window.exports.write(order), window.exports.finished)
        return _watched(lambda: window.exports.write(order), window.exports.finished)


@contextmanager
def _window_after_run(image: Path, model: str) -> Iterator[MainWindow]:
    application = make_application()
    window = make_window()
    window.show()
    try:
        run_to_end(window.session, image, (), model)
        yield window
    finally:
        window.close()
        application.processEvents()


def _watched(start: Callable[[], None], ended: SignalInstance) -> tuple[Gaps, float]:
    """Start something, turn the event loop until a signal tells that it has ended, and return gaps and seconds."""
    ticks, loop, timer = [time.perf_counter()], QEventLoop(), QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(lambda: ticks.append(time.perf_counter()))
    ended.connect(loop.quit)
    timer.start(TICK_MS)
    start()
    loop.exec()
    seconds = time.perf_counter() - ticks[0]
    timer.stop()
    if len(ticks) < 2:  # noqa: PLR2004 - one pause needs two ticks
        raise EngineError("The work ended before anything could be measured.")
    pauses = 1000 * np.diff(ticks)
    return Gaps(float(np.percentile(pauses, 99)), float(pauses.max()), peak_memory_mb()), seconds


def peak_memory_mb() -> float | None:
    """Return the largest resident size of this process; Linux counts it in kilobytes, macOS in bytes."""
    if sys.platform == "win32":
        return None
    import resource  # not there on Windows

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
