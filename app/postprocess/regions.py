"""What the pieces of a mask tell: whether it is degenerate, and what a model added in a place of its own."""

import numpy as np
from scipy.ndimage import label

from app.domain.arrays import BoolArray, FloatArray
from app.domain.grid import Grid
from app.domain.result import Findings
from app.domain.words import tr
from app.metrics import overlap

FULL_SHARE = 0.95
SPECKLE_PIECES = 10
SPECKLE_SHARE = 0.5


def degenerate(findings: Findings, grid: Grid) -> tuple[str, ...]:
    """Return a warning for masks that are blank, full or scattered like noise; none for masks that look like masks.

    Args:
        findings: of a run.
        grid: that they lie on; where it reaches beyond the slice there is no picture to be marked.
    """
    shown = _shown_mask(findings)
    if not shown.any():
        return (tr("The model marked nothing on this slice."),)
    if np.count_nonzero(shown) > FULL_SHARE * np.count_nonzero(grid.on_slice()):
        return (tr("The model marked almost the whole picture; do not rely on its outlines."),)
    if _is_speckle(shown):
        return (tr("The model's outline falls into many small pieces; do not rely on it."),)
    return ()


def upheld(shares: FloatArray, cut: float, drawn: BoolArray) -> FloatArray:
    """Take away what a model would add in a place of its own: pieces of the cut map that no reader's mask touches.

    Args:
        shares: (rows, columns) in [0, 1].
        cut: value from which on a pixel is inside.
        drawn: (rows, columns), what any reader marked.

    Returns:
        (rows, columns) in [0, 1], 0 in those pieces; face neighbours hang together.
    """
    pieces, _ = label(overlap.reaches(shares, cut))
    alone = (pieces > 0) & ~np.isin(pieces, pieces[drawn])
    kept: FloatArray = np.where(alone, np.float32(0), shares)
    return kept


def _shown_mask(findings: Findings) -> BoolArray:
    """Return the majority's mask or, where that is empty, the widest one."""
    majority: BoolArray = findings.levels[findings.majority - 1]
    widest: BoolArray = findings.levels[0]
    return majority if majority.any() else widest


def _is_speckle(mask: BoolArray) -> bool:
    """Whether there are many pieces (face neighbours hang together) and none of them is the main one."""
    pieces, count = label(mask)
    largest = int(np.bincount(pieces.ravel())[1:].max())
    return bool(count >= SPECKLE_PIECES and largest < SPECKLE_SHARE * np.count_nonzero(mask))
