"""Which series of a folder a command takes, and the list of them."""

import argparse
import sys
from pathlib import Path
from typing import TextIO

LIST = 0


def add_series_argument(parser: argparse.ArgumentParser) -> None:
    """Declare --series; without a number it asks for the list."""
    text = "series of a folder, counted from 1; without a number, list them and stop"
    parser.add_argument("--series", type=_number, nargs="?", const=LIST, metavar="N", help=text)


def index_of(chosen: argparse.Namespace) -> int | None:
    """Return the index, from 0, of the series that was chosen, if one was."""
    return None if chosen.series is None else int(chosen.series) - 1


def print_series(folder: Path, file: TextIO | None = None, least: int = 1) -> None:
    """List the series of a folder, without a word about the patient.

    Args:
        folder: with DICOM files.
        file: to print to; None takes the standard output.
        least: number of series below which nothing is printed.

    Raises:
        UnreadableFileError: the folder cannot be listed, or no image is in it.
    """
    from app.imaging.series import list_series  # loads pydicom, which the window does not need

    offers = list_series(folder)
    for number, offer in enumerate(offers if len(offers) >= least else (), start=1):
        size = f"{offer.shape[1]} x {offer.shape[0]}"
        line = f"{number:>3}  {offer.modality or '?':<4} {offer.slices:>5} images of {size:<12} {offer.description}"
        print(line.rstrip(), file=file or sys.stdout)


def _number(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number
