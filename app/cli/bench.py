"""`concord bench`: how fast the program is on this computer, measured as its users feel it."""

import argparse
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image

from app.cli.bench_opening import Size, opening_lines
from app.cli.measured import Measured, window_numbers
from app.domain.case import Case, Modality
from app.domain.errors import RunCancelledError
from app.domain.model import ModelCard
from app.domain.result import Device, Options
from app.engine.client import Engine
from app.imaging.read import read_case
from app.imaging.references import read_references
from app.places import resources_folder
from app.segmenters.cards import find_card

STUDIES = {
    Modality.MR: "mr_newborn",
    Modality.CT: "ct_kidney",
    Modality.DERMOSCOPY: "dermoscopy/phantom_lesion.png",
}
PAGE_PIXELS = (6000, 4000)
JOB = "app.pipeline:segment_by_name"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("--model", default="brain-growth", metavar="NAME", help="to run (default brain-growth)")
    parser.add_argument("--file", type=Path, help="image to run on (default: the phantom that fits the model)")
    parser.add_argument(
        "--reference", type=Path, nargs="+", action="extend", default=[], metavar="FILE",
        help="readers' masks, which a model that takes them calibrates",
    )  # fmt: skip
    parser.add_argument("--repeat", type=int, default=3, metavar="N", help="counted repetitions (default 3)")
    parser.add_argument(
        "--slices", type=int, default=300, metavar="N", help="of the series that is opened (default 300)"
    )
    parser.add_argument("--megapixels", type=int, default=24, metavar="N", help="of the photograph (default 24)")
    parser.add_argument("--device", choices=[kind.value for kind in Device], default=Device.AUTO.value)
    parser.add_argument("--models", type=Path, default=resources_folder() / "models", help=argparse.SUPPRESS)


def run(chosen: argparse.Namespace) -> int:
    """Measure and print, line by line."""
    card = find_card(chosen.models, chosen.model)
    path = chosen.file or resources_folder() / "samples" / STUDIES[card.modality]
    case = read_case(path)
    if chosen.reference:
        case = replace(case, references=read_references(chosen.reference, case))
    calibrates = bool(chosen.reference) and card.takes_readers
    options = Options(card.samples, card.steps, device=Device(chosen.device), calibrate=calibrates)
    size = f"{card.readers} levels x {options.samples} samples, {options.steps} steps, {card.intake.side} px"
    size += f", calibrating {case.references.count} readers" if calibrates and case.references else ""
    print(f"{os.cpu_count()} CPU cores; {card.name} on {path.name}: {size}; medians of {chosen.repeat}")
    print(Measured("open the image", tuple(_timed(lambda: read_case(path)) for _ in range(chosen.repeat)), "s"))
    for line in engine_lines(case, card, options, chosen.repeat, chosen.models):
        print(line, flush=True)
    for line in window_lines(path, card.name, chosen.repeat):
        print(line, flush=True)
    for line in opening_lines(Size(chosen.slices, chosen.megapixels)):
        print(line, flush=True)
    for line in sheet_lines():
        print(line, flush=True)
    return 0


def engine_lines(case: Case, card: ModelCard, options: Options, repeat: int, models: Path) -> Iterator[Measured]:
    """Measure the engine as the window uses it."""
    middle = case.slices // 2
    arguments = (case.only(middle), middle, card.name, options, models)
    engine = Engine(JOB)
    try:
        yield Measured("first preview, cold engine (starts Python, loads torch)", (_run(engine, arguments)[0],), "s")
        runs = [_run(engine, arguments) for _ in range(repeat)]
        yield Measured("first preview, warm engine", tuple(first for first, _ in runs), "s", 0.5)
        yield Measured("full default run, warm engine", tuple(whole for _, whole in runs), "s", 5.0)
        cancels = tuple(_cancel(engine, arguments, 0.3 + 0.4 * n) for n in range(repeat))
        yield Measured("cancel until the run has stopped", cancels, "s", 0.5)
    finally:
        engine.close()


def window_lines(path: Path, model: str, repeat: int) -> Iterator[Measured]:
    """Measure the window in a process of its own, since this one has loaded torch."""
    code = (
        "from app.ui.responsiveness import measure_gaps; gaps = measure_gaps(Path(sys.argv[1]), sys.argv[2]); "
        "print(gaps.percentile_ms, gaps.longest_ms, gaps.memory_mb or 0)"
    )
    runs = [window_numbers(code, (str(path), model), 3) for _ in range(repeat)]
    percentiles, longest, memory = zip(*runs, strict=True)
    yield Measured("window: 99th percentile of the gaps of a 16 ms timer in a run", percentiles, "ms", 50.0)
    yield Measured("window: longest gap of a 16 ms timer in a run", longest, "ms", 100.0)
    yield Measured("window: memory of its process", memory, "MB", 300.0)


def sheet_lines() -> Iterator[Measured]:
    """Measure how a page round a photograph of 24 megapixels is written: the phantom, enlarged."""
    code = (
        "from app.ui.responsiveness import measure_sheet\n"
        "gaps, seconds = measure_sheet(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))\n"
        "print(seconds, gaps.longest_ms)"
    )
    with TemporaryDirectory() as folder:
        photograph = Path(folder) / "photograph.png"
        with Image.open(resources_folder() / "samples" / STUDIES[Modality.DERMOSCOPY]) as picture:
            picture.convert("RGB").resize(PAGE_PIXELS, Image.Resampling.BICUBIC).save(photograph, compress_level=1)
        seconds, longest = window_numbers(code, (str(photograph), "dermoscopy", folder), 2)
    yield Measured("page of a 24-megapixel image at native size (PNG)", (seconds,), "s", 7.0)
    yield Measured("window: longest gap of a 16 ms timer meanwhile", (longest,), "ms", 100.0)


def _run(engine: Engine, arguments: tuple[object, ...]) -> tuple[float, float]:
    """Return the seconds until the first step and until the end."""
    start = time.perf_counter()
    running = engine.run(*arguments)
    next(running)
    first = time.perf_counter() - start
    for _ in running:
        pass
    return first, time.perf_counter() - start


def _cancel(engine: Engine, arguments: tuple[object, ...], after_s: float) -> float:
    """Cancel a run some time after its first step and return the seconds until it has stopped."""
    running = engine.run(*arguments)
    next(running)
    start = time.perf_counter()
    try:
        for _ in running:
            if time.perf_counter() - start > after_s:
                break
        start = time.perf_counter()
        engine.cancel()
        for _ in running:
            pass
    except RunCancelledError:
        pass
    return time.perf_counter() - start


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
