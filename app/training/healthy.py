"""Healthy counterparts: a lesion replaced by skin that is made of the skin around it.

The colours are those of a membrane stretched over the hole: the solution of Laplace's equation whose border values are
the smoothed skin (Perez et al. 2003 without guidance). The texture, which a membrane lacks, is quilted over it patch by
patch from the skin of the same picture (Efros and Freeman 2001, section 2, without the seam's cut: on a texture of mean
zero a hard seam is not seen).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import ndimage, sparse
from scipy.sparse.linalg import splu

from app.domain.arrays import BoolArray, FloatArray

MARGINS = (0.2, 0.1, 0.0)
LEAST_SKIN = 0.03
SMOOTHING_PX = 2.0
OUTLIER = 4.0
DARK = 0.2
RIM_PX = 4
NEAR_PX = 6.0
STRONGEST = 3.0
PATCHES_PX = (12, 8, 5)
CANDIDATES = 300
ENOUGH = 8
TOLERANCE = 1.2
FEATHER_PX = 1.0


def without_lesion(
    image: FloatArray, mask: BoolArray, rng: np.random.Generator, usable: BoolArray | None = None
) -> FloatArray:
    """Return a picture with what is marked, and its halo, replaced by skin.

    Args:
        image: (channels, rows, columns) in [0, 1].
        mask: (rows, columns).
        rng: chooses among texture patches that fit equally well.
        usable: (rows, columns), where skin may be taken from; None takes it from everywhere.
    """
    if not mask.any():
        return image
    hole, skin = _regions(image, mask, np.ones_like(mask) if usable is None else usable)
    smooth = _smoothed(image, skin)
    fill = membrane(smooth, skin) + _texture(image - smooth, hole, skin, rng)
    soft = np.maximum(ndimage.gaussian_filter(hole.astype(np.float32), FEATHER_PX), mask)
    return np.asarray(np.clip(image + soft * (fill - image), 0, 1), np.float32)


def membrane(values: FloatArray, known: BoolArray) -> FloatArray:
    """Solve Laplace's equation where values are not known; the picture's own border is free.

    Args:
        values: (channels, rows, columns).
        known: (rows, columns), True somewhere.

    Returns:
        values where they are known, and what spans them elsewhere.
    """
    unknown = ~known
    if not unknown.any():
        return values
    laplacian = _laplacian(known.shape)
    inner, rim = np.flatnonzero(unknown), np.flatnonzero(known)
    rows = laplacian[inner]
    flat = values.reshape(len(values), -1).astype(np.float64)
    flat[:, inner] = splu(rows[:, inner].tocsc()).solve(-(rows[:, rim] @ flat[:, rim].T)).T
    return np.asarray(flat.reshape(values.shape), np.float32)


def _laplacian(shape: tuple[int, ...]) -> Any:
    """Return the graph Laplacian of a grid with four neighbours, sparse (pixels, pixels)."""
    numbers = np.arange(shape[0] * shape[1]).reshape(shape)
    first = np.concatenate([numbers[:, :-1].ravel(), numbers[:-1].ravel()])
    second = np.concatenate([numbers[:, 1:].ravel(), numbers[1:].ravel()])
    edges = sparse.coo_array((np.ones(len(first)), (first, second)), shape=(numbers.size, numbers.size)).tocsr()
    return sparse.csgraph.laplacian(edges + edges.T).tocsr()


def _regions(image: FloatArray, mask: BoolArray, usable: BoolArray) -> tuple[BoolArray, BoolArray]:
    """Return what is replaced and the skin that it is made of; a lesion that leaves little room keeps little halo."""
    radius = np.sqrt(mask.sum() / np.pi)
    away = ndimage.distance_transform_edt(~mask)
    lit = usable & ndimage.binary_erosion(image.max(axis=0) > DARK, iterations=RIM_PX, border_value=1)
    for margin in MARGINS:
        hole = away <= 1 + margin * radius
        skin = _plain(image, lit & ~hole, lit & ~hole & (away <= NEAR_PX + radius))
        if skin.mean() >= LEAST_SKIN:
            return hole, skin
    light = image.sum(axis=0)
    return mask, light >= np.quantile(light, 1 - LEAST_SKIN)


def _plain(image: FloatArray, outside: BoolArray, near: BoolArray) -> BoolArray:
    """Return the pixels outside the hole whose colour is usual near it: no hair, ink, ruler or plaster."""
    if not near.any():
        return near
    colours = image[:, near]
    middle = np.median(colours, axis=1)[:, None, None]
    spread = 1.4826 * np.median(np.abs(colours - middle[..., 0]), axis=1)[:, None, None] + 0.01
    usual: BoolArray = outside & (np.abs(image - middle) <= OUTLIER * spread).all(axis=0)
    return usual


def _smoothed(image: FloatArray, skin: BoolArray) -> FloatArray:
    """Smooth the skin by normalised convolution, which takes nothing from beyond it."""
    weight = ndimage.gaussian_filter(skin.astype(np.float32), SMOOTHING_PX)
    blurred = np.stack([ndimage.gaussian_filter(channel * skin, SMOOTHING_PX) for channel in image])
    return np.where(skin, blurred / np.maximum(weight, 1e-6), image).astype(np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class _Patches:
    """Patches of skin texture.

    Attributes:
        side: in pixels.
        values: (patches, channels, side, side).
    """

    side: int
    values: FloatArray


def _texture(residual: FloatArray, hole: BoolArray, skin: BoolArray, rng: np.random.Generator) -> FloatArray:
    """Fill a hole with patches of the skin's residual, each chosen by how well it continues what is there already."""
    usual = 1.4826 * np.median(np.abs(residual[:, skin]), axis=1)[:, None, None]
    residual = np.clip(residual, -STRONGEST * usual, STRONGEST * usual)
    made = np.where(skin, residual, 0).astype(np.float32)
    patches = _patches(residual, skin, rng)
    if patches is None:
        made[:, hole] = rng.choice(residual[:, skin], int(hole.sum()), axis=1)
        return made
    side, filled = patches.side, skin.copy()
    for top, left in _places(hole, side):
        at = (slice(top, top + side), slice(left, left + side))
        if (hole[at] & ~filled[at]).any():
            chosen = patches.values[_best(patches, made[:, *at], filled[at], rng)]
            made[:, *at] = np.where(filled[at], made[:, *at], chosen)
            filled[at] = True
    return made


