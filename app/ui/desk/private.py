"""Files of the user's own that nobody else may read."""

import os
import secrets
import shutil
from pathlib import Path
from typing import IO

import psutil

from app.export.files import save_atomically
from app.places import private_folder


def save_privately(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, readable by its user alone.

    Raises:
        OutputError: it cannot be written; what was there before still is.
    """

    def write(file: IO[bytes]) -> None:
        Path(file.name).chmod(0o600)
        file.write(content)

    save_atomically(path, write, overwrite=True)


def is_own(path: Path) -> bool:
    """Whether a file lies in the program's own folder, and not where its user has put it."""
    try:
        return path.absolute().is_relative_to(private_folder().absolute())
    except OSError:
        return False


def results_folder() -> Path | None:
    """Return a new folder for the results of a worklist, and remove those of windows that crashed.

    None where there is no place for it; it is removed by whom it was made for.
    """
    try:
        place = private_folder(_RESULTS)
        for folder in place.iterdir():
            number = folder.name.partition("-")[0]
            if number.isdigit() and not psutil.pid_exists(int(number)):
                shutil.rmtree(folder, ignore_errors=True)
        fresh = place / f"{os.getpid()}-{secrets.token_hex(4)}"
        fresh.mkdir(mode=0o700)
    except OSError:
        return None
    return fresh


_RESULTS = "worklist"
