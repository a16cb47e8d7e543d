"""The unit of what was drawn and of the brush."""

from pathlib import Path

import numpy as np
from pytestqt.qtbot import QtBot

from app.domain.scale import with_scale
from app.ui.window import MainWindow
from tests.ui.editing.drawing import PATIENCE_MS, editing_of


def test_outlines_and_brush_are_told_in_millimetres_as_soon_as_there_is_a_scale(
    qtbot: QtBot, window: MainWindow
) -> None:
    """40 columns are 10 mm: 20 x 20 pixels are 25 mm², and a brush 8 columns wide is 2 mm."""
    with qtbot.waitSignal(window.session.case_changed, timeout=PATIENCE_MS):
        window.session.open_study(Path("lesion.jpg"))
    editing, case = editing_of(window), window.session.case
    assert case is not None
    mask = np.zeros((60, 80), np.bool_)
    mask[20:40, 20:40] = True
    editing.edits.add(masks={0: mask})
    editing.edits.set_radius(4)
    panel = editing.panel
    assert (panel.rows[0].area.text(), panel.radius_text.text()) == ("400 px", "8 px")
    window.session.files.amend(with_scale(case, (0, 0), (0, 40), 10))
    assert (panel.rows[0].area.text(), panel.radius_text.text()) == ("25 mm²", "2 mm")
    window.session.files.amend(case)
    assert (panel.rows[0].area.text(), panel.radius_text.text()) == ("400 px", "8 px")
