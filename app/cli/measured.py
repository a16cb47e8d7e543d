"""A measured line, and numbers measured in a window's process."""

import os
import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.errors import EngineError


@dataclass(frozen=True, slots=True)
class Measured:
    """One line of the benchmark.

    Attributes:
        what: is measured.
        values: one for each repetition.
        unit: of the values.
        target: that the median should not exceed, or None.
    """

    what: str
    values: tuple[float, ...]
    unit: str
    target: float | None = None

    def __str__(self) -> str:
        """Print median, range and target."""
        spread = f"({min(self.values):.3f} .. {max(self.values):.3f})" if len(self.values) > 1 else ""
        target = "" if self.target is None else f"target <= {self.target:g}"
        return f"{self.what:<62} {statistics.median(self.values):>8.3f} {self.unit:<3} {spread:<20} {target}"


def window_numbers(code: str, arguments: Sequence[str], count: int) -> list[float]:
    """Run code in a process of its own, since this one has loaded torch, and return the last numbers that it prints.

    Args:
        code: that finds `sys`, `Path` and its arguments.
        arguments: in `sys.argv` from 1 on.
        count: of numbers.

    Raises:
        EngineError: the process failed.
    """
    environment = {"QT_QPA_PLATFORM": "offscreen", **os.environ}
    command = [sys.executable, "-c", f"import sys; from pathlib import Path; {code}", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if done.returncode:
        raise EngineError(f"The window could not be measured: {(done.stderr.strip() or 'no reason').splitlines()[-1]}")
    return [float(word) for word in done.stdout.split()[-count:]]
