"""A newborn's brain on axial T2-weighted MRI: bright fluid, dark folded cortex, white matter, dark deep grey matter."""

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
    step,
)
from phantoms.readers import stray
from phantoms.volume import Volume

SLICES, SIDE = 12, 128
SPACING_MM = (3.0, 1.1, 1.1)
READERS = 7
HALF_WIDTH, HALF_HEIGHT = 43.0, 51.0
CORTEX_PX = 2.4
LINING_PX = 1.2
SMOOTH_PX = (0.7, 4.0, 4.0)


@dataclass(frozen=True, slots=True)
class Tissue:
    """One slice's anatomy as signed distances in pixels, each (rows, columns).

    Attributes:
        head: above zero inside the skull.
        brain: above zero inside the cortex's outer border.
        ventricles: above zero inside their fluid.
        deep: above zero inside the deep grey matter.
        signal: noiseless picture, 0 to about 200.
    """

    head: Array
    brain: Array
    ventricles: Array
    deep: Array
    signal: Array


def make_brain(seed: int) -> Volume:
    """Compute the series and its readers' outlines of the white matter."""
    rng = np.random.default_rng(seed)
    sulci = _Sulci.drawn(rng)
    bends = _bends(rng)
    slices = [_anatomy(sulci, bends, level) for level in np.linspace(-1, 1, SLICES)]
    return Volume(
        pixels=_acquired(slices, rng),
        masks=_read(slices, rng),
        spacing_mm=SPACING_MM,
        origin_mm=(-70.0, -72.0, -18.0),
    )


@dataclass(frozen=True, slots=True)
class _Sulci:
    """Folds of the surface; each attribute has one value a fold.

    Attributes:
        angle: around the head in radians, 0 at the image's right, growing downwards.
        drift: of the angle from the middle to the top slice.
        depth_px: at its deepest.
        phase: of the depth's change along the slices.
    """

    angle: Array
    drift: Array
    depth_px: Array
    phase: Array

    @classmethod
    def drawn(cls, rng: np.random.Generator, count: int = 24) -> "_Sulci":
        spread = (np.arange(count) + rng.uniform(-0.35, 0.35, count)) * 2 * np.pi / count
        return cls(
            angle=spread,
            drift=rng.uniform(-0.12, 0.12, count),
            depth_px=rng.uniform(1.0, 4.6, count),
            phase=rng.uniform(0, 2 * np.pi, count),
        )

    def depth(self, angle: Array, level: float) -> Array:
        """How far the folds reach inwards in pixels at each angle; level from -1 (bottom) to 1 (top)."""
        total = np.zeros_like(angle)
        for at, drift, depth, phase in zip(self.angle, self.drift, self.depth_px, self.phase, strict=True):
            away = np.angle(np.exp(1j * (angle - at - drift * level))) * HALF_WIDTH
            total += depth * (0.7 + 0.3 * np.sin(phase + 2 * level)) * np.exp(-((away / 1.7) ** 2))
        return total


def _bends(rng: np.random.Generator) -> Array:
    """Smooth displacements in pixels that make the two sides differ: (2, fine rows, fine columns)."""
    side = FINE * SIDE
    return np.asarray(0.9 * smooth_noise((2, side, side), (0, 14 * FINE, 14 * FINE), rng))


def _anatomy(sulci: _Sulci, bends: Array, level: float) -> Tissue:
    x, y = fine_axes((SIDE, SIDE))
    size = 1 - 0.07 * level**2
    x, y = (x + 3.0 + bends[0]) / size, (y + 1.5 + bends[1]) / size  # the head lies off centre, as in practice
    head = _head(x, y)
    ventricles = _ventricles(x, y, 1 - 0.25 * level**2)
    brain = head & (signed_distance(head, FINE) > _fluid_px(sulci, x, y, level)) & ~_fissures(x, y)
    deep = _deep(x, y, 1 - 0.12 * level**2) & brain
    distances = [signed_distance(part, FINE) for part in (head, brain, ventricles, deep)]
    signal = _signal(distances, x, y)
    return Tissue(*(averaged(part) for part in (*distances, signal)))


def _head(x: Array, y: Array) -> Mask:
    """Egg-shaped, widest behind the middle."""
    width = HALF_WIDTH * (1 + 0.12 * y / HALF_HEIGHT)
    dent = 2.2 * np.exp(-((x / 3.0) ** 2)) * (y < 0)
    return np.asarray(np.abs(x / width) ** 2.2 + np.abs(y / (HALF_HEIGHT - dent)) ** 2.2 <= 1)


