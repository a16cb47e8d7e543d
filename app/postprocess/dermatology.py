"""What a dermatologist reads off an outline: size, asymmetry, border, colour.

The quantities follow the parts of the ABCD rule (Stolz et al. 1994) that a mask and its picture can give. No score is
made of them: the weights of that rule are for what a person sees, and its structures (D) are not in a mask.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy.ndimage import label
from skimage.color import rgb2lab
from skimage.measure import perimeter_crofton

from app.domain.arrays import AnyArray, BoolArray, FloatArray
from app.domain.box import Box, whole
from app.domain.grid import Grid
from app.domain.lesion import Measured, Readout
from app.domain.result import Findings
from app.postprocess.diameters import diameters
from app.postprocess.native import native_mask

_LONGEST = 512  # pixels; forty outputs of a larger picture would take many seconds


def measured_lesion(pixels: AnyArray, findings: Findings, samples: FloatArray, grid: Grid) -> Measured | None:
    """Read the final mask of a dermoscopic picture in pixels of the slice, with the spread over the samples.

    The final mask is the majority's, refined where the run refined it. A large photograph is read at every k-th pixel.

    Args:
        pixels: (rows, columns, 3) sRGB uint8 of the slice.
        findings: what the samples agree on.
        samples: (levels, samples, rows, columns) on the grid.
        grid: how they lie on the slice.
    """
    every = max(1, max(pixels.shape) // _LONGEST)
    fine, coarse = pixels[::every, ::every], _coarser(grid, every)
    final = findings.level_maps[findings.majority - 1] if findings.refined is None else findings.refined
    outputs = [native_mask(sample, coarse) for sample in samples.reshape(-1, *grid.shape)]
    image = np.asarray(np.moveaxis(fine, -1, 0) / np.float32(255), np.float32)
    measured = read_lesion(image, native_mask(final, coarse), outputs, pixel=float(every))
    return None if measured is None else replace(measured, refined=findings.refined is not None)


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
    places = np.argwhere(mask)
    centre = places.mean(axis=0)
    points = places - centre
    _, axes = np.linalg.eigh(points.T @ points)
    shares = [_unmatched(mask, points, centre, normal) for normal in axes.T]
    return shares[0], shares[1]


def _coarser(grid: Grid, every: int) -> Grid:
    """Return how the samples lie on every k-th row and column of the slice."""
    (top, left), (height, width), (rows, columns) = grid.origin, grid.step, grid.native_shape
    shape = (-(-rows // every), -(-columns // every))
    return replace(grid, origin=(top / every, left / every), step=(height / every, width / every), native_shape=shape)


def _unmatched(mask: BoolArray, points: FloatArray, centre: FloatArray, normal: FloatArray) -> float:
    """Mirror points around a centre along a unit normal; return the share of them that falls outside the mask."""
    mirrored = points - 2 * np.outer(points @ normal, normal)
    places = np.rint(mirrored + centre).astype(int)
    on = ((places >= 0) & (places < mask.shape)).all(axis=1)
    matched = mask[tuple(places[on].T)].sum()
    return 1 - float(matched) / len(points)


def _numbers(lab: FloatArray, mask: BoolArray, pixel: float) -> tuple[float, ...]:
    """Return the fields of `Readout` in their order."""
    box = whole(mask).trimmed.box  # what lies around it counts for nothing, but for the perimeter one pixel of it
    around = Box(box.top - 1, box.bottom + 1, box.left - 1, box.right + 1).within(mask.shape).slices
    lab, lesion = lab[:, *around], _largest(mask[around])
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
