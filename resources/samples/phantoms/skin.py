"""A pigmented lesion under a dermatoscope: skin, pigment network, globules, hairs and a slight vignette.

Colour follows the Beer-Lambert law: what lies in the skin takes exp(-density * absorption) of each channel's light.
"""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy import ndimage
from scipy.spatial import cKDTree

from phantoms.fields import Array, Mask, signed_distance, smooth_noise, step
from phantoms.readers import stray

SHAPE = (576, 768)
READERS = 5
RADIUS_PX = 148.0
CENTRE = (14.0, -22.0)  # x, y from the picture's middle
SKIN = np.array([218.0, 172.0, 160.0])
MELANIN = np.array([0.58, 0.92, 1.20])
BLOOD = np.array([0.10, 0.42, 0.34])
HAIR = np.array([1.0, 1.25, 1.45])


@dataclass(frozen=True, slots=True, eq=False)
class Photograph:
    """A colour picture with its readers' masks.

    Attributes:
        pixels: (rows, columns, 3) sRGB.
        masks: (readers, rows, columns), True where the reader marked.
    """

    pixels: npt.NDArray[np.uint8] = field(repr=False)
    masks: Mask = field(repr=False)


def make_lesion(seed: int) -> Photograph:
    """Compute the picture and its readers' outlines."""
    rng = np.random.default_rng(seed)
    depth = _depth(rng)
    melanin = _lesion_pigment(depth, rng) + _skin_pigment(rng)
    blood = 0.08 * smooth_noise(SHAPE, 26, rng) + 0.05 * smooth_noise(SHAPE, 5, rng)
    blood += 0.30 * step(depth, -45, 5) * (1 + 0.3 * smooth_noise(SHAPE, 14, rng))
    absorbed = melanin[..., None] * MELANIN + blood[..., None] * BLOOD + _hairs(rng)[..., None] * HAIR
    pixels = SKIN * _light(rng)[..., None] * np.exp(-absorbed)
    return Photograph(pixels=_developed(pixels, rng), masks=_read(depth, rng))


def _grid() -> tuple[Array, Array]:
    """Return x and y from the picture's middle, each (rows, columns)."""
    y, x = np.mgrid[: SHAPE[0], : SHAPE[1]].astype(np.float64)
    return x - (SHAPE[1] - 1) / 2, y - (SHAPE[0] - 1) / 2


def _depth(rng: np.random.Generator) -> Array:
    """Signed distance to the lesion's irregular border in pixels, above zero inside."""
    x, y = _grid()
    x, y = x - CENTRE[0] + 7 * smooth_noise(SHAPE, 16, rng), y - CENTRE[1] + 7 * smooth_noise(SHAPE, 16, rng)
    angle = np.arctan2(y, x)
    lobes = sum(
        size / order * np.cos(order * angle + phase)
        for order, size, phase in zip(
            range(2, 8), (0.26, 0.16, 0.2, 0.2, 0.2, 0.2), rng.uniform(0, 6.28, 6), strict=True
        )
    )
    return signed_distance(np.hypot(x, y) < RADIUS_PX * (1 + np.asarray(lobes)))


def _lesion_pigment(depth: Array, rng: np.random.Generator) -> Array:
    """Melanin's density: darker blotches off the middle, a network towards the border, globules, a fading edge."""
    edge = 20 + 10 * smooth_noise(SHAPE, 45, rng)
    inside = step(depth + 2.5 * smooth_noise(SHAPE, 3, rng), -6, np.clip(edge, 4, None) + 6)
    x, y = _grid()
    blotch = np.exp(-(((x - CENTRE[0] - 35) / 75) ** 2) - ((y - CENTRE[1] + 18) / 60) ** 2)
    patches = 0.62 + 0.13 * smooth_noise(SHAPE, 28, rng) + 0.07 * smooth_noise(SHAPE, 9, rng) + 0.45 * blotch
    rim = step(depth, 2, 30) * (1 - 0.55 * step(depth, 60, 120))
    network = 0.40 * _network(rng) * rim * np.clip(1 + 0.6 * smooth_noise(SHAPE, 40, rng), 0.1, 2)
    return np.asarray(inside * (np.clip(patches, 0.25, None) + network) + _globules(depth, rng), np.float64)


def _network(rng: np.random.Generator) -> Array:
    """Dark lines between pale holes: 1 on the borders of a Voronoi mesh, 0 in its cells."""
    pitch = 11
    points = np.mgrid[0 : SHAPE[0] + pitch : pitch, 0 : SHAPE[1] + pitch : pitch].reshape(2, -1).T
    points = points + rng.uniform(-0.48 * pitch, 0.48 * pitch, points.shape)
    pixels = np.mgrid[: SHAPE[0], : SHAPE[1]] + 3 * smooth_noise((2, *SHAPE), (0, 6, 6), rng)
    near, _ = cKDTree(points).query(pixels.reshape(2, -1).T, k=2)
    gap = (near[:, 1] - near[:, 0]).reshape(SHAPE)
    return np.asarray(ndimage.gaussian_filter(1 - step(gap, 0.3, 4.5), 1.2), np.float64)


