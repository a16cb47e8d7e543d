"""The numbers that a dermatologist reads off an outline."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.words import mark


@dataclass(frozen=True, slots=True)
class Readout:
    """The numbers of one lesion; lengths and areas in pixels of the picture.

    Attributes:
        area: of the lesion.
        equivalent_diameter: of the disc of that area.
        largest_diameter: largest distance between two points of the outline (Feret).
        asymmetry_major: share of the lesion that has no counterpart when mirrored at its major axis; 0 is symmetric.
        asymmetry_minor: the same at its minor axis, which halves it the other way.
        border_irregularity: perimeter squared / (4 pi area); 1 for a disc, 1.19 for an ellipse twice as long as wide.
        colour_variegation: root mean square distance of the lesion's colours from their mean, in CIELAB units.
    """

    area: float
    equivalent_diameter: float
    largest_diameter: float
    asymmetry_major: float
    asymmetry_minor: float
    border_irregularity: float
    colour_variegation: float


DEFINITIONS: Mapping[str, str] = {
    "area": mark("pixels of the lesion"),
    "equivalent_diameter": mark("of the disc of that area"),
    "largest_diameter": mark("largest distance between two points of the outline (Feret)"),
    "asymmetry_major": mark(
        "share of the lesion without a counterpart when mirrored at its major axis; 0 is symmetric"
    ),
    "asymmetry_minor": mark("the same at its minor axis"),
    "border_irregularity": mark("perimeter^2 / (4 pi area); 1 for a disc"),
    "colour_variegation": mark("root mean square distance of the lesion's colours from their mean, CIELAB"),
}


@dataclass(frozen=True, slots=True)
class Measured:
    """A lesion's numbers with how far they depend on which output one believes.

    Attributes:
        value: of the final mask.
        spread: standard deviation over the outputs that outline anything; zeros for fewer than two.
        refined: whether the final mask is the refined one, and not the majority's.
    """

    value: Readout
    spread: Readout
    refined: bool = False
