"""How smoothly the window lives while a model runs; measured by `concord bench`."""

import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEventLoop, Qt, QTimer

from app.domain.errors import EngineError
from app.ui.start import make_application, make_window, run_to_end

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
    application = make_application()
    window = make_window()
    window.show()
    try:
        run_to_end(window.session, image, (), model)
        ticks, loop, timer = [time.perf_counter()], QEventLoop(), QTimer()
        timer.setTimerType(Qt.TimerType.PreciseTimer)
        timer.timeout.connect(lambda: ticks.append(time.perf_counter()))
        window.session.run_finished.connect(loop.quit)
        timer.start(TICK_MS)
        window.session.run()
        loop.exec()
        timer.stop()
    finally:
        window.close()
        application.processEvents()
    if len(ticks) < 2:  # noqa: PLR2004 - one pause needs two ticks
        raise EngineError("The run ended before anything could be measured.")
    pauses = 1000 * np.diff(ticks)
    return Gaps(float(np.percentile(pauses, 99)), float(pauses.max()), peak_memory_mb())


def peak_memory_mb() -> float | None:
    """Return the largest resident size of this process; Linux counts it in kilobytes, macOS in bytes."""
    if sys.platform == "win32":
        return None
    import resource  # not there on Windows

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
