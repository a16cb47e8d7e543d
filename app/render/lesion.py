"""A lesion's numbers as lines of a table."""

import math
from dataclasses import dataclass

from app.domain.geometry import Geometry
from app.domain.lesion import DEFINITIONS, Measured
from app.domain.words import mark, tr


@dataclass(frozen=True, slots=True)
class LesionRow:
    """One number with its spread.

    Attributes:
        name: of the quantity.
        text: value, standard deviation over the samples, unit.
        hint: what the quantity is.
    """

    name: str
    text: str
    hint: str


def lesion_title(measured: Measured) -> str:
    """Say which outline a lesion's numbers are of, and what stands beside them."""
    if measured.refined:
        return tr("Lesion by its refined outline, ± SD over the samples")
    return tr("Lesion by its majority outline, ± SD over the samples")


def lesion_rows(measured: Measured, geometry: Geometry) -> tuple[LesionRow, ...]:
    """Return a lesion's numbers, lengths in mm where the size of a pixel is safe and else in pixels."""
    area_mm2 = geometry.pixel_area_mm2
    side, unit = (math.sqrt(area_mm2), "mm") if area_mm2 else (1.0, "px")
    scales = {"area": (side**2, f"{unit}²" if area_mm2 else unit)}
    scales |= dict.fromkeys(("equivalent_diameter", "largest_diameter"), (side, unit))
    scales |= dict.fromkeys(("asymmetry_major", "asymmetry_minor"), (100.0, "%"))
    return tuple(
        LesionRow(tr(name), _spread(measured, key, *scales.get(key, (1.0, ""))), tr(DEFINITIONS[key]))
        for key, name in _NAMES.items()
    )


_NAMES = {
    "area": mark("Area"),
    "equivalent_diameter": mark("Equivalent diameter"),
    "largest_diameter": mark("Largest diameter"),
    "asymmetry_major": mark("Asymmetry, long axis"),
    "asymmetry_minor": mark("Asymmetry, short axis"),
    "border_irregularity": mark("Border irregularity"),
    "colour_variegation": mark("Colour variegation"),
}
_WHOLE_FROM = 100


def _spread(measured: Measured, key: str, scale: float, unit: str) -> str:
    value, spread = (getattr(part, key) * scale for part in (measured.value, measured.spread))
    digits = 0 if value >= _WHOLE_FROM else 1 if value >= _WHOLE_FROM / 10 else 2
    return f"{value:,.{digits}f} ± {spread:,.{digits}f} {unit}".rstrip()
