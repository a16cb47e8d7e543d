"""Overlays burnt into a picture, antialiased, at any size."""

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from app.domain.arrays import ByteArray
from app.render import colours
from app.render.colours import Colour
from app.render.scene import SCREEN_SIDE
from app.render.strokes import Points, Stroke


def compose(base: ByteArray, layer: ByteArray, strokes: tuple[Stroke, ...]) -> ByteArray:
    """Burn overlays into a slice.

    Args:
        base: (rows, columns, 3) of the slice.
        layer: (output rows, output columns, 4) premultiplied RGBA over the whole slice; gives the output its size.
        strokes: lines in the slice's coordinates.

    Returns:
        (output rows, output columns, 3) uint8.
    """
    rows, columns = layer.shape[:2]
    picture = np.array(Image.fromarray(base).resize((columns, rows), Image.Resampling.BICUBIC))
    _lay(picture, layer)
    scale = np.array([rows / base.shape[0], columns / base.shape[1]])
    unit = max(rows, columns) / SCREEN_SIDE
    for stroke in strokes:
        points = (stroke.points + 0.5) * scale
        paint(picture, points, stroke, stroke.width_px * unit)
    return picture


def paint(picture: ByteArray, points: Points, stroke: Stroke, width: float) -> None:
    """Paint a line over its halo into a picture, tile by tile so that a large one needs little memory.

    Args:
        picture: (rows, columns, 3) uint8, changed in place.
        points: (n, 2) row and column of a closed line, counted from the picture's upper left edge.
        stroke: its colour and dashes.
        width: of the line, in pixels of the picture.
    """
    lines = _dashes(points, width) if stroke.dashed else _pieces(points)
    margin = 2 * width + _HALO_WIDTH
    for top, left, bottom, right in _tiles(points, margin, picture.shape):
        tile = picture[top:bottom, left:right]
        near = [line - (top, left) for line in lines if _touches(line, (top, left, bottom, right), margin)]
        if near:
            halo = line_cover(tile.shape[:2], near, width * (1 + _HALO_WIDTH / stroke.width_px))
            _tint(tile, colours.HALO, halo * colours.HALO_OPACITY)
            _tint(tile, stroke.colour, line_cover(tile.shape[:2], near, width))


def line_cover(shape: tuple[int, int], lines: list[Points], width: float) -> npt.NDArray[np.float32]:
    """Return how much of each pixel lines cover.

    Args:
        shape: rows and columns.
        lines: (n, 2) row and column, counted from the picture's upper left edge.
        width: in pixels.

    Returns:
        (rows, columns) in [0, 1].
    """
    fine = Image.new("L", (shape[1] * _FINENESS, shape[0] * _FINENESS))
    draw = ImageDraw.Draw(fine)
    for points in lines:
        draw.line(
            [(float(column), float(row)) for row, column in points * _FINENESS],
            fill=255,
            width=max(1, round(width * _FINENESS)),
            joint="curve",
        )
    return np.asarray(fine.reduce(_FINENESS), np.float32) / np.float32(255)


_FINENESS = 4
_TILE = 512
_HALO_WIDTH = 2.0
_DASH, _GAP = 4.5, 3.0  # in widths of the line


def _lay(picture: ByteArray, layer: ByteArray) -> None:
    """Lay a premultiplied picture over another in place, only where it has anything."""
    covered = layer[..., 3] > 0
    upper = layer[covered].astype(np.uint16)
    lower = picture[covered].astype(np.uint16)
    picture[covered] = upper[:, :3] + (lower * (255 - upper[:, 3:]) + 127) // 255


_Box = tuple[int, int, int, int]


def _tiles(points: Points, margin: float, shape: tuple[int, ...]) -> list[_Box]:
    """Cut the part of a picture that a line touches into tiles (top, left, bottom, right)."""
    top, left = np.maximum(np.floor(points.min(axis=0) - margin), 0).astype(int)
    bottom, right = np.minimum(np.ceil(points.max(axis=0) + margin), shape[:2]).astype(int)
    return [
        (row, column, min(row + _TILE, bottom), min(column + _TILE, right))
        for row in range(top, bottom, _TILE)
        for column in range(left, right, _TILE)
    ]


def _touches(line: Points, box: _Box, margin: float) -> bool:
    """Return whether a line's bounding box meets a tile."""
    low, high = line.min(axis=0) - margin, line.max(axis=0) + margin
    return bool((low < box[2:]).all() and (high > box[:2]).all())


def _pieces(points: Points) -> list[Points]:
    """Cut a closed line into short overlapping ones, so that a tile need not draw what lies far from it."""
    closed = np.vstack([points, points[1:2]])
    return [closed[start : start + _PIECE + 2] for start in range(0, len(closed) - 2, _PIECE)]


_PIECE = 24


def _dashes(points: Points, width: float) -> list[Points]:
    """Cut a line into dashes of even length, as many as go whole into it."""
    steps = np.hypot(*np.diff(points, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    count = max(1, round(along[-1] / (width * (_DASH + _GAP))))
    period = along[-1] / count
    return [
        _between(points, along, start * period, (start + _DASH / (_DASH + _GAP)) * period) for start in range(count)
    ]


def _between(points: Points, along: npt.NDArray[np.float64], start: float, end: float) -> Points:
    """Return the part of a line between two distances along it."""
    inner = along[(along > start) & (along < end)]
    places = np.concatenate([[start], inner, [end]])
    return np.column_stack([np.interp(places, along, points[:, axis]) for axis in (0, 1)])


def _tint(tile: ByteArray, colour: Colour, cover: npt.NDArray[np.float32]) -> None:
    """Blend a colour into a tile in place."""
    mixed = tile + (np.array(colour, np.float32) - tile) * cover[..., None]
    tile[...] = np.rint(mixed).astype(np.uint8)
