"""The windows that a DICOM header proposes."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from pydicom import Dataset
from pydicom.pixels.processing import apply_voi

from app.domain.arrays import AnyArray
from app.domain.case import Preset, Window
from app.domain.words import mark
from app.imaging.decode import group, is_turned, window_turned

TABLE_AS_WINDOW = mark(
    "The file shows its values through a table (VOI LUT); a window of the same range stands in for it."
)


def presets_of(dataset: Dataset) -> tuple[Preset, ...]:
    """Return every usable window of a header, then one for each of its tables, for values that rise with brightness."""
    source = group(dataset, "FrameVOILUTSequence", 0)
    found = [*_windows(source), *_tables(source)]
    if not is_turned(dataset):
        return tuple(found)
    return tuple(
        Preset(preset.name, Window(window_turned(preset.window.level, dataset), preset.window.width))
        for preset in found
    )


def has_tables_only(dataset: Dataset) -> bool:
    """Whether a header proposes a table and no window."""
    source = group(dataset, "FrameVOILUTSequence", 0)
    return bool(source.get("VOILUTSequence")) and not _windows(source)


_LONGEST_NAME = 64
_DARK, _BRIGHT = 0.02, 0.98


def _windows(source: Dataset) -> list[Preset]:
    levels, widths = _several(source.get("WindowCenter")), _several(source.get("WindowWidth"))
    names = _several(source.get("WindowCenterWidthExplanation"))
    pairs = [(_number(level), _number(width)) for level, width in zip(levels, widths, strict=False)]
    return [
        Preset(_name(names, index), Window(level, width))
        for index, (level, width) in enumerate(pairs)
        if level is not None and width is not None and width > 0
    ]


def _tables(source: Dataset) -> list[Preset]:
    """Return the range over which each table rises from dark to bright."""
    found = []
    for index, table in enumerate(source.get("VOILUTSequence") or []):
        count, first, _ = (int(number) for number in table.LUTDescriptor)
        inputs = np.arange(first, first + (count or 1 << 16))
        window = _rising(inputs, apply_voi(inputs, source, index).astype(np.float64))
        if window is not None:
            found.append(Preset(_name([table.get("LUTExplanation")], 0), window))
    return found


def _rising(inputs: AnyArray, outputs: AnyArray) -> Window | None:
    """Return the inputs between which the outputs go from 2 % to 98 % of their range, or None where they fall."""
    low, high = outputs.min(), outputs.max()
    share = (outputs - low) / max(high - low, 1)
    dark, bright = np.flatnonzero(share > _DARK), np.flatnonzero(share < _BRIGHT)
    if share[-1] <= share[0] or not dark.size or not bright.size or bright[-1] <= dark[0]:
        return None
    start, end = float(inputs[dark[0]]), float(inputs[bright[-1]])
    return Window(level=(start + end) / 2, width=end - start)


def _several(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, Sequence) and not isinstance(value, str) else [value]


def _number(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if np.isfinite(number) else None


def _name(names: Sequence[Any], index: int) -> str:
    """Return a printable short name."""
    given = str(names[index] or "") if index < len(names) else ""
    return "".join(letter for letter in given if letter.isprintable()).strip()[:_LONGEST_NAME]
