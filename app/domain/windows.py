"""Windows that a reader may choose for grey pictures."""

from dataclasses import replace

import numpy as np

from app.domain.arrays import AnyArray
from app.domain.case import Case, Modality, Preset, Window
from app.domain.words import mark, tr

HOUNSFIELD = "HU"

CT_WINDOWS = (
    Preset(mark("Abdomen"), Window(50, 400)),
    Preset(mark("Lung"), Window(-600, 1500)),
    Preset(mark("Bone"), Window(400, 1800)),
    Preset(mark("Brain"), Window(40, 80)),
    Preset(mark("Mediastinum"), Window(50, 350)),
    Preset(mark("Liver"), Window(30, 150)),
    Preset(mark("Stroke"), Window(40, 40)),
    Preset(mark("Subdural"), Window(75, 215)),
    Preset(mark("Temporal bone"), Window(600, 2800)),
    Preset(mark("Spine, soft tissue"), Window(50, 250)),
)
"""Usual windows in HU, as Radiopaedia's article "Windowing (CT)" (Murphy, Bell et al.) gives them.

The subdural one is the middle of the widths (130 to 300) and levels (50 to 100) given there.
"""

SHARES = (
    (mark("Whole range"), 0.0, 100.0),
    (mark("Middle 98 %"), 1.0, 99.0),
    (mark("Middle 90 %"), 5.0, 95.0),
    (mark("Bright half"), 50.0, 99.5),
    (mark("Dark half"), 0.5, 50.0),
)
"""Windows by percentiles of a slice, for pictures whose values have no fixed meaning."""

REGION_SHARE = (2.0, 98.0)
"""Percentiles between which a window shows a region that was pointed out."""


def own_windows(case: Case) -> tuple[Preset, ...]:
    """Return the windows to choose from that do not depend on a slice: the file's own, and those of CT."""
    if case.is_colour:
        return ()
    return (*_named(case.presets), *(CT_WINDOWS if has_hounsfield(case) else ()))


def has_hounsfield(case: Case) -> bool:
    """Whether a case's values are Hounsfield units."""
    return case.modality is Modality.CT and case.unit == HOUNSFIELD


def share_window(values: AnyArray, shares: tuple[float, float] = REGION_SHARE) -> Window:
    """Return the window from one percentile of grey values to another; never one without width."""
    low, high = (float(edge) for edge in np.percentile(thinned(values), shares))
    width = high - low
    return Window((low + high) / 2, width if width > 0 else _NARROWEST)


def window_between(low: float, high: float) -> Window:
    """Return the window from a value shown black to one shown white, whichever way round they are given."""
    return Window((low + high) / 2, max(abs(high - low), _NARROWEST))


def thinned(values: AnyArray) -> AnyArray:
    """Return about a hundred thousand of many values, evenly spread; the percentiles of so many are close enough."""
    flat = values.reshape(-1)
    return flat[:: max(1, flat.size // _ENOUGH)]


_ENOUGH = 100_000
_NARROWEST = 1e-3


def _named(presets: tuple[Preset, ...]) -> tuple[Preset, ...]:
    """Return a file's windows, each with a name."""
    return tuple(
        replace(
            preset,
            name=tr("File: {name}").format(name=preset.name) if preset.name else tr("File {place}").format(place=place),
        )
        for place, preset in enumerate(presets, start=1)
    )
