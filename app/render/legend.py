"""What each line and colour over a slice means, in the words shown beside it."""

import math
from dataclasses import dataclass
from enum import Enum

from app.domain.view import LevelStyle, View
from app.domain.words import tr
from app.render import colours
from app.render.colours import Colour
from app.render.scene import CORE_SHARE, OUTER_SHARE, Scene


class Mark(Enum):
    """How a legend entry is drawn."""

    LINE = "line"
    DASHED = "dashed"
    FILL = "fill"
    HATCH = "hatch"
    RAMP = "ramp"


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """One line of a legend.

    Attributes:
        text: what the mark means.
        colour: of the mark; a ramp runs over `colours.soft_ramp()` from 0 to 1 instead.
        kind: how the mark is drawn.
    """

    text: str
    colour: Colour
    kind: Mark


def legend(scene: Scene, view: View, names: tuple[str, ...] = ()) -> tuple[LegendEntry, ...]:
    """Return an entry for everything that a view draws over a slice, and for nothing else.

    Args:
        scene: what there is to draw.
        view: what of it is drawn.
        names: of the readers; "reader 1" and so on where there are none.
    """
    entries: list[LegendEntry] = []
    if not view.hidden:
        entries += _band_entries(scene) if view.band else []
        entries += _level_entries(scene, view)
        entries += _share_entries(scene, view)
        entries += _soft_entries(view)
        entries += _refined_entries(scene, view)
        entries += _calibration_entries(scene, view, names)
    if view.references:
        entries += _reader_entries(scene, view, names)
    return tuple(entries)


def level_label(level: int, levels: int) -> str:
    """Return what a consensus level means: "At least 4 of 7 readers"."""
    if levels == 1:
        return tr("The reader")
    if level == levels:
        return tr("All {n} readers").format(n=levels)
    return tr("At least {n} of {m} readers").format(n=level, m=levels)


def _band_entries(scene: Scene) -> list[LegendEntry]:
    core, outer = f"{CORE_SHARE:.0%}".replace("%", " %"), f"{OUTER_SHARE:.0%}".replace("%", " %")
    samples = scene.samples
    return [
        LegendEntry(
            tr("Core: in at least {core} of {n} samples").format(core=core, n=samples), colours.CORE, Mark.LINE
        ),
        LegendEntry(tr("Outer limit: in at least {outer} of samples").format(outer=outer), colours.OUTER, Mark.DASHED),
        LegendEntry(tr("Between them, ambiguous: samples differ"), colours.HATCH, Mark.HATCH),
    ]


def _level_entries(scene: Scene, view: View) -> list[LegendEntry]:
    count = scene.findings.level_count
    kind = Mark.LINE if view.style is LevelStyle.CONTOUR else Mark.FILL
    text = tr("Predicted: {level}")
    return [
        LegendEntry(text.format(level=_lowered(level_label(level, count))), colours.level_colour(level, count), kind)
        for level in scene.shown_levels(view.levels)
    ]


def share_label(share: float, samples: int, levels: int) -> str:
    """Return what the outline at a share of all samples means: "at least 60 % of readers expected"."""
    text = tr("at least {share} of samples ({n} of {m} samples)")
    if levels > 1:
        text = tr("at least {share} of readers expected ({n} of {m} samples)")
    return text.format(share=f"{round(share * 100)} %", n=math.ceil(share * samples - _TIE), m=samples)


_TIE = 1e-6


def _share_entries(scene: Scene, view: View) -> list[LegendEntry]:
    if view.share is None:
        return []
    text = share_label(view.share, scene.samples, scene.findings.level_count)
    return [LegendEntry(upper_first(text), colours.share_colour(view.share), Mark.LINE)]


def _calibration_entries(scene: Scene, view: View, names: tuple[str, ...]) -> list[LegendEntry]:
    found = scene.calibration
    if found is None:
        return []
    entries = [LegendEntry(tr("Fused mask of the readers"), colours.FUSED, Mark.LINE)] if view.fused else []
    if view.expertness is not None and view.expertness < len(found.expertness):
        text = tr("Expertness of {name}, 0 to 1").format(name=reader_name(names, view.expertness))
        entries.append(LegendEntry(text, colours.HATCH, Mark.RAMP))
    return entries


def reader_name(names: tuple[str, ...], reader: int) -> str:
    """Return what a reader (0-based) is called."""
    return names[reader] if reader < len(names) else tr("reader {n}").format(n=reader + 1)


def upper_first(text: str) -> str:
    """Return what begins a sentence."""
    return text[:1].upper() + text[1:]


def _lowered(text: str) -> str:
    return text[0].lower() + text[1:]


def _soft_entries(view: View) -> list[LegendEntry]:
    text = tr("Soft map: predicted share of readers, 0 to 1")
    return [LegendEntry(text, colours.HATCH, Mark.RAMP)] if view.soft else []


def _refined_entries(scene: Scene, view: View) -> list[LegendEntry]:
    shown = view.refined and scene.findings.refined is not None
    text = tr("Majority refined by dense CRF")
    return [LegendEntry(text, colours.REFINED, Mark.LINE)] if shown else []


def _reader_entries(scene: Scene, view: View, names: tuple[str, ...]) -> list[LegendEntry]:
    after = scene.calibrated(view)
    if after is not None:
        text, kind, count = tr("Calibrated: {name}"), Mark.LINE, after.readers
    else:
        text, kind, count = tr("Drawn by {name}"), Mark.DASHED, scene.readers
    return [
        LegendEntry(text.format(name=reader_name(names, reader)), colours.reader_colour(reader), kind)
        for reader in range(count)
        if view.draws_reader(reader + 1)
    ]
