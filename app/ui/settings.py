"""What the user has set once and for all."""

from pathlib import Path

import psutil
from platformdirs import user_config_path
from PySide6.QtCore import QSettings

SHARE_OF_MEMORY = 4
LEAST_MB = 128
_MEMORY = "memory_mb"


class Settings:
    """Settings in a file of the user's, with defaults for what is not there."""

    def __init__(self, path: Path | None = None) -> None:
        """Read a file; None keeps nothing beyond this object."""
        self._file = None if path is None else QSettings(str(path), QSettings.Format.IniFormat)
        self._memory_mb = default_memory_mb()
        if self._file is not None:
            self._memory_mb = _number(self._file.value(_MEMORY), self._memory_mb)

    @property
    def memory_mb(self) -> int:
        """Memory that the slices of a study may take."""
        return self._memory_mb

    def set_memory_mb(self, megabytes: int) -> None:
        """Allow the slices another amount of memory, from now on and at the next start."""
        self._memory_mb = megabytes
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