def _fluid_px(sulci: _Sulci, x: Array, y: Array, level: float) -> Array:
    """Thickness of the fluid between skull and brain: more at the front and over the temporal lobes."""
    angle = np.arctan2(y, x)
    front = np.exp(-(((angle + np.pi / 2) / 0.9) ** 2))
    sides = (1 + 0.2 * np.sign(x)) * np.exp(-(((np.arctan2(y, np.abs(x)) - 0.22) / 0.30) ** 2))
    wander = 0.5 * np.sin(3 * angle + 1 + level) + 0.4 * np.sin(5 * angle + 2 - level)
    return np.asarray(2.8 + 1.2 * front + 6.5 * sides + wander + sulci.depth(angle, level))


def _fissures(x: Array, y: Array) -> Mask:
    """Fluid between the hemispheres, front and back, and in the Sylvian fissures."""
    front = (y < -0.28 * HALF_HEIGHT) & (np.abs(x) < 0.9 + 0.085 * np.clip(-0.28 * HALF_HEIGHT - y, 0, None))
    back = (y > 0.64 * HALF_HEIGHT) & (np.abs(x) < 0.8 + 0.09 * np.clip(y - 0.64 * HALF_HEIGHT, 0, None))
    sylvian = mirrored_ellipses(x, y, (0.90 * HALF_WIDTH, 0.02 * HALF_HEIGHT), (9.0, 3.2), 12.0)
    return front | back | sylvian


def _ventricles(x: Array, y: Array, size: float) -> Mask:
    frontal = mirrored_ellipses(x, y, (13.4, -0.42 * HALF_HEIGHT), (7.0 * size, 14.0 * size), 13.0)
    septum = ellipse(x, y, (0.0, -0.17 * HALF_HEIGHT), (1.7, 6.0)) | ellipse(
        x, y, (0.0, -0.13 * HALF_HEIGHT), (6.5 * size, 1.6)
    )
    middle = ellipse(x, y, (0.0, 0.39 * HALF_HEIGHT), (2.3, 7.5 * size))
    back = mirrored_ellipses(x, y, (6.3, 0.46 * HALF_HEIGHT), (2.2 * size, 8.5 * size), -30.0)
    return frontal | septum | middle | back


def _deep(x: Array, y: Array, size: float) -> Mask:
    lobes = mirrored_ellipses(x, y, (10.2, 0.14 * HALF_HEIGHT), (13.5 * size, 20.5 * size), -8.0)
    return lobes | ellipse(x, y, (0.0, 0.18 * HALF_HEIGHT), (9.0, 0.40 * HALF_HEIGHT))


def _signal(distances: list[Array], x: Array, y: Array) -> Array:
    """Paint the tissues and blur them like the scanner does."""
    head, brain, ventricles, deep = distances
    capsule = mirrored_ellipses(x, y, (11.5, 0.05 * HALF_HEIGHT), (1.3, 12.0), 24.0)
    layers = [
        (head > 0, 178.0),
        (brain > 0, 80.0),
        (brain > CORTEX_PX, 124.0),
        (deep > 0, 91.0),
        (capsule & (deep > 1), 106.0),
        (ventricles > -LINING_PX, 104.0),
        (ventricles > 0, 196.0),
    ]
    picture = painted(0.0, [(mask & (head > 0), value) for mask, value in layers])
    lobes = (brain > CORTEX_PX) & (deep < 0) & (ventricles < -1)
    picture += np.where(lobes, 10 * step(np.abs(y), 15, 40), 0)
    return np.asarray(ndimage.gaussian_filter(picture, 0.8 * FINE), np.float64)


def _acquired(slices: list[Tissue], rng: np.random.Generator) -> Array:
    """Add texture, coil shading and noise: (slices, rows, columns) of stored values, 0 to 4095."""
    signal = np.stack([tissue.signal for tissue in slices])
    mottle = 5 * smooth_noise(signal.shape, (0.8, 1.8, 1.8), rng) + 4 * smooth_noise(signal.shape, (1.5, 6, 6), rng)
    shading = 1 + 0.05 * smooth_noise(signal.shape, (4, 25, 25), rng)
    grain = 3.5 * smooth_noise(signal.shape, (0, 0.6, 0.6), rng)
    skull = np.stack([step(tissue.head, -1.2, 1.2) for tissue in slices])
    picture = ((signal + mottle) * shading + grain) * skull
    return np.asarray(np.clip(np.rint(4 * picture), 0, 4095), np.float64)


def _read(slices: list[Tissue], rng: np.random.Generator) -> Mask:
    """Outline the white matter as several readers do: (readers, slices, rows, columns)."""
    brain, ventricles, deep = (
        np.stack([getattr(tissue, part) for tissue in slices]) for part in ("brain", "ventricles", "deep")
    )
    masks = [
        (brain - CORTEX_PX > stray(brain.shape, 0.3, 0.5, SMOOTH_PX, rng))
        & (ventricles < stray(brain.shape, 0.3, 0.4, SMOOTH_PX, rng) - 0.6)
        & (deep < stray(brain.shape, 1.0, 1.6, SMOOTH_PX, rng))
        for _ in range(READERS)
    ]
    return np.stack(masks)
