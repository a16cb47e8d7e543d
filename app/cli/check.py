"""`concord check`: which files open, what they are, and why the others do not."""

import argparse
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from app.domain.errors import EngineError, RunCancelledError, UnreadableFileError
from app.engine.client import Engine

LIMIT_S = 10.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("paths", type=Path, nargs="+", metavar="PATH", help="file, or folder with files at any depth")
    parser.add_argument("--compare", action="store_true", help="read each file by other libraries too")
    parser.add_argument("--limit", type=float, default=LIMIT_S, metavar="S", help="seconds a file (default 10)")


def run(chosen: argparse.Namespace) -> int:
    """Print a line for each file and the sum of them; a crash, a hang or other pixels make the exit code 1."""
    reader = Engine("app.imaging.look:stream_look", threads=1)
    peers = Engine("app.cli.compare:stream_comparison", threads=1)
    rows = []
    try:
        for path in _files(chosen.paths):
            row = _row(path, reader, chosen.limit)
            if chosen.compare:
                row = _compared(row, path, peers, chosen.limit)
            print(row.line(), flush=True)
            rows.append(row)
    finally:
        reader.close()
        peers.close()
    print(_sum(rows))
    return int(any(row.broken for row in rows))


@dataclass(frozen=True, slots=True)
class _Row:
    """A file's line.

    Attributes:
        name: of the file and its folder.
        kind: family of files and size, or "".
        sentence: the notices of an opened file, or why it was not opened.
        opened: whether it was.
        broken: whether the program failed rather than the file.
        peers: what other libraries make of it.
    """

    name: str
    kind: str
    sentence: str
    opened: bool
    broken: bool = False
    peers: str = ""

    def line(self) -> str:
        """Return the line."""
        parts = ("BROKEN " if self.broken else "opened " if self.opened else "refused", self.name, self.kind)
        return "  ".join(part for part in (*parts, self.peers and f"[{self.peers}]", self.sentence) if part)


def _files(paths: list[Path]) -> Iterator[Path]:
    found = chain.from_iterable(sorted(path.rglob("*")) if path.is_dir() else [path] for path in paths)
    return (path for path in found if not path.is_dir())


def _row(path: Path, reader: Engine, limit_s: float) -> _Row:
    name = f"{path.parent.name}/{path.name}"
    try:
        look = _finished(reader, path, limit_s)
    except UnreadableFileError as error:
        return _Row(name, "", error.reason, opened=False)
    except RunCancelledError:
        return _Row(name, "", f"reading it took longer than {limit_s:g} s", opened=False, broken=True)
    except EngineError as error:
        return _Row(name, "", f"reading it failed: {error}", opened=False, broken=True)
    kind = f"{look.kind} {look.size}{' RGB' if look.colour else ''}{f' {look.unit}' if look.unit else ''}"
    return _Row(name, kind, " ".join(look.notices), opened=True)


def _compared(row: _Row, path: Path, peers: Engine, limit_s: float) -> _Row:
    """Return a row with what other libraries make of the file; it is broken where all of these see other pixels."""
    try:
        found = _finished(peers, path, limit_s)
    except (RunCancelledError, EngineError):
        return _Row(row.name, row.kind, row.sentence, row.opened, row.broken, "another library crashed or hung")
    said = ", ".join(f"{verdict.library}: {verdict.words}" for verdict in found)
    read = [verdict.same for verdict in found if verdict.same is not None]
    odd = row.opened and bool(read) and not any(read)
    return _Row(row.name, row.kind, row.sentence, row.opened, row.broken or odd, said)


def _finished(engine: Engine, path: Path, limit_s: float) -> Any:
    """Return what a job returns, or stop it."""
    timer = threading.Timer(limit_s, engine.cancel)
    timer.start()
    running = engine.run(path)
    try:
        while True:
            next(running)
    except StopIteration as end:
        return end.value
    finally:
        timer.cancel()
        timer.join()


def _sum(rows: list[_Row]) -> str:
    reasons = Counter(row.sentence for row in rows if not row.opened)
    opened = sum(row.opened for row in rows)
    why = "".join(f"\n  {count} x {reason}" for reason, count in reasons.most_common())
    return f"{opened} opened, {len(rows) - opened} skipped{':' if why else '.'}{why}"
