"""Measurements as lines and words over a slice; the canvas and the exported picture draw the same ones."""

import math

import numpy as np

from app.domain.case import Case
from app.domain.geometry import Geometry
from app.domain.measure import (
    Greys,
    Kind,
    Measurement,
    Place,
    angle_deg,
    distance,
    ellipse_area,
    greys,
    inside_ellipse,
    inside_outline,
    outline_area,
)
from app.domain.stack import Packed
from app.domain.words import mark, tr
from app.render.colours import Colour
from app.render.scene import Scene
from app.render.strokes import Points, Stroke

INK: Colour = (255, 214, 64)
"""Of measurements: yellow, as in most reading rooms; a reader's yellow outline is dashed and has no words."""

NAMES = {
    Kind.DISTANCE: mark("Distance"),
    Kind.ANGLE: mark("Angle"),
    Kind.DIAMETERS: mark("Diameters"),
    Kind.ELLIPSE: mark("Ellipse"),
    Kind.OUTLINE: mark("Area"),
    Kind.POINT: mark("Point"),
}
"""What each kind is called."""


def measure_strokes(measurement: Measurement, shape: tuple[int, int]) -> tuple[Stroke, ...]:
    """Return the lines of a measurement on a slice of so many rows and columns."""
    return tuple(Stroke(points, INK, _WIDTH) for points in _lines(measurement, shape))


def anchor(measurement: Measurement) -> Place:
    """Return the place on the slice beside which a measurement's words stand: its rightmost one."""
    if measurement.kind is Kind.ANGLE:
        return measurement.places[1]
    if measurement.kind is Kind.ELLIPSE:
        (top, left), (bottom, right) = measurement.places
        return (top + bottom) / 2, max(left, right)
    return max(measurement.places, key=lambda place: place[1])


def measure_words(measurement: Measurement, case: Case, single: Packed | None) -> tuple[str, ...]:
    """Return what a measurement comes to, line by line, in millimetres where those are safe and else in pixels.

    Args:
        measurement: on a slice.
        case: that the slice belongs to.
        single: the slice; None where it is not here, so that nothing is said of grey values.
    """
    places, geometry = measurement.places, case.geometry
    match measurement.kind:
        case Kind.DISTANCE:
            return (length_text(places[0], places[1], geometry),)
        case Kind.ANGLE:
            return (f"{angle_deg(places[0], places[1], places[2], geometry.spacing_mm[1:]):.1f}°",)
        case Kind.DIAMETERS:
            long, short = (length_text(places[first], places[first + 1], geometry) for first in (0, 2))
            return (f"{long.removesuffix(' mm').removesuffix(' px')} × {short}",)
        case Kind.POINT:
            return (_value(places[0], case, single),)
        case _:
            return _region_words(measurement, case, single)


def sample_words(place: Place, scene: Scene) -> str:
    """Return how many of the samples contain a place on the slice; empty where they say nothing of it."""
    findings, grid = scene.findings, scene.grid
    row, column = (round(at) for at in grid.from_native(*place))
    if not (0 <= row < grid.shape[0] and 0 <= column < grid.shape[1]):
        return ""
    inside = round(float(findings.agreement[row, column]) * scene.samples)
    return tr("inside {n} of {m} samples").format(n=inside, m=scene.samples)


def length_text(first: Place, second: Place, geometry: Geometry) -> str:
    """Return the distance between two places with its unit."""
    pixel = geometry.pixel_mm
    length = distance(first, second, pixel or (1.0, 1.0))
    return f"{_number(length)} {'px' if pixel is None else 'mm'}"


_WIDTH = 1.75
_CROSS_SHARE = 0.012
_ELLIPSE_CORNERS = 72
_ONE_DECIMAL_FROM, _WHOLE_FROM = 1, 1000
_WHOLE_MEAN_FROM = 100


def _lines(measurement: Measurement, shape: tuple[int, int]) -> list[Points]:
    places = np.array(measurement.places, np.float64)
    match measurement.kind:
        case Kind.DIAMETERS:
            return [places[:2], places[2:]]
        case Kind.OUTLINE:
            return [np.vstack([places, places[:1]])]
        case Kind.ELLIPSE:
            middle, half = places.mean(axis=0), np.abs(places[1] - places[0]) / 2
            around = np.linspace(0, 2 * math.pi, _ELLIPSE_CORNERS + 1)
            return [middle + half * np.column_stack([np.sin(around), np.cos(around)])]
        case Kind.POINT:
            arms = np.eye(2) * max(shape) * _CROSS_SHARE
            return [np.vstack([places[0] - arm, places[0] + arm]) for arm in arms]
        case _:
            return [places]


def _region_words(measurement: Measurement, case: Case, single: Packed | None) -> tuple[str, ...]:
    places, pixel = measurement.places, case.geometry.pixel_mm
    is_ellipse = measurement.kind is Kind.ELLIPSE
    size = pixel or (1.0, 1.0)
    area = ellipse_area(places[0], places[1], size) if is_ellipse else outline_area(places, size)
    said = f"{_number(area)} {'px' if pixel is None else 'mm²'}"
    if single is None or single.is_colour:
        return (said,)
    patch = inside_ellipse(places[0], places[1], case.shape) if is_ellipse else inside_outline(places, case.shape)
    found = greys(single, patch)
    return (said,) if found is None else (said, *_grey_words(found, case.unit))


def _grey_words(found: Greys, unit: str) -> tuple[str, ...]:
    mean, spread = _number(found.mean), _number(found.spread)
    if abs(found.mean) >= _WHOLE_MEAN_FROM:
        mean, spread = f"{found.mean:,.0f}", f"{found.spread:,.0f}"
    said = tr("mean {mean} ± {spread} {unit}").format(mean=mean, spread=spread, unit=unit).rstrip()
    return said, tr("n = {n} pixels").format(n=f"{found.count:,}")


def _value(place: Place, case: Case, single: Packed | None) -> str:
    row, column = (round(at) for at in place)
    if single is None or not (0 <= row < case.shape[0] and 0 <= column < case.shape[1]):
        return tr("no value")
    values = single.values_at(row, column)
    if single.is_colour:
        return "RGB " + " ".join(str(int(value)) for value in values)
    value = f"{values[0]:.0f}" if values[0] == round(values[0]) else _number(values[0])
    return f"{value} {case.unit}".rstrip()


def _number(value: float) -> str:
    """Return a number with as many decimals as a reader can use."""
    if abs(value) >= _WHOLE_FROM:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= _ONE_DECIMAL_FROM or value == 0 else f"{value:.2g}"
