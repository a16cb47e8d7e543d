"""The colours of everything drawn over an image.

Consensus levels run from light yellow-green to blue, a hue that neither grey tissue nor brown skin has, and get darker
with the level, so that their order stays visible to the colour-blind and in black and white. The readers' colours are
those of Okabe and Ito (2008), the soft map is cividis (Nuñez, Anderton and Renslow 2018): both are made for colour
vision deficiency. A line is painted light over a dark halo.
"""

from typing import TypeAlias

import numpy as np

from app.domain.arrays import ByteArray

Colour: TypeAlias = tuple[int, int, int]

CORE: Colour = (255, 255, 255)
OUTER: Colour = (255, 255, 255)
HATCH: Colour = (255, 255, 255)
REFINED: Colour = (255, 32, 96)
FUSED: Colour = (120, 220, 0)
HALO: Colour = (12, 14, 18)
HALO_OPACITY = 0.6

READERS: tuple[Colour, ...] = (
    (230, 159, 0),
    (86, 180, 233),
    (0, 158, 115),
    (240, 228, 66),
    (213, 94, 0),
    (204, 121, 167),
    (0, 114, 178),
)


def level_colour(level: int, levels: int) -> Colour:
    """Return the colour of consensus level `level` (1-based) of `levels`; the light end is level 1."""
    place = 0.0 if levels == 1 else (level - 1) / (levels - 1)
    return _blend(_LEVEL_RAMP, place)


def share_colour(share: float) -> Colour:
    """Return the colour of a share of readers in [0, 1] on the levels' own ramp."""
    return _blend(_LEVEL_RAMP, share)


def reader_colour(reader: int) -> Colour:
    """Return the colour of a reader (0-based); it repeats after seven."""
    return READERS[reader % len(READERS)]


def soft_ramp() -> ByteArray:
    """Return the soft map's scale, (256, 3): cividis from 0 to 1."""
    return np.array([_blend(_CIVIDIS, place) for place in np.linspace(0, 1, 256)], np.uint8)


_LEVEL_RAMP: tuple[Colour, ...] = ((250, 250, 190), (180, 226, 160), (103, 201, 187), (62, 164, 214), (74, 118, 222))

# Seventeen evenly spaced stops of cividis (CC0); linear between them no channel errs by more than 7 of 255.
_CIVIDIS: tuple[Colour, ...] = (
    (0, 32, 77),
    (0, 44, 104),
    (5, 54, 110),
    (44, 66, 108),
    (65, 77, 107),
    (82, 89, 108),
    (97, 100, 111),
    (111, 112, 115),
    (124, 123, 120),
    (140, 136, 121),
    (156, 148, 119),
    (172, 161, 116),
    (189, 175, 111),
    (206, 189, 104),
    (224, 203, 94),
    (242, 218, 80),
    (255, 234, 70),
)


def _blend(stops: tuple[Colour, ...], place: float) -> Colour:
    """Return the colour at `place` in [0, 1] of evenly spaced stops, linear between them."""
    where = place * (len(stops) - 1)
    low = min(int(where), len(stops) - 2)
    share = where - low
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(stops[low], stops[low + 1], strict=True))
    return red, green, blue
