"""From what a session holds to what `render` draws."""

import numpy as np

from app.domain.case import Case
from app.domain.grid import Grid
from app.domain.result import Findings
from app.domain.view import View
from app.render.scene import Scene
from app.ui.frames import Frame
from app.ui.jobs import slice_masks


def scene_of(case: Case, view: View, frame: Frame | None) -> Scene | None:
    """Return what there is to draw on the shown slice, or None where that is nothing."""
    references = slice_masks(case.references, view.slice_index)
    if frame is not None:
        return Scene(frame.findings, frame.grid, references, not frame.final, frame.calibration)
    if references is None:
        return None
    return Scene(_nothing(), Grid((1, 1), (-0.5, -0.5), (1.0, 1.0), case.shape), references)


def _nothing() -> Findings:
    """Return the findings of a slice on which no model has run: the readers' masks are all there is to draw."""
    empty, no = np.zeros((1, 1), np.float32), np.zeros((1, 1), np.bool_)
    return Findings(empty[None], no[None], empty, empty, no, no, (0.0,), np.zeros((1, 1), np.float32), 0.0, None, 0)
