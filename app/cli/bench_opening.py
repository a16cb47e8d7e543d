"""The rows of `concord bench` about opening and moving about, on studies that it makes for itself."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import SimpleITK as sitk

from app.cli.measured import Measured, window_numbers
from app.cli.phantoms import write_photograph, write_series

NEARLY_BARE = 1.2


@dataclass(frozen=True, slots=True)
class Size:
    """How large the studies are.

    Attributes:
        slices: of the series.
        megapixels: of the photograph.
    """

    slices: int = 300
    megapixels: int = 24


def opening_lines(size: Size) -> Iterator[Measured]:
    """Make the studies, read the series with nothing but SimpleITK, and then open both in a window."""
    with TemporaryDirectory() as folder:
        series = write_series(Path(folder) / "series", size.slices)
        photograph = write_photograph(Path(folder) / "photograph.jpg", size.megapixels)
        bare = min(_read_bare(series) for _ in range(3))
        code = (
            "from app.ui.smoothness import measure_smoothness; "
            "said = measure_smoothness(Path(sys.argv[1]), Path(sys.argv[2])); "
            "print(said.first_s, said.whole_s, said.gap_ms, said.scroll_ms, said.photograph_s, said.full_s, "
            "said.pan_ms, said.memory_mb)"
        )
        first, whole, gap, scroll, shown, full, pan, memory = window_numbers(code, (str(series), str(photograph)), 8)
    stack, picture = f"{size.slices} slices", f"{size.megapixels} megapixels"
    yield Measured(f"{stack}: a bare SimpleITK series read", (bare,), "s")
    yield Measured(f"{stack}: until the first is painted", (first,), "s", 0.5)
    yield Measured(f"{stack}: until all are there", (whole,), "s", NEARLY_BARE * bare)
    yield Measured(f"{stack}: 99th percentile of the gaps of an 8 ms timer meanwhile", (gap,), "ms", 50.0)
    yield Measured(f"{stack}: painting with findings while scrolling, 99th percentile", (scroll,), "ms", 16.0)
    yield Measured(f"{picture}: until a draft is painted", (shown,), "s", 0.7)
    yield Measured(f"{picture}: until all of it is there and painted", (full,), "s")
    yield Measured(f"{picture}: painting with findings while moving, 99th percentile", (pan,), "ms", 33.0)
    yield Measured("window: memory of its process after both, image included", (memory,), "MB")


def _read_bare(folder: Path) -> float:
    """Find, read and hand out a series as a short script would, and return the seconds that took."""
    start = time.perf_counter()
    reader = sitk.ImageSeriesReader()
    series = reader.GetGDCMSeriesIDs(str(folder))
    reader.SetFileNames(reader.GetGDCMSeriesFileNames(str(folder), series[0]))
    sitk.GetArrayFromImage(reader.Execute())
    return time.perf_counter() - start
