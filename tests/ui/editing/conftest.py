"""A window on a series in which a reader may draw."""

from collections.abc import Callable

import pytest

from app.ui.editing.edits import Edits
from app.ui.window import MainWindow
from tests.ui.editing.drawing import editing_of


@pytest.fixture
def drawing(window: MainWindow, open_series: Callable[[], None]) -> MainWindow:
    """Return the window with the series open."""
    open_series()
    return window


@pytest.fixture
def edits(drawing: MainWindow) -> Edits:
    """Return its layers, with a brush of 2.3 columns."""
    edits = editing_of(drawing).edits
    edits.set_radius(2.3)
    return edits
