"""The parts of a data set, as folders, tables and `--split` name them."""

import re
from typing import Final

ALL: Final = "all"
TRAIN: Final = "train"
VAL: Final = "val"


def part_named(name: str) -> str:
    """Return the part that a folder's name begins with, as a whole word: "train", "val" or "test", or ""."""
    match = _PART.match(name)
    return "" if match is None else next(part for part in match.groups() if part).lower()


_PART = re.compile(r"(?:(train)(?:ing)?|(val)(?:idation)?|(test)(?:ing)?)(?![a-z0-9])", re.IGNORECASE)
