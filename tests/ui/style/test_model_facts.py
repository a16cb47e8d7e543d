"""A model's card on screen."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from app.places import resources_folder
from app.segmenters.cards import find_card
from app.ui.style.model_facts import ModelDialog, ModelFacts, evaluations
from app.ui.window import MainWindow
from tests.ui.studies import card

MODELS = resources_folder() / "models"


def texts(dialog: ModelDialog) -> str:
    """Return everything that a dialog says."""
    return "\n".join(label.text() for label in dialog.findChildren(QLabel))


def test_the_card_is_reached_from_the_model_panel(qtbot: QtBot, window: MainWindow) -> None:
    part = next(part for part in window.features if isinstance(part, ModelFacts))
    qtbot.mouseClick(part.button, Qt.MouseButton.LeftButton)
    assert part.dialog is not None
    assert "Kidney" in texts(part.dialog)
    window.session.choose_model("skin")
    part.open_dialog()
    assert "Outlines the skin; trained on the outlines of 2 readers (consensus diffusion)." in texts(part.dialog)


def test_limits_licence_and_measures_are_said(window: MainWindow) -> None:
    card = find_card(MODELS, "kidney")
    dialog = ModelDialog(card, window)
    said = texts(dialog)
    (measures,) = card.facts["metrics"].values()
    for fact in (
        "trained on two patients only",
        "Apache-2.0",
        "Not for diagnostic use",
        measures["soft Dice"],
        "QUBIQ kidney",
    ):
        assert fact.lower() in said.lower()
    assert "overlap of the soft map" in said
    dialog.deleteLater()


def test_the_reliability_diagram_has_the_cards_bins_on_its_diagonal(window: MainWindow) -> None:
    dialog = ModelDialog(find_card(MODELS, "kidney"), window)
    diagram = dialog.diagram
    assert diagram is not None
    assert len(diagram.bins) == len(find_card(MODELS, "kidney").facts["reliability"]["bins"])
    assert diagram.place(0, 0) == diagram.box.bottomLeft()
    assert diagram.place(1, 1) == diagram.box.topRight()
    assert not diagram.grab().isNull()
    assert "% expected" in diagram.accessibleDescription()
    dialog.deleteLater()


@pytest.mark.usefixtures("qapp")
def test_a_card_without_measures_says_what_it_has(window: MainWindow) -> None:
    dialog = ModelDialog(replace(card(), facts={"limits": "one; two"}), window)
    assert "One; two" in texts(dialog)
    assert dialog.diagram is None
    assert evaluations(card()) == ()
    dialog.deleteLater()


def test_without_a_model_there_is_nothing_to_tell(window: MainWindow) -> None:
    part = next(part for part in window.features if isinstance(part, ModelFacts))
    window.session.choose(replace(window.session.choice, card=None))
    part.open_dialog()
    assert part.dialog is None
    assert not part.button.isEnabled()
    QApplication.processEvents()