def _patches(residual: FloatArray, skin: BoolArray, rng: np.random.Generator) -> _Patches | None:
    """Cut patches that lie in the skin as a whole, the largest of which there are enough."""
    for side in PATCHES_PX:
        whole = np.lib.stride_tricks.sliding_window_view(skin, (side, side)).all(axis=(2, 3))
        places = np.argwhere(whole)
        if len(places) >= ENOUGH:
            few = places[rng.choice(len(places), min(CANDIDATES, len(places)), replace=False)]
            cut = [residual[:, top : top + side, left : left + side] for top, left in few]
            return _Patches(side, np.stack(cut))
    return None


def _places(hole: BoolArray, side: int) -> list[tuple[int, int]]:
    """Return the upper left corners of overlapping patches that cover a hole, row by row, all on the picture."""
    step = side - side // 3
    reach = [np.flatnonzero(hole.any(axis=1 - axis)) for axis in (0, 1)]
    rows, columns = (
        [min(max(place, 0), hole.shape[axis] - side) for place in range(found[0] - side // 3, found[-1] + 1, step)]
        for axis, found in enumerate(reach)
    )
    return [(row, column) for row in rows for column in columns]


def _best(patches: _Patches, there: FloatArray, filled: BoolArray, rng: np.random.Generator) -> int:
    """Choose at random among the patches whose squared difference to what is there is close to the least."""
    known: npt.NDArray[np.float32] = patches.values[:, :, filled] - there[:, filled]
    cost = np.square(known).sum(axis=(1, 2))
    return int(rng.choice(np.flatnonzero(cost <= TOLERANCE * cost.min())))
