"""What a dermatologist reads off the outline of a run, as numbers."""

from dataclasses import asdict
from typing import Any

from app.domain.lesion import DEFINITIONS, Measured

LENGTHS = ("equivalent_diameter", "largest_diameter")
_IN_PX = ("area", *LENGTHS)


def lesion(measured: Measured | None) -> dict[str, Any] | None:
    """Return the entry `lesion` of `concord-result/1`."""
    if measured is None:
        return None
    values, spreads = asdict(measured.value), asdict(measured.spread)
    units = {name: f"{name}_px" if name in _IN_PX else name for name in values}
    numbers = {units[name]: {"value": values[name], "sd": spreads[name]} for name in values}
    outline = "refined" if measured.refined else "majority"
    return {"outline": outline} | numbers | {"definitions": {units[name]: text for name, text in DEFINITIONS.items()}}
