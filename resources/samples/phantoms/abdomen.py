"""An abdomen on contrast-enhanced CT at the level of the kidneys, in Hounsfield units.

Lengths are millimetres: x to the patient's left (the image's right), y to the back, z to the head, 0 at the middle.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from phantoms.fields import (
    FINE,
    Array,
    Mask,
    averaged,
    ellipse,
    fine_axes,
    mirrored_ellipses,
    painted,
    signed_distance,
    smooth_noise,
)
from phantoms.readers import stray
from phantoms.volume import Volume

SLICES, SIDE = 10, 256
SPACING_MM = (3.0, 1.4, 1.4)
PIXEL_MM = SPACING_MM[1]
SKIN_MM, BACK_MM = 2.0, 40.0
READERS = 3
STORED_OFFSET = 1024
AIR, FAT, MUSCLE, BONE, MARROW = -1000.0, -102.0, 58.0, 520.0, 190.0
LIVER, SPLEEN, VESSEL, CORTEX, MEDULLA = 108.0, 122.0, 172.0, 178.0, 138.0

Layers = list[tuple[Mask, float]]


@dataclass(frozen=True, slots=True)
class Section:
    """One slice as signed distances in pixels, each (rows, columns).

    Attributes:
        kidney: above zero inside the right kidney's outline.
        sinus: above zero inside its hilar fat.
        values: noiseless Hounsfield units.
    """

    kidney: Array
    sinus: Array
    values: Array


def make_abdomen(seed: int) -> Volume:
    """Compute the series and its readers' outlines of the right kidney."""
    rng = np.random.default_rng(seed)
    warp = 5.0 * smooth_noise((2, FINE * SIDE, FINE * SIDE), (0, 14 * FINE, 14 * FINE), rng)
    heights = (np.arange(SLICES) - (SLICES - 1) / 2) * SPACING_MM[0]
    sections = [_section(warp, z) for z in heights]
    return Volume(
        pixels=_scanned(np.stack([section.values for section in sections]), rng),
        masks=_read(sections, rng),
        spacing_mm=SPACING_MM,
        origin_mm=(-178.5, -168.5, float(heights[0]) + 1200.0),
    )


def _section(warp: Array, z: float) -> Section:
    x, y = (PIXEL_MM * axis for axis in fine_axes((SIDE, SIDE)))
    table = _table(x, y)
    y = y + 12.0  # the body lies above the middle, on its table
    body = (
        np.abs(x / 152) ** 2.3 + np.abs((y + 5 * np.exp(-((x / 26) ** 2)) * np.clip(y / 104, 0, 1)) / 104) ** 2.3 <= 1
    )
    below_skin = PIXEL_MM * signed_distance(body, FINE)
    wall = 12 + 9 * (x / 152) ** 2 + 5 * (y > BACK_MM)
    cavity = below_skin > wall + 12
    x, y = x + warp[0], y + 0.6 * warp[1]
    right, left = _kidney(x + 72, y - 27, z - 4), _kidney(72 - x, y - 21, z + 12)
    layers = [*table, (body, MUSCLE), (body & (below_skin > SKIN_MM), FAT), (body & (below_skin > wall), MUSCLE)]
    layers += [(mask & cavity, value) for mask, value in [(cavity, FAT), *_organs(x, y, z)]]
    layers += [*_muscles(x, y, below_skin > wall), *_ribs(x, y, below_skin - wall, z)]
    layers += [(mask & cavity, value) for mask, value in [*right, *left, *_vessels(x, y)]]
    values = painted(AIR, layers + _spine(x, y))
    return Section(
        kidney=averaged(signed_distance(right[1][0] & cavity, FINE)),
        sinus=averaged(signed_distance(right[3][0], FINE)),
        values=averaged(np.asarray(ndimage.gaussian_filter(values, 0.55 * FINE), np.float64)),
    )


def _kidney(x: Array, y: Array, z: float) -> Layers:
    """Paint fat around a kidney, its cortex, its medulla and the fat of its hilum; x grows towards the spine."""
    size = float(np.sqrt(1 - (z / 58) ** 2))
    radius = np.hypot(x / 25, y / 30)
    pyramids = (np.cos(7 * np.arctan2(y + 6, x - 8) + 1.0) + 0.1 > 0) & (radius < 0.74 * size)
    hilum = ellipse(x, y, (17.0, -9.0), (16.0 * size, 7.0 * size), -28.0)
    calyces = ellipse(x, y, (5.0, -2.0), (5.0 * size, 10.0 * size), 20.0)
    return [
        (ellipse(x, y, (0, 0), (33 * size, 38 * size), -25.0), FAT),
        (ellipse(x, y, (0, 0), (25 * size, 30 * size), -25.0), CORTEX),
        (pyramids & ellipse(x, y, (0, 0), (19 * size, 24 * size), -25.0), MEDULLA),
        (hilum | calyces, FAT + 35),
        (ellipse(x, y, (14.0, -7.0), (16.0 * size, 2.6), -28.0), VESSEL - 20),
    ]


