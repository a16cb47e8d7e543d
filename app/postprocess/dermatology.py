"""What a dermatologist reads off an outline: size, asymmetry, border, colour.

The quantities follow the parts of the ABCD rule (Stolz et al. 1994) that a mask and its picture can give. No score is
made of them: the weights of that rule are for what a person sees, and its structures (D) are not in a mask.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import label
from skimage.color import rgb2lab
from skimage.measure import perimeter_crofton

from app.domain.arrays import BoolArray, FloatArray
from app.postprocess.diameters import diameters


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


DEFINITIONS = {
    "area": "pixels of the lesion",
    "equivalent_diameter": "of the disc of that area",
    "largest_diameter": "largest distance between two points of the outline (Feret)",
    "asymmetry_major": "share of the lesion without a counterpart when mirrored at its major axis; 0 is symmetric",
    "asymmetry_minor": "the same at its minor axis",
    "border_irregularity": "perimeter^2 / (4 pi area); 1 for a disc",
    "colour_variegation": "root mean square distance of the lesion's colours from their mean, CIELAB",
}


@dataclass(frozen=True, slots=True)
class Measured:
    """A lesion's numbers with how far they depend on which output one believes.

    Attributes:
        value: of the final mask.
        spread: standard deviation over the outputs that outline anything; zeros for fewer than two.
    """

    value: Readout
    spread: Readout


def read_lesion(
    image: FloatArray, mask: BoolArray, outputs: Sequence[BoolArray] = (), pixel: float = 1.0
) -> Measured | None:
    """Read a lesion; None where the mask is empty.

    Args:
        image: (3, rows, columns) sRGB in [0, 1].
        mask: (rows, columns), the final one; the largest of its pieces is the lesion.
        outputs: (rows, columns) each, the multiple outputs that it was made of.
        pixel: side of a pixel of the image in the unit that lengths are wanted in.
    """
    if not mask.any():
        return None
    lab = np.asarray(rgb2lab(image, channel_axis=0), np.float32)
    each = [_numbers(lab, output, pixel) for output in outputs if output.any()]
    spread = np.std(each, axis=0) if each else np.zeros(len(Readout.__slots__))
    return Measured(Readout(*_numbers(lab, mask, pixel)), Readout(*(float(number) for number in spread)))


def asymmetry(mask: BoolArray) -> tuple[float, float]:
    """Return the share of a shape without a counterpart when mirrored at its major and at its minor axis.

    The axes are those of the ellipse with the same second moments, through the centre of mass. Where they are not
    defined, as for a disc, any pair serves.
    """
    points = np.argwhere(mask) - np.argwhere(mask).mean(axis=0)
    _, axes = np.linalg.eigh(points.T @ points)
    minor, major = axes.T
    return _unmatched(mask, points, normal=minor), _unmatched(mask, points, normal=major)


def _unmatched(mask: BoolArray, points: FloatArray, normal: FloatArray) -> float:
    """Mirror points along a unit normal; return the share of them that falls outside the mask."""
    mirrored = points - 2 * np.outer(points @ normal, normal)
    places = np.rint(mirrored + np.argwhere(mask).mean(axis=0)).astype(int)
    on = ((places >= 0) & (places < mask.shape)).all(axis=1)
    matched = mask[tuple(places[on].T)].sum()
    return 1 - float(matched) / len(points)


def _numbers(lab: FloatArray, mask: BoolArray, pixel: float) -> tuple[float, ...]:
    """Return the fields of `Readout` in their order."""
    lesion = _largest(mask)
    area, widest = float(lesion.sum()), diameters(lesion)
    colours = lab[:, lesion]
    away = colours - colours.mean(axis=1, keepdims=True)
    return (
        area * pixel**2,
        float(2 * np.sqrt(area / np.pi)) * pixel,
        (widest.largest if widest else 0.0) * pixel,
        *asymmetry(lesion),
        float(perimeter_crofton(lesion, directions=4) ** 2 / (4 * np.pi * area)),
        float(np.sqrt(np.square(away).sum(axis=0).mean())),
    )


def _largest(mask: BoolArray) -> BoolArray:
    pieces, _ = label(mask)
    largest: BoolArray = pieces == 1 + np.argmax(np.bincount(pieces.ravel())[1:])
    return largest
