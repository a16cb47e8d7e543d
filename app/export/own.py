"""What the reader made on a slice, to be handed on beside what a model found: outlines and measurements."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from app.domain.arrays import BoolArray
from app.domain.geometry import Geometry
from app.domain.measure import Kind, Measurement, PixelSize, angle_deg, distance, ellipse_area, outline_area
from app.domain.words import tr
from app.postprocess.native import sized
from app.render import colours
from app.render.legend import LegendEntry, Mark
from app.render.strokes import Stroke, mask_outlines


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """What the reader drew in one layer; the name that they gave it may be a patient's and is not here.

    Attributes:
        mask: (rows, columns) of the slice.
        colour: place in the palette of drawn layers.
        copied: whether it began as a copy of what a model found.
    """

    mask: BoolArray = field(repr=False)
    colour: int = 0
    copied: bool = False


def outline_entries(outlines: Sequence[Outline]) -> tuple[LegendEntry, ...]:
    """Return what each outline is called and looks like; several of them are numbered."""
    return tuple(
        LegendEntry(
            _name(outline, number if len(outlines) > 1 else None),
            colours.drawn_colour(outline.colour),
            Mark.LINE,
        )
        for number, outline in enumerate(outlines, start=1)
    )


def outline_strokes(outlines: Sequence[Outline]) -> tuple[Stroke, ...]:
    """Return the lines of outlines on the slice."""
    return tuple(
        Stroke(points, colours.drawn_colour(outline.colour), _WIDTH)
        for outline in outlines
        for points in mask_outlines(outline.mask)
    )


def drawn_numbers(outlines: Sequence[Outline], geometry: Geometry) -> list[dict[str, Any]]:
    """Return the entry `drawn` of `concord-result/1`."""
    areas = [sized(int(outline.mask.sum()), geometry) for outline in outlines]
    return [
        {"copied_from_ai": outline.copied, "area_px": area.px, "area_mm2": area.mm2}
        for outline, area in zip(outlines, areas, strict=True)
    ]


def measured_numbers(measurements: Sequence[Measurement], geometry: Geometry) -> list[dict[str, Any]]:
    """Return the entry `measurements` of `concord-result/1`; a value at a point is none."""
    return [
        {"kind": found.kind.value[0], "of": found.of, **_numbers(found, geometry)}
        for found in measurements
        if found.kind is not Kind.POINT
    ]


_WIDTH = 2.0
_PIXEL = (1.0, 1.0)


def _name(outline: Outline, number: int | None) -> str:
    name = tr("AI outline edited by the reader") if outline.copied else tr("Drawn by the reader")
    return name if number is None else tr("{name} ({number})").format(name=name, number=number)


def _numbers(found: Measurement, geometry: Geometry) -> dict[str, float | None]:
    """Return a measurement's numbers in pixels and, where those are safe, in millimetres; an angle has degrees."""
    if found.kind is Kind.ANGLE:
        arm, vertex, other = found.places
        return {"angle_deg": angle_deg(arm, vertex, other, geometry.spacing_mm[1:])}
    is_area, mm = found.kind in {Kind.ELLIPSE, Kind.OUTLINE}, geometry.pixel_mm
    in_px = _sizes(found, _PIXEL)
    in_mm = dict.fromkeys(in_px, None) if mm is None else _sizes(found, mm)
    unit = "mm2" if is_area else "mm"
    return {
        **{f"{name}_px": size for name, size in in_px.items()},
        **{f"{name}_{unit}": size for name, size in in_mm.items()},
    }


def _sizes(found: Measurement, pixel: PixelSize) -> dict[str, float]:
    places = found.places
    match found.kind:
        case Kind.DISTANCE:
            return {"length": distance(places[0], places[1], pixel)}
        case Kind.DIAMETERS:
            largest, across = (distance(places[first], places[first + 1], pixel) for first in (0, 2))
            return {"largest_diameter": largest, "perpendicular_diameter": across}
        case Kind.ELLIPSE:
            return {"area": ellipse_area(places[0], places[1], pixel)}
        case _:
            return {"area": outline_area(places, pixel)}
