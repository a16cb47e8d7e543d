"""Pictures and masks stored as arrays in `.npz` files."""

from pathlib import Path
from typing import Final
from zipfile import BadZipFile

import numpy as np

from app.domain.arrays import AnyArray
from app.domain.errors import TrainingError

NAMES: Final = ("image", "masks")


def read_arrays(path: Path) -> tuple[AnyArray, AnyArray]:
    """Read the arrays `image` and `masks` of a file.

    Raises:
        TrainingError: the file cannot be read, or lacks one of them.
    """
    try:
        with np.load(path) as stored:
            found = {name: stored[name] for name in NAMES if name in stored.files}
    except OSError as error:
        raise _unreadable(path, error.strerror or str(error)) from error
    except (ValueError, TypeError, EOFError, BadZipFile) as error:  # a single array knows no `with`
        raise _unreadable(path, "it is not a file of arrays") from error
    for name in NAMES:
        if name not in found:
            raise _unreadable(path, f"it has no {name}")
    return found["image"], found["masks"]


def _unreadable(path: Path, reason: str) -> TrainingError:
    return TrainingError(f"The arrays {path.name} of {path.parent.name} cannot be read: {reason}.")
