"""`concord view`: the window."""

import argparse
from pathlib import Path

from app.cli.series import LIST, add_series_argument, index_of, print_series
from app.ui.start import open_window


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("files", type=Path, nargs="*", metavar="FILE", help="image file, or folder with a series")
    add_series_argument(parser)
    parser.add_argument(
        "--reference", type=Path, nargs="+", action="extend", default=[], metavar="FILE", help="the readers' masks"
    )
    parser.add_argument("--audit-log", type=Path, metavar="FILE", help="note runs and exports there, as JSON lines")


def run(chosen: argparse.Namespace) -> int:
    """Open the window and stay until it is closed."""
    if chosen.series == LIST:
        for folder in chosen.files[:1]:
            print_series(folder)
        return 0
    return open_window(chosen.files, chosen.reference, series=index_of(chosen), audit_log=chosen.audit_log)
