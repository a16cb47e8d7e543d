"""What the plots show: area and disagreement over the diffusion steps and over the consensus levels."""

from dataclasses import dataclass
from enum import Enum

from app.domain.geometry import Geometry
from app.domain.words import tr
from app.ui.frames import Frame, Run

MOST_TICKS = 6


class Over(Enum):
    """What a plot runs over."""

    STEPS = "steps"
    LEVELS = "levels"


class Quantity(Enum):
    """What a plot shows."""

    DISAGREEMENT = "disagreement"
    AREA = "area"


@dataclass(frozen=True, slots=True)
class Curve:
    """One line of a plot.

    Attributes:
        places: on the horizontal axis.
        values: at those places.
        spreads: standard deviation of each value; empty where there is none.
    """

    places: tuple[int, ...]
    values: tuple[float, ...]
    spreads: tuple[float, ...] = ()

    @property
    def top(self) -> float:
        """The highest point of the line with its spread; 0 without points."""
        spreads = self.spreads or (0.0,) * len(self.values)
        return max((value + spread for value, spread in zip(self.values, spreads, strict=True)), default=0.0)

    @property
    def low(self) -> float:
        """The lowest point of the line with its spread; 0 without points."""
        spreads = self.spreads or (0.0,) * len(self.values)
        return min((value - spread for value, spread in zip(self.values, spreads, strict=True)), default=0.0)


@dataclass(frozen=True, slots=True)
class Plot:
    """A whole plot.

    Attributes:
        first: diversity, or area.
        second: GED; without points where there is none.
        ticks: of the horizontal axis: place and name.
        last: end of the horizontal axis.
        here: the place that is shown in the picture; None where several or none are.
        names: of the horizontal and the vertical axis, with the unit.
        caption: what the lines are.
    """

    first: Curve
    second: Curve
    ticks: tuple[tuple[int, str], ...]
    last: int
    here: int | None
    names: tuple[str, str]
    caption: str


def plot_of(run: Run, frame: Frame, geometry: Geometry, quantity: Quantity, over: Over) -> Plot:
    """Return the plot of a run at one of its frames."""
    area = quantity is Quantity.AREA
    curves = _areas(run, frame, geometry, over) if area else _distances(run, frame, over)
    vertical = tr("area in {unit}").format(unit="mm²" if geometry.pixel_area_mm2 else "px") if area else tr("distance")
    if over is Over.STEPS:
        ticks, last, here, horizontal = step_ticks(run, frame.total), frame.total, frame.index + 1, tr("diffusion step")
    else:
        count = frame.findings.level_count
        ticks, last, here, horizontal = level_ticks(count), count, None, tr("at least so many readers")
    return Plot(*curves, ticks, last, here, (horizontal, vertical), _caption(area, over, bool(curves[1].values)))


def step_ticks(run: Run, total: int) -> tuple[tuple[int, str], ...]:
    """Return whole steps (from 1) with their names, as many as there is room for."""
    every = -(-total // MOST_TICKS)
    return tuple((index + 1, run.label(index)) for index in range(0, total, every))


def level_ticks(count: int) -> tuple[tuple[int, str], ...]:
    """Return levels with their numbers, as many as there is room for."""
    every = -(-count // MOST_TICKS)
    return tuple((level, str(level)) for level in range(1, count + 1, every))


def seen(run: Run) -> list[Frame]:
    """Return the frame of each step seen; the finished result stands for the last one."""
    frames = dict(run.frames)
    if run.final is not None:
        frames[run.final.index] = run.final
    return [frames[index] for index in sorted(frames)]


_NO_CURVE = Curve((), ())


def _distances(run: Run, frame: Frame, over: Over) -> tuple[Curve, Curve]:
    if over is Over.LEVELS:
        found = frame.findings
        levels = tuple(range(1, found.level_count + 1))
        first = Curve(levels[: len(found.level_diversities)], found.level_diversities)
        return first, Curve(levels[: len(found.level_geds)], found.level_geds)
    frames = seen(run)
    first = Curve(tuple(each.index + 1 for each in frames), tuple(each.findings.diversity for each in frames))
    counted = frames if frame.findings.ged is not None else []  # else they are yet to be counted against other readers
    geds = [(each.index + 1, each.findings.ged) for each in counted if each.findings.ged is not None]
    return first, Curve(tuple(place for place, _ in geds), tuple(ged for _, ged in geds))


def _areas(run: Run, frame: Frame, geometry: Geometry, over: Over) -> tuple[Curve, Curve]:
    unit = geometry.pixel_area_mm2 or 1.0
    if over is Over.LEVELS:
        pairs = [(level, frame, level) for level in range(1, frame.findings.level_count + 1)]
    else:
        pairs = [(each.index + 1, each, each.findings.majority) for each in seen(run)]
    places = tuple(place for place, _, _ in pairs)
    values = tuple(each.findings.level_areas[level - 1] * unit for _, each, level in pairs)
    spreads = tuple(float(each.findings.sample_areas[level - 1].std()) * unit for _, each, level in pairs)
    return Curve(places, values, spreads), _NO_CURVE


def _caption(area: bool, over: Over, has_second: bool) -> str:
    if area and over is Over.STEPS:
        return tr("Majority's area at each step ± SD over its samples.")
    if area:
        return tr("Area of each level ± SD over its samples.")
    if not has_second:
        return tr("Sample diversity (blue); 0 = identical.")
    if over is Over.STEPS:
        return tr("Sample diversity (blue) and GED D² to the readers (orange); 0 = identical.")
    return tr("Sample diversity (blue) and GED D² to what so many readers drew (orange); 0 = identical.")
