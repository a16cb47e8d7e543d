"""Files of the user's own that nobody else may read."""

from pathlib import Path
from typing import IO

from app.export.files import save_atomically


def save_privately(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, readable by its user alone.

    Raises:
        OutputError: it cannot be written; what was there before still is.
    """

    def write(file: IO[bytes]) -> None:
        Path(file.name).chmod(0o600)
        file.write(content)

    save_atomically(path, write, overwrite=True)
