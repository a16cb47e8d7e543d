"""What a child process is at, in memory that both processes see: writing it costs little, and it outlives a crash."""

import os
from pathlib import Path
from typing import Protocol

NOTE_BYTES = 4096
_COUNT, _LENGTH, _TEXT = slice(0, 8), slice(8, 10), 10


class Memory(Protocol):
    """Bytes that two processes share; a `RawArray` is."""

    def __len__(self) -> int:
        """Return the number of bytes."""
        ...


class Note:
    """The file that is about to be touched, and how often one was."""

    def __init__(self, memory: Memory) -> None:
        """Lay a note over shared memory of `NOTE_BYTES`."""
        self._bytes = memoryview(memory).cast("B")  # type: ignore[arg-type]  # Python 3.11 has no name for buffers

    def write(self, path: Path | None) -> None:
        """Say which file is touched next; None where no one is to blame for what follows."""
        text = b"" if path is None else os.fsencode(path)
        text = text if len(text) <= NOTE_BYTES - _TEXT else b""
        self._bytes[_TEXT : _TEXT + len(text)] = text
        self._bytes[_LENGTH] = len(text).to_bytes(2, "little")
        self._bytes[_COUNT] = (self.count + 1).to_bytes(8, "little")

    @property
    def count(self) -> int:
        """How often the note was written: it rises as long as work goes on."""
        return int.from_bytes(self._bytes[_COUNT], "little")

    @property
    def path(self) -> Path | None:
        """The file that was touched last."""
        length = int.from_bytes(self._bytes[_LENGTH], "little")
        return Path(os.fsdecode(bytes(self._bytes[_TEXT : _TEXT + length]))) if length else None
