"""`concord demo`: the whole product at work on a bundled phantom; offscreen where there is no display."""

import argparse
import os
import sys
from pathlib import Path

from app.ui.desk.samples import SAMPLES
from app.ui.start import demonstrate_offscreen, open_window


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("--study", choices=sorted(SAMPLES), default="mr", help="which phantom (default mr)")
    parser.add_argument("--out", type=Path, default=Path("out"), metavar="DIR", help="where there is no display")


def run(chosen: argparse.Namespace) -> int:
    """Open the phantom with its simulated readers and run the model."""
    sample = SAMPLES[chosen.study]
    if has_display():
        return open_window([sample.path], sample.references, run_model=sample.model)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    print(f"There is no display: running offscreen and writing to {chosen.out}.")
    written = demonstrate_offscreen(sample.path, sample.references, sample.model, chosen.out)
    print("\n".join(f"wrote {path}" for path in written))
    return 0


def has_display() -> bool:
    """Whether a window can be shown."""
    if sys.platform in {"win32", "darwin"}:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
