"""What can be told of a file without keeping its pixels."""

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

from app.imaging.kinds import recognise
from app.imaging.read import read_case


@dataclass(frozen=True, slots=True)
class Look:
    """A file that opened.

    Attributes:
        kind: family of files, or "folder".
        size: for people ("26 x 166 x 164").
        colour: whether its pixels are RGB.
        unit: of its values, or "".
        notices: what the reader is told of it.
    """

    kind: str
    size: str
    colour: bool
    unit: str
    notices: tuple[str, ...]


def stream_look(path: Path) -> Generator[None, None, Look]:
    """Read a file whole, as a job of the engine, and return what it is.

    Raises:
        UnreadableFileError: it cannot be opened.
    """
    yield
    case = read_case(path)
    size = " x ".join(str(count) for count in case.pixels.shape[:3])
    kind = "folder" if path.is_dir() else recognise(path).value
    return Look(kind, size, case.is_colour, case.unit, case.notices)
