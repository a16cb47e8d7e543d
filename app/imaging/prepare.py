"""From a slice to a network's picture and back."""

from typing import Literal

import numpy as np
from PIL import Image

from app.domain.arrays import AnyArray, BoolArray, ByteArray, FloatArray
from app.domain.case import Case
from app.domain.errors import UnfitInputError
from app.domain.grid import Grid
from app.domain.model import Intake
from app.domain.words import tr

SCALED_PERCENTILES = (0.5, 99.5)


def fit_grid(case: Case, intake: Intake, region: tuple[float, float] | None = None) -> Grid:
    """Lay a model's square picture over a slice.

    A whole-slice model gets the smallest square that holds the slice, centred; a region model gets its crop centred on
    the region. The square is square in millimetres where the two spacings differ.

    Raises:
        UnfitInputError: the model needs a region, takes none, or needs millimetres that the case does not have.
    """
    if intake.needs_region != (region is not None):
        raise UnfitInputError(_region_complaint(intake))
    rows, columns = case.shape
    aspect = case.geometry.pixel_aspect
    if region is None:
        side = max(rows * aspect, float(columns))
        centre = ((rows - 1) / 2, (columns - 1) / 2)
    else:
        side = _crop_columns(case, intake)
        centre = region
        if not (abs(2 * centre[0] + 1 - rows) <= rows and abs(2 * centre[1] + 1 - columns) <= columns):
            raise UnfitInputError(
                tr("The region {row},{column} lies outside the image of {rows} rows and {columns} columns.").format(
                    row=f"{centre[0]:g}", column=f"{centre[1]:g}", rows=rows, columns=columns
                )
            )
    height, width = side / aspect, side
    return Grid(
        shape=(intake.side, intake.side),
        origin=(centre[0] - height / 2, centre[1] - width / 2),
        step=(height / intake.side, width / intake.side),
        native_shape=(rows, columns),
    )


def prepare(pixels: AnyArray, intake: Intake, grid: Grid) -> FloatArray:
    """Sample a slice on a grid and scale it.

    Args:
        pixels: (rows, columns, channels) of a `Case`.
        intake: of the model.
        grid: from `fit_grid`.

    Returns:
        (channels, side, side) in [0, 1]; what lies outside the slice is 0 for the grey picture of a whole slice and
        repeats the slice's edge for all else. Without a fixed window, a region is scaled by its own values.
    """
    if intake.channels == _COLOUR:
        colour = _sampled(_as_colour(pixels), grid, "edge")
        return np.ascontiguousarray(np.moveaxis(colour, -1, 0), np.float32) / np.float32(255)
    grey = _as_grey(pixels)
    if intake.needs_region:
        return _scaled(_sampled(grey, grid, "edge"), intake)[None]
    return _sampled(_scaled(grey, intake), grid, "constant")[None]


def masks_to_grid(masks: BoolArray, grid: Grid) -> BoolArray:
    """Sample masks on a grid.

    Args:
        masks: (masks, rows, columns) on the slice.
        grid: of the model.

    Returns:
        (masks, *grid.shape); a pixel is inside where at least half of its area is.
    """
    return np.stack([_sampled(mask.astype(np.float32), grid, "constant") >= _HALF for mask in masks])


def maps_to_native(maps: FloatArray, grid: Grid) -> FloatArray:
    """Bring maps from a grid back to the slice, linear between pixel centres.

    Args:
        maps: (maps, *grid.shape).
        grid: that they lie on.

    Returns:
        (maps, *grid.native_shape) float32; 0 outside the grid's rectangle.
    """
    return np.stack([map_to_native(single, grid) for single in maps])


def map_to_native(values: FloatArray, grid: Grid) -> FloatArray:
    """Bring one map (*grid.shape) back to the slice (*grid.native_shape) as `maps_to_native` does."""
    first, last = _covered_pixels(grid)
    native = np.zeros(grid.native_shape, np.float32)
    if first[0] >= last[0] or first[1] >= last[1]:
        return native
    margins = [int(np.ceil(0.5 / grid.step[axis])) for axis in (0, 1)]  # an outermost pixel may reach beyond the grid
    padded = np.pad(values, [(margin, margin) for margin in margins], mode="edge")
    top, left = ((first[axis] - 0.5 - grid.origin[axis]) / grid.step[axis] + margins[axis] for axis in (0, 1))
    bottom, right = ((last[axis] - 0.5 - grid.origin[axis]) / grid.step[axis] + margins[axis] for axis in (0, 1))
    covered = (last[0] - first[0], last[1] - first[1])
    native[first[0] : last[0], first[1] : last[1]] = _resized(
        padded, covered, _clamped((left, top, right, bottom), padded.shape)
    )
    return native


