"""Small cases with made-up findings to export."""

import numpy as np

from app.domain.case import Case, Modality, References, Window
from app.domain.geometry import Geometry
from app.domain.grid import Grid
from app.domain.result import Provenance, Result
from app.domain.stack import Stack
from tests.render.scenes import blobs, disc, findings_of, whole_slice

HASH = "3fa9c2d17be0" + "5" * 52


def ct(synthetic: bool = False, simulated: bool = False) -> Case:
    """Return a stack of five slices of 60 x 80 pixels with a known, turned geometry and two readers."""
    random = np.random.default_rng(1)
    masks = np.stack([disc(60, 80, (30, 40), radius) for radius in (12, 15)])[:, None].repeat(5, axis=1)
    return Case(
        name="phantom_series",
        pixels=Stack.of(random.normal(0, 100, (5, 60, 80, 1)).astype(np.float32)),
        modality=Modality.CT,
        geometry=Geometry(
            spacing_mm=(3.0, 0.5, 0.5),
            origin_mm=(-20.0, 11.0, 7.5),
            directions=((0.0, -0.6, 0.8), (0.0, 0.8, 0.6), (1.0, 0.0, 0.0)),
            in_plane_known=True,
            slices_known=True,
            orientation_known=True,
        ),
        unit="HU",
        window=Window(40, 400),
        synthetic=synthetic,
        references=References(("reader 1", "reader 2"), masks, simulated),
    )


def photograph(rows: int = 120, columns: int = 160) -> Case:
    """Return a photograph without a scale."""
    return Case("lesion.jpg", Stack.of(np.full((1, rows, columns, 3), (205, 160, 140), np.uint8)), Modality.DERMOSCOPY)


def result_of(case: Case, slice_index: int = 0, levels: int = 3, count: int = 8, side: int = 48) -> Result:
    """Return a run's result over the whole slice."""
    grid = whole_slice(*case.shape, side)
    return result_on(case, grid, blobs(grid, levels, count), slice_index)


def result_on(case: Case, grid: Grid, samples: np.ndarray, slice_index: int = 0) -> Result:
    """Return a result of given samples (levels, samples, *grid.shape)."""
    readers = 0 if case.references is None else case.references.count
    findings = findings_of(samples, grid, ged=0.132 if readers else None, readers=readers)
    return Result(
        samples=samples.astype(np.float32),
        findings=findings,
        grid=grid,
        slice_index=slice_index,
        warnings=("The outlines are many small pieces.",),
        provenance=Provenance(
            system="consensus diffusion",
            model="phantom-3",
            weights_sha256=HASH,
            version="0.1.0",
            seed=42,
            samples=samples.shape[1],
            steps=4,
            device="cpu",
            seconds=1.23456,
        ),
    )
