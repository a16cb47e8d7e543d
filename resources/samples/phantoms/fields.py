"""Shapes and noise on pixel grids.

Arrays run row before column. A shape is given by its signed distance in pixels of the finished picture, above zero
inside; it is drawn `FINE` times finer than the picture and averaged, so that edges are smooth.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy import ndimage

Array = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

FINE = 3


def fine_axes(shape: tuple[int, int]) -> tuple[Array, Array]:
    """Return x and y of every fine pixel, in pixels from the middle of a picture of `shape` (rows, columns)."""
    rows, columns = (((np.arange(FINE * size) + 0.5) / FINE) - size / 2 for size in shape)
    y, x = np.meshgrid(rows, columns, indexing="ij")
    return x, y


def averaged(fine: Array) -> Array:
    """Average blocks of FINE x FINE: (FINE * rows, FINE * columns) -> (rows, columns)."""
    rows, columns = (size // FINE for size in fine.shape)
    return np.asarray(fine.reshape(rows, FINE, columns, FINE).mean(axis=(1, 3)), np.float64)


def signed_distance(mask: Mask, fine: int = 1) -> Array:
    """Distance to a mask's outline in pixels of the picture, above zero inside.

    Args:
        mask: (rows, columns).
        fine: pixels of the mask for one of the picture.
    """
    inside, outside = ndimage.distance_transform_edt(mask), ndimage.distance_transform_edt(~mask)
    return np.asarray(np.where(mask, inside - 0.5, 0.5 - outside) / fine, np.float64)


def ellipse(x: Array, y: Array, centre: tuple[float, float], axes: tuple[float, float], degrees: float = 0.0) -> Mask:
    """Whether points lie in an ellipse.

    Args:
        x: of the points.
        y: of the points, in x's shape.
        centre: (x, y).
        axes: half lengths along x and y before turning.
        degrees: turned from x towards y.
    """
    turn = np.deg2rad(degrees)
    across, down = x - centre[0], y - centre[1]
    first = across * np.cos(turn) + down * np.sin(turn)
    second = down * np.cos(turn) - across * np.sin(turn)
    return np.asarray((first / axes[0]) ** 2 + (second / axes[1]) ** 2 <= 1)


def mirrored_ellipses(
    x: Array, y: Array, centre: tuple[float, float], axes: tuple[float, float], degrees: float = 0.0
) -> Mask:
    """Whether points lie in an ellipse right of x = 0 or in its mirror image; arguments as for `ellipse`."""
    return ellipse(np.abs(x), y, centre, axes, degrees)


def smooth_noise(shape: Sequence[int], sigma: float | Sequence[float], rng: np.random.Generator) -> Array:
    """Gaussian noise of unit variance, smooth over about `sigma` pixels along each axis."""
    noise = ndimage.gaussian_filter(rng.standard_normal(shape), sigma, mode="wrap")
    return np.asarray(noise / noise.std(), np.float64)


def step(values: Array, low: float | Array, high: float | Array) -> Array:
    """Rise smoothly from 0 at `low` to 1 at `high`."""
    share = np.clip((values - low) / (high - low), 0, 1)
    return np.asarray(share * share * (3 - 2 * share), np.float64)


def painted(background: float, layers: Sequence[tuple[Mask, float]]) -> Array:
    """Paint masks with values, the last on top."""
    picture = np.full(layers[0][0].shape, background, np.float64)
    for mask, value in layers:
        picture[mask] = value
    return picture
