"""The panel in which a model is chosen."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.domain.model import ModelCard
from app.places import resources_folder
from app.segmenters.cards import installed_cards
from app.ui.choice import Choice, counterpart
from app.ui.model_panel import ModelPanel
from tests.ui.studies import series

CARDS = installed_cards(resources_folder() / "models")


def _card(name: str) -> ModelCard:
    return next(card for card in CARDS if card.name == name)


@pytest.mark.parametrize(
    ("before", "after"),
    [("kidney", "calidiff-kidney"), ("lung-nodule", "calidiff-lung"), ("brain-growth", "calidiff-brain")],
)
def test_another_system_takes_over_the_task(qapp: QApplication, qtbot: QtBot, before: str, after: str) -> None:
    """A radiologist who goes from one system to another with the keys still outlines the kidney."""
    del qapp
    panel = ModelPanel(CARDS)
    qtbot.addWidget(panel)
    panel.set_choice(Choice().with_model(_card(before)))
    panel.model_picked.connect(lambda name: panel.set_choice(Choice().with_model(_card(name))))
    qtbot.keyClick(panel.system, Qt.Key.Key_Home)
    qtbot.keyClicks(panel.system, "CaliDiff")
    assert panel.model.currentData() == after


def test_without_the_same_task_what_is_open_decides() -> None:
    """From a dermoscopy model to one for a CT that is open; with nothing open the first."""
    models = [card for card in CARDS if card.system == "CaliDiff"]
    case = series()
    assert counterpart(_card("dermoscopy"), models, case).modality is case.modality
    assert counterpart(None, models, None) is models[0]
