"""A mask that follows the picture's edges: a fully connected conditional random field."""

from dataclasses import dataclass

import numpy as np
from pydensecrf.densecrf import DenseCRF2D

from app.domain.arrays import BoolArray, ByteArray, FloatArray
from app.domain.result import INSIDE
from app.metrics.overlap import iou


@dataclass(frozen=True, slots=True)
class CrfOptions:
    """Strength and reach of the two pairwise terms.

    The bilateral term pulls pixels of like colour together, the Gaussian term removes small islands. Reaches and width
    are those of DiffSeg (Shuai et al. 2024); its colour weight of 10 mends poor outlines and spoils good ones. On ISIC
    2017 validation images 5 took the mean Dice of a weak model's outlines from .810 to .861 (10: .869) and that of
    lightly disturbed true outlines from .944 to .939 (10: .923).

    Attributes:
        colour_reach: standard deviation of position in the bilateral term, in pixels of a picture of `side` pixels.
        colour_width: standard deviation of colour in it, in steps of 8-bit RGB.
        colour_weight: of the bilateral term.
        smooth_reach: standard deviation of position in the Gaussian term, in pixels of a picture of `side` pixels.
        smooth_weight: of the Gaussian term.
        iterations: of mean-field inference.
        side: longer side of the picture that the reaches are meant for; they grow and shrink with the picture.
        least_overlap: IoU with the mask to begin with below which the field is not trusted and that mask is kept.
    """

    colour_reach: float = 80.0
    colour_width: float = 13.0
    colour_weight: float = 5.0
    smooth_reach: float = 3.0
    smooth_weight: float = 3.0
    iterations: int = 5
    side: int = 512
    least_overlap: float = 0.0


def refine(image: FloatArray, probability: FloatArray, options: CrfOptions | None = None) -> BoolArray:
    """Return the mean-field mask of a dense CRF (Kraehenbuehl and Koltun, NeurIPS 2011).

    Args:
        image: (channels, rows, columns) in [0, 1]; one channel (grey) or three (RGB).
        probability: (rows, columns) of lying inside, in [0, 1].
        options: of the field.

    Returns:
        (rows, columns); empty where no pixel is inside to begin with.
    """
    chosen = options or CrfOptions()
    rows, columns = probability.shape
    before: BoolArray = probability >= INSIDE
    if not before.any():
        return before
    scale = max(rows, columns) / chosen.side
    field = DenseCRF2D(columns, rows, 2)
    field.setUnaryEnergy(_unary(probability))
    field.addPairwiseBilateral(
        sxy=chosen.colour_reach * scale, srgb=chosen.colour_width, rgbim=_as_rgb(image), compat=chosen.colour_weight
    )
    field.addPairwiseGaussian(sxy=max(1.0, chosen.smooth_reach * scale), compat=chosen.smooth_weight)
    inside = np.asarray(field.inference(chosen.iterations))[1].reshape(rows, columns)
    refined: BoolArray = inside >= INSIDE
    return refined if iou(refined, before) >= chosen.least_overlap else before


_SURE = 0.99  # a pixel is never surer than this, or no neighbour could change it


def _unary(probability: FloatArray) -> FloatArray:
    """Return (2, rows * columns): the negative logarithms of lying outside and inside."""
    inside = np.clip(probability, 1 - _SURE, _SURE).ravel()
    return np.ascontiguousarray(-np.log(np.stack([1 - inside, inside])), np.float32)


def _as_rgb(image: FloatArray) -> ByteArray:
    """Return (rows, columns, 3) uint8, C-contiguous, as the library demands."""
    bytes_ = np.clip(np.rint(image * 255), 0, 255).astype(np.uint8)
    return np.array(np.moveaxis(np.broadcast_to(bytes_, (3, *image.shape[1:])), 0, -1), order="C")