def _globules(depth: Array, rng: np.random.Generator) -> Array:
    """Round brown clods in the outer part of the lesion."""
    spots = np.zeros(SHAPE)
    candidates = np.argwhere((depth > _GLOBULES_PX[0]) & (depth < _GLOBULES_PX[1]))
    for row, column in rng.permutation(candidates)[:70]:
        spots[row, column] = rng.uniform(0.3, 1.0)
    blurred = ndimage.gaussian_filter(spots, 3.2)
    return np.asarray(0.42 * np.clip(blurred / blurred.max() * 2.2, 0, 1), np.float64)


_GLOBULES_PX = (6, 75)  # least and greatest depth below the border


def _skin_pigment(rng: np.random.Generator) -> Array:
    """Uneven tan, freckles and the fine furrows of healthy skin."""
    tan = 0.03 * smooth_noise(SHAPE, 60, rng) + 0.012 * smooth_noise(SHAPE, 7, rng)
    freckles = 0.10 * step(smooth_noise(SHAPE, 9, rng), 2.2, 3.6)
    return np.asarray(0.05 + tan + freckles + 0.010 * _furrows(28, rng) + 0.008 * _furrows(-62, rng), np.float64)


def _furrows(degrees: float, rng: np.random.Generator) -> Array:
    """Noise of unit variance drawn out along one direction."""
    side = 2 * max(SHAPE)
    turned = ndimage.rotate(smooth_noise((side, side), (1.1, 8.0), rng), degrees, reshape=False, order=1)
    top, left = ((side - size) // 2 for size in SHAPE)
    return np.asarray(turned[top : top + SHAPE[0], left : left + SHAPE[1]], np.float64)


def _hairs(rng: np.random.Generator) -> Array:
    """Density of a few curved, tapering hairs."""
    density = np.zeros(SHAPE)
    for _ in range(9):
        start = rng.uniform((0, 0), SHAPE)
        heading, length = rng.uniform(0, 2 * np.pi), rng.uniform(140, 330)
        end = start + length * np.array([np.sin(heading), np.cos(heading)])
        bow = (start + end) / 2 + rng.normal(0, 0.12 * length, 2)
        _draw_hair(density, np.stack([start, bow, end]), rng.uniform(0.8, 1.25))
    return density


def _draw_hair(density: Array, curve: Array, width_px: float) -> None:
    """Lay a quadratic Bezier curve, thinner towards its end, over what is there.

    Args:
        density: (rows, columns), changed in place.
        curve: three (row, column) control points.
        width_px: standard deviation of its profile at its root.
    """
    share = np.linspace(0, 1, 260)[:, None]
    path = (1 - share) ** 2 * curve[0] + 2 * share * (1 - share) * curve[1] + share**2 * curve[2]
    away, nearest = cKDTree(path).query(np.argwhere(np.ones(SHAPE, bool)), distance_upper_bound=6)
    taper = np.append(width_px * (1 - 0.65 * share[:, 0]), 1.0)[nearest]
    profile = np.exp(-0.5 * (np.minimum(away, 99) / taper) ** 2).reshape(SHAPE)
    np.maximum(density, 0.95 * profile, out=density)


def _light(rng: np.random.Generator) -> Array:
    """Share of the light that arrives: a soft gradient and a darker rim."""
    x, y = _grid()
    radius = np.hypot(x, y) / np.hypot(*SHAPE) * 2
    gradient = 1 + 0.035 * x / SHAPE[1] - 0.05 * y / SHAPE[0] + 0.012 * smooth_noise(SHAPE, 70, rng)
    return np.asarray(gradient * (1 - 0.20 * step(radius, 0.45, 1.15)), np.float64)


def _developed(pixels: Array, rng: np.random.Generator) -> npt.NDArray[np.uint8]:
    """Add the lens's blur and the sensor's noise, and round."""
    sharp = ndimage.gaussian_filter(pixels, (0.7, 0.7, 0))
    noisy = sharp + 0.9 * smooth_noise((*SHAPE, 1), (1.0, 1.0, 0), rng)
    return np.asarray(np.clip(np.rint(noisy), 0, 255), np.uint8)


def _read(depth: Array, rng: np.random.Generator) -> Mask:
    """Outline the lesion as several readers do: (readers, rows, columns)."""
    return np.stack([depth > stray(SHAPE, 10.0, 9.0, (40.0, 40.0), rng) for _ in range(READERS)])
