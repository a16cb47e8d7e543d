"""How much memory the slices of a study may take, as the user has set it once and for all."""

from pathlib import Path

import psutil
from platformdirs import user_config_path
from PySide6.QtCore import QSettings

SHARE_OF_MEMORY = 4
LEAST_MB = 128
_MEMORY = "memory_mb"


class MemoryLimit:
    """A number in a file of the user's, with a default where it is not there."""

    def __init__(self, path: Path | None = None) -> None:
        """Read a file; None keeps nothing beyond this object."""
        self._file = None if path is None else QSettings(str(path), QSettings.Format.IniFormat)
        self._megabytes = default_memory_mb()
        if self._file is not None:
            self._megabytes = _number(self._file.value(_MEMORY), self._megabytes)

    @property
    def megabytes(self) -> int:
        """Memory that the slices of a study may take."""
        return self._megabytes

    def set_megabytes(self, megabytes: int) -> None:
        """Allow the slices another amount of memory, from now on and at the next start."""
        self._megabytes = megabytes
        if self._file is not None:
            self._file.setValue(_MEMORY, megabytes)
            self._file.sync()


def settings_file() -> Path:
    """Return where the user's settings lie."""
    return user_config_path("concord") / "settings.ini"


def default_memory_mb() -> int:
    """Return a quarter of this computer's memory."""
    return max(LEAST_MB, total_memory_mb() // SHARE_OF_MEMORY)


def total_memory_mb() -> int:
    """Return this computer's memory."""
    return int(psutil.virtual_memory().total >> 20)


def _number(kept: object, default: int) -> int:
    """Return a number as a file keeps it, or the default where it keeps none."""
    try:
        return max(LEAST_MB, int(str(kept)))
    except ValueError:
        return default
