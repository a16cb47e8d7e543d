"""Damaged files read in processes whose memory is bounded and whose time is watched."""

import multiprocessing
import os
import re
import resource
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

from app.domain.errors import AppError
from app.imaging.read import read_case
from app.imaging.references import read_references
from tests.fuzz.damage import damaged
from tests.fuzz.originals import image_of_segmentation, write_originals

LIMIT_S = 10.0
START_S = 120.0
SPARE_BYTES = 1 << 30  # that reading a file of a few kilobytes may take
NO_MEMORY = "does not fit into this computer's memory"  # more was asked for than any small file needs
OPENED, REFUSED = "opened", "refused"
_SENTENCE = re.compile(r"(Cannot open|The|No reader's) [^\n]+\.")

Task = tuple[str, int]  # an original's name and the seed of its damage


@dataclass(slots=True)
class Report:
    """What came of the damaged files.

    Attributes:
        opened: how many opened all the same.
        refused: how many were refused in a sentence.
        problems: what went wrong, each with the original's name and the seed.
        printed: what decoders wrote to the error stream.
    """

    opened: int = 0
    refused: int = 0
    problems: list[str] = field(default_factory=list)
    printed: str = ""


def try_all(folder: Path, count: int, first_seed: int = 0, processes: int = 2) -> Report:
    """Damage the originals in turn until `count` files were read."""
    originals = write_originals(folder)
    image = image_of_segmentation(folder / "image.dcm")
    names = sorted(originals)
    tasks = [(names[number % len(names)], first_seed + number) for number in range(count)]
    report = Report()
    with ThreadPoolExecutor(processes) as pool:
        running = [
            pool.submit(_drive, tasks[number::processes], (originals, image, folder / f"errors{number}.txt"), report)
            for number in range(processes)
        ]
        for driven in running:
            driven.result()
    report.printed = "".join(path.read_text("utf-8", "replace") for path in sorted(folder.glob("errors*.txt")))
    return report


_Materials = tuple[dict[str, Path], Path, Path]  # the originals, the segmentation's image, where errors are printed


def _drive(tasks: Sequence[Task], materials: _Materials, report: Report) -> None:
    """Have tasks done by one process after another: one that crashes or hangs is replaced."""
    left = list(tasks)
    while left:
        ours, theirs = multiprocessing.get_context("spawn").Pipe()
        process = multiprocessing.get_context("spawn").Process(
            target=_serve, args=(theirs, left, materials), daemon=True
        )
        process.start()
        theirs.close()
        left = left[watch(ours, left, report) :]
        process.kill()
        process.join()
        ours.close()


def watch(pipe: Connection, tasks: Sequence[Task], report: Report) -> int:
    """Note what comes of tasks until all are done or one ends the process; return how many are settled."""
    for done, task in enumerate(tasks):
        try:
            outcome = pipe.recv() if pipe.poll(LIMIT_S if done else START_S) else f"longer than {LIMIT_S:g} s"
        except (EOFError, ConnectionResetError):
            outcome = "crash"
        if outcome == OPENED:
            report.opened += 1
        elif outcome == REFUSED:
            report.refused += 1
        else:
            report.problems.append(f"{task[0]} {task[1]}: {outcome}")
        if outcome == "crash" or outcome.startswith("longer"):
            return done + 1
    return len(tasks)


def _serve(pipe: Connection, tasks: Sequence[Task], materials: _Materials) -> None:
    """Do tasks in a process of their own."""
    originals, image, errors = materials
    _bound_memory()
    with errors.open("ab") as file:
        os.dup2(file.fileno(), 2)
    for name, seed in tasks:
        path = errors.with_suffix("").with_name(f"{errors.stem}_{originals[name].name}")
        path.write_bytes(damaged(originals[name].read_bytes(), seed))
        pipe.send(outcome_of(path, image if name == "segmentation" else None))
        path.unlink()


def _bound_memory() -> None:
    """Let this process grow by no more than the spare bytes."""
    pages = Path("/proc/self/statm")
    present = int(pages.read_text("ascii").split()[0]) * resource.getpagesize() if pages.exists() else SPARE_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (present + SPARE_BYTES,) * 2)


def outcome_of(path: Path, image: Path | None) -> str:
    """Open a file, or the masks in it beside an image, and say what came of it."""
    try:
        if image is None:
            bounded = read_case(path, limit_bytes=1 << 12)  # as a window reads
            bounded.pixels.packed(bounded.slices // 2)
            case = read_case(path)
            return OPENED if case.pixels.whole().size else "opened without a pixel"
        read_references([path], read_case(image))
    except AppError as error:
        sound = _SENTENCE.fullmatch(str(error)) and NO_MEMORY not in str(error)
        return REFUSED if sound else f"not a fit sentence: {error}"
    except BaseException as error:  # noqa: BLE001 - to be reported, whatever it is
        return f"{type(error).__name__}: {error}"
    return OPENED
