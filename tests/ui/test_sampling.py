"""What the numbers of a run are called, for models that draw for levels and for those that draw at noise steps."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.domain.case import Modality
from app.domain.model import ModelCard, Sampling
from app.places import resources_folder
from app.segmenters.cards import installed_cards
from app.ui.session import Session
from app.ui.start import make_application
from app.ui.window import MainWindow
from tests.ui.studies import CARDS, HandExport, HandWork, card, photograph

BY_STEP = replace(card("mole", Modality.DERMOSCOPY, readers=1), system="differences", sampling=Sampling.STEP)


@pytest.fixture
def window(qtbot: QtBot, home: Path) -> Iterator[MainWindow]:
    """Return a window with a photograph that knows models of both ways."""
    del home
    make_application()
    window = MainWindow(Session((*CARDS, BY_STEP), HandWork({"lesion.jpg": photograph()})), exporter=HandExport())
    window.show()
    with qtbot.waitSignal(window.session.case_changed):
        window.session.open_study(Path("lesion.jpg"))
    yield window
    window.close()
    window.deleteLater()


def named(card: ModelCard, window: MainWindow) -> tuple[str, str, str]:
    """Return what stands over the numbers once a model is chosen, and what a screen reader says."""
    window.session.choose_model(card.name)
    panel = window.model
    return panel.samples_name.text(), panel.steps_name.text(), panel.samples.accessibleName()


def test_the_numbers_are_called_what_they_are_for_the_model(window: MainWindow) -> None:
    assert named(BY_STEP, window) == ("Draws per noise step", "Noise steps", "Draws per noise step")
    assert named(CARDS[1], window) == ("Samples per level", "Steps", "Samples per level")


def test_findings_and_results_say_how_many_were_drawn_for_what(qtbot: QtBot, window: MainWindow) -> None:
    window.session.choose_model(BY_STEP.name)
    with qtbot.waitSignal(window.session.run_finished):
        window.session.run()
    assert window.findings.origin.text().startswith("mole, 2 draws at each of 3 noise steps, seed ")
    said = [note.text() for note in window.findChildren(QLabel)]
    assert "2 draws at each of 3 noise steps, 1.0 s" in said


def test_of_the_installed_models_diffseg_alone_draws_at_each_noise_step() -> None:
    ways = {each.name: each.sampling for each in installed_cards(resources_folder() / "models")}
    assert ways["diffseg"] is Sampling.STEP
    assert {way for name, way in ways.items() if name != "diffseg"} == {Sampling.LEVEL}
