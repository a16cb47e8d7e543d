"""There and back between a slice and a network's grid: no edge moves by more than half a pixel of the coarser one."""

from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk
from PIL import Image

from app.domain.arrays import BoolArray, FloatArray
from app.domain.case import Case, Modality, Window
from app.domain.geometry import Geometry
from app.domain.grid import Grid
from app.domain.model import Intake
from app.domain.stack import Stack
from app.imaging.prepare import fit_grid, map_to_native, masks_to_grid, prepare
from app.imaging.read import read_case
from tests.imaging.writers import write_dicom

WHOLE = Intake(side=128, channels=1, window=Window(0.5, 1.0))
SHAPES = [(128, 128), (101, 67), (67, 101), (512, 512), (497, 333), (33, 201)]
SPACINGS = [(1.0, 1.0), (0.5, 1.7), (3.0, 0.8)]
EXIF_ORIENTATION = 0x0112


def _case(shape: tuple[int, int], spacing: tuple[float, float] = (1.0, 1.0)) -> Case:
    geometry = Geometry(spacing_mm=(1.0, *spacing), in_plane_known=True)
    return Case("phantom", Stack.of(np.zeros((1, *shape, 1), np.float32)), Modality.MR, geometry)


def _box(shape: tuple[int, int], rng: np.random.Generator) -> tuple[BoolArray, FloatArray]:
    """Return a rectangle and its (top, bottom, left, right) edges; its sides are a third of the picture or more."""
    mask = np.zeros(shape, np.bool_)
    edges = []
    for size in shape:
        first = int(rng.integers(0, size // 3))
        edges += [first, first + int(rng.integers(size // 3, size - first))]
    mask[edges[0] : edges[1], edges[2] : edges[3]] = True
    return mask, np.array(edges, np.float32)


def _edges(mask: BoolArray) -> FloatArray:
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    return np.array([rows[0], rows[-1] + 1, columns[0], columns[-1] + 1], np.float32)


def _moves(shape: tuple[int, int], grid: Grid, seeds: range) -> FloatArray:
    """Return how far each edge of many rectangles moves there and back: (rectangles, edges) in pixels of the slice."""
    moves = []
    for seed in seeds:
        mask, edges = _box(shape, np.random.default_rng(seed))
        there = masks_to_grid(mask[None], grid)[0]
        moves.append(_edges(map_to_native(there.astype(np.float32), grid) >= 0.5) - edges)
    return np.array(moves)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("spacing", SPACINGS)
def test_no_edge_moves_by_more_than_half_a_pixel(shape: tuple[int, int], spacing: tuple[float, float]) -> None:
    """Half of the grid's pixel where that is the coarser; on the whole, edges move neither in nor out, up nor down."""
    grid = fit_grid(_case(shape, spacing), WHOLE)
    moves = _moves(shape, grid, range(20))
    coarser = np.repeat(np.maximum(1.0, grid.step), 2)
    # One pixel of the slice is the least that an edge on it can move: rounding adds up to half of it.
    assert (np.abs(moves) <= 0.5 * coarser + 0.5).all()
    assert (np.abs(moves.mean(axis=0)) <= 0.25 * coarser + 0.05).all()


@pytest.mark.parametrize("centre", [(250.0, 166.0), (249.5, 166.5), (251.3, 170.9), (0.0, 0.0), (496.0, 332.0)])
@pytest.mark.parametrize("spacing", SPACINGS)
def test_a_crop_lies_where_it_was_pointed_at(centre: tuple[float, float], spacing: tuple[float, float]) -> None:
    """The pixel under the pointer is the middle of the crop, also where the crop reaches beyond the slice."""
    case = _case((497, 333), spacing)
    grid = fit_grid(case, Intake(side=128, channels=1, crop_mm=80.0), centre)
    assert grid.to_native(63.5, 63.5) == pytest.approx(centre)
    assert [step * mm * 128 for step, mm in zip(grid.step, spacing, strict=True)] == pytest.approx([80.0, 80.0])
    point = np.zeros((497, 333, 1), np.float32)
    # Off the slice's edge, which may be repeated beyond it.
    row, column = (min(max(round(place), 5), size - 6) for place, size in zip(centre, (497, 333), strict=True))
    point[row, column] = 1
    seen = prepare(point, Intake(side=128, channels=1, crop_mm=80.0, window=Window(0.5, 1.0)), grid)[0]
    found = (seen.sum(1) @ np.arange(128) / seen.sum(), seen.sum(0) @ np.arange(128) / seen.sum())
    away = np.abs(np.subtract(grid.to_native(*found), (row, column)))
    assert (away <= 0.5 * np.maximum(1.0, grid.step)).all()


@pytest.mark.parametrize("spacing", SPACINGS)
def test_a_circle_in_millimetres_is_a_circle_for_the_network(spacing: tuple[float, float]) -> None:
    """Width and height of a disc of 30 mm agree on the grid though its pixels are not square."""
    rows, columns = round(100 / spacing[0]), round(100 / spacing[1])
    row, column = np.mgrid[:rows, :columns]
    disc = np.hypot((row - rows / 2) * spacing[0], (column - columns / 2) * spacing[1]) <= 30
    grid = fit_grid(_case((rows, columns), spacing), WHOLE)
    top, bottom, left, right = _edges(masks_to_grid(disc[None], grid)[0])
    assert abs((bottom - top) - (right - left)) <= 2 * max(1.0, *(1 / step for step in grid.step))


def test_the_same_place_as_simpleitk_resamples_it() -> None:
    """A smooth picture with anisotropic pixels and odd sizes, sampled on the grid by an independent library.

    Outside a grey slice there is nothing, so that its outermost pixels fade; they are left out.
    """
    row, column = np.mgrid[:61, :47]
    smooth = (0.5 + 0.25 * np.sin(row / 7) + 0.25 * np.cos(column / 5)).astype(np.float32)
    grid = fit_grid(_case(smooth.shape, (0.7, 1.3)), WHOLE)
    image = sitk.GetImageFromArray(smooth)
    reference = sitk.Image(128, 128, sitk.sitkFloat32)
    reference.SetSpacing(grid.step[::-1])
    reference.SetOrigin(tuple(grid.to_native(0, 0)[::-1]))
    expected = sitk.GetArrayFromImage(sitk.Resample(image, reference, sitk.Transform(), sitk.sitkLinear, -1.0))
    found = prepare(smooth[..., None], WHOLE, grid)[0]
    rows, columns = (grid.origin[axis] + (np.arange(128) + 0.5) * grid.step[axis] for axis in (0, 1))
    inside = ((rows > 1) & (rows < 59))[:, None] & (columns > 1) & (columns < 45)
    assert inside.mean() > 0.5
    assert np.abs(found - expected)[inside].max() < 0.02


def test_an_oblique_header_changes_nothing_within_the_slice(tmp_path: Path) -> None:
    pixels = np.zeros((40, 31), np.uint16)
    straight = read_case(write_dicom(tmp_path / "a.dcm", pixels))
    oblique = read_case(write_dicom(tmp_path / "b.dcm", pixels, ImageOrientationPatient=[0.8, 0.6, 0, 0, 0, -1]))
    assert fit_grid(straight, WHOLE) == fit_grid(oblique, WHOLE)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_turned_photograph_s_marks_lie_on_what_is_seen(tmp_path: Path, orientation: int) -> None:
    """A white square, photographed in any position of the camera: the grid and the way back find it upright."""
    upright = np.zeros((61, 47, 3), np.uint8)
    upright[8:20, 30:45] = 255
    undo = {
        1: None, 2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM, 5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE, 8: Image.Transpose.ROTATE_270,
    }[orientation]  # fmt: skip
    picture = Image.fromarray(upright)
    exif = Image.Exif()
    exif[EXIF_ORIENTATION] = orientation
    (picture if undo is None else picture.transpose(undo)).save(tmp_path / "a.png", exif=exif)
    case = read_case(tmp_path / "a.png")
    assert case.shape == (61, 47)
    grid = fit_grid(case, WHOLE)
    seen = prepare(case.pixels[0], Intake(128, 1, window=Window(127.5, 255.0)), grid)[0]
    top, bottom, left, right = _edges(map_to_native(seen, grid) >= 0.5)
    assert np.abs(np.subtract((top, bottom, left, right), (8, 20, 30, 45))).max() <= 1
