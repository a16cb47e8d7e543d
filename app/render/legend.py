"""What each line and colour over a slice means, in the words shown beside it."""

from dataclasses import dataclass
from enum import Enum

from app.domain.view import LevelStyle, View
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
        entries += _soft_entries(view)
        entries += _refined_entries(scene, view)
    if view.references:
        entries += _reader_entries(scene, view, names)
    return tuple(entries)


def level_label(level: int, levels: int) -> str:
    """Return what a consensus level means: "At least 4 of 7 readers"."""
    if levels == 1:
        return "The reader"
    return f"All {levels} readers" if level == levels else f"At least {level} of {levels} readers"


def _band_entries(scene: Scene) -> list[LegendEntry]:
    core, outer = f"{CORE_SHARE:.0%}".replace("%", " %"), f"{OUTER_SHARE:.0%}".replace("%", " %")
    return [
        LegendEntry(f"Core: in at least {core} of {scene.samples} samples", colours.CORE, Mark.LINE),
        LegendEntry(f"Outer limit: in at least {outer} of samples", colours.OUTER, Mark.DASHED),
        LegendEntry("Between them, ambiguous: samples differ", colours.HATCH, Mark.HATCH),
    ]


def _level_entries(scene: Scene, view: View) -> list[LegendEntry]:
    count = scene.findings.level_count
    kind = Mark.LINE if view.style is LevelStyle.CONTOUR else Mark.FILL
    return [
        LegendEntry(f"Predicted: {_lowered(level_label(level, count))}", colours.level_colour(level, count), kind)
        for level in scene.shown_levels(view.levels)
    ]


def _lowered(text: str) -> str:
    return text[0].lower() + text[1:]


def _soft_entries(view: View) -> list[LegendEntry]:
    text = "Soft map: predicted share of readers, 0 to 1"
    return [LegendEntry(text, colours.HATCH, Mark.RAMP)] if view.soft else []


def _refined_entries(scene: Scene, view: View) -> list[LegendEntry]:
    shown = view.refined and scene.findings.refined is not None
    text = "Majority refined by dense CRF"
    return [LegendEntry(text, colours.REFINED, Mark.LINE)] if shown else []


def _reader_entries(scene: Scene, view: View, names: tuple[str, ...]) -> list[LegendEntry]:
    known = names or tuple(f"reader {reader + 1}" for reader in range(scene.readers))
    return [
        LegendEntry(f"Drawn by {name}", colours.reader_colour(reader), Mark.DASHED)
        for reader, name in enumerate(known[: scene.readers])
        if view.draws_reader(reader + 1)
    ]
