"""A lesion's outline guessed without any mask, from what is known of a picture as a whole.

What is known: the picture shows a lesion, and a square of it shows healthy skin. Each pixel's colour (CIELAB) has a
Mahalanobis distance to that skin; Otsu's threshold of its logarithm parts the near from the far; of the far pieces the
one is taken that weighs most at the middle of the picture, where a lesion is photographed. The edge of the picture,
where dark corners and rulers lie, weighs below nothing.
"""

import numpy as np
from scipy import ndimage
from skimage.color import rgb2lab
from skimage.filters import threshold_otsu

from app.domain.arrays import BoolArray, FloatArray

SMOOTHING_PX = 1.0
FARTHEST_QUANTILE = 0.98
OPENING_PX = 2
CENTRE = 0.2
EDGE_WEIGHT = 0.3
LEAST_VARIANCE = 4.0


def guess_lesion(image: FloatArray, skin: BoolArray, usable: BoolArray) -> BoolArray:
    """Guess where the lesion lies.

    Args:
        image: (3, rows, columns) RGB in [0, 1].
        skin: (rows, columns), pixels of healthy skin.
        usable: (rows, columns), pixels that show anything.

    Returns:
        (rows, columns), one piece without holes; empty where nothing stands out.
    """
    far = _distance_from(image, skin)
    farthest = np.quantile(far[usable], FARTHEST_QUANTILE)
    limit = np.expm1(threshold_otsu(np.log1p(np.minimum(far[usable], farthest))))
    return _central((far > limit) & usable)


def _distance_from(image: FloatArray, skin: BoolArray) -> FloatArray:
    """Return each pixel's Mahalanobis distance from the colours of skin: (rows, columns)."""
    lab = ndimage.gaussian_filter(rgb2lab(image, channel_axis=0), (0, SMOOTHING_PX, SMOOTHING_PX))
    colours = lab[:, skin]
    away = lab - colours.mean(axis=1)[:, None, None]
    precision = np.linalg.inv(np.cov(colours) + LEAST_VARIANCE * np.eye(3))
    return np.asarray(np.sqrt(np.einsum("irc,ij,jrc->rc", away, precision, away)), np.float32)


def _central(marked: BoolArray) -> BoolArray:
    """Return the piece that weighs most, each pixel by how near it lies to the picture's centre, its holes filled."""
    opened: BoolArray = ndimage.binary_opening(marked, iterations=OPENING_PX)
    pieces, count = ndimage.label(opened)
    if count == 0:
        return opened
    rows, columns = (np.linspace(-0.5, 0.5, size) for size in marked.shape)
    weight = np.exp(-0.5 * (rows[:, None] ** 2 + columns**2) / CENTRE**2) - EDGE_WEIGHT
    heaviest = 1 + int(np.argmax(ndimage.sum_labels(weight, pieces, np.arange(1, count + 1))))
    filled: BoolArray = ndimage.binary_fill_holes(pieces == heaviest)
    return filled
