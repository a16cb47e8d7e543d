"""DICOM slices that lie in their files as plain numbers: found once by the header, then read without it.

A long series is read twice: its headers to put it in order, and its pixels. Without a second look at the headers that
takes half the time.
"""

import math
from pathlib import Path

import numpy as np
from pydicom import Dataset

from app.domain.reading import Place
from app.domain.stack import Packed
from app.imaging.decode import frame_count, plain_kind, scale, stored_limits
from app.imaging.elements import Lead
from app.imaging.facts import is_colour
from app.imaging.faults import decoding


def place_in(dataset: Dataset, lead: Lead) -> Place | None:
    """Return where the only frame of an image lies, if it lies there as plain numbers.

    Args:
        dataset: the elements before the pixels.
        lead: what stands between.
    """
    kind = plain_kind(dataset)
    if kind is None or is_colour(dataset) or frame_count(dataset) > 1 or "ModalityLUTSequence" in dataset:
        return None
    shape = int(dataset.get("Rows") or 0), int(dataset.get("Columns") or 0)
    if not lead.is_pixel_data or lead.length < math.prod(shape) * kind.itemsize or min(shape) < 1:
        return None
    limits = stored_limits(dataset, np.empty(0, kind))
    return Place(lead.start, lead.text, kind.str, shape, limits, *scale(dataset, 0, limits))


def load_plain(path: Path, place: Place) -> Packed | None:
    """Read a slice, or return None where it does not lie at its place any more, or has numbers that it cannot have.

    Raises:
        UnreadableFileError: the file cannot be opened.
    """
    stored = np.empty((*place.shape, 1), place.kind)
    with decoding(path.name), path.open("rb", buffering=0) as file:
        file.seek(place.start - len(place.lead))
        same = file.read(len(place.lead)) == place.lead
        if not same or file.readinto(stored.data) < stored.nbytes:
            return None
    low, high = place.limits
    return Packed(stored, place.slope, place.intercept) if low <= stored.min() and stored.max() <= high else None
