"""The parts of the window that stand on their own, in the order of their menus."""

from collections.abc import Callable

from app.ui.choosing import SeriesChoosing
from app.ui.comparing.compare import Comparing
from app.ui.comparing.results import Results
from app.ui.desk.desk import Desk
from app.ui.editing.feature import Editing
from app.ui.planes.view import ThreePlanes
from app.ui.reading.cine import Cine
from app.ui.reading.greys import GreyValues
from app.ui.reading.measuring import Measuring
from app.ui.reading.ruler import Ruler
from app.ui.shown.key import LegendBox
from app.ui.shown.looking import FirstLooking
from app.ui.shown.reading_together import Readers
from app.ui.shown.sweeping import Sweeping
from app.ui.style.habits import Habits
from app.ui.style.key_names import KeyNames
from app.ui.style.model_facts import ModelFacts
from app.ui.style.touring import Touring
from app.ui.workplace import Feature, Workplace

FEATURES: tuple[Callable[[Workplace], Feature], ...] = (
    SeriesChoosing,
    Sweeping,
    Readers,
    Results,
    Comparing,
    ThreePlanes,
    Editing,
    Desk,
    GreyValues,
    Measuring,
    Ruler,
    Cine,
    FirstLooking,
    LegendBox,
    Touring,
    ModelFacts,
    KeyNames,
    Habits,  # after all others, since it gives their actions the keys that the user has set
)


def furnish(workplace: Workplace) -> tuple[Feature, ...]:
    """Put every part into a window and return them."""
    return tuple(make(workplace) for make in FEATURES)