_COLOUR = 3
_HALF = 0.5
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)  # ITU-R BT.601


def _region_complaint(intake: Intake) -> str:
    if intake.needs_region:
        return tr("This model works on a region of interest: point at the structure first (--roi ROW,COL).")
    return tr("This model reads the whole slice and takes no region of interest.")


def _crop_columns(case: Case, intake: Intake) -> float:
    """Side of the crop in columns of the slice."""
    if intake.crop_px is not None:
        return intake.crop_px
    if case.geometry.pixel_mm is None or intake.crop_mm is None:
        raise UnfitInputError(tr("This model needs the pixel spacing in millimetres, which this image does not give."))
    return intake.crop_mm / case.geometry.pixel_mm[1]


def _as_colour(pixels: AnyArray) -> ByteArray:
    """Return (rows, columns, 3) uint8; grey is spread over its own range."""
    if pixels.shape[-1] == _COLOUR:
        return pixels
    low, high = float(pixels.min()), float(pixels.max())
    grey = (pixels - low) * (255 / max(high - low, 1e-6))
    return np.repeat(grey.astype(np.uint8), _COLOUR, axis=-1)


def _as_grey(pixels: AnyArray) -> FloatArray:
    """Return (rows, columns) float32; colour becomes its luma."""
    if pixels.shape[-1] != _COLOUR:
        return np.asarray(pixels[..., 0], np.float32)
    luma: FloatArray = pixels.astype(np.float32) @ _LUMA
    return luma


def _scaled(values: FloatArray, intake: Intake) -> FloatArray:
    if intake.window is not None:
        low, high = intake.window.low, intake.window.high
    else:
        low, high = (float(edge) for edge in np.percentile(values, SCALED_PERCENTILES))
    scaled: FloatArray = np.clip((values - low) / max(high - low, 1e-6), 0, 1).astype(np.float32)
    return scaled


def _sampled(picture: AnyArray, grid: Grid, outside: Literal["edge", "constant"]) -> AnyArray:
    """Area-weighted sampling of (rows, columns[, 3]) on a grid that may reach beyond it."""
    top, left = grid.origin[0] + 0.5, grid.origin[1] + 0.5
    bottom, right = top + grid.shape[0] * grid.step[0], left + grid.shape[1] * grid.step[1]
    rows, columns = picture.shape[:2]
    before = (max(0, int(np.ceil(-top))), max(0, int(np.ceil(-left))))
    after = (max(0, int(np.ceil(bottom - rows))), max(0, int(np.ceil(right - columns))))
    widths = [*zip(before, after, strict=True), (0, 0)][: picture.ndim]
    padded = np.pad(picture, widths, mode=outside)
    box = (left + before[1], top + before[0], right + before[1], bottom + before[0])
    return _resized(padded, grid.shape, _clamped(box, padded.shape))


def _covered_pixels(grid: Grid) -> tuple[tuple[int, int], tuple[int, int]]:
    """First and one-past-last pixel (row, column) of the slice whose centres lie in the grid's rectangle."""
    starts = tuple(max(0, int(np.ceil(grid.origin[axis]))) for axis in (0, 1))
    ends = tuple(
        min(grid.native_shape[axis], int(np.floor(grid.origin[axis] + grid.shape[axis] * grid.step[axis])) + 1)
        for axis in (0, 1)
    )
    return (starts[0], starts[1]), (ends[0], ends[1])


_Box = tuple[float, float, float, float]


def _clamped(box: _Box, shape: tuple[int, ...]) -> _Box:
    """Take rounding errors off a box so that it lies within (rows, columns)."""
    left, top, right, bottom = box
    return max(0.0, left), max(0.0, top), min(float(shape[1]), right), min(float(shape[0]), bottom)


def _resized(values: AnyArray, shape: tuple[int, int], box: _Box) -> AnyArray:
    """Resample box = (left, top, right, bottom) edges of values to shape, linear and free of aliasing."""
    picture = Image.fromarray(np.ascontiguousarray(values))
    return np.array(picture.resize((shape[1], shape[0]), Image.Resampling.BILINEAR, box=box))