def _organs(x: Array, y: Array, z: float) -> Layers:
    """Liver, spleen, pancreas, stomach and bowel."""
    lower = 1 + z / 90
    layers: Layers = [
        (ellipse(x, y, (-92, -14), (46 * lower, 62 * lower), 12.0), LIVER),
        (ellipse(x, y, (-80, -22), (3.0, 2.4)), VESSEL - 20),
        (ellipse(x, y, (-98, -38), (2.2, 3.4)), VESSEL - 20),
        (ellipse(x, y, (-48, -34), (13.0, 18.0), 25.0), 12.0),
        (ellipse(x, y, (122, 6), (22 * lower, 44 * lower), -12.0), SPLEEN),
        (ellipse(x, y, (34, -10), (36.0, 9.0), -16.0), 92.0),
        (ellipse(x, y, (-24, -18), (14.0, 12.0)), 84.0),
    ]
    for centre, radius, content in _BOWEL:
        across, down = radius
        layers += [
            (ellipse(x, y, centre, radius), 72.0),
            (ellipse(x, y, centre, (across - 3, down - 3)), content),
        ]
        if content < _FLUID:
            layers.append((ellipse(x, y, centre, (across - 3, down - 3)) & (y < centre[1] - 0.2 * down), -880.0))
    return layers


_FLUID = 20.0
_BOWEL: Sequence[tuple[tuple[float, float], tuple[float, float], float]] = (
    ((36.0, -54.0), (40.0, 21.0), 14.0),
    ((-12.0, -62.0), (17.0, 13.0), 38.0),
    ((88.0, -46.0), (17.0, 16.0), 10.0),
    ((62.0, -24.0), (13.0, 11.0), 42.0),
    ((88.0, -12.0), (12.0, 13.0), 46.0),
    ((2.0, -38.0), (12.0, 9.0), 40.0),
    ((-52.0, -10.0), (15.0, 12.0), 6.0),
)


def _vessels(x: Array, y: Array) -> Layers:
    """Aorta, inferior vena cava and the superior mesenteric pair."""
    return [
        (ellipse(x, y, (9, 8), (10.5, 10.0)), VESSEL + 12),
        (ellipse(x, y, (-17, 9), (13.5, 9.0), -8.0), VESSEL - 22),
        (ellipse(x, y, (6, -15), (4.0, 4.0)), VESSEL + 8),
        (ellipse(x, y, (-6, -19), (6.0, 5.5)), VESSEL - 10),
    ]


def _muscles(x: Array, y: Array, inside: Mask) -> Layers:
    """Psoas, quadratus lumborum and the muscles along the spine."""
    shapes = [((30.0, 40.0), (12.0, 15.0), 20.0), ((58.0, 64.0), (16.0, 9.0), 20.0), ((30.0, 71.0), (28.0, 18.0), 10.0)]
    return [(mirrored_ellipses(x, y, *shape) & inside, MUSCLE) for shape in shapes]


def _ribs(x: Array, y: Array, depth_mm: Array, z: float) -> Layers:
    """Ribs in the body's wall, cut aslant; they move along it from slice to slice."""
    angle = np.arctan2(y, np.abs(x))
    layers: Layers = []
    for middle in (0.88, 0.42, -0.10):
        along = 118 * (angle - middle - 0.004 * z)
        layers += [
            ((along / 13) ** 2 + ((depth_mm - 7) / 4.2) ** 2 <= 1, BONE),
            ((along / 10) ** 2 + ((depth_mm - 7) / 2.0) ** 2 <= 1, MARROW),
        ]
    return layers


def _spine(x: Array, y: Array) -> Layers:
    """A lumbar vertebra and the spinal canal."""
    return [
        (mirrored_ellipses(x, y, (28, 57), (17.0, 3.6), 12.0), BONE - 80),
        (ellipse(x, y, (0, 77), (3.6, 13.0)), BONE - 60),
        (ellipse(x, y, (0, 56), (16.0, 12.5)), BONE),
        (ellipse(x, y, (0, 34), (23.0, 17.5)), BONE),
        (ellipse(x, y, (0, 34), (20.8, 15.3)), MARROW),
        (ellipse(x, y, (0, 56), (10.0, 8.0)), 25.0),
    ]


def _table(x: Array, y: Array) -> Layers:
    """The curved couch under the patient."""
    top, half_width, thickness, wall = 124 - (x / 75) ** 2 * 4, 168.0, 18.0, 3.0
    depth = np.where(np.abs(x) < half_width, y - top, -1.0)
    return [
        ((depth > 0) & (depth < thickness), 60.0),
        ((depth > wall) & (depth < thickness - wall), -930.0),
    ]


def _scanned(values: Array, rng: np.random.Generator) -> Array:
    """Add tissue texture and noise: (slices, rows, columns) of stored values, 0 to 4095."""
    tissue = values > FAT - 30
    mottle = 7 * smooth_noise(values.shape, (0.6, 1.6, 1.6), rng) * tissue
    spongy = 45 * smooth_noise(values.shape, (0.5, 0.8, 0.8), rng) * (values > VESSEL + 20)
    grain = 11 * smooth_noise(values.shape, (0, 0.55, 0.55), rng)
    return np.asarray(np.clip(np.rint(values + mottle + spongy + grain) + STORED_OFFSET, 0, 4095), np.float64)


def _read(sections: Sequence[Section], rng: np.random.Generator) -> Mask:
    """Outline the right kidney as several readers do: (readers, slices, rows, columns)."""
    kidney, sinus = (np.stack([getattr(section, part) for section in sections]) for part in ("kidney", "sinus"))
    smooth_px = (0.7, 5.0, 5.0)
    masks = [
        (kidney > stray(kidney.shape, 0.35, 0.5, smooth_px, rng))
        & (sinus < stray(sinus.shape, 0.8, 0.6, smooth_px, rng))
        for _ in range(READERS)
    ]
    return np.stack(masks)
